import { Button, Group, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { GoldReply, RubricRef } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";

/** Turns ended ratings into gold by majority, and says what is left for a person. */
export function GoldMake({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { project, refresh } = Open.use();
  const [reply, setReply] = useState<GoldReply | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function make() {
    setBusy(true);
    setError(null);
    try {
      setReply(await bridge.goldMake({ rubric }));
      await refresh();
      await client.invalidateQueries({ queryKey: ["verdicts"] });
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }
  return (
    <div>
      <Group gap="md">
        <Button variant="default" onClick={() => void make()} loading={busy} data-gold>
          {t("ui-gold-make")}
        </Button>
        <Text size="sm" c="dimmed">
          {t("ui-gold-have", { count: project.gold })}
        </Text>
      </Group>
      {reply ? (
        <Text size="sm" mt="xs" role="status">
          {t("ui-gold-made", {
            unanimous: reply.unanimous,
            majority: reply.majority,
            adjudicated: reply.adjudicated,
            unresolved: reply.unresolved.length,
          })}
        </Text>
      ) : null}
      <ErrorNote error={error} />
    </div>
  );
}
