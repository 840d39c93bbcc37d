import { Alert, Button, Collapse, Group, NumberInput, Paper, SimpleGrid, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { RubricRef, TrainStart, TrainSummary } from "../../bridge/ipc";
import { ErrorNote } from "../../parts/ErrorNote";
import { Figure, JobPanel } from "../../parts/JobPanel";
import { ModelPick } from "../../parts/ModelPick";
import { bytes, clock, short } from "../../parts/numbers";
import { Empty, Page } from "../../parts/Page";
import { useJob } from "../../parts/useJob";

/** Trains an adapter on gold: choose a model, see what it will take, start. */
export function TrainRoom() {
  const t = useT();
  const { project } = Open.use();
  const head = project.rubrics[0];
  return (
    <Page title={t("ui-room-train")} note={t("ui-train-note")}>
      {head ? <Bench rubric={{ id: head.id, version: head.version }} /> : <Empty title={t("ui-rate-no-rubric")} hint={t("ui-rate-no-rubric-hint")} />}
    </Page>
  );
}

function Bench({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const job = useJob<TrainSummary>();
  const [start, setStart] = useState<TrainStart | null>(null);
  const [more, setMore] = useState(false);
  const defaults = useQuery({ queryKey: ["train-defaults", rubric.id, rubric.version], queryFn: () => bridge.trainDefaults(rubric) });
  useEffect(() => {
    if (defaults.data) setStart((old) => old ?? defaults.data);
  }, [defaults.data]);
  const plan = useQuery({
    queryKey: ["train-plan", start],
    queryFn: () => (start ? bridge.trainPlan(start) : Promise.reject(new Error("no start"))),
    enabled: start !== null && start.model !== "" && !job.running,
  });
  if (defaults.error) return <ErrorNote error={defaults.error} />;
  if (!start) return null;
  const set = (part: Partial<TrainStart>) => setStart({ ...start, ...part });

  async function run() {
    if (!start) return;
    await job.start((on) => bridge.trainRun(start, on));
    await client.invalidateQueries({ queryKey: ["adapters"] });
  }

  return (
    <Stack gap="lg" maw={900}>
      <ModelPick value={start.model || null} onChange={(model) => set({ model })} disabled={job.running} />
      <TextInput label={t("ui-adapter-name")} value={start.name} onChange={(event) => set({ name: event.currentTarget.value })} maw={420} disabled={job.running} />
      <div>
        <Button variant="subtle" size="xs" onClick={() => setMore(!more)} aria-expanded={more}>
          {t(more ? "ui-less-settings" : "ui-more-settings")}
        </Button>
        <Collapse expanded={more}>
          <SimpleGrid cols={4} mt="sm">
            <Count label={t("ui-train-epochs")} value={start.epochs} step={0.5} min={0.1} onChange={(epochs) => set({ epochs })} />
            <Count label={t("ui-train-rate")} value={start.learning_rate} step={0.0001} min={0.000001} onChange={(learning_rate) => set({ learning_rate })} />
            <Count label="r" value={start.r} step={4} min={1} onChange={(r) => set({ r })} />
            <Count label="alpha" value={start.alpha} step={4} min={1} onChange={(alpha) => set({ alpha })} />
            <Count label={t("ui-train-dropout")} value={start.dropout} step={0.05} min={0} onChange={(dropout) => set({ dropout })} />
            <Count label={t("ui-seed")} value={start.seed} step={1} min={0} onChange={(seed) => set({ seed })} />
          </SimpleGrid>
        </Collapse>
      </div>
      {plan.data ? (
        <Paper withBorder p="md">
          <SimpleGrid cols={4}>
            <Figure name={t("ui-train-examples")} value={String(plan.data.examples)} />
            <Figure name={t("ui-train-held-out")} value={String(plan.data.held_out)} />
            <Figure name={t("ui-train-trainable")} value={short(plan.data.trainable)} />
            <Figure name={t("ui-train-peak")} value={bytes(plan.data.peak_bytes)} />
          </SimpleGrid>
        </Paper>
      ) : null}
      <ErrorNote error={plan.error} />
      {job.running ? (
        <JobPanel progress={job.progress} losses={job.losses} onCancel={job.cancel} stopping={job.stopping} />
      ) : (
        <Group>
          <Button size="md" onClick={() => void run()} disabled={!plan.data?.fits || start.name.trim() === ""} data-start>
            {t("ui-train-start")}
          </Button>
          {plan.data && !plan.data.fits ? <Text c="red">{t("ui-train-too-big")}</Text> : null}
        </Group>
      )}
      <ErrorNote error={job.error} />
      {job.done ? (
        <Alert color="green" variant="light" data-trained>
          {t("ui-train-finished", {
            name: job.done.adapter.name,
            steps: job.done.steps,
            first: job.done.first_loss?.toFixed(3) ?? "–",
            last: job.done.last_loss?.toFixed(3) ?? "–",
            time: clock(job.done.seconds),
          })}
        </Alert>
      ) : null}
      <Adapters />
    </Stack>
  );
}

function Count({ label, value, step, min, onChange }: { label: string; value: number; step: number; min: number; onChange: (value: number) => void }) {
  return (
    <NumberInput label={label} value={value} step={step} min={min} onChange={(next) => typeof next === "number" && onChange(next)} />
  );
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
            <Table.Th>{t("ui-model")}</Table.Th>
            <Table.Th>{t("ui-train-last-loss")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {adapters.data.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>{one.name}</Table.Td>
              <Table.Td>{one.model}</Table.Td>
              <Table.Td>{one.loss?.toFixed(3) ?? "–"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
