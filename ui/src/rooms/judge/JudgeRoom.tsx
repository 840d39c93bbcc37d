import { Alert, Badge, Button, Checkbox, Group, MultiSelect, NumberInput, Select, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useHas, useT } from "../../app/locale";
import { useJobs } from "../../app/jobs";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { Beside, DeviceWish, JudgeEndpoint, JudgeStart, RubricRef, VerdictRow } from "../../bridge/ipc";
import { ByRubric } from "../shared/ByRubric";
import { ErrorNote } from "../shared/ErrorNote";
import { JobPanel } from "../shared/JobPanel";
import { LeadOnly } from "../shared/LeadOnly";
import { ModelPick } from "../shared/ModelPick";
import { More } from "../shared/More";
import { ToGold } from "../shared/ToGold";
import { clock, total } from "../../parts/numbers";
import { Page } from "../../parts/Page";
import { asFailure } from "../../bridge/failure";
import { ComparePanel } from "./ComparePanel";
import { EnsemblePanel } from "./EnsemblePanel";
import { HostsPanel } from "./HostsPanel";
import { Method } from "./Method";
import { QualityPanel } from "./QualityPanel";
import { RunsPanel } from "./RunsPanel";
import styles from "./JudgeRoom.module.css";

/** Lets a model rate: choose it, how often, which outputs; then read its verdicts beside gold. */
export function JudgeRoom() {
  const t = useT();
  const { project } = Open.use();
  return (
    <Page title={t("ui-room-judge")} note={t("ui-judge-note")}>
      <LeadOnly>
        <ByRubric>{(rubric) => (project.outputs === 0 ? <ToGold title={t("ui-judge-empty")} /> : <Bench rubric={rubric} />)}</ByRubric>
      </LeadOnly>
    </Page>
  );
}

/** Apple's GPUs are for training only. */
const DEVICES = ["auto", "cpu", "cuda"] as const satisfies DeviceWish[];

/** The model alone, among adapters; no folder of an adapter can have this name. */
const UNTRAINED = "/";

