import { Button, Group, Modal, Progress, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useT } from "../../../app/locale";
import { useBridge } from "../../../bridge/context";
import type { CarriedReply, CarryPlan, RubricRef } from "../../../bridge/ipc";
import { useJob } from "../../../app/useJob";
import { ErrorNote } from "../../shared/ErrorNote";
import { Fits } from "./Fits";

/** Offers to carry ratings over to a newer version, criterion by criterion. */
export function Carry({ from, to, onClose }: { from: RubricRef; to: number; onClose: () => void }) {
  const t = useT();
  const bridge = useBridge();
  const plan = useQuery({ queryKey: ["carry", from.id, from.version, to], queryFn: () => bridge.rubricCarryPlan({ from, to }), staleTime: 0 });
  return (
    <Modal opened onClose={onClose} size="lg" title={t("ui-carry-title", { from: from.version, to })} closeButtonProps={{ "aria-label": t("ui-close") }}>
      <ErrorNote error={plan.error} />
      {plan.data ? <Choose key={`${plan.data.carried}`} plan={plan.data} onClose={onClose} /> : null}
    </Modal>
  );
}

function Choose({ plan, onClose }: { plan: CarryPlan; onClose: () => void }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const job = useJob<CarriedReply>();
  const [chosen, setChosen] = useState(() => new Set(plan.criteria.filter((one) => one.fit === "same").map((one) => one.criterion)));
  const [taken, setTaken] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const asked = plan.criteria.filter((one) => one.reason !== "gone" && !(one.reason === "derived" && one.fit === "not"));
  const ends = plan.stays_ended && asked.every((one) => chosen.has(one.criterion));
  const over = job.done !== null || taken !== null;
  useEffect(() => {
    if (over) for (const key of ["queue", "rate", "agreement"]) void client.invalidateQueries({ queryKey: [key] });
  }, [client, over]);
  async function back() {
    setError(null);
    try {
      setTaken(await bridge.rubricCarryBack({ id: plan.from.id, version: plan.to }));
    } catch (reason) {
      setError(reason);
    }
  }
  const takeBack = (
    <Button variant="default" data-carry-back onClick={() => void back()}>
      {t("ui-carry-back")}
    </Button>
  );
  if (taken !== null) {
    return (
      <Stack gap="sm" data-carried="back">
        <Text>{t("ui-carry-taken-back", { count: taken })}</Text>
        <Group justify="flex-end">
          <Button data-autofocus onClick={onClose}>
            {t("ui-close")}
          </Button>
        </Group>
      </Stack>
    );
  }
  if (job.done) {
    return (
      <Stack gap="sm" data-carried={job.done.carried}>
        <Text>{t("ui-carry-done", { carried: job.done.carried, ended: job.done.ended })}</Text>
        {job.done.begun > 0 ? <Text size="sm">{t("ui-carry-begun", { count: job.done.begun })}</Text> : null}
        <ErrorNote error={error} />
        <Group justify="flex-end">
          {takeBack}
          <Button data-autofocus onClick={onClose}>
            {t("ui-close")}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="sm" data-carry>
      <Text>{t("ui-carry-counts", { ratings: plan.ratings, ended: plan.ended })}</Text>
      <Fits
        fits={plan.criteria}
        chosen={chosen}
        onChoose={(criterion, on) => {
          const next = new Set(chosen);
          if (on) next.add(criterion);
          else next.delete(criterion);
          setChosen(next);
        }}
      />
      <Text size="sm">{t(ends ? "ui-carry-stays" : "ui-carry-drafts")}</Text>
      <Text size="sm" c="dimmed">
        {t("ui-carry-note", { version: plan.from.version })}
      </Text>
      {plan.begun > 0 ? <Text size="sm">{t("ui-carry-begun", { count: plan.begun })}</Text> : null}
      {job.running ? (
        <Group gap="sm">
          <Progress style={{ flex: 1 }} value={job.progress && job.progress.total > 0 ? (100 * job.progress.done) / job.progress.total : 0} aria-label={t("ui-carry")} />
          <Button size="xs" variant="default" disabled={job.stopping} onClick={job.cancel}>
            {t("ui-cancel")}
          </Button>
        </Group>
      ) : null}
      <ErrorNote error={job.error ?? error} />
      <Group justify="flex-end">
        {plan.carried > 0 ? takeBack : null}
        <Button variant="default" disabled={job.running} onClick={onClose}>
          {t("ui-carry-not-now")}
        </Button>
        <Button
          data-carry-over
          data-autofocus
          disabled={chosen.size === 0 || plan.ratings === 0}
          loading={job.running}
          onClick={() => void job.start((on) => bridge.rubricCarry({ from: plan.from, to: plan.to, criteria: [...chosen] }, on))}
        >
          {t("ui-carry")}
        </Button>
      </Group>
    </Stack>
  );
}
