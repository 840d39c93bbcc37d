import { Checkbox, NumberInput, Select, SimpleGrid, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useT } from "../../app/locale";
import type { TrainCourse, TrainOverLong, TrainSchedule, TrainStart } from "../../bridge/ipc";

const SCHEDULES: TrainSchedule[] = ["cosine", "linear", "constant"];
const OVER_LONG: TrainOverLong[] = ["refuse", "truncate", "drop"];

/** Everything that may be set and needn't be. */
export function Settings({ start, set }: { start: TrainStart; set: (part: Partial<TrainStart>) => void }) {
  const t = useT();
  const course = start.course;
  if (!course) return null;
  const on = (part: Partial<TrainCourse>) => set({ course: { ...course, ...part } });
  return (
    <Stack gap="lg" mt="sm">
      <Group4 title={t("ui-train-set-adapter")}>
        <Count label={t("ui-train-epochs")} value={start.epochs} step={0.5} min={0.1} onChange={(epochs) => set({ epochs })} />
        <Count label={t("ui-train-rate")} value={start.learning_rate} step={0.0001} min={0.000001} onChange={(learning_rate) => set({ learning_rate })} />
        <Count label="LoRA r" value={start.r} step={4} min={1} onChange={(r) => set({ r })} />
        <Count label="LoRA alpha" value={start.alpha} step={4} min={1} onChange={(alpha) => set({ alpha })} />
        <Count label={t("ui-train-dropout")} value={start.dropout} step={0.05} min={0} onChange={(dropout) => set({ dropout })} />
        <Count label={t("ui-seed")} value={start.seed} step={1} min={0} onChange={(seed) => set({ seed })} />
      </Group4>
      <Group4 title={t("ui-train-set-course")}>
        <Select
          label={t("ui-train-schedule")}
          value={course.schedule}
          data={SCHEDULES.map((value) => ({ value, label: t(`ui-train-schedule-${value}`) }))}
          allowDeselect={false}
          onChange={(value) => value && on({ schedule: value as TrainSchedule })}
        />
        <Count label={t("ui-train-warmup")} value={course.warmup_ratio} step={0.05} min={0} onChange={(warmup_ratio) => on({ warmup_ratio, warmup_steps: null })} />
        <Count label={t("ui-train-evaluate-every")} value={course.evaluate_every} step={5} min={0} onChange={(evaluate_every) => on({ evaluate_every })} />
        <Count label={t("ui-train-patience")} value={course.patience} step={1} min={0} onChange={(patience) => on({ patience })} />
        <Count label={t("ui-train-b-ratio")} value={course.b_ratio} step={1} min={0.1} onChange={(b_ratio) => on({ b_ratio })} />
        <Count label={t("ui-train-neftune")} value={course.neftune_alpha} step={1} min={0} onChange={(neftune_alpha) => on({ neftune_alpha })} />
        <Count label={t("ui-train-decay")} value={course.weight_decay} step={0.01} min={0} onChange={(weight_decay) => on({ weight_decay })} />
      </Group4>
      <Group4 title={t("ui-train-set-data")}>
        <Count label={t("ui-train-max-tokens")} value={start.max_tokens} step={256} min={16} onChange={(max_tokens) => set({ max_tokens })} />
        <Select
          label={t("ui-train-over-long")}
          value={course.over_long}
          data={OVER_LONG.map((value) => ({ value, label: t(`ui-train-over-long-${value}`) }))}
          allowDeselect={false}
          onChange={(value) => value && on({ over_long: value as TrainOverLong })}
        />
      </Group4>
      <Stack gap="xs">
        <Checkbox label={t("ui-train-keep-best")} checked={!course.keep_last} onChange={(event) => on({ keep_last: !event.currentTarget.checked })} />
        <Checkbox label={t("ui-train-stored")} checked={course.stored_weights} onChange={(event) => on({ stored_weights: event.currentTarget.checked })} />
        <Checkbox label={t("ui-train-rslora")} checked={course.rslora} onChange={(event) => on({ rslora: event.currentTarget.checked })} />
        <Checkbox label={t("ui-train-all-turns")} checked={course.all_turns} onChange={(event) => on({ all_turns: event.currentTarget.checked })} />
      </Stack>
    </Stack>
  );
}

function Group4({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h6" mb="xs">
        {title}
      </Title>
      <SimpleGrid cols={4} style={{ alignItems: "end" }}>{children}</SimpleGrid>
    </section>
  );
}

function Count({ label, value, step, min, onChange }: { label: string; value: number; step: number; min: number; onChange: (value: number) => void }) {
  return (
    <NumberInput label={label} value={value} step={step} min={min} onChange={(next) => typeof next === "number" && onChange(next)} />
  );
}
