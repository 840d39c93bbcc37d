import { NumberInput } from "@mantine/core";

/** A number; what is no number yet is not kept. */
export function Num({ label, value, onChange, whole, step, width }: {
  label: string;
  value: number;
  onChange: (value: number) => void;
  whole?: boolean;
  step?: number;
  width?: number;
}) {
  return (
    <NumberInput
      label={label}
      value={value}
      w={width ?? 100}
      allowDecimal={!whole}
      step={step ?? 1}
      onChange={(next) => {
        if (typeof next === "number" && Number.isFinite(next)) onChange(next);
      }}
    />
  );
}
