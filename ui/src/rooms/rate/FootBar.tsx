import { Badge, Button, Group, Kbd, NativeSelect, Progress, Text, UnstyledButton } from "@mantine/core";
import { usePick, useT } from "../../app/locale";
import type { Pace, QueueEntry, Rubric, Score } from "../../bridge/ipc";
import styles from "./FootBar.module.css";
import { PaceLine } from "./PaceLine";
import { FILTERS, type Filter, passes } from "./queue";

/** Where one is, what the rating adds up to, whether it is saved, and the way on. */
export function FootBar({ rubric, score, locked, saving, said, place, time, filter, aside, onMove, onDone, onHelp }: {
  rubric: Rubric;
  score: Score;
  locked: boolean;
  saving: "saved" | "saving" | "failed";
  said: string | null;
  /** Where one is in what the filter shows; done and all count everything. */
  place: { at: number; total: number; done: number; all: number };
  time: { pace: Pace | undefined; due: boolean; later: () => void };
  filter: { value: Filter; entries: QueueEntry[]; choose: (filter: Filter) => void };
  aside: { skipped: string | null; flag: string | null; ask: (kind: "skip" | "flag") => void; takeBack: (kind: "skip" | "flag") => void };
  onMove: (step: 1 | -1) => void;
  onDone: () => void;
  onHelp: (what: "guide" | "keys") => void;
}) {
  const t = useT();
  const label = useLabel(rubric, score);
  return (
    <footer className={styles.bar}>
      <Progress
        value={place.all > 0 ? (100 * place.done) / place.all : 0}
        size={3}
        radius={0}
        aria-label={t("ui-rate-progress", { done: place.done, total: place.all })}
      />
      <PaceLine pace={time.pace} due={time.due} onLater={time.later} />
      <Group className={styles.line} justify="space-between" gap="xs">
        <Group gap="sm" wrap="nowrap">
          <Button variant="default" size="sm" disabled={place.at <= 0} onClick={() => onMove(-1)} aria-label={t("ui-rate-previous")}>
            ←
          </Button>
          <Text size="sm" className={styles.figures}>
            {place.at + 1} / {place.total}
          </Text>
          <Button
            variant="default"
            size="sm"
            disabled={place.at + 1 >= place.total}
            onClick={() => onMove(1)}
            aria-label={t("ui-rate-next")}
          >
            →
          </Button>
          <NativeSelect
            size="xs"
            aria-label={t("ui-rate-filter")}
            data-filter
            value={filter.value}
            data={FILTERS.map((one) => ({
              value: one,
              label: t(`ui-rate-filter-${one}`, { count: filter.entries.filter((entry) => passes(entry, one)).length }),
            }))}
            onChange={(event) => filter.choose(event.currentTarget.value as Filter)}
          />
        </Group>
        <Text size="sm" role="status" aria-live="polite" className={styles.said} data-said>
          {said ?? (saving === "failed" ? t("ui-rate-not-saved") : saving === "saving" ? t("ui-rate-saving") : t("ui-rate-saved"))}
        </Text>
        <Group gap="md" justify="flex-end">
          {score.total !== null ? (
            <Text size="sm" className={styles.figures}>
              {t("ui-rate-score")} <b>{score.total}</b>
            </Text>
          ) : null}
          {label ? (
            <Badge variant="light" color={score.harm ? "red" : "pine"} size="lg" tt="none">
              {label}
            </Badge>
          ) : null}
          <Aside kind="skip" words={aside.skipped} aside={aside} hidden={locked} />
          <Aside kind="flag" words={aside.flag} aside={aside} hidden={false} />
          {locked ? <Badge color="green">{t("ui-state-done")}</Badge> : null}
          <UnstyledButton className={styles.help} onClick={() => onHelp("guide")} data-help="guide">
            {t("ui-rate-guide")} <Kbd size="xs">h</Kbd>
          </UnstyledButton>
          <UnstyledButton className={styles.help} onClick={() => onHelp("keys")} data-help="keys">
            {t("ui-rate-keys")} <Kbd size="xs">?</Kbd>
          </UnstyledButton>
          <Button onClick={onDone} data-done>
            {t("ui-rate-done")}
            <span className={styles.chord}>Ctrl+Enter</span>
          </Button>
        </Group>
      </Group>
    </footer>
  );
}

/** A button to skip or flag, or the badge that says why and takes it back. */
function Aside({ kind, words, aside, hidden }: {
  kind: "skip" | "flag";
  words: string | null;
  aside: { ask: (kind: "skip" | "flag") => void; takeBack: (kind: "skip" | "flag") => void };
  hidden: boolean;
}) {
  const t = useT();
  if (hidden) return null;
  if (words !== null) {
    return (
      <UnstyledButton className={styles.help} data-aside={kind} title={words} onClick={() => aside.takeBack(kind)}>
        <Badge color="orange" variant="light" tt="none">
          {t(`ui-rate-is-${kind}`)} ×
        </Badge>
      </UnstyledButton>
    );
  }
  return (
    <UnstyledButton className={styles.help} data-ask={kind} onClick={() => aside.ask(kind)}>
      {t(`ui-rate-${kind}`)} <Kbd size="xs">{kind === "skip" ? "s" : "f"}</Kbd>
    </UnstyledButton>
  );
}

/** The overall label in words: a derived choice of the rubric names its options. */
function useLabel(rubric: Rubric, score: Score): string | null {
  const pick = usePick();
  if (score.label === null) return null;
  for (const { kind, source } of rubric.criteria) {
    if (source?.from !== "derived" || source.rule !== "label" || kind.type !== "choice") continue;
    const option = kind.options.find((one) => one.id === score.label);
    if (option) return pick(option.label);
  }
  return score.label;
}
