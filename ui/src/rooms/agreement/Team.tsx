import { Table, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { usePick, useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { RubricRef, States } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";

const STATES = ["todo", "draft", "done", "skipped", "flagged"] as const satisfies (keyof States)[];

/** How far everyone has come, by criterion and by rater. For the lead. */
export function Team({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const pick = usePick();
  const bridge = useBridge();
  const found = useQuery({
    queryKey: ["agreement", "team", rubric.id, rubric.version],
    queryFn: () => bridge.teamProgress({ rubric }),
    refetchOnMount: "always",
  });
  if (found.error) return <ErrorNote error={found.error} />;
  if (!found.data || found.data.raters.length === 0) return null;
  return (
    <section aria-label={t("ui-team")}>
      <Title order={2} size="h4" mb="xs">
        {t("ui-team")}
      </Title>
      <Table maw={900} data-team>
        <Rows head={t("ui-criterion")} rows={found.data.criteria.map((row) => [pick(row.title), row.states])} />
        <Rows head={t("ui-hand-rater")} rows={found.data.raters.map((row) => [row.name, row.states])} />
      </Table>
    </section>
  );
}

function Rows({ head, rows }: { head: string; rows: [string, States][] }) {
  const t = useT();
  return (
    <>
      <Table.Tbody>
        <Table.Tr>
          <Table.Th scope="col">{head}</Table.Th>
          {STATES.map((state) => (
            <Table.Th key={state} scope="col" ta="right">
              {t(`ui-team-${state}`)}
            </Table.Th>
          ))}
        </Table.Tr>
        {rows.map(([name, states], at) => (
          <Table.Tr key={at}>
            <Table.Th scope="row" fw={400}>
              {name}
            </Table.Th>
            {STATES.map((state) => (
              <Table.Td key={state} ta="right">
                {states[state]}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </>
  );
}
