import { PasswordInput } from "@mantine/core";
import { useT } from "../app/locale";

/** A passphrase field. Never autofilled, never corrected, readable on request. */
export function Secret({ label, note, value, onChange, error, autoFocus, name }: {
  label: string;
  note?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  autoFocus?: boolean;
  name: string;
}) {
  const t = useT();
  return (
    <PasswordInput
      label={label}
      description={note}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      autoFocus={autoFocus ?? false}
      data-autofocus={autoFocus}
      name={name}
      autoComplete="off"
      spellCheck={false}
      visibilityToggleButtonProps={{ "aria-label": t("ui-passphrase-show") }}
      maw={440}
    />
  );
}
