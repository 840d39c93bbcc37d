import { Checkbox, Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { JudgePrompt, JudgeStart } from "../../bridge/ipc";

const REASONS = ["none", "last", "first"] as const;

/** What makes another judge of the same model: how its numbers come about, whether it says why, and what it is given. */
export function Method({ start, set, disabled, elsewhere }: {
  start: JudgeStart;
  set: (part: Partial<JudgeStart>) => void;
  disabled: boolean;
  /** Whether it judges at an endpoint, where only what is asked can be chosen. */
  elsewhere: boolean;
}) {
  const t = useT();
  const bridge = useBridge();
  const prompts = useQuery({ queryKey: ["prompts"], queryFn: () => bridge.promptList() });
  const nameOf = (one: JudgePrompt) => `${one.name}.${one.lang}@${one.version ?? 0}`;
  const judging = (prompts.data ?? []).filter((one) => one.used_for === "judge");
  // What the project takes where none is named isn't offered twice.
  const choices = judging.filter((one) => !one.chosen);
  return (
    <Group align="end" gap="md">
      <Select
        label={t("ui-judge-method")}
        value={start.from_probabilities && !elsewhere ? "probabilities" : "sampled"}
        w={260}
        disabled={disabled || elsewhere}
        allowDeselect={false}
        data={(["sampled", "probabilities"] as const).map((value) => ({ value, label: t(`ui-judge-method-${value}`) }))}
        onChange={(value) => set(value === "probabilities" ? { from_probabilities: true, samples: 1 } : { from_probabilities: false, samples: 4 })}
        data-method
      />
      <Select
        label={t("ui-judge-reasons")}
        value={start.reasons ?? "none"}
        w={220}
        disabled={disabled}
        allowDeselect={false}
        data={REASONS.map((value) => ({ value, label: t(`ui-judge-reasons-${value}`) }))}
        onChange={(value) => value && set({ reasons: value as (typeof REASONS)[number] })}
        data-reasons
      />
      <Select
        label={t("ui-judge-prompt")}
        value={start.prompt ? nameOf(start.prompt) : ""}
        w={340}
        disabled={disabled}
        allowDeselect={false}
        data={[
          { value: "", label: t("ui-judge-prompt-usual") },
          ...choices.map((one) => ({
            value: nameOf(one),
            label: `${t(`ui-prompt-${one.name}`)} · ${t(`ui-lang-${one.lang}`)}${one.version > 0 ? ` · ${t("ui-prompt-version", { version: one.version })}` : ""}`,
          })),
        ]}
        onChange={(value) => {
          const found = choices.find((one) => nameOf(one) === value);
          set({ prompt: found ? { name: found.name, lang: found.lang, version: found.version || null } : null });
        }}
        data-judge-prompt
      />
      <Checkbox label={t("ui-judge-fast")} checked={start.fast ?? false} disabled={disabled || elsewhere} mb={8} onChange={(event) => set({ fast: event.currentTarget.checked })} />
    </Group>
  );
}
