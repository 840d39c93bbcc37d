import { Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { usePick, useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { RubricRef } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";
import { FigureText } from "../shared/FigureText";

/** How far one agrees with oneself on outputs that came a second time. */
export function Consistency({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const pick = usePick();
  const bridge = useBridge();
  const reply = useQuery({
    queryKey: ["agreement", "own", rubric.id, rubric.version],
    queryFn: () => bridge.consistency({ rubric }),
  });
  if (reply.error) return <ErrorNote error={reply.error} />;
  if (!reply.data || reply.data.repeats === 0) return null;
  return (
    <section aria-label={t("ui-consistency")} data-consistency={reply.data.repeats}>
      <Title order={2} size="h4">
        {t("ui-consistency")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("ui-consistency-count", { count: reply.data.repeats })}
      </Text>
      <Table maw={900}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-criterion")}</Table.Th>
            <Table.Th>{t("ui-consistency-raw")}</Table.Th>
            <Table.Th>{t("ui-consistency-kappa")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reply.data.criteria.map((criterion) => {
            const figure = criterion.kappa ?? criterion.icc;
            return (
              <Table.Tr key={criterion.id} data-criterion={criterion.id}>
                <Table.Td>
                  {pick(criterion.title)}
                  <Text size="sm" c="dimmed">
                    {t(`ui-consistency-${criterion.reading}`)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <FigureText figure={criterion.raw} />
                </Table.Td>
                <Table.Td>{figure ? <FigureText figure={figure} /> : "–"}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </section>
  );
}
