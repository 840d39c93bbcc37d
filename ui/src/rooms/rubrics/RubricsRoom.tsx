import { Badge, Button, Group, List, SegmentedControl, Table, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { usePick, useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { Criterion, Rubric, RubricRef } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";
import { Empty, Page } from "../../parts/Page";
import { isAsked } from "../rate/questions";
import styles from "./RubricsRoom.module.css";

/** The project's rubrics, read in full; and the shipped ones to add. */
export function RubricsRoom() {
  const t = useT();
  const pick = usePick();
  const { project } = Open.use();
  const [chosen, setChosen] = useState<string | null>(null);
  const head = project.rubrics.find((one) => one.id === chosen) ?? project.rubrics[0];
  return (
    <Page title={t("ui-room-rubrics")} note={t("ui-rubrics-note")}>
      {project.rubrics.length > 1 ? (
        <SegmentedControl
          mb="lg"
          value={head?.id ?? ""}
          onChange={setChosen}
          data={project.rubrics.map((one) => ({ value: one.id, label: pick(one.title) }))}
        />
      ) : null}
      {head ? <Sheet rubric={{ id: head.id, version: head.version }} /> : <Empty title={t("ui-rubrics-empty")} hint={t("ui-rubrics-empty-hint")} />}
      <Shipped />
    </Page>
  );
}

function Sheet({ rubric }: { rubric: RubricRef }) {
  const bridge = useBridge();
  const found = useQuery({ queryKey: ["rubric", rubric.id, rubric.version], queryFn: () => bridge.rubricGet(rubric) });
  if (found.error) return <ErrorNote error={found.error} />;
  return found.data ? <RubricSheet rubric={found.data} /> : null;
}

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
    </section>
  );
}

function Shipped() {
  const t = useT();
  const pick = usePick();
  const bridge = useBridge();
  const client = useQueryClient();
  const { project, refresh } = Open.use();
  const [error, setError] = useState<unknown>(null);
  const shipped = useQuery({ queryKey: ["shipped"], queryFn: () => bridge.rubricShipped() });
  const missing = (shipped.data ?? []).filter((one) => !project.rubrics.some((has) => has.id === one.id));
  if (missing.length === 0) return <ErrorNote error={shipped.error} />;
  async function add(id: string) {
    setError(null);
    try {
      await bridge.rubricAdd({ shipped: id });
      await refresh();
      await client.invalidateQueries({ queryKey: ["queue"] });
    } catch (reason) {
      setError(reason);
    }
  }
  return (
    <section className={styles.shipped}>
      <Title order={2} size="h5" mb="xs">
        {t("ui-rubrics-shipped")}
      </Title>
      <ErrorNote error={error} />
      {missing.map((one) => (
        <Group key={one.id} justify="space-between" className={styles.offer}>
          <Text>{pick(one.title)}</Text>
          <Button size="xs" variant="default" onClick={() => void add(one.id)}>
            {t("ui-rubric-add")}
          </Button>
        </Group>
      ))}
    </section>
  );
}
