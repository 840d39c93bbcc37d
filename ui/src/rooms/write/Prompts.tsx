import { Alert, Button, Group, Paper, Select, SimpleGrid, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLanguage, useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { Lang, PromptView } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";
import styles from "./WriteRoom.module.css";

/** Every prompt that models are given, in all its versions: read, try, and keep the next one. */
export function Prompts() {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { language } = useLanguage();
  const all = useQuery({ queryKey: ["prompts"], queryFn: () => bridge.promptList() });
  const [which, setWhich] = useState(`answer.${language}`);
  const [version, setVersion] = useState<number | null>(null);
  const [text, setText] = useState<string | null>(null);
  const [name, lang] = which.split(".") as [string, Lang];
  const versions = (all.data ?? []).filter((one) => one.name === name && one.lang === lang);
  // The newest is what one most likely wants to go on from.
  const chosen: PromptView | undefined = versions.find((one) => one.version === version) ?? versions.at(-1);
  const now = text ?? chosen?.text ?? "";
  const request = { name, lang, text: now };
  const tried = useMutation({ mutationFn: () => bridge.promptTry(request) });
  const kept = useMutation({
    mutationFn: () => bridge.promptSave(request),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: ["prompts"] });
      setVersion(saved.version);
      setText(null);
    },
  });
  const use = useMutation({
    mutationFn: (one: PromptView) => bridge.promptUse({ name: one.name, lang: one.lang, version: one.version || null }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["prompts"] }),
  });
  const start = () => {
    setText(null);
    tried.reset();
    kept.reset();
  };
  const names = [...new Set((all.data ?? []).map((one) => `${one.name}.${one.lang}`))];
  const label = (id: string) => {
    const [name, lang] = id.split(".");
    return `${t(`ui-prompt-${name}`)} · ${t(`ui-lang-${lang}`)}`;
  };
  const versionOf = (one: PromptView) =>
    one.version === 0
      ? t("ui-prompt-shipped")
      : `${t("ui-prompt-version", { version: one.version })} · ${one.by ?? ""} · ${new Date(one.saved ?? 0).toLocaleString(language)}`;

  return (
    <Stack gap="md" maw={1100}>
      <Text size="sm" c="dimmed">
        {t("ui-prompt-note")}
      </Text>
      <ErrorNote error={all.error} />
      <Group align="end" gap="md">
        <Select
          label={t("ui-prompt-which")}
          value={which}
          w={320}
          allowDeselect={false}
          data={names.map((value) => ({ value, label: label(value) }))}
          onChange={(value) => {
            if (!value) return;
            setWhich(value);
            setVersion(null);
            start();
          }}
          data-prompt-pick
        />
        <Select
          label={t("ui-prompt-versions")}
          value={chosen ? String(chosen.version) : null}
          w={420}
          allowDeselect={false}
          data={versions.map((one) => ({ value: String(one.version), label: versionOf(one) }))}
          onChange={(value) => {
            setVersion(Number(value));
            start();
          }}
          data-version-pick
        />
        {chosen ? (
          <Text size="xs" c="dimmed" mb={8} data-hash={chosen.hash}>
            {t("ui-prompt-hash", { hash: chosen.hash.slice(0, 12) })}
          </Text>
        ) : null}
      </Group>
      <Textarea
        label={t("ui-prompt-text")}
        description={t("ui-prompt-text-hint")}
        value={now}
        autosize
        minRows={10}
        maxRows={26}
        spellCheck={false}
        lang={lang}
        className={styles.source ?? ""}
        onChange={(event) => {
          setText(event.currentTarget.value);
          kept.reset();
        }}
        data-field="prompt"
      />
      <Group>
        <Button variant="default" onClick={() => tried.mutate()} loading={tried.isPending} data-try>
          {t("ui-prompt-try")}
        </Button>
        <Button onClick={() => kept.mutate()} loading={kept.isPending} disabled={text === null || text === chosen?.text} data-keep>
          {t("ui-prompt-keep")}
        </Button>
        {text === null && chosen?.used_for === "judge" && !chosen.chosen ? (
          <Button variant="default" onClick={() => use.mutate(chosen)} loading={use.isPending} data-use={chosen.version}>
            {t("ui-prompt-choose")}
          </Button>
        ) : null}
        {text === null ? null : (
          <Button variant="subtle" onClick={start} data-back>
            {t("ui-prompt-back")}
          </Button>
        )}
      </Group>
      <ErrorNote error={kept.error ?? tried.error ?? use.error} />
      {chosen?.chosen ? (
        <Text size="sm" role="status" data-used={chosen.version}>
          {t("ui-prompt-chosen")}
        </Text>
      ) : null}
      {kept.data ? (
        <Alert role="status" color="green" variant="light" data-kept={kept.data.version}>
          {kept.data.version === 0 ? t("ui-prompt-same") : t("ui-prompt-kept", { version: kept.data.version })}
        </Alert>
      ) : null}
      {tried.data ? (
        <section data-tried>
          <Title order={2} size="h5" mb="xs">
            {tried.data.case === null ? t("ui-prompt-tried") : t("ui-prompt-tried-with", { case: tried.data.case })}
          </Title>
          <SimpleGrid cols={2}>
            {(["system", "user"] as const).map((turn) => (
              <Paper key={turn} withBorder p="sm">
                <Text size="xs" c="dimmed" fw={600} mb={4}>
                  {t(`ui-prompt-turn-${turn}`)}
                </Text>
                <div className={styles.turn} role="region" tabIndex={0} aria-label={t(`ui-prompt-turn-${turn}`)} lang={lang}>
                  {tried.data[turn]}
                </div>
              </Paper>
            ))}
          </SimpleGrid>
        </section>
      ) : null}
    </Stack>
  );
}
