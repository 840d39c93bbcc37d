import { Alert, Button, Group, SimpleGrid, Stack, Table, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useT } from "../../app/locale";
import { useJobs } from "../../app/jobs";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { RubricRef, TrainStart } from "../../bridge/ipc";
import { ByRubric } from "../shared/ByRubric";
import { ErrorNote } from "../shared/ErrorNote";
import { Figure, JobPanel } from "../shared/JobPanel";
import { LeadOnly } from "../shared/LeadOnly";
import { ModelPick } from "../shared/ModelPick";
import { More } from "../shared/More";
import { ToGold } from "../shared/ToGold";
import { bytes, clock, short } from "../../parts/numbers";
import { Page } from "../../parts/Page";
import { OverLong, PlanView } from "./PlanView";
import { Preview } from "./Preview";
import { Settings } from "./Settings";

/** Examples that a preview shows. */
const PREVIEWED = 3;

/** Trains an adapter on gold: choose a model, see what it will take, start. */
export function TrainRoom() {
  const t = useT();
  const { project } = Open.use();
  return (
    <Page title={t("ui-room-train")} note={t("ui-train-note")}>
      <LeadOnly>
        <ByRubric>
          {(rubric) =>
            project.gold === 0 ? (
              <>
                <ToGold title={t("ui-train-empty")} />
                <Adapters />
              </>
            ) : (
              <Bench rubric={rubric} />
            )
          }
        </ByRubric>
      </LeadOnly>
    </Page>
  );
}

function Bench({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { train: job, plan } = useJobs();
  const preview = useMutation({ mutationFn: (request: TrainStart) => bridge.trainPreview(request, PREVIEWED) });
  const [start, setStart] = useState<TrainStart | null>(null);
  const defaults = useQuery({ queryKey: ["train-defaults", rubric.id, rubric.version], queryFn: () => bridge.trainDefaults(`${rubric.id}@${rubric.version}`) });
  useEffect(() => {
    if (defaults.data) setStart((old) => old ?? defaults.data);
  }, [defaults.data]);
  const models = useQuery({ queryKey: ["models"], queryFn: () => bridge.modelList() });
  // A name that is taken would be refused: offer the next free one.
  const adapters = useQuery({ queryKey: ["adapters"], queryFn: () => bridge.adapterList() });
  useEffect(() => {
    const taken = new Set(adapters.data?.map((one) => one.name));
    setStart((old) => {
      if (!old || !taken.has(old.name)) return old;
      const stem = old.name.replace(/-\d+$/, "");
      let next = 2;
      while (taken.has(`${stem}-${next}`)) next += 1;
      return { ...old, name: `${stem}-${next}` };
    });
  }, [adapters.data, start === null]);
  if (defaults.error) return <ErrorNote error={defaults.error} />;
  if (!start) return null;
  const set = (part: Partial<TrainStart>) => setStart({ ...start, ...part });

  const ready = start.name.trim() !== "" && Boolean(models.data?.length);

  async function run() {
    if (!start) return;
    await job.start((on) => bridge.trainRun(start, on));
    await client.invalidateQueries({ queryKey: ["adapters"] });
  }

  return (
    <Stack gap="lg" maw={900}>
      <ModelPick value={start.model ?? models.data?.[0]?.path ?? null} onChange={(model) => set({ model })} disabled={job.running} />
      <TextInput label={t("ui-adapter-name")} value={start.name} onChange={(event) => set({ name: event.currentTarget.value })} maw={420} disabled={job.running} />
      <More>
        <Settings start={start} set={set} />
      </More>
      {job.running ? (
        <JobPanel progress={job.progress} losses={job.losses} onCancel={job.cancel} stopping={job.stopping} />
      ) : (
        <Group>
          <Button size="md" onClick={() => void run()} disabled={!ready || plan.running} data-start>
            {t("ui-train-start")}
          </Button>
          <Button size="md" variant="default" onClick={() => void plan.start((on) => bridge.trainPlan(start, on))} disabled={!ready || plan.running} data-plan-start>
            {t("ui-train-plan")}
          </Button>
          <Button size="md" variant="subtle" onClick={() => preview.mutate(start)} disabled={!ready || preview.isPending} data-preview-start>
            {t("ui-train-preview")}
          </Button>
        </Group>
      )}
      {plan.running ? <JobPanel progress={plan.progress} losses={plan.losses} onCancel={plan.cancel} stopping={plan.stopping} /> : null}
      <ErrorNote error={job.error ?? plan.error ?? preview.error} />
      {plan.done && !job.running && !job.done ? <PlanView plan={plan.done} /> : null}
      {preview.data && !job.running ? <Preview examples={preview.data} /> : null}
      {job.done ? (
        <Alert role="status" color="green" variant="light" data-trained title={t("ui-train-finished", { name: job.done.name, steps: job.done.steps, time: clock(job.done.seconds) })}>
          <SimpleGrid cols={6}>
            <Figure name={t("ui-train-examples")} value={String(job.done.examples)} />
            <Figure name={t("ui-train-held-out")} value={String(job.done.evaluated)} />
            <Figure name={t("ui-train-trainable")} value={short(job.done.trainable)} />
            <Figure name={t("ui-train-loss")} value={`${three(job.done.first_loss)} → ${three(job.done.last_loss)}`} />
            <Figure name={t("ui-train-evaluated-loss")} value={`${three(job.done.first_evaluation)} → ${three(job.done.last_evaluation)}`} />
            <Figure name={t("ui-train-kept-step")} value={job.done.stopped_early ? t("ui-train-kept-early", { step: job.done.kept_step }) : String(job.done.kept_step)} />
            <Figure name={t("ui-train-kl")} value={three(job.done.kl)} />
            <Figure name={t("ui-train-device")} value={job.done.device} />
            <Figure name={t("ui-job-memory")} value={t("ui-train-of-planned", { measured: bytes(job.done.peak_device_bytes ?? job.done.peak_rss_bytes), planned: bytes(job.done.planned_bytes) })} />
            {job.done.driver_bytes === null ? null : <Figure name={t("ui-train-driver")} value={bytes(job.done.driver_bytes)} />}
          </SimpleGrid>
          <OverLong list={job.done.over_long} />
        </Alert>
      ) : null}
      <Adapters />
    </Stack>
  );
}

function three(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

function Adapters() {
  const t = useT();
  const bridge = useBridge();
  const adapters = useQuery({ queryKey: ["adapters"], queryFn: () => bridge.adapterList() });
  if (!adapters.data?.length) return <ErrorNote error={adapters.error} />;
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t("ui-adapters")}
      </Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-adapter-name")}</Table.Th>
            <Table.Th>{t("ui-train-trainable")}</Table.Th>
            <Table.Th>{t("ui-train-last-loss")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {adapters.data.map((one) => (
            <Table.Tr key={one.name}>
              <Table.Td>{one.name}</Table.Td>
              <Table.Td>{one.trainable === null ? "–" : short(one.trainable)}</Table.Td>
              <Table.Td>{three(one.loss)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
