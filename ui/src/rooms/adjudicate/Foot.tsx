import { Button, Group, Text } from "@mantine/core";
import { useT } from "../../app/locale";
import type { AdjudicationQueue } from "../../bridge/ipc";
import styles from "../rate/FootBar.module.css";

/** Where one is, how much is left to decide, and the way on. */
export function Foot({ queue, at, said, onMove, onDone, onUndo, onSettle }: {
  queue: AdjudicationQueue;
  at: number;
  said: string | null;
  onMove: (step: 1 | -1) => void;
  onDone: () => void;
  onUndo: () => void;
  onSettle: () => void;
}) {
  const t = useT();
  const total = queue.entries.length;
  return (
    <footer className={styles.bar}>
      <Group className={styles.line} justify="space-between" gap="xs">
        <Group gap="sm" wrap="nowrap">
          <Button variant="default" size="sm" disabled={at <= 0} onClick={() => onMove(-1)} aria-label={t("ui-rate-previous")}>
            ←
          </Button>
          <Text size="sm" className={styles.figures}>
            {at + 1} / {total}
          </Text>
          <Button variant="default" size="sm" disabled={at + 1 >= total} onClick={() => onMove(1)} aria-label={t("ui-rate-next")}>
            →
          </Button>
          <Text size="sm" c="dimmed" className={styles.figures}>
            {t("ui-adjudicate-progress", { open: queue.open, decided: queue.decided })}
          </Text>
        </Group>
        <Text size="sm" role="status" aria-live="polite" className={styles.said} data-said>
          {said ?? ""}
        </Text>
        <Group gap="sm" justify="flex-end">
          <Button variant="default" disabled={queue.agreed === 0} onClick={onSettle} data-settle>
            {t("ui-adjudicate-settle", { count: queue.agreed })}
          </Button>
          <Button variant="subtle" onClick={onUndo} data-undo>
            {t("ui-adjudicate-undo")}
          </Button>
          <Button onClick={onDone} data-done>
            {t("ui-adjudicate-decide")}
            <span className={styles.chord}>Ctrl+Enter</span>
          </Button>
        </Group>
      </Group>
    </footer>
  );
}
