import { Alert, Progress, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useT } from "../../app/locale";
import type { TrainLong, TrainPlan } from "../../bridge/ipc";
import { bytes, clock } from "../../parts/numbers";
import { Figure } from "../shared/JobPanel";

/** What a run would do and cost, before it starts. */
export function PlanView({ plan }: { plan: TrainPlan }) {
  const t = useT();
  const parts = plan.parts.filter((part) => part.bytes > 0).toSorted((a, b) => b.bytes - a.bytes);
  return (
    <Alert role="status" variant="light" data-plan title={t("ui-train-planned", { steps: plan.steps, time: plan.seconds === null ? "–" : clock(plan.seconds) })}>
      <Stack gap="md">
        <SimpleGrid cols={5}>
          <Figure name={t("ui-train-examples")} value={String(plan.examples)} />
          <Figure name={t("ui-train-held-out")} value={String(plan.evaluated)} />
          <Figure name={t("ui-plan-peak")} value={bytes(plan.total_bytes)} />
          <Figure name={t("ui-plan-measured")} value={bytes(plan.dry_peak_bytes)} />
          <Figure name={t("ui-plan-free")} value={bytes(plan.limit_bytes)} />
        </SimpleGrid>
        <Table>
          <Table.Tbody>
            {parts.map((part) => (
              <Table.Tr key={part.part}>
                <Table.Td w={240}>{t(`ui-plan-${part.part}`)}</Table.Td>
                <Table.Td>
                  <Progress value={(100 * part.bytes) / plan.total_bytes} aria-hidden />
                </Table.Td>
                <Table.Td w={110} ta="right">
                  {bytes(part.bytes)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <OverLong list={plan.over_long} />
      </Stack>
    </Alert>
  );
}

/** Examples that were longer than allowed, and what became of them. */
export function OverLong({ list }: { list: TrainLong[] }) {
  const t = useT();
  if (list.length === 0) return null;
  return (
    <div data-over-long>
      {list.map((long) => (
        <Text key={long.id} size="sm">
          {t(long.kept === 0 ? "ui-train-left-out" : "ui-train-cut", { id: long.id, tokens: long.tokens, kept: long.kept })}
        </Text>
      ))}
    </div>
  );
}
