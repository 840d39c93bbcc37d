import { Badge, Button, Group, Progress, Table, Text, Title } from "@mantine/core";
import { useT } from "../../app/locale";
import type { JudgeRunView } from "../../bridge/ipc";
import styles from "./JudgeRoom.module.css";

/** Judgings so far: how far each came, and what can become of one that ended early. */
export function RunsPanel({ runs, chosen, busy, onShow, onGoOn, onDiscard }: {
  runs: JudgeRunView[];
  chosen: string | null;
  busy: boolean;
  onShow: (id: string) => void;
  onGoOn: (id: string) => void;
  onDiscard: (id: string, gone: boolean) => void;
}) {
  const t = useT();
  const kept = runs.filter((one) => !one.discarded);
  const gone = runs.filter((one) => one.discarded);
  if (runs.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t("ui-judge-runs")}
      </Title>
      <Table maw={980} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-judge-run")}</Table.Th>
            <Table.Th>{t("ui-judge-adapter")}</Table.Th>
            <Table.Th>{t("ui-judge-verdicts")}</Table.Th>
            <Table.Th>{t("ui-judge-samples")}</Table.Th>
            <Table.Th>{t("ui-judge-state")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {kept.map((one) => (
            <Table.Tr key={one.id} className={styles.run} data-run={one.name} data-state={one.state} data-chosen={one.id === chosen || undefined} onClick={() => onShow(one.id)}>
              <Table.Td>
                <button type="button" className={styles.plain} aria-pressed={one.id === chosen} onClick={() => onShow(one.id)}>
                  {one.name}
                </button>
              </Table.Td>
              <Table.Td>{one.endpoint ? `${one.endpoint.model} (${one.endpoint.url})` : (one.adapter ?? t("ui-judge-no-adapter"))}</Table.Td>
              <Table.Td>{one.verdicts}</Table.Td>
              <Table.Td>{one.samples}</Table.Td>
              <Table.Td onClick={(event) => event.stopPropagation()}>
                {one.asked === null ? (
                  <Badge variant="light" color="green" tt="none">
                    {t("ui-write-done")}
                  </Badge>
                ) : (
                  <Unfinished run={one} asked={one.asked} busy={busy} onGoOn={onGoOn} onDiscard={onDiscard} />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {kept.some((one) => one.asked !== null) ? (
        <Text size="xs" c="dimmed" mt={4}>
          {t("ui-judge-discard-note")}
        </Text>
      ) : null}
      {gone.length > 0 ? (
        <Group gap="sm" mt="xs">
          <Text size="sm">{t("ui-judge-discarded")}</Text>
          {gone.map((one) => (
            <Button key={one.id} variant="subtle" size="compact-sm" disabled={busy} onClick={() => onDiscard(one.id, false)} data-take-back={one.name}>
              {t("ui-judge-take-back", { name: one.name })}
            </Button>
          ))}
        </Group>
      ) : null}
    </section>
  );
}

function Unfinished({ run, asked, busy, onGoOn, onDiscard }: {
  run: JudgeRunView;
  asked: number;
  busy: boolean;
  onGoOn: (id: string) => void;
  onDiscard: (id: string, gone: boolean) => void;
}) {
  const t = useT();
  const said = t("ui-judge-progress", { verdicts: run.verdicts, asked });
  return (
    <Group gap="sm" wrap="nowrap" data-unfinished={run.name}>
      <div>
        <Text size="xs">{said}</Text>
        <Progress value={asked > 0 ? (100 * run.verdicts) / asked : 0} w={120} aria-label={said} />
      </div>
      <Button variant="default" size="compact-sm" onClick={() => onGoOn(run.id)} disabled={busy} data-go-on={run.name}>
        {t("ui-judge-go-on")}
      </Button>
      <Button variant="subtle" color="red" size="compact-sm" onClick={() => onDiscard(run.id, true)} disabled={busy} data-discard={run.name}>
        {t("ui-judge-discard")}
      </Button>
    </Group>
  );
}
