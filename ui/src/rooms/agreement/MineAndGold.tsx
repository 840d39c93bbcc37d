import { Button, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { usePick, useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { Answers, RubricRef } from "../../bridge/ipc";
import { useWords } from "../adjudicate/words";
import { ErrorNote } from "../shared/ErrorNote";

/** How one's own ended ratings compare with the gold that came of them. */
export function MineAndGold({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const pick = usePick();
  const words = useWords();
  const bridge = useBridge();
  const { go } = Open.use();
  const rows = useQuery({ queryKey: ["agreement", "mine", rubric.id, rubric.version], queryFn: () => bridge.mineAndGold(rubric) });
  const whole = useQuery({ queryKey: ["rubric", rubric.id, rubric.version], queryFn: () => bridge.rubricGet(rubric) });
  if (rows.error) return <ErrorNote error={rows.error} />;
  if (!rows.data || !whole.data || rows.data.length === 0) return null;
  const criteria = new Map(whole.data.criteria.map((criterion) => [criterion.id, criterion]));
  const apart = rows.data.filter((row) => row.differing.length > 0);
  return (
    <section aria-label={t("ui-mine")}>
      <Title order={2} size="h4">
        {t("ui-mine")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("ui-mine-count", { all: rows.data.length, same: rows.data.length - apart.length })}
      </Text>
      {apart.length > 0 ? (
        <Table maw={900} data-mine>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("ui-criterion")}</Table.Th>
              <Table.Th>{t("ui-mine-own")}</Table.Th>
              <Table.Th>{t("ui-mine-gold")}</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {apart.slice(0, SHOWN).flatMap((row) =>
              row.differing.map((id, at) => {
                const criterion = criteria.get(id);
                if (!criterion) return null;
                const question = { path: id, criterion };
                return (
                  <Table.Tr key={`${row.output_id} ${id}`}>
                    <Table.Td>{pick(criterion.label)}</Table.Td>
                    <Table.Td>{words(question, (row.mine as Answers)[id])}</Table.Td>
                    <Table.Td>{words(question, (row.gold as Answers)[id])}</Table.Td>
                    <Table.Td>
                      {at === 0 ? (
                        <Button size="xs" variant="subtle" onClick={() => go("rate", row.output_id)}>
                          {t("ui-mine-open")}
                        </Button>
                      ) : null}
                    </Table.Td>
                  </Table.Tr>
                );
              }),
            )}
          </Table.Tbody>
        </Table>
      ) : null}
    </section>
  );
}

/** Outputs listed at most: what is learned from, not a list to work off. */
const SHOWN = 50;
