import { Alert, Button, Checkbox, Group, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useT } from "../../app/locale";
import { useJobs } from "../../app/jobs";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { DeviceWish, Lang, WriteKind, WriteStart } from "../../bridge/ipc";
import { clock } from "../../parts/numbers";
import { ErrorNote } from "../shared/ErrorNote";
import { JobPanel } from "../shared/JobPanel";
import { ModelPick } from "../shared/ModelPick";
import { More } from "../shared/More";
import { Parts, Pieces } from "./Texts";
import { Runs } from "./Runs";

/** The settings that are good to start with: few tokens for an answer, room for four lists. */
const TOKENS: Record<WriteKind, number> = { outputs: 400, incidents: 512 };

/** Apple's GPUs are for training only. */
const DEVICES = ["auto", "cpu", "cuda"] as const satisfies DeviceWish[];

/** Lets a model write about every case: which model, how often, by which prompt. */
export function Writer({ kind }: { kind: WriteKind }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { refresh } = Open.use();
  const { texts: job } = useJobs();
  const models = useQuery({ queryKey: ["models"], queryFn: () => bridge.modelList() });
  const adapters = useQuery({ queryKey: ["adapters"], queryFn: () => bridge.adapterList() });
  const prompts = useQuery({ queryKey: ["prompts"], queryFn: () => bridge.promptList() });
  const runs = useQuery({ queryKey: ["write-runs", kind], queryFn: () => bridge.writeRuns(kind) });
  const [named, setNamed] = useState<string | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const [start, setStart] = useState<Omit<WriteStart, "name">>({
    model: null,
    adapter: null,
    prompt: null,
    versions: {},
    limit: null,
    samples: 1,
    sampling: { temperature: 0.7, top_p: 1, top_k: 0, min_p: 0, repetition_penalty: 1 },
    max_tokens: TOKENS[kind],
    seed: 1,
    threads: null,
    fast: false,
    device: "auto",
  });
  const set = (part: Partial<WriteStart>) => setStart((old) => ({ ...old, ...part }));
  useEffect(() => {
    const first = models.data?.[0];
    if (first) setStart((old) => (old.model === null ? { ...old, model: first.path } : old));
  }, [models.data]);

  // A name that is taken would be refused, or go on with another run: offer the next free one.
  const taken = new Set(runs.data?.map((one) => one.name));
  const stem = start.adapter ?? t(`ui-write-name-${kind}`);
  let free = stem;
  for (let next = 2; taken.has(free); next++) free = `${stem} ${next}`;
  const name = named ?? free;

  async function after() {
    setNamed(null);
    setShown(null);
    await client.invalidateQueries({ queryKey: ["write-runs", kind] });
    if (kind === "outputs") await Promise.all([client.invalidateQueries({ queryKey: ["cases"] }), client.invalidateQueries({ queryKey: ["case"] }), refresh()]);
    else await client.invalidateQueries({ queryKey: ["incidents"] });
  }
  const run = async () => {
    await job.start((on) => bridge.writeRun(kind, { ...start, name }, on));
    await after();
  };
  const goOn = async (id: string) => {
    await job.start((on) => bridge.writeGoOn(kind, id, on));
    await after();
  };
  const prompt = kind === "outputs" ? "answer" : "incident";
  const own = (lang: Lang) => (prompts.data ?? []).filter((one) => one.name === prompt && one.lang === lang && one.version > 0);
  const read = shown ?? (kind === "incidents" ? runs.data?.at(-1)?.name : null) ?? null;
  const count = (label: string, value: number, least: number, most: number, step: number, change: (value: number) => void, field: string) => (
    <NumberInput
      label={t(label)}
      value={value}
      min={least}
      max={most}
      step={step}
      w={150}
      disabled={job.running}
      data-field={field}
      onChange={(next) => typeof next === "number" && change(next)}
    />
  );

  return (
    <Stack gap="lg">
      <ModelPick value={start.model} onChange={(model) => set({ model, adapter: null })} disabled={job.running} />
      <Group align="end" gap="md">
        <TextInput label={t("ui-write-name")} value={name} w={220} disabled={job.running} onChange={(event) => setNamed(event.currentTarget.value)} data-field="name" />
        <Select
          label={t("ui-judge-adapter")}
          value={start.adapter ?? ""}
          w={220}
          disabled={job.running}
          data={[{ value: "", label: t("ui-judge-no-adapter") }, ...(adapters.data ?? []).map((one) => ({ value: one.name, label: one.name }))]}
          onChange={(id) => set({ adapter: id || null })}
        />
        {(["ja", "en"] as const)
          .filter((lang) => own(lang).length > 0)
          .map((lang) => (
            <Select
              key={lang}
              label={t("ui-write-prompt-of", { lang: t(`ui-lang-${lang}`) })}
              value={String(start.versions?.[lang] ?? 0)}
              w={220}
              disabled={job.running}
              allowDeselect={false}
              data={[{ value: "0", label: t("ui-prompt-shipped") }, ...own(lang).map((one) => ({ value: String(one.version), label: t("ui-prompt-version", { version: one.version }) }))]}
              onChange={(value) => {
                const { [lang]: _, ...others } = start.versions ?? {};
                set({ versions: value && value !== "0" ? { ...others, [lang]: Number(value) } : others });
              }}
              data-version={lang}
            />
          ))}
      </Group>
      <Group align="end" gap="md">
        {count("ui-write-samples", start.samples, 1, 100, 1, (samples) => set({ samples }), "samples")}
        <NumberInput
          label={t("ui-write-limit")}
          value={start.limit ?? ""}
          min={1}
          w={150}
          disabled={job.running}
          placeholder={t("ui-write-all")}
          onChange={(value) => set({ limit: typeof value === "number" ? value : null })}
          data-field="limit"
        />
      </Group>
      <More>
        <Group align="end" gap="md" mt="sm">
          {count("ui-write-temperature", start.sampling.temperature, 0, 2, 0.1, (temperature) => set({ sampling: { ...start.sampling, temperature } }), "temperature")}
          {count("ui-write-max-tokens", start.max_tokens, 1, 8192, 64, (max_tokens) => set({ max_tokens }), "max-tokens")}
          {count("ui-seed", start.seed, 0, 4294967295, 1, (seed) => set({ seed }), "seed")}
          <Select
            label={t("ui-judge-device")}
            value={start.device ?? "auto"}
            w={200}
            disabled={job.running}
            allowDeselect={false}
            data={DEVICES.map((value) => ({ value, label: t(`ui-judge-device-${value}`) }))}
            onChange={(value) => value && set({ device: value as DeviceWish })}
          />
          <Checkbox label={t("ui-write-fast")} checked={start.fast} disabled={job.running} mb={8} onChange={(event) => set({ fast: event.currentTarget.checked })} />
        </Group>
      </More>
      {job.running ? null : (
        <Group>
          <Button size="md" onClick={() => void run()} disabled={start.model === null || name.trim() === ""} data-start>
            {t(`ui-write-start-${kind}`)}
          </Button>
        </Group>
      )}
      {job.running ? <JobPanel progress={job.progress} losses={[]} onCancel={job.cancel} stopping={job.stopping} /> : null}
      <ErrorNote error={job.error ?? runs.error ?? prompts.error} />
      {job.done ? (
        <Alert role="status" color="green" variant="light" maw={860} data-written={job.done.texts}>
          {t("ui-write-finished", { texts: job.done.texts, cases: job.done.cases, cut: job.done.cut, time: clock(job.done.seconds) })} {t("ui-judge-computed-on", { device: job.done.device })}
        </Alert>
      ) : null}
      {job.done?.skipped.map((one) => (
        <div key={one.case} data-skipped={one.case}>
          {one.case}
          <ErrorNote error={one.reason} />
        </div>
      ))}
      <Runs runs={runs.data ?? []} busy={job.running} onGoOn={(id) => void goOn(id)} onShow={kind === "incidents" ? setShown : null} />
      {kind === "outputs" ? <Pieces pieces={job.pieces} /> : job.running ? <Parts rows={job.incidents} /> : read ? <Stored name={read} /> : null}
    </Stack>
  );
}

/** What a run read in the incidents. */
function Stored({ name }: { name: string }) {
  const bridge = useBridge();
  const found = useQuery({ queryKey: ["incidents", name], queryFn: () => bridge.incidentList(name) });
  if (found.error) return <ErrorNote error={found.error} />;
  return <Parts rows={found.data ?? []} />;
}