function Bench({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const hasText = useHas();
  const bridge = useBridge();
  const client = useQueryClient();
  const { judge: job } = useJobs();
  const { project } = Open.use();
  const models = useQuery({ queryKey: ["models"], queryFn: () => bridge.modelList() });
  const adapters = useQuery({ queryKey: ["adapters"], queryFn: () => bridge.adapterList() });
  const runs = useQuery({ queryKey: ["judge-runs"], queryFn: () => bridge.judgeRuns() });
  const [start, setStart] = useState<JudgeStart>({
    name: "",
    model: null,
    adapter: null,
    rubric,
    // Only where there is gold is something held out.
    which: project.gold > 0 ? "held_out" : "all",
    limit: null,
    samples: 4,
    temperature: 0.7,
    seed: 1,
    threads: null,
    fast: false,
    device: "auto",
  });
  const [shown, setShown] = useState<string | null>(null);
  const [elsewhere, setElsewhere] = useState<JudgeEndpoint | null>(null);
  const [allowed, setAllowed] = useState(false);
  const [beside, setBeside] = useState<string[]>([]);
  const [failed, setFailed] = useState<unknown>(null);
  const set = (part: Partial<JudgeStart>) => setStart((old) => ({ ...old, ...part }));
  useEffect(() => {
    const first = models.data?.[0];
    if (first) setStart((old) => (old.model === null ? { ...old, model: first.path } : old));
  }, [models.data]);

  const again = async () => {
    for (const key of ["judge-runs", "verdicts", "judge-hosts"]) await client.invalidateQueries({ queryKey: [key] });
  };
  async function run(allow: string[] = []) {
    setFailed(null);
    const request = { ...start, name, allow_self: allow };
    // At an endpoint nothing of this machine's models plays a part.
    const there = { ...request, model: null, adapter: null, fast: false, device: "auto" as const, from_probabilities: false };
    await job.start((on) => bridge.judgeRun(elsewhere ? there : { ...request, beside: others }, elsewhere, on));
    await again();
  }
  async function goOn(id: string) {
    setFailed(null);
    setShown(id);
    await job.start((on) => bridge.judgeGoOn(id, on));
    await again();
  }
  async function discard(id: string, gone: boolean) {
    setFailed(null);
    setShown(null);
    await bridge.judgeDiscard(id, gone).catch(setFailed);
    await again();
  }
  // A name says what judged; a number keeps it apart from earlier runs.
  const taken = new Set(runs.data?.map((one) => one.name));
  const nameOf = (adapter: string | null) => {
    const stem = adapter ?? t("ui-judge-untrained");
    let name = stem;
    for (let next = 2; taken.has(name); next++) name = `${stem} ${next}`;
    taken.add(name);
    return name;
  };
  const name = elsewhere ? nameOf(elsewhere.model.trim()) : nameOf(start.adapter ?? null);
  const besides = [UNTRAINED, ...(adapters.data ?? []).map((one) => one.name)].filter((id) => id !== (start.adapter ?? UNTRAINED));
  const others: Beside[] = beside
    .filter((id) => besides.includes(id))
    .map((id) => (id === UNTRAINED ? null : id))
    .map((adapter) => ({ name: nameOf(adapter), adapter }));
  const ready = elsewhere ? allowed && elsewhere.model.trim() !== "" : start.model !== null;
  const mine = (runs.data ?? []).filter((one) => one.rubric.id === rubric.id && one.rubric.version === rubric.version);
  const chosen = shown ?? job.done?.run ?? mine.find((one) => !one.discarded)?.id ?? null;
  const done = mine.filter((one) => one.state === "done");
  const failure = job.error ? asFailure(job.error) : null;
  // A judge of its own model's outputs: refused, and allowed only by saying the name.
  const own = failure?.code === "self-judging" && !job.running ? (failure.args.model ?? null) : null;
  const noGpu = job.done?.no_gpu ? `error-${job.done.no_gpu.code}` : null;
  const finished = mine.find((one) => one.id === chosen)?.state === "done";

  return (
    <Stack gap="lg">
      {project.gold === 0 ? <ToGold note title={t("ui-judge-without-gold")} /> : null}
      <Checkbox
        label={t("ui-host-use")}
        checked={elsewhere !== null}
        disabled={job.running}
        onChange={(event) => {
          setAllowed(false);
          setElsewhere(event.currentTarget.checked ? { url: "", model: "" } : null);
        }}
        data-elsewhere
      />
      {elsewhere ? (
        <HostsPanel endpoint={elsewhere} set={setElsewhere} disabled={job.running} onAllowed={setAllowed} />
      ) : (
        <ModelPick value={start.model} onChange={(model) => set({ model, adapter: null })} disabled={job.running} />
      )}
      <Group align="end" gap="md">
        <Select
          label={t("ui-judge-adapter")}
          value={start.adapter ?? ""}
          w={260}
          disabled={job.running || elsewhere !== null}
          data={[{ value: "", label: t("ui-judge-no-adapter") }, ...(adapters.data ?? []).map((one) => ({ value: one.name, label: one.name }))]}
          onChange={(id) => set({ adapter: id || null })}
        />
        {besides.length > 0 && !elsewhere && adapters.data?.length ? (
          <MultiSelect
            label={t("ui-judge-beside")}
            value={beside.filter((id) => besides.includes(id))}
            w={420}
            disabled={job.running}
            data={besides.map((id) => ({ value: id, label: id === UNTRAINED ? t("ui-judge-no-adapter") : id }))}
            onChange={setBeside}
            data-beside
          />
        ) : null}
        <Select
          label={t("ui-judge-which")}
          value={start.which}
          w={240}
          disabled={job.running}
          data={(["held_out", "unrated", "all"] as const).map((value) => ({ value, label: t(`ui-judge-which-${value.replace("_", "-")}`) }))}
          onChange={(value) => value && set({ which: value as JudgeStart["which"] })}
        />
        <NumberInput
          label={t("ui-judge-samples")}
          value={start.samples}
          min={1}
          max={100}
          w={130}
          disabled={job.running || (!elsewhere && (start.from_probabilities ?? false))}
          onChange={(value) => typeof value === "number" && set({ samples: value })}
        />
      </Group>
      <More>
        <Stack gap="md" mt="sm">
          <Method start={start} set={set} disabled={job.running} elsewhere={elsewhere !== null} />
          <Group align="end" gap="md">
            <NumberInput
              label={t("ui-seed")}
              value={start.seed}
              min={0}
              w={110}
              disabled={job.running}
              onChange={(value) => typeof value === "number" && set({ seed: value })}
            />
            <Select
              label={t("ui-judge-device")}
              value={start.device ?? "auto"}
              w={200}
              disabled={job.running}
              allowDeselect={false}
              data={DEVICES.map((value) => ({ value, label: t(`ui-judge-device-${value}`) }))}
              onChange={(value) => value && set({ device: value as DeviceWish })}
            />
          </Group>
        </Stack>
      </More>
      {job.running ? null : (
        <Group>
          <Button size="md" onClick={() => void run()} disabled={!ready} data-start>
            {t("ui-judge-start")}
          </Button>
        </Group>
      )}
      {job.running ? <JobPanel progress={job.progress} losses={[]} onCancel={job.cancel} stopping={job.stopping} /> : null}
      <ErrorNote error={failed ?? job.error ?? runs.error} />
      {own ? (
        <Button variant="default" color="orange" w="fit-content" onClick={() => void run([own])} data-allow-self={own}>
          {t("ui-judge-allow-self", { model: own })}
        </Button>
      ) : null}
      {job.done ? (
        <Alert role="status" color="green" variant="light" maw={860} data-judged>
          {[job.done, ...(job.done.beside ?? [])].map((one, at) => (
            <Text size="sm" key={one.run} data-judged-run={one.name}>
              {at > 0 || job.done?.beside?.length ? `${one.name}: ` : ""}
              {t("ui-judge-finished", { verdicts: one.verdicts, time: clock(one.seconds) })}
            </Text>
          ))}
          {job.done.missing > 0 ? <Text size="sm">{t("ui-judge-missing", { count: job.done.missing })}</Text> : null}
          {Object.entries(job.done.missing_reasons).map(([code, count]) =>
            hasText(`ui-judge-missing-${code}`) ? (
              <Text size="sm" key={code}>
                {t(`ui-judge-missing-${code}`, { count: count ?? 0 })}
              </Text>
            ) : null,
          )}
          {job.done.probabilities_refused ? <Text size="sm">{t("ui-judge-no-probabilities")}</Text> : null}
          {job.done.device === null ? null : t("ui-judge-computed-on", { device: job.done.device })}
          {noGpu && hasText(noGpu) ? (
            <Text size="sm" c="dimmed" data-no-gpu={job.done.no_gpu?.code}>
              {t(noGpu, job.done.no_gpu?.args)}
            </Text>
          ) : null}
        </Alert>
      ) : null}
      <RunsPanel runs={mine} chosen={chosen} busy={job.running} onShow={setShown} onGoOn={(id) => void goOn(id)} onDiscard={(id, gone) => void discard(id, gone)} />
      {job.running ? <Verdicts rows={job.verdicts} /> : chosen ? <Stored run={chosen} /> : null}
      {job.running || !chosen || !finished ? null : <QualityPanel rubric={rubric} run={chosen} />}
      {job.running ? null : <ComparePanel rubric={rubric} runs={done} />}
      {job.running ? null : <EnsemblePanel rubric={rubric} runs={done} />}
    </Stack>
  );
}

function Stored({ run }: { run: string }) {
  const bridge = useBridge();
  const found = useQuery({ queryKey: ["verdicts", run], queryFn: () => bridge.judgeVerdicts(run) });
  if (found.error) return <ErrorNote error={found.error} />;
  return <Verdicts rows={found.data ?? []} />;
}

/** Judged outputs: what the experts say, what the judge says, and each of its samples. */
function Verdicts({ rows }: { rows: VerdictRow[] }) {
  const t = useT();
  const { go } = Open.use();
  if (rows.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t("ui-judge-beside-gold")}
      </Title>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-judge-output")}</Table.Th>
            <Table.Th>{t("ui-judge-excerpt")}</Table.Th>
            <Table.Th>{t("ui-judge-gold")}</Table.Th>
            <Table.Th>{t("ui-judge-mean")}</Table.Th>
            <Table.Th>{t("ui-judge-each")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.output_id} data-verdict={row.output_id}>
              <Table.Td>
                <button type="button" className={styles.plain} onClick={() => go("rate", row.output_id)}>
                  {row.output_key}
                </button>
              </Table.Td>
              <Table.Td className={styles.excerpt}>
                <Text size="sm" lineClamp={2}>
                  {row.excerpt}
                </Text>
                {row.samples.flatMap((one) =>
                  one.reasons.map((reason) => (
                    <Text key={`${one.sample} ${reason}`} size="xs" c="dimmed" lineClamp={2} title={reason} data-reason={one.sample}>
                      {reason}
                    </Text>
                  )),
                )}
              </Table.Td>
              <Table.Td className={styles.figure}>{row.gold_total ?? "–"}</Table.Td>
              <Table.Td className={styles.figure}>
                {row.mean_total === null ? "–" : row.mean_total.toFixed(2)}
                {row.gold_total !== null && row.mean_total !== null && Math.abs(row.gold_total - row.mean_total) >= 1.5 ? (
                  <Badge color="red" variant="light" size="sm" ml={6} tt="none">
                    {t("ui-judge-far")}
                  </Badge>
                ) : null}
              </Table.Td>
              <Table.Td className={styles.figure}>{row.samples.map((one) => total(one.total)).join(" ・ ")}
                {row.expected ? (
                  <Text size="xs" c="dimmed" data-expected>
                    {t("ui-judge-expected")}
                  </Text>
                ) : null}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
