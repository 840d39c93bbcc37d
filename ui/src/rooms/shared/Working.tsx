import { Button, Group, Progress, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useT } from "../../app/locale";
import type { JobProgress } from "../../bridge/ipc";
import styles from "./Working.module.css";

/** Work that is over in a moment says nothing. */
const MOMENT_MS = 500;

/** Work that takes longer than a moment: what it is at, how far, and the way to stop it. */
export function Working({ progress, stopping, onCancel }: {
  progress: JobProgress | null;
  stopping: boolean;
  onCancel: () => void;
}) {
  const t = useT();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), MOMENT_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  const phase = t(progress ? `ui-phase-${progress.phase}` : "ui-phase-start");
  const known = progress !== null && progress.total > 0;
  return (
    <div className={styles.working} data-working={progress?.phase ?? "start"}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600} role="status">
          {stopping ? t("ui-job-stopping") : phase}
        </Text>
        <Group gap="sm" wrap="nowrap">
          {known && progress.total > 20 ? (
            <Text size="sm" c="dimmed" className={styles.figures}>
              {Math.round(progress.done)} / {Math.round(progress.total)}
            </Text>
          ) : null}
          <Button variant="default" size="xs" onClick={onCancel} disabled={stopping} data-cancel>
            {t("ui-job-cancel")}
          </Button>
        </Group>
      </Group>
      <Progress value={known ? (100 * progress.done) / progress.total : 100} animated={!known && !stopping} striped={!known} aria-label={phase} />
    </div>
  );
}
