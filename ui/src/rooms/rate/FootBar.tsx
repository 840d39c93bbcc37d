import { Badge, Button, Group, Kbd, Progress, Text, UnstyledButton } from "@mantine/core";
import { usePick, useT } from "../../app/locale";
import type { Rubric, Score } from "../../bridge/ipc";
import styles from "./FootBar.module.css";

/** Where one is, what the rating adds up to, whether it is saved, and the way on. */
export function FootBar({ rubric, score, locked, saving, said, place, onMove, onDone, onHelp }: {
  rubric: Rubric;
  score: Score;
  locked: boolean;
  saving: "saved" | "saving" | "failed";
  said: string | null;
  place: { at: number; total: number; done: number };
  onMove: (step: 1 | -1) => void;
  onDone: () => void;
  onHelp: (what: "guide" | "keys") => void;
}) {
  const t = useT();
  const label = useLabel(rubric, score);
  return (
    <footer className={styles.bar}>
      <Progress
        value={place.total > 0 ? (100 * place.done) / place.total : 0}
        size={3}
        radius={0}
        aria-label={t("ui-rate-progress", { done: place.done, total: place.total })}
      />
      <Group className={styles.line} justify="space-between" wrap="nowrap">
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
          <Text size="sm" c="dimmed" className={styles.figures}>
            {t("ui-rate-progress", { done: place.done, total: place.total })}
          </Text>
        </Group>
        <Text size="sm" role="status" aria-live="polite" className={styles.said} data-said>
          {said ?? (saving === "failed" ? t("ui-rate-not-saved") : saving === "saving" ? t("ui-rate-saving") : t("ui-rate-saved"))}
        </Text>
        <Group gap="md" wrap="nowrap">
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
          {locked ? <Badge color="green">{t("ui-state-done")}</Badge> : null}
          <UnstyledButton className={styles.help} onClick={() => onHelp("guide")}>
            {t("ui-rate-guide")} <Kbd size="xs">h</Kbd>
          </UnstyledButton>
          <UnstyledButton className={styles.help} onClick={() => onHelp("keys")}>
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
