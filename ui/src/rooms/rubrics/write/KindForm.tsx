import { Select, Text } from "@mantine/core";
import { useT } from "../../../app/locale";
import type { Kind } from "../../../bridge/ipc";
import { CriterionFields } from "./CriterionForm";
import { EMPTY, freeId, newCriterion } from "./edit";
import { Entries, InBoth } from "./Fields";
import { Num } from "./Num";
import styles from "./Write.module.css";

/** What a kind of criterion needs besides its name: levels, options, bounds. */
export function KindForm({ kind, onChange }: { kind: Kind; onChange: (kind: Kind) => void }) {
  const t = useT();
  switch (kind.type) {
    case "scale":
      return (
        <Entries
          label={t("ui-write-levels")}
          entries={kind.levels}
          least={2}
          fixed
          add="ui-write-add-level"
          fresh={() => ({ value: Math.max(0, ...kind.levels.map((one) => one.value)) + 1, label: EMPTY, description: EMPTY })}
          onChange={(levels) => onChange({ ...kind, levels })}
        >
          {(level, set) => (
            <div className={styles.field}>
              <div className={styles.row}>
                <Num label={t("ui-write-value")} value={level.value} whole width={80} onChange={(value) => set({ ...level, value })} />
                <div className={styles.grow}>
                  <InBoth bare name="level" label={`${t("ui-write-level")} ${level.value}`} value={level.label} onChange={(label) => set({ ...level, label })} />
                </div>
              </div>
              <InBoth bare label={`${t("ui-write-level-when")} ${level.value}`} value={level.description} rows={1} onChange={(description) => set({ ...level, description })} />
            </div>
          )}
        </Entries>
      );
    case "number":
      return (
        <div className={styles.row}>
          <Num label={t("ui-write-min")} value={kind.min} onChange={(min) => onChange({ ...kind, min })} />
          <Num label={t("ui-write-max")} value={kind.max} onChange={(max) => onChange({ ...kind, max })} />
          <Num label={t("ui-write-step")} value={kind.step} step={0.1} onChange={(step) => onChange({ ...kind, step })} />
        </div>
      );
    case "points":
      return <Num label={t("ui-write-points")} value={kind.points} onChange={(points) => onChange({ ...kind, points })} />;
    case "deductions":
      return (
        <Entries
          label={t("ui-write-items")}
          entries={kind.items}
          least={1}
          add="ui-write-add-item"
          fresh={() => ({ id: freeId("", kind.items.map((one) => one.id), "item"), label: EMPTY, points: 1 })}
          onChange={(items) => onChange({ ...kind, items })}
        >
          {(item, set) => (
            <div className={styles.row}>
              <div className={styles.grow}>
                <InBoth bare name="item" label={t("ui-write-item")} value={item.label} onChange={(label) => set({ ...item, label })} />
              </div>
              <Num label={t("ui-write-points")} value={item.points} step={0.5} width={80} onChange={(points) => set({ ...item, points })} />
            </div>
          )}
        </Entries>
      );
    case "choice":
      return (
        <Entries
          label={t("ui-write-options")}
          entries={kind.options}
          least={2}
          add="ui-write-add-option"
          fresh={() => ({ id: freeId("", kind.options.map((one) => one.id), "option"), label: EMPTY })}
          onChange={(options) => onChange({ ...kind, options })}
        >
          {(option, set) => <InBoth bare name="option" label={t("ui-write-option")} value={option.label} onChange={(label) => set({ ...option, label })} />}
        </Entries>
      );
    case "flag":
      return null;
    case "list":
      return (
        <>
          <Select
            label={t("ui-write-list-of")}
            w={320}
            value={kind.items}
            data={[
              { value: "output", label: t("ui-write-list-output") },
              { value: "case_aspects", label: t("ui-write-list-aspects") },
            ]}
            onChange={(items) => (items === "output" || items === "case_aspects") && onChange({ ...kind, items })}
          />
          <Entries
            label={t("ui-write-each")}
            entries={kind.each}
            least={1}
            add="ui-write-add-question"
            fresh={() => newCriterion("flag", kind.each.map((one) => one.id))}
            onChange={(each) => onChange({ ...kind, each })}
          >
            {(inner, set) => <CriterionFields criterion={inner} inside onChange={set} />}
          </Entries>
        </>
      );
    case "text":
      return (
        <>
          <Num label={t("ui-write-longest")} value={kind.max_chars} whole step={100} onChange={(max_chars) => onChange({ ...kind, max_chars: Math.max(0, max_chars) })} />
          <Text size="sm" c="dimmed">
            {t("ui-write-text-note")}
          </Text>
        </>
      );
  }
}
