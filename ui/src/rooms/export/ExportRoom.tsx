import { Alert, Button, Group, List, Radio, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useJobs } from "../../app/jobs";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { ExportFormat, ExportReply, RubricRef } from "../../bridge/ipc";
import { Page } from "../../parts/Page";
import { ByRubric } from "../shared/ByRubric";
import { ErrorNote } from "../shared/ErrorNote";
import { JobPanel } from "../shared/JobPanel";
import { LeadOnly } from "../shared/LeadOnly";
import { ToGold } from "../shared/ToGold";
import styles from "./ExportRoom.module.css";

/** Each format with what its file's name ends in. */
const FORMATS: [ExportFormat, string][] = [
  ["dataset", ""],
  ["csv", ".csv"],
  ["sft", ".jsonl"],
  ["dpo", ".jsonl"],
  ["kto", ".jsonl"],
  ["healthbench", ".jsonl"],
  ["healthbench_meta", ".jsonl"],
  ["label_studio", ".json"],
  ["argilla", ".jsonl"],
];

const idOf = (format: ExportFormat) => format.replaceAll("_", "-");

/** Writes expert-labelled datasets: choose a format, see where it goes, write. */
export function ExportRoom() {
  const t = useT();
  const { project } = Open.use();
  return (
    <Page title={t("ui-room-export")} note={t("ui-export-note")}>
      <LeadOnly>
        <ByRubric>{(rubric) => (project.outputs === 0 ? <ToGold title={t("ui-export-empty")} /> : <Desk rubric={rubric} />)}</ByRubric>
      </LeadOnly>
    </Page>
  );
}

function Desk({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const bridge = useBridge();
  const { project } = Open.use();
  const { write: job } = useJobs();
  const [format, setFormat] = useState<ExportFormat>("dataset");
  const [place, setPlace] = useState<string | null>(null);
  const [cp932, setCp932] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const ending = FORMATS.find(([one]) => one === format)?.[1] ?? "";
  const name = `${rubric.id}-${rubric.version}-${idOf(format)}${ending}`;
  // Beside the project's other exports, unless another place is chosen.
  const slash = project.path.includes("\\") ? "\\" : "/";
  const path = place ?? [project.path, "exports", name].join(slash);
  const table = format === "csv" || format === "dataset";

  async function choose() {
    setError(null);
    try {
      const picked = await bridge.pickPlace(name);
      if (picked) setPlace(picked);
    } catch (reason) {
      setError(reason);
    }
  }

  return (
    <Stack gap="lg" maw={980}>
      {project.gold === 0 ? <ToGold note title={t("ui-export-without-gold")} /> : null}
      <Radio.Group
        label={t("ui-export-format")}
        value={format}
        onChange={(value) => {
          setFormat(value as ExportFormat);
          setPlace(null);
        }}
      >
        <SimpleGrid cols={3} spacing="sm" mt="xs">
          {FORMATS.map(([one]) => (
            <Radio.Card key={one} value={one} p="sm" disabled={job.running} className={styles.format ?? ""} data-format={one}>
              <Group wrap="nowrap" align="flex-start" gap="sm">
                <Radio.Indicator />
                <div>
                  <Text fw={650} size="sm">
                    {t(`ui-export-format-${idOf(one)}`)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {t(`ui-export-format-${idOf(one)}-note`)}
                  </Text>
                </div>
              </Group>
            </Radio.Card>
          ))}
        </SimpleGrid>
      </Radio.Group>
      <Group align="end" wrap="nowrap">
        <TextInput
          className={styles.place ?? ""}
          label={t(format === "dataset" ? "ui-export-folder" : "ui-export-file")}
          value={path}
          disabled={job.running}
          onChange={(event) => setPlace(event.currentTarget.value)}
          data-place
        />
        <Button variant="default" onClick={() => void choose()} disabled={job.running}>
          {t("ui-export-elsewhere")}
        </Button>
      </Group>
      {table ? (
        <Switch
          label={t("ui-export-cp932")}
          description={t("ui-export-cp932-note")}
          checked={cp932}
          disabled={job.running}
          onChange={(event) => setCp932(event.currentTarget.checked)}
          data-cp932
        />
      ) : null}
      {job.running ? (
        <JobPanel progress={job.progress} losses={[]} onCancel={job.cancel} stopping={job.stopping} />
      ) : (
        <Group>
          <Button
            size="md"
            disabled={path.trim() === ""}
            onClick={() => void job.start((on) => bridge.exportRun({ rubric, format, path: path.trim(), cp932: table && cp932 }, on))}
            data-export
          >
            {t("ui-export-start")}
          </Button>
          <Text size="sm" c="dimmed">
            {t("ui-export-codes")}
          </Text>
        </Group>
      )}
      <ErrorNote error={error ?? job.error} />
      {job.done ? <Written reply={job.done} /> : null}
    </Stack>
  );
}

/** What was written where, and the characters that the encoding could not hold. */
function Written({ reply }: { reply: ExportReply }) {
  const t = useT();
  return (
    <Stack gap="sm">
      <Alert role="status" color="green" variant="light" title={t("ui-export-done")} data-exported>
        <List size="sm">
          {Object.entries(reply.files).map(([name, path]) => (
            <List.Item key={name} className={styles.path ?? ""}>
              {path}
              {reply.lines[name] === undefined ? null : (
                <Text span size="sm" c="dimmed" ml={8}>
                  {t("ui-export-lines", { count: reply.lines[name] })}
                </Text>
              )}
            </List.Item>
          ))}
        </List>
      </Alert>
      {reply.unwritable_count > 0 ? (
        <Alert role="note" color="yellow" variant="light" title={t("ui-export-unwritable", { count: reply.unwritable_count })} data-unwritable>
          <List size="sm">
            {reply.unwritable.slice(0, 50).map((cell) => (
              <List.Item key={cell}>{cell}</List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
    </Stack>
  );
}
