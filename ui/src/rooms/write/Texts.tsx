import { Badge, Group, List, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useT } from "../../app/locale";
import type { IncidentView, WrittenPiece } from "../../bridge/ipc";
import styles from "./WriteRoom.module.css";

/** Texts as they grow, newest first. */
export function Pieces({ pieces }: { pieces: WrittenPiece[] }) {
  const t = useT();
  if (pieces.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t("ui-write-newest")}
      </Title>
      <Stack gap="sm" maw={980}>
        {pieces.map((one) => (
          <Paper key={`${one.case} ${one.sample}`} withBorder p="sm" data-piece={one.case} data-ended={one.cut !== null || undefined}>
            <Group gap="xs" mb={4}>
              <Text size="sm" fw={650}>
                {one.case}
              </Text>
              <Text size="sm" c="dimmed">
                {t("ui-output-sample", { sample: one.sample + 1 })}
              </Text>
              {one.cut === null ? (
                <Badge variant="light" tt="none">
                  {t("ui-write-writing")}
                </Badge>
              ) : null}
              {one.cut ? <Cut /> : null}
            </Group>
            <Text className={styles.text ?? ""}>{one.text}</Text>
          </Paper>
        ))}
      </Stack>
    </section>
  );
}

function Cut() {
  const t = useT();
  return (
    <Badge variant="light" color="orange" tt="none">
      {t("ui-write-cut")}
    </Badge>
  );
}

const LISTS = ["actions", "events", "causes", "countermeasures"] as const;

/** Incidents taken apart. */
export function Parts({ rows }: { rows: IncidentView[] }) {
  const t = useT();
  if (rows.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t("ui-write-read")}
      </Title>
      <Stack gap="sm">
        {rows.map((one) => (
          <Paper key={`${one.case} ${one.sample}`} withBorder p="sm" data-incident={one.case}>
            <Group gap="xs" mb="xs">
              <Text size="sm" fw={650}>
                {one.case}
              </Text>
              <Text size="sm" c="dimmed">
                {t("ui-output-sample", { sample: one.sample + 1 })}
              </Text>
              {one.cut ? <Cut /> : null}
            </Group>
            <SimpleGrid cols={4} spacing="md">
              {LISTS.map((list) => (
                <div key={list} data-list={list}>
                  <Text size="xs" c="dimmed" fw={600}>
                    {t(`ui-incident-${list}`)}
                  </Text>
                  {one[list].length === 0 ? (
                    <Text size="sm" c="dimmed">
                      {t("ui-incident-nothing")}
                    </Text>
                  ) : (
                    <List size="sm">
                      {one[list].map((text, at) => (
                        <List.Item key={`${at} ${text}`}>{text}</List.Item>
                      ))}
                    </List>
                  )}
                </div>
              ))}
            </SimpleGrid>
          </Paper>
        ))}
      </Stack>
    </section>
  );
}
