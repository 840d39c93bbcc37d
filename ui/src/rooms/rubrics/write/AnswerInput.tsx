import { Checkbox, Group, Select } from "@mantine/core";
import { usePick, useT } from "../../../app/locale";
import type { Answer, Kind } from "../../../bridge/ipc";
import { options, toggled } from "../../rate/questions";
import { Line } from "./Fields";
import { Num } from "./Num";

/** One answer of a kind, chosen as a rater would. */
export function AnswerInput({ kind, value, onChange, label }: {
  kind: Kind;
  value: Answer;
  onChange: (value: Answer) => void;
  label: string;
}) {
  const t = useT();
  const pick = usePick();
  switch (kind.type) {
    case "number":
      return <Num label={label} value={typeof value === "number" ? value : kind.min} step={kind.step} onChange={onChange} />;
    case "text":
      return <Line label={label} shown value={typeof value === "string" ? value : ""} onChange={onChange} rows={2} />;
    case "deductions":
      return (
        <Group gap="sm" role="group" aria-label={label}>
          {kind.items.map((item) => (
            <Checkbox
              key={item.id}
              label={pick(item.label) || item.id}
              checked={Array.isArray(value) && value.some((one) => one === item.id)}
              onChange={() => onChange(toggled(value, item.id))}
            />
          ))}
        </Group>
      );
    case "list":
      return null;
    default: {
      const list = options(kind);
      const at = list.findIndex((option) => option.answer === value);
      return (
        <Select
          label={label}
          w={200}
          value={at < 0 ? null : String(at)}
          placeholder={t("ui-write-choose")}
          data={list.map((option, index) => ({
            value: String(index),
            label: kind.type === "scale" ? `${String(option.answer)} ${pick(option.label)}` : pick(option.label) || String(option.answer),
          }))}
          onChange={(next) => {
            const chosen = next === null ? undefined : list[Number(next)];
            if (chosen) onChange(chosen.answer);
          }}
        />
      );
    }
  }
}
