import { Alert, Button, Checkbox, Group, Loader, NumberInput, Table, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import { asFailure } from "../../bridge/failure";
import type { AssignParts, AssignRequest, AssignView, JobProgress, JobUpdate, RubricRef } from "../../bridge/ipc";
import { WarnIcon } from "../../parts/icons";
import { ErrorNote } from "../shared/ErrorNote";
import { Working } from "../shared/Working";
import styles from "./PeopleRoom.module.css";

const PARTS = ["calibration", "base", "overlap", "audit"] as const satisfies (keyof AssignParts)[];

/** What a lead asks of a plan, before anything is drawn. */
type Wish = Omit<AssignRequest, "rubric" | "seed">;

const FIRST: Wish = { people: [], per_output: 1, overlap_share: 0.2, overlap_raters: 2, calibration: 5, audit_share: 0.05, seconds: null };

/** Who is to rate what: looked at first, then made to count, and taken back. */
export function Assignments({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { project } = Open.use();
  const key = ["assignment", rubric.id, rubric.version];
  const now = useQuery({ queryKey: key, queryFn: () => bridge.assignShow(rubric), refetchOnMount: "always" });
  const [changed, setWish] = useState<Wish | null>(null);
  const [preview, setPreview] = useState<AssignView | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [work, setWork] = useState<{ progress: JobProgress | null; stopping: boolean } | null>(null);
  const busy = work !== null;
  const raters = project.raters.filter((one) => one.role === "rater").map((one) => one.name);
  const wish = changed ?? now.data?.request ?? FIRST;
  const people = wish.people && wish.people.length > 0 ? wish.people : raters;

  const set = (part: Partial<Wish>) => {
    setWish({ ...wish, ...part });
    setPreview(null);
    setSaid(null);
  };
  async function doing(task: (on: (update: JobUpdate) => void) => Promise<string | null>) {
    setWork({ progress: null, stopping: false });
    setError(null);
    setSaid(null);
    try {
      setSaid(
        await task((update) => {
          if (update.kind === "progress") setWork((now) => now && { ...now, progress: update.data });
        }),
      );
    } catch (reason) {
      if (asFailure(reason).code === "cancelled") setSaid(t("ui-assign-stopped"));
      else setError(reason);
    } finally {
      setWork(null);
    }
  }
  function stop() {
    setWork((now) => now && { ...now, stopping: true });
    bridge.importCancel().catch(setError);
  }
  async function anew() {
    setPreview(null);
    setWish(null);
    await Promise.all([key, ["queue"], ["agreement"]].map((queryKey) => client.invalidateQueries({ queryKey })));
  }
  const look = () =>
    doing(async (on) => {
      setPreview(await bridge.assignPreview({ ...wish, people, rubric, seed: null }, on));
      return null;
    });
  const commit = (plan: AssignView) =>
    doing(async (on) => {
      // The seed that was looked at: what is made is what was shown.
      await bridge.assignPlan(plan.request, on);
      await anew();
      return t("ui-assign-done");
    });
  const undo = () =>
    doing(async (on) => {
      await bridge.assignUndo(rubric, on);
      await anew();
      return t("ui-assign-undone");
    });

  if (now.error) return <ErrorNote error={now.error} />;
  if (now.data === undefined) return <Loader size="sm" aria-label={t("ui-wait")} />;
  return (
    <>
      <Title order={2} size="h4">
        {t("ui-assign")}
      </Title>
      <Text size="sm" c="dimmed" maw={760}>
        {now.data ? t("ui-assign-planned") : t("ui-assign-none")}
      </Text>
      {now.data && !preview ? <PlanTable plan={now.data} name="now" /> : null}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <div className={styles.fields}>
          <Count label={t("ui-assign-per-output")} value={wish.per_output} min={1} onChange={(per_output) => set({ per_output })} name="per-output" />
          <Count label={t("ui-assign-overlap")} value={percent(wish.overlap_share)} min={0} max={100} suffix=" %" onChange={(value) => set({ overlap_share: value / 100 })} name="overlap" />
          <Count label={t("ui-assign-overlap-raters")} value={wish.overlap_raters} min={2} onChange={(overlap_raters) => set({ overlap_raters })} name="overlap-raters" />
          <Count label={t("ui-assign-calibration")} value={wish.calibration} min={0} onChange={(calibration) => set({ calibration })} name="calibration" />
          <Count label={t("ui-assign-audit")} value={percent(wish.audit_share)} min={0} max={100} suffix=" %" onChange={(value) => set({ audit_share: value / 100 })} name="audit" />
        </div>
        <Checkbox.Group label={t("ui-assign-people")} value={people} onChange={(chosen) => set({ people: chosen })}>
          <Group mt={4} gap="lg">
            {project.raters.map((one) => (
              <Checkbox key={one.id} value={one.name} label={one.name} data-takes-part={one.name} />
            ))}
          </Group>
        </Checkbox.Group>
        <Group mt="md">
          <Button type="submit" variant="default" loading={busy} data-assign-preview>
            {t("ui-assign-preview")}
          </Button>
          {preview ? (
            <Button loading={busy} onClick={() => void commit(preview)} data-assign-commit>
              {t("ui-assign-commit")}
            </Button>
          ) : null}
          {now.data ? (
            <Button variant="subtle" loading={busy} onClick={() => void undo()} data-assign-undo>
              {t("ui-assign-undo")}
            </Button>
          ) : null}
        </Group>
      </form>
      {work ? <Working progress={work.progress} stopping={work.stopping} onCancel={stop} /> : null}
      {said ? (
        <Text size="sm" mt="xs" role="status" data-assign-said>
          {said}
        </Text>
      ) : null}
      <ErrorNote error={error} />
      {preview ? <PlanTable plan={preview} name="preview" /> : null}
    </>
  );
}

/** Person by person: ratings by why, and hours. */
function PlanTable({ plan, name }: { plan: AssignView; name: string }) {
  const t = useT();
  const hours = (value: number) => t("ui-assign-hours", { hours: value.toFixed(1) });
  const how = { seconds: plan.seconds.toFixed(0), timed: plan.timed, people: plan.timed_raters };
  return (
    <div data-plan={name}>
      <Table maw={820} mt="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-hand-rater")}</Table.Th>
            {PARTS.map((part) => (
              <Table.Th key={part} ta="right">
                {t(`ui-assign-part-${part}`)}
              </Table.Th>
            ))}
            <Table.Th ta="right">{t("ui-assign-todo")}</Table.Th>
            <Table.Th ta="right">{t("ui-assign-begun")}</Table.Th>
            <Table.Th ta="right">{t("ui-assign-time")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {plan.raters.map((one) => (
            <Table.Tr key={one.name} data-planned={one.name}>
              <Table.Th scope="row" fw={400}>
                {one.name}
              </Table.Th>
              {PARTS.map((part) => (
                <Table.Td key={part} ta="right">
                  {one.parts[part]}
                </Table.Td>
              ))}
              <Table.Td ta="right" fw={650}>
                {one.todo}
              </Table.Td>
              <Table.Td ta="right">{one.begun}</Table.Td>
              <Table.Td ta="right">{hours(one.hours)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" mt={4} data-basis={plan.basis}>
        {t("ui-assign-total", { outputs: plan.outputs, hours: plan.hours.toFixed(1) })} {t(`ui-assign-basis-${plan.basis}`, how)}
      </Text>
      {plan.unplanned > 0 ? (
        <Alert role="note" color="yellow" variant="light" icon={<WarnIcon />} mt="xs" maw={760}>
          {t("ui-assign-unplanned", { count: plan.unplanned })}
        </Alert>
      ) : null}
    </div>
  );
}

function Count({ label, value, min, max, suffix, onChange, name }: {
  label: string;
  value: number;
  min: number;
  max?: number;
  suffix?: string;
  onChange: (value: number) => void;
  name: string;
}) {
  return (
    <NumberInput
      label={label}
      value={value}
      w={150}
      min={min}
      {...(max === undefined ? {} : { max })}
      suffix={suffix ?? ""}
      allowDecimal={suffix !== undefined}
      onChange={(next) => {
        if (typeof next === "number" && Number.isFinite(next)) onChange(next);
      }}
      name={name}
    />
  );
}

/** A share as a percentage without the noise of binary fractions. */
const percent = (share: number) => Math.round(share * 1e6) / 1e4;
