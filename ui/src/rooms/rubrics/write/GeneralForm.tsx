import { Text } from "@mantine/core";
import { useT } from "../../../app/locale";
import type { Rubric } from "../../../bridge/ipc";
import { InBoth, Line } from "./Fields";

/** What a rubric says about itself. */
export function GeneralForm({ rubric, kept, onChange }: {
  rubric: Rubric;
  /** Whether it changes a published one: its id ties the versions together. */
  kept: boolean;
  onChange: (rubric: Rubric) => void;
}) {
  const t = useT();
  return (
    <>
      <InBoth name="title" label={t("ui-write-title")} value={rubric.title} onChange={(title) => onChange({ ...rubric, title })} />
      <InBoth name="description" label={t("ui-write-description")} rows={2} value={rubric.description} onChange={(description) => onChange({ ...rubric, description })} />
      <InBoth
        name="guidelines"
        label={t("ui-write-guidelines")}
        rows={8}
        value={rubric.guidelines}
        onChange={({ ja, en }) => {
          const { guidelines: _, ...rest } = rubric;
          onChange(ja === "" && en === "" ? rest : { ...rest, guidelines: { ja, en } });
        }}
      />
      <Text size="sm" c="dimmed">
        {t("ui-write-guidelines-note")}
      </Text>
      <Line label={t("ui-write-rubric-id")} shown name="rubric-id" value={rubric.id} disabled={kept} description={t(kept ? "ui-write-id-kept" : "ui-write-rubric-id-note")} onChange={(id) => onChange({ ...rubric, id })} />
    </>
  );
}
