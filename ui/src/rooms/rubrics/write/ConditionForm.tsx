import { Select } from "@mantine/core";
import { usePick, useT } from "../../../app/locale";
import type { Condition, Criterion } from "../../../bridge/ipc";
import { AnswerInput } from "./AnswerInput";
import { decisive, newCondition, someAnswer } from "./edit";
import { Num } from "./Num";
import styles from "./Write.module.css";

/** A condition on one answer, in words: which criterion, and what it must say. */
export function ConditionForm({ condition, criteria, onChange }: {
  condition: Condition;
  criteria: readonly Criterion[];
  onChange: (condition: Condition) => void;
}) {
  const t = useT();
  const pick = usePick();
  const offered = decisive(criteria);
  const target = offered.find((one) => one.id === condition.criterion);
  const kind = target?.kind;
  return (
    <div className={styles.row}>
      <Select
        label={t("ui-write-where")}
        w={180}
        value={target?.id ?? null}
        placeholder={t("ui-write-choose")}
        data={offered.map((one) => ({ value: one.id, label: pick(one.label) || one.id }))}
        onChange={(id) => {
          const next = offered.find((one) => one.id === id);
          if (next) onChange(newCondition(next));
        }}
      />
      {target && (kind?.type === "scale" || kind?.type === "number") ? (
        <Select
          label={t("ui-write-compare")}
          w={120}
          value={condition.is}
          data={[
            { value: "at_most", label: t("ui-write-at-most") },
            { value: "equal", label: t("ui-write-equal") },
          ]}
          onChange={(is) => {
            if (is === "at_most") onChange(newCondition(target));
            else onChange({ is: "equal", criterion: target.id, to: someAnswer(target.kind) });
          }}
        />
      ) : null}
      {condition.is === "at_most" ? (
        <Num label={t("ui-write-bound")} value={condition.bound} onChange={(bound) => onChange({ ...condition, bound })} />
      ) : condition.is === "has" && kind?.type === "deductions" ? (
        <Select
          label={t("ui-write-has")}
          w={200}
          value={condition.id}
          data={kind.items.map((item) => ({ value: item.id, label: pick(item.label) || item.id }))}
          onChange={(id) => id && onChange({ ...condition, id })}
        />
      ) : condition.is === "any_item" && kind?.type === "list" ? (
        <AnyItem condition={condition} each={kind.each} onChange={onChange} />
      ) : condition.is === "equal" && kind ? (
        <AnswerInput kind={kind} value={condition.to} label={t("ui-write-is")} onChange={(to) => onChange({ ...condition, to })} />
      ) : null}
    </div>
  );
}

function AnyItem({ condition, each, onChange }: {
  condition: Extract<Condition, { is: "any_item" }>;
  each: readonly Criterion[];
  onChange: (condition: Condition) => void;
}) {
  const t = useT();
  const pick = usePick();
  const inner = each.find((one) => one.id === condition.each);
  return (
    <>
      <Select
        label={t("ui-write-any-item")}
        w={160}
        value={inner?.id ?? null}
        data={decisive(each).map((one) => ({ value: one.id, label: pick(one.label) || one.id }))}
        onChange={(id) => {
          const next = each.find((one) => one.id === id);
          if (next) onChange({ ...condition, each: next.id, to: someAnswer(next.kind) });
        }}
      />
      {inner ? (
        <AnswerInput kind={inner.kind} value={condition.to} label={t("ui-write-is")} onChange={(to) => onChange({ ...condition, to })} />
      ) : null}
    </>
  );
}
