import { Button, Group, Paper, Progress, SimpleGrid, Text } from "@mantine/core";
import { useT } from "../../app/locale";
import type { JobProgress } from "../../bridge/ipc";
import { Curve, type Point } from "../../parts/Curve";
import { bytes, clock } from "../../parts/numbers";

/** A running job: where it is, how fast, how long still, how much memory; and the way to stop it. */
export function JobPanel({ progress, losses, onCancel, stopping }: {
  progress: JobProgress | null;
  losses: Point[];
  onCancel: () => void;
  stopping: boolean;
}) {
  const t = useT();
  const percent = progress && progress.total > 0 ? (100 * progress.done) / progress.total : 0;
  const phase = progress ? t(`ui-phase-${progress.phase}`) : t("ui-phase-start");
  const figures: [string, string][] = progress
    ? [
        ...(progress.values.steps ? [[t("ui-train-step"), `${progress.values.step ?? 0} / ${progress.values.steps}`] as [string, string]] : []),
        [t("ui-job-done"), progress.total > 0 ? `${Math.round(progress.done)} / ${Math.round(progress.total)}` : "–"],
        [t("ui-job-rate"), progress.rate === null ? "–" : `${progress.rate.toFixed(progress.rate < 10 ? 1 : 0)} ${progress.rate_unit ?? ""}`],
        [t("ui-job-left"), progress.eta_s === null ? "–" : clock(progress.eta_s)],
        [t("ui-job-memory"), progress.rss_bytes === null || progress.rss_bytes === 0 ? "–" : bytes(progress.rss_bytes)],
      ]
    : [];
  const loss = losses.at(-1);
  return (
    <Paper withBorder p="lg" maw={860} data-job={progress?.phase ?? "start"}>
      <Group justify="space-between" mb="sm">
        <Text fw={650} role="status">
          {stopping ? t("ui-job-stopping") : phase}
        </Text>
        <Button variant="default" color="red" onClick={onCancel} disabled={stopping} data-cancel>
          {t("ui-job-cancel")}
        </Button>
      </Group>
      <Progress value={percent} animated={!stopping} aria-label={phase} mb="md" />
      <SimpleGrid cols={6} mb="md">
        {figures.map(([name, value]) => (
          <Figure key={name} name={name} value={value} />
        ))}
        {progress?.values.evaluation_loss === undefined ? null : <Figure name={t("ui-train-evaluated-loss")} value={progress.values.evaluation_loss.toFixed(3)} />}
        {progress?.values.kl === undefined ? null : <Figure name={t("ui-train-kl")} value={progress.values.kl.toFixed(3)} />}
        {loss ? <Figure name={t("ui-train-loss")} value={loss.y.toFixed(3)} /> : null}
      </SimpleGrid>
      <Curve points={losses} label={t("ui-train-loss")} x={t("ui-train-step")} />
    </Paper>
  );
}

export function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={600}>{value}</Text>
    </div>
  );
}
