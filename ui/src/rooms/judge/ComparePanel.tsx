import { Button, Group, MultiSelect, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { usePick, useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { ComparedPair, CompareReply, JudgeRunView, RubricRef } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";
import { two } from "../../parts/numbers";
import { FigureText } from "../shared/FigureText";

/** The same outputs through base, adapter and next adapter: what changed against gold, and whether chance could explain it. */
export function ComparePanel({ rubric, runs }: { rubric: RubricRef; runs: JudgeRunView[] }) {
  const t = useT();
  const bridge = useBridge();
  const [chosen, setChosen] = useState<string[]>([]);
  const [reply, setReply] = useState<CompareReply | null>(null);
  const [error, setError] = useState<unknown>(null);
  const done = runs.filter((one) => one.state === "done");
  if (done.length < 2) return null;

  async function compare() {
    setError(null);
    setReply(null);
    try {
      setReply(await bridge.judgeCompare({ rubric, runs: chosen }));
    } catch (reason) {
      setError(reason);
    }
  }

  return (
    <section data-compare>
      <Title order={2} size="h5" mb="xs">
        {t("ui-compare")}
      </Title>
      <Text size="sm" c="dimmed" maw={820} mb="sm">
        {t("ui-compare-note")}
      </Text>
      <Group align="end" gap="md" mb="md">
        <MultiSelect
          label={t("ui-compare-runs")}
          w={520}
          data={done.map((one) => ({ value: one.id, label: one.name }))}
          value={chosen}
          onChange={setChosen}
        />
        <Button variant="default" onClick={() => void compare()} disabled={chosen.length < 2} data-compare-start>
          {t("ui-compare-start")}
        </Button>
      </Group>
      <ErrorNote error={error} />
      {reply ? (
        <Stack gap="md">
          <Text size="sm">{t("ui-compare-items", { outputs: reply.outputs, measured: reply.measured })}</Text>
          {reply.differ.map((what) => (
            <Text key={what} size="sm" c="orange">
              {t(`ui-compare-differ-${what}`)}
            </Text>
          ))}
          {reply.judges
            .filter((one) => one.own > 0)
            .map((one) => (
              <Text key={one.run} size="sm" c="orange">
                {t("ui-own-outputs", { name: one.name, count: one.own })}
              </Text>
            ))}
          {reply.pairs.map((pair) => (
            <Pair key={`${pair.before}-${pair.after}`} pair={pair} reply={reply} />
          ))}
        </Stack>
      ) : null}
    </section>
  );
}

function Pair({ pair, reply }: { pair: ComparedPair; reply: CompareReply }) {
  const t = useT();
  const pick = usePick();
  const before = reply.judges[pair.before]?.name ?? "";
  const after = reply.judges[pair.after]?.name ?? "";
  const bound = (value: number | null) => (value === null ? "–" : two(value));
  const p = (value: number | null) => (value === null ? "–" : value < 0.001 ? "< 0.001" : value.toFixed(3));
  return (
    <div data-pair={`${before}>${after}`}>
      <Text fw={650} mb={4}>
        {before} → {after}
      </Text>
      {pair.criteria.map((one) => (
        <Text key={one.id} size="sm" data-reading={one.reading}>
          {t(`ui-compare-reading-${one.reading}`, { criterion: pick(one.title), before, after })}
        </Text>
      ))}
      <Table maw={1180} mt="xs" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-ensemble-criterion")}</Table.Th>
            <Table.Th>{t("ui-compare-error")}</Table.Th>
            <Table.Th>{t("ui-compare-agreement")}</Table.Th>
            <Table.Th>{t("ui-compare-tally")}</Table.Th>
            <Table.Th>{t("ui-compare-p")}</Table.Th>
            <Table.Th>{t("ui-compare-missing")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pair.criteria.map((one) => (
            <Table.Tr key={one.id} data-criterion={one.id}>
              <Table.Td>{pick(one.title)}</Table.Td>
              <Table.Td>
                <FigureText figure={one.error} signed />
              </Table.Td>
              <Table.Td>
                <FigureText figure={one.agreement} signed />
              </Table.Td>
              <Table.Td>
                {one.wins} / {one.losses} / {one.ties}
              </Table.Td>
              <Table.Td>
                {p(one.p_holm)}
                <Text size="xs" c="dimmed">
                  {t(`ui-test-${one.test}`)}
                </Text>
              </Table.Td>
              <Table.Td>
                {one.missing === 0 ? "0" : `${one.missing} (${bound(one.bounds.least.value)} – ${bound(one.bounds.most.value)})`}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
