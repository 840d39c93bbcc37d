import { Checkbox, Select, Text } from "@mantine/core";
import { usePick, useT } from "../../../app/locale";
import type { Base, Rubric, Scoring } from "../../../bridge/ipc";
import { isAsked } from "../../rate/questions";
import { AnswerInput } from "./AnswerInput";
import { ConditionForm } from "./ConditionForm";
import { decisive, newCondition, someAnswer } from "./edit";
import { Entries, Line } from "./Fields";
import { Num } from "./Num";
import styles from "./Write.module.css";

/** How answers become a score, in the order in which it is computed. */
export function ScoringForm({ rubric, onChange }: { rubric: Rubric; onChange: (rubric: Rubric) => void }) {
  const t = useT();
  const pick = usePick();
  const { scoring, criteria } = rubric;
  const set = (next: Partial<Scoring>) => onChange({ ...rubric, scoring: { ...scoring, ...next } });
  const deductions = criteria.filter((one) => isAsked(one) && one.kind.type === "deductions");
  const chosen = scoring.deductions ?? [];
  const first = decisive(criteria)[0];
  const { clamp } = scoring;
  const harm = scoring.harm ?? {};
  return (
    <>
      <Text size="sm" c="dimmed">
        {t("ui-write-scoring-note")}
      </Text>
      <BaseForm rubric={rubric} onChange={(base) => set({ base })} />
      {deductions.length > 0 ? (
        <div role="group" aria-label={t("ui-write-subtract")} className={styles.field}>
          <Text size="sm" fw={600}>
            {t("ui-write-subtract")}
          </Text>
          {deductions.map((one) => (
            <Checkbox
              key={one.id}
              label={pick(one.label) || one.id}
              checked={chosen.includes(one.id)}
              onChange={(event) => set({ deductions: event.currentTarget.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id) })}
            />
          ))}
        </div>
      ) : null}
      <Entries
        label={t("ui-write-caps")}
        entries={scoring.caps ?? []}
        add="ui-write-add-cap"
        fresh={() => ({ when: first ? newCondition(first) : { is: "equal" as const, criterion: "", to: true }, at: 0 })}
        onChange={(caps) => set({ caps })}
      >
        {(cap, change) => (
          <div className={styles.row}>
            <ConditionForm condition={cap.when} criteria={criteria} onChange={(when) => change({ ...cap, when })} />
            <Num label={t("ui-write-cap-at")} value={cap.at} step={0.5} onChange={(at) => change({ ...cap, at })} />
          </div>
        )}
      </Entries>
      <div className={styles.row}>
        <Checkbox label={t("ui-write-clamp")} checked={clamp != null} onChange={(event) => set({ clamp: event.currentTarget.checked ? [0, 5] : null })} />
        {clamp ? (
          <>
            <Num label={t("ui-write-min")} value={clamp[0]} onChange={(low) => set({ clamp: [low, clamp[1]] })} />
            <Num label={t("ui-write-max")} value={clamp[1]} onChange={(high) => set({ clamp: [clamp[0], high] })} />
          </>
        ) : null}
      </div>
      <Entries
        label={t("ui-write-thresholds")}
        entries={scoring.thresholds ?? []}
        add="ui-write-add-threshold"
        fresh={() => ({ min: 0, label: "pass" })}
        onChange={(thresholds) => set({ thresholds })}
      >
        {(threshold, change) => (
          <div className={styles.row}>
            <Num label={t("ui-write-from")} value={threshold.min} step={0.5} onChange={(min) => change({ ...threshold, min })} />
            <Line label={t("ui-write-overall")} shown value={threshold.label} onChange={(label) => change({ ...threshold, label })} />
          </div>
        )}
      </Entries>
      <Entries
        label={t("ui-write-harm")}
        entries={harm.when ?? []}
        add="ui-write-add-harm"
        fresh={() => (first ? newCondition(first) : { is: "equal" as const, criterion: "", to: true })}
        onChange={(when) => set({ harm: { ...harm, when } })}
      >
        {(when, change) => <ConditionForm condition={when} criteria={criteria} onChange={change} />}
      </Entries>
      {(harm.when ?? []).length > 0 ? (
        <Line label={t("ui-write-harm-label")} shown value={harm.label ?? ""} onChange={(label) => set({ harm: { ...harm, label: label === "" ? null : label } })} />
      ) : null}
    </>
  );
}

function BaseForm({ rubric, onChange }: { rubric: Rubric; onChange: (base: Base) => void }) {
  const t = useT();
  const pick = usePick();
  const { base } = rubric.scoring;
  const asked = rubric.criteria.filter(isAsked);
  const numeric = asked.filter((one) => one.kind.type === "scale" || one.kind.type === "number");
  const lists = asked.flatMap((one) => (one.kind.type === "list" ? [{ id: one.id, label: one.label, each: one.kind.each }] : []));
  const points = asked.some((one) => one.kind.type === "points");
  const list = base.of === "list" ? lists.find((one) => one.id === base.id) : undefined;
  const inner = base.of === "list" ? list?.each.find((one) => one.id === base.each) : undefined;
  const value = base.of === "points" ? "points" : `${base.of} ${base.id}`;
  return (
    <div className={styles.row}>
      <Select
        label={t("ui-write-base")}
        w={280}
        value={value}
        placeholder={t("ui-write-choose")}
        data={[
          ...numeric.map((one) => ({ value: `criterion ${one.id}`, label: pick(one.label) || one.id })),
          ...(points ? [{ value: "points", label: t("ui-write-base-points") }] : []),
          ...lists.map((one) => ({ value: `list ${one.id}`, label: t("ui-write-base-list", { list: pick(one.label) || one.id }) })),
        ]}
        onChange={(next) => {
          if (next === "points") onChange({ of: "points" });
          else if (next?.startsWith("criterion ")) onChange({ of: "criterion", id: next.slice("criterion ".length) });
          else if (next) {
            const chosen = lists.find((one) => `list ${one.id}` === next);
            const each = chosen?.each[0];
            if (chosen && each) onChange({ of: "list", id: chosen.id, each: each.id, equals: someAnswer(each.kind) });
          }
        }}
      />
      {base.of === "list" && list ? (
        <>
          <Select
            label={t("ui-write-any-item")}
            w={160}
            value={inner?.id ?? null}
            data={decisive(list.each).map((one) => ({ value: one.id, label: pick(one.label) || one.id }))}
            onChange={(id) => {
              const each = list.each.find((one) => one.id === id);
              if (each) onChange({ ...base, each: each.id, equals: someAnswer(each.kind) });
            }}
          />
          {inner ? <AnswerInput kind={inner.kind} value={base.equals} label={t("ui-write-is")} onChange={(equals) => onChange({ ...base, equals })} /> : null}
        </>
      ) : null}
    </div>
  );
}
