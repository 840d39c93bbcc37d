import { Box, Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./Page.module.css";

/** A room's page: a heading, what can be done here, and a body that scrolls by itself. */
export function Page({ title, note, actions, children, wide }: {
  title: string;
  note?: string;
  actions?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}) {
  return (
    <section className={styles.page} aria-label={title}>
      <Group className={styles.head} justify="space-between" wrap="nowrap">
        <Box>
          <Title order={1} size="h3">
            {title}
          </Title>
          {note ? (
            <Text size="sm" c="dimmed">
              {note}
            </Text>
          ) : null}
        </Box>
        {actions ? <Group gap="sm">{actions}</Group> : null}
      </Group>
      <div className={styles.body} data-wide={wide ? true : undefined}>
        {children}
      </div>
    </section>
  );
}

/** Says what to do where there is nothing yet. */
export function Empty({ title, hint, action }: { title: string; hint: string; action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text c="dimmed" maw={520}>
        {hint}
      </Text>
      {action}
    </div>
  );
}
