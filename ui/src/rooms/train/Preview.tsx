import { Group, Stack, Text } from "@mantine/core";
import { useT } from "../../app/locale";
import type { TrainPiece, TrainPreview } from "../../bridge/ipc";
import styles from "./Preview.module.css";

/** Examples as the model reads them; what is learned stands out. */
export function Preview({ examples }: { examples: TrainPreview[] }) {
  const t = useT();
  return (
    <Stack gap="md" data-preview>
      <Text size="sm">{t("ui-train-preview-note")}</Text>
      {examples.map((example) => (
        <div key={example.id}>
          <Group gap="md" mb={4}>
            <Text fw={600}>{example.id}</Text>
            <Text size="sm" c={example.tokens > example.limit ? "red" : "dimmed"}>
              {t("ui-train-preview-counts", { tokens: example.tokens, learned: example.learned, limit: example.limit })}
            </Text>
          </Group>
          <pre className={styles.text}>
            {runs(example.pieces).map((run, at) =>
              run.learned ? (
                <mark key={at} className={styles.learned}>
                  {run.text}
                </mark>
              ) : (
                <span key={at}>{run.text}</span>
              ),
            )}
          </pre>
        </div>
      ))}
    </Stack>
  );
}

/** Neighbours of one kind as one. */
export function runs(pieces: TrainPiece[]): TrainPiece[] {
  const joined: TrainPiece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.learned === piece.learned) last.text += piece.text;
    else joined.push({ ...piece });
  }
  return joined;
}
