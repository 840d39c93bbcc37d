import { Button, Group, Loader, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useTextSize } from "../../app/textSize";
import { useBridge } from "../../bridge/context";
import type { OutputRow } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";
import { ImportIcon, SearchIcon } from "../../parts/icons";
import { Empty, Page } from "../../parts/Page";
import { Rows } from "../../parts/Rows";
import { SafeMarkdown } from "../../parts/SafeMarkdown";
import { CaseBody } from "../rate/Record";
import styles from "./CasesRoom.module.css";

/** Cases on the left, the chosen one with its outputs on the right. */
export function CasesRoom() {
  const t = useT();
  const bridge = useBridge();
  const { project, bringIn } = Open.use();
  const { scale } = useTextSize();
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 250);
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useInfiniteQuery({
    queryKey: ["cases", search],
    queryFn: ({ pageParam }) => bridge.caseList({ after: pageParam, limit: 200, search: search === "" ? null : search }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const lead = project.me?.role === "lead";
  const selected = chosen ?? rows[0]?.id ?? null;

  return (
    <Page
      title={t("ui-room-cases")}
      note={t("ui-cases-note", { cases: project.cases, outputs: project.outputs })}
      wide
      actions={
        lead ? (
          <Button variant="default" leftSection={<ImportIcon />} onClick={() => bringIn()} data-import>
            {t("ui-import")}
          </Button>
        ) : null
      }
    >
      {project.cases === 0 ? (
        <Empty
          title={t("ui-cases-empty")}
          hint={t(lead ? "ui-cases-empty-hint" : "ui-cases-empty-hint-rater")}
          action={lead ? <Button onClick={() => bringIn()} data-import>{t("ui-import")}</Button> : null}
        />
      ) : (
        <div className={styles.split}>
          <div className={styles.list}>
            <TextInput
              className={styles.search ?? ""}
              leftSection={<SearchIcon />}
              placeholder={t("ui-cases-search")}
              aria-label={t("ui-cases-search")}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
            <ErrorNote error={list.error} />
            {list.isPending ? (
              <Loader m="lg" aria-label={t("ui-wait")} />
            ) : rows.length === 0 ? (
              <Text p="lg" c="dimmed">
                {t("ui-cases-none-found")}
              </Text>
            ) : (
              <div className={styles.rows}>
                <Rows
                  rows={rows}
                  id={(row) => row.id}
                  height={Math.round(84 * scale)}
                  label={t("ui-room-cases")}
                  selected={selected}
                  onSelect={(row) => setChosen(row.id)}
                  onEnd={more}
                >
                  {(row) => (
                    <>
                      <Group justify="space-between" wrap="nowrap" gap="xs">
                        <Text size="sm" fw={650} truncate>
                          {row.key}
                        </Text>
                        <Text size="xs" c="dimmed" className={styles.count}>
                          {t("ui-cases-outputs", { outputs: row.outputs })}
                        </Text>
                      </Group>
                      <Text size="sm" lineClamp={2} lang={row.lang}>
                        {row.excerpt}
                      </Text>
                    </>
                  )}
                </Rows>
              </div>
            )}
            {search ? (
              <Text size="xs" c="dimmed" p="xs">
                {t("ui-cases-found", { count: total })}
              </Text>
            ) : null}
          </div>
          <div className={styles.detail}>{selected ? <CaseDetail id={selected} /> : null}</div>
        </div>
      )}
    </Page>
  );
}

function CaseDetail({ id }: { id: string }) {
  const t = useT();
  const bridge = useBridge();
  const found = useQuery({ queryKey: ["case", id], queryFn: () => bridge.caseGet(id) });
  const outputs = useQuery({ queryKey: ["case", id, "outputs"], queryFn: () => bridge.caseOutputs(id, { limit: 200 }) });
  if (found.error) return <ErrorNote error={found.error} />;
  if (!found.data) return <Loader aria-label={t("ui-wait")} />;
  return (
    <>
      <Text size="sm" c="dimmed" fw={600}>
        {t("ui-rate-case")} {found.data.key}
      </Text>
      <CaseBody text={found.data.text} lang={found.data.lang} />
      <Text fw={650} mt="xl" mb="xs">
        {t("ui-outputs")}
      </Text>
      {outputs.data?.rows.length === 0 ? <Text c="dimmed">{t("ui-outputs-none")}</Text> : null}
      <ErrorNote error={outputs.error} />
      {outputs.data?.rows.map((output, at) => (
        <OutputCard key={output.id} output={output} number={at + 1} />
      ))}
    </>
  );
}

/** An output as a rater reads it, and the way to rating it. */
function OutputCard({ output, number }: { output: OutputRow; number: number }) {
  const t = useT();
  const bridge = useBridge();
  const { go } = Open.use();
  const whole = useQuery({ queryKey: ["output", output.id], queryFn: () => bridge.outputGet(output.id) });
  return (
    <section className={styles.output} aria-label={t("ui-output-sample", { sample: number })} data-output-card={output.id}>
      <Group justify="space-between" mb={4}>
        <Text size="sm" c="dimmed">
          {t("ui-output-sample", { sample: number })}
        </Text>
        <Button size="compact-sm" variant="subtle" onClick={() => go("rate", output.id)} data-rate>
          {t("ui-output-rate")} →
        </Button>
      </Group>
      <ErrorNote error={whole.error} />
      {whole.data ? <SafeMarkdown text={whole.data.text} image={t("ui-rate-image")} /> : <Text>{output.excerpt}</Text>}
    </section>
  );
}
