import { Button, Checkbox, Group, Select, Text } from "@mantine/core";
import { useT } from "../../../app/locale";
import type { Criterion, Rubric } from "../../../bridge/ipc";
import { isAsked } from "../../rate/questions";
import { AnswerInput } from "./AnswerInput";
import { ConditionForm } from "./ConditionForm";
import { decisive, EMPTY, freeId, KINDS, type KindName, moved, newCondition, newKind, renamed, replaced, someAnswer, without } from "./edit";
import { Entries, InBoth, Line } from "./Fields";
import { KindForm } from "./KindForm";
import styles from "./Write.module.css";

/** One criterion of a rubric: its question, its answers, its examples, its place. */
export function CriterionForm({ rubric, index, kept, onChange, onMove }: {
  rubric: Rubric;
  index: number;
  /** Whether a published version has it: then its id is what ties ratings to it. */
  kept: boolean;
  onChange: (rubric: Rubric) => void;
  /** It is at another place from now on; nothing where it is gone. */
  onMove: (index: number | null) => void;
}) {
  const t = useT();
  const criterion = rubric.criteria[index];
  if (!criterion) return null;
  const set = (next: Criterion) => {
    const changed = { ...rubric, criteria: replaced(rubric.criteria, index, next) };
    // A new criterion is named after its English words until a version is published.
    const taken = without(rubric.criteria, index).map((one) => one.id);
    const follows = !kept && next.label.en !== criterion.label.en;
    onChange(follows ? renamed(changed, criterion.id, freeId(next.label.en, taken, "criterion")) : changed);
  };
  const move = (by: 1 | -1) => {
    onChange({ ...rubric, criteria: moved(rubric.criteria, index, by) });
    onMove(index + by);
  };
  return (
    <>
      <CriterionFields criterion={criterion} onChange={set} criteria={without(rubric.criteria, index)} />
      <Group gap="sm">
        <Line label={t("ui-write-id")} shown name="id" value={criterion.id} disabled={kept} description={t(kept ? "ui-write-id-kept" : "ui-write-id-note")} onChange={(id) => onChange(renamed(rubric, criterion.id, id))} />
      </Group>
      <Group gap="xs">
        <Button size="xs" variant="default" disabled={index === 0} onClick={() => move(-1)}>
          ↑ {t("ui-write-up")}
        </Button>
        <Button size="xs" variant="default" disabled={index + 1 === rubric.criteria.length} onClick={() => move(1)}>
          ↓ {t("ui-write-down")}
        </Button>
        <Button
          size="xs"
          variant="light"
          color="red"
          data-remove
          onClick={() => {
            onChange({ ...rubric, criteria: without(rubric.criteria, index) });
            onMove(null);
          }}
        >
          {t("ui-write-remove-criterion")}
        </Button>
      </Group>
    </>
  );
}

/** What a criterion of a rubric and one of a list's items have in common. */
export function CriterionFields({ criterion, onChange, criteria, inside }: {
  criterion: Criterion;
  onChange: (criterion: Criterion) => void;
  /** The others, for conditions. */
  criteria?: readonly Criterion[];
  /** Of a list's items. */
  inside?: boolean;
}) {
  const t = useT();
  const asked = isAsked(criterion);
  return (
    <>
      <InBoth name="label" label={t("ui-write-label")} value={criterion.label} onChange={(label) => onChange({ ...criterion, label })} />
      {asked ? <InBoth name="help" label={t("ui-write-help")} rows={1} value={criterion.help} onChange={(help) => onChange({ ...criterion, help })} /> : null}
      <div className={styles.row}>
        <Select
          label={t("ui-write-kind")}
          w={180}
          data-kind
          value={criterion.kind.type}
          data={KINDS.filter((kind) => !(inside && kind === "list")).map((kind) => ({ value: kind, label: t(`ui-kind-${kind}`) }))}
          onChange={(kind) => {
            if (!kind || kind === criterion.kind.type) return;
            // Examples and their answers belonged to the other kind.
            const { examples: _, ...rest } = criterion;
            onChange({ ...rest, kind: newKind(kind as KindName) });
          }}
        />
        {inside ? null : <SourceSelect criterion={criterion} onChange={onChange} />}
      </div>
      <KindForm kind={criterion.kind} onChange={(kind) => onChange({ ...criterion, kind })} />
      {asked ? (
        <>
          <Required criterion={criterion} criteria={criteria ?? []} onChange={onChange} />
          {criterion.kind.type === "list" ? null : <Examples criterion={criterion} onChange={onChange} />}
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {t("ui-write-derived-note")}
        </Text>
      )}
    </>
  );
}

function SourceSelect({ criterion, onChange }: { criterion: Criterion; onChange: (criterion: Criterion) => void }) {
  const t = useT();
  const { source } = criterion;
  const now = source?.from === "derived" ? source.rule : "asked";
  return (
    <Select
      label={t("ui-write-source")}
      w={220}
      value={now}
      data={["asked", "score", "label", "harm"].map((one) => ({ value: one, label: t(`ui-write-source-${one}`) }))}
      onChange={(next) => {
        if (next === "score" || next === "label" || next === "harm") {
          const { required_when: _, ...rest } = criterion;
          onChange({ ...rest, source: { from: "derived", rule: next }, required: false });
        } else if (next === "asked") {
          onChange({ ...criterion, source: { from: "asked" }, required: true });
        }
      }}
    />
  );
}

function Required({ criterion, criteria, onChange }: {
  criterion: Criterion;
  criteria: readonly Criterion[];
  onChange: (criterion: Criterion) => void;
}) {
  const t = useT();
  const { required = true, required_when, ...rest } = criterion;
  const others = decisive(criteria);
  return (
    <>
      <Group gap="lg">
        <Checkbox label={t("ui-write-required")} checked={required} onChange={(event) => onChange({ ...rest, required: event.currentTarget.checked })} />
        {!required && others[0] ? (
          <Checkbox
            label={t("ui-write-required-when")}
            checked={required_when != null}
            onChange={(event) => {
              const first = others[0];
              onChange(event.currentTarget.checked && first ? { ...rest, required, required_when: newCondition(first) } : { ...rest, required });
            }}
          />
        ) : null}
      </Group>
      {!required && required_when != null ? (
        <ConditionForm condition={required_when} criteria={criteria} onChange={(next) => onChange({ ...rest, required, required_when: next })} />
      ) : null}
    </>
  );
}

/** Worked examples beside the question: what an output says, its answer, and why. */
function Examples({ criterion, onChange }: { criterion: Criterion; onChange: (criterion: Criterion) => void }) {
  const t = useT();
  const { examples = [], ...rest } = criterion;
  return (
    <Entries
      label={t("ui-write-examples")}
      entries={examples}
      add="ui-write-add-example"
      fresh={() => ({ text: EMPTY, answer: someAnswer(criterion.kind), why: EMPTY })}
      onChange={(next) => onChange(next.length > 0 ? { ...rest, examples: next } : rest)}
    >
      {(example, set) => (
        <div className={styles.field}>
          <InBoth bare name="example" label={t("ui-write-example-text")} rows={1} value={example.text} onChange={(text) => set({ ...example, text })} />
          <AnswerInput kind={criterion.kind} value={example.answer} label={t("ui-write-example-answer")} onChange={(answer) => set({ ...example, answer })} />
          <InBoth label={t("ui-write-example-why")} rows={1} value={example.why} onChange={(why) => set({ ...example, why })} />
        </div>
      )}
    </Entries>
  );
}
