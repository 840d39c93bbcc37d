import { Button, Checkbox, Group, Modal, NativeSelect, NumberInput, type NumberInputProps, Stack, Text, UnstyledButton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { QueueOrder, QueueSettings, RubricRef, Way } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";

const WAYS: Way[] = ["random", "disagreement", "uncertainty"];

/** What decides which output comes next: shown, chosen where one may, set by the lead. */
export function OrderPick({ rubric, order }: { rubric: RubricRef; order: QueueOrder | undefined }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { project } = Open.use();
  const [setting, setSetting] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  if (!order) return null;
  const choose = async (way: Way) => {
    setFailure(null);
    try {
      await bridge.queueChoose({ rubric, way });
      await client.invalidateQueries({ queryKey: ["queue"] });
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <Group gap="sm" data-order={order.way}>
      {order.choices.length > 0 ? (
        <NativeSelect
          size="xs"
          label={t("ui-order")}
          value={order.way}
          data={order.choices.map((way) => ({ value: way, label: t(`ui-order-${way}`) }))}
          onChange={(event) => void choose(event.currentTarget.value as Way)}
        />
      ) : (
        <Text size="xs" c="dimmed">
          {t("ui-order")}: {t(`ui-order-${order.way}`)}
        </Text>
      )}
      {project.me?.role === "lead" ? (
        <UnstyledButton fz="xs" c="var(--accent)" data-order-settings onClick={() => setSetting(true)}>
          {t("ui-order-settings")}
        </UnstyledButton>
      ) : null}
      <ErrorNote error={failure} />
      <Modal opened={setting} onClose={() => setSetting(false)} title={t("ui-order-settings")} closeButtonProps={{ "aria-label": t("ui-close") }}>
        {setting ? <Settings rubric={rubric} onSaved={() => setSetting(false)} /> : null}
      </Modal>
    </Group>
  );
}

/** What holds for everyone's queue. */
function Settings({ rubric, onSaved }: { rubric: RubricRef; onSaved: () => void }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const now = useQuery({ queryKey: ["queue-settings", rubric.id, rubric.version], queryFn: () => bridge.queueSettings(rubric) });
  const runs = useQuery({ queryKey: ["judge-runs"], queryFn: () => bridge.judgeRuns() });
  const [own, setOwn] = useState<QueueSettings | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    if (now.data && !own) setOwn(now.data);
  }, [now.data, own]);
  if (now.error) return <ErrorNote error={now.error} />;
  if (!own) return null;
  const change = (part: Partial<QueueSettings>) => setOwn({ ...own, ...part });
  const fitting = (runs.data ?? []).filter((run) => run.rubric.id === rubric.id && run.rubric.version === rubric.version && !run.discarded);
  const save = async () => {
    setFailure(null);
    try {
      await bridge.queueSet({ rubric, settings: own });
      await client.invalidateQueries({ queryKey: ["queue"] });
      await client.invalidateQueries({ queryKey: ["queue-settings"] });
      onSaved();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <Stack gap="sm" data-order-form>
      <NativeSelect
        label={t("ui-order-way")}
        description={t("ui-order-note")}
        value={own.way}
        data={WAYS.map((way) => ({ value: way, label: t(`ui-order-${way}`) }))}
        onChange={(event) => change({ way: event.currentTarget.value as Way })}
      />
      <NativeSelect
        label={t("ui-order-run")}
        value={own.run ?? ""}
        data={[{ value: "", label: "–" }, ...fitting.map((run) => ({ value: run.name, label: run.name }))]}
        onChange={(event) => change({ run: event.currentTarget.value || null })}
      />
      <Checkbox label={t("ui-order-raters-choose")} checked={own.raters_choose} onChange={(event) => change({ raters_choose: event.currentTarget.checked })} />
      <Whole
        label={t("ui-order-share")}
        description={t("ui-order-share-note")}
        min={0}
        max={50}
        value={Math.round(own.again_share * 100)}
        onWhole={(value) => change({ again_share: value / 100 })}
      />
      <Group grow align="end">
        <Whole label={t("ui-order-items")} min={1} max={10_000} value={own.again_items} onWhole={(again_items) => change({ again_items })} />
        <Whole label={t("ui-order-days")} min={0} max={3_650} value={own.again_days} onWhole={(again_days) => change({ again_days })} />
      </Group>
      <ErrorNote error={failure} />
      <Button data-order-save onClick={() => void save()}>
        {t("ui-order-save")}
      </Button>
    </Stack>
  );
}

/** A whole number that may be cleared while it is typed anew; left empty it is the one before. */
function Whole({ value, onWhole, ...more }: Omit<NumberInputProps, "value" | "onChange"> & { value: number; onWhole: (value: number) => void }) {
  const [shown, show] = useState<number | string>(value);
  return (
    <NumberInput
      {...more}
      allowDecimal={false}
      value={shown}
      onChange={(next) => {
        show(next);
        if (typeof next === "number") onWhole(next);
      }}
      onBlur={() => show(value)}
    />
  );
}
