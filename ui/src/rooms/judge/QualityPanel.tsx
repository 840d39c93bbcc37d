import { Alert, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { usePick, useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { BoundsView, RubricRef } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";
import { two } from "../../parts/numbers";
import { FigureText } from "../shared/FigureText";

/** One judging beside gold; where verdicts are missing, what they could make of each figure at worst and at best. */
export function QualityPanel({ rubric, run }: { rubric: RubricRef; run: string }) {
  const t = useT();
  const pick = usePick();
  const bridge = useBridge();
  const found = useQuery({ queryKey: ["judge-quality", rubric.id, rubric.version, run], queryFn: () => bridge.judgeQuality(rubric, run) });
  if (found.error) return <ErrorNote error={found.error} />;
  const told = found.data;
  if (!told) return null;
  return (
    <section data-quality={told.run}>
      <Title order={2} size="h5" mb="xs">
        {t("ui-quality")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("ui-quality-counts", { outputs: told.outputs, asked: told.asked, measured: told.measured })}
      </Text>
      {told.missing > 0 ? (
        <Alert role="status" color="yellow" variant="light" maw={980} mb="sm" data-missing={told.missing}>
          {t("ui-quality-missing", { missing: told.missing, asked: told.asked, silent: told.silent })}
        </Alert>
      ) : null}
      {told.own > 0 ? (
        <Alert role="note" color="orange" variant="light" maw={980} mb="sm" data-own={told.own}>
          {t("ui-own-outputs", { name: told.name, count: told.own })}
        </Alert>
      ) : null}
      <Table maw={1100} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-ensemble-criterion")}</Table.Th>
            <Table.Th>{t("ui-quality-mean")}</Table.Th>
            <Table.Th>{t("ui-quality-exact")}</Table.Th>
            <Table.Th>{t("ui-quality-within-one")}</Table.Th>
            <Table.Th>{t("ui-quality-error")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {told.criteria.map((one) => (
            <Table.Tr key={one.id} data-criterion={one.id}>
              <Table.Td>{pick(one.title)}</Table.Td>
              {[one.mean, one.exact, one.within_one, one.error].map((bounds, i) => (
                <Table.Td key={i}>
                  <Bounded bounds={bounds} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** A mean of what is there, and below it the bounds where something is missing. */
function Bounded({ bounds }: { bounds: BoundsView | null }) {
  const t = useT();
  if (!bounds) return "–";
  const text = (value: number | null) => (value === null ? "–" : two(value));
  return (
    <>
      <FigureText figure={bounds.seen} />
      {bounds.missing > 0 ? (
        <Text size="xs" c="dimmed" data-bounds>
          {t("ui-quality-bounds", { least: text(bounds.least.value), most: text(bounds.most.value) })}
        </Text>
      ) : null}
    </>
  );
}
