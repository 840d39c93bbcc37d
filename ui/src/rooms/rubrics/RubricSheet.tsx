import { Badge, Group, List, Table, Text, Title } from "@mantine/core";
import { usePick, useT } from "../../app/locale";
import type { Criterion, Rubric } from "../../bridge/ipc";
import { SafeMarkdown } from "../../parts/SafeMarkdown";
import { Examples } from "../rate/Examples";
import { isAsked } from "../rate/questions";
import styles from "./RubricsRoom.module.css";

/** A rubric as one reads it before rating by it. */
export function RubricSheet({ rubric }: { rubric: Rubric }) {
  const t = useT();
  const pick = usePick();
  return (
    <article className={styles.sheet}>
      <Group gap="sm" align="baseline">
        <Title order={2} size="h4">
          {pick(rubric.title)}
        </Title>
        <Badge variant="light" tt="none">
          {t("ui-rubric-version", { version: rubric.version })}
        </Badge>
      </Group>
      <Text mb="lg">{pick(rubric.description)}</Text>
      {pick(rubric.guidelines) ? (
        <section className={styles.guidelines} aria-label={t("ui-write-guidelines")} data-guidelines>
          <SafeMarkdown text={pick(rubric.guidelines)} image={t("ui-rate-image")} />
        </section>
      ) : null}
      {rubric.criteria.map((criterion) => (
        <CriterionSheet key={criterion.id} criterion={criterion} />
      ))}
    </article>
  );
}

function CriterionSheet({ criterion }: { criterion: Criterion }) {
  const t = useT();
  const pick = usePick();
  const { kind } = criterion;
  return (
    <section className={styles.criterion}>
      <Group gap="xs" align="baseline">
        <Title order={3} size="h5">
          {pick(criterion.label)}
        </Title>
        <Badge variant="outline" size="sm" color="gray" tt="none">
          {t(`ui-kind-${kind.type}`)}
        </Badge>
        {!isAsked(criterion) ? (
          <Badge variant="light" size="sm" color="gray" tt="none">
            {t("ui-rubric-derived")}
          </Badge>
        ) : criterion.required ? null : (
          <Badge variant="light" size="sm" color="gray" tt="none">
            {t(criterion.required_when ? "ui-rubric-required-when" : "ui-rubric-optional")}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" mb={6}>
        {pick(criterion.help)}
      </Text>
      {kind.type === "scale" ? (
        <Table withRowBorders={false} verticalSpacing={4}>
          <Table.Tbody>
            {kind.levels.map((level) => (
              <Table.Tr key={level.value}>
                <Table.Td className={styles.value}>{level.value}</Table.Td>
                <Table.Td className={styles.label}>{pick(level.label)}</Table.Td>
                <Table.Td>{pick(level.description)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : kind.type === "deductions" ? (
        <List size="sm">
          {kind.items.map((item) => (
            <List.Item key={item.id}>
              {pick(item.label)} <span className={styles.points}>−{item.points}</span>
            </List.Item>
          ))}
        </List>
      ) : kind.type === "choice" ? (
        <Text size="sm">{kind.options.map((option) => pick(option.label)).join(" ・ ")}</Text>
      ) : kind.type === "points" ? (
        <Text size="sm">{t("ui-rubric-points", { points: kind.points })}</Text>
      ) : kind.type === "number" ? (
        <Text size="sm">
          {kind.min} – {kind.max}
        </Text>
      ) : kind.type === "list" ? (
        <div className={styles.each}>
          {kind.each.map((inner) => (
            <CriterionSheet key={inner.id} criterion={inner} />
          ))}
        </div>
      ) : null}
      <Examples criterion={criterion} />
    </section>
  );
}
