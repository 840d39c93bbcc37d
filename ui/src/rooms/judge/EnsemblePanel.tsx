import { Alert, Button, Group, MultiSelect, NumberInput, Paper, Select, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { usePick, useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { Combination, EnsembleReply, JudgeRunView, RubricRef } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";
import { FigureText } from "../shared/FigureText";
import { total } from "../../parts/numbers";
import styles from "./JudgeRoom.module.css";

/** Several judges' verdicts on the same outputs combined, and the outputs on which a person must look. */
export function EnsemblePanel({ rubric, runs }: { rubric: RubricRef; runs: JudgeRunView[] }) {
  const t = useT();
  const bridge = useBridge();
  const [judges, setJudges] = useState<string[]>([]);
  const [how, setHow] = useState<Combination>("mean");
  const [weights, setWeights] = useState("");
  const [apart, setApart] = useState(1);
  const [reply, setReply] = useState<EnsembleReply | null>(null);
  const [error, setError] = useState<unknown>(null);
  const done = runs.filter((one) => one.state === "done");
  if (done.length < 2) return null;

  async function combine() {
    setError(null);
    setReply(null);
    // Full-width digits and commas come from a Japanese keyboard.
    const given = how === "weights" ? weights.normalize("NFKC").split(/[,、\s]+/).filter(Boolean).map(Number) : [];
    try {
      if (given.some(Number.isNaN)) throw { code: "ensemble-weights", args: {} };
      setReply(await bridge.judgeEnsemble({ rubric, judges, how, weights: given, apart }));
    } catch (reason) {
      setError(reason);
    }
  }

  return (
    <section data-ensemble>
      <Title order={2} size="h5" mb="xs">
        {t("ui-ensemble")}
      </Title>
      <Text size="sm" c="dimmed" maw={820} mb="sm">
        {t("ui-ensemble-note")}
      </Text>
      <Group align="end" gap="md" mb="md">
        <MultiSelect
          label={t("ui-ensemble-judges")}
          w={420}
          data={done.map((one) => ({ value: one.id, label: one.name }))}
          value={judges}
          onChange={setJudges}
        />
        <Select
          label={t("ui-ensemble-how")}
          w={280}
          value={how}
          data={(["mean", "majority", "weights"] as const).map((value) => ({ value, label: t(`ui-ensemble-how-${value}`) }))}
          onChange={(value) => value && setHow(value as Combination)}
        />
        {how === "weights" ? (
          <TextInput
            label={t("ui-ensemble-given")}
            description={t("ui-ensemble-given-hint")}
            w={300}
            value={weights}
            onChange={(event) => setWeights(event.currentTarget.value)}
          />
        ) : null}
        <NumberInput
          label={t("ui-ensemble-apart")}
          w={230}
          min={0.5}
          step={0.5}
          value={apart}
          onChange={(value) => typeof value === "number" && value > 0 && setApart(value)}
        />
        <Button variant="default" onClick={() => void combine()} disabled={judges.length < 2} data-combine>
          {t("ui-ensemble-start")}
        </Button>
      </Group>
      <ErrorNote error={error} />
      {reply ? <Told reply={reply} /> : null}
    </section>
  );
}

function Told({ reply }: { reply: EnsembleReply }) {
  const t = useT();
  const pick = usePick();
  const { go } = Open.use();
  const { recipe } = reply;
  const look = reply.rows.filter((row) => row.look.length > 0);
  return (
    <Stack gap="md">
      <Paper withBorder p="sm" maw={980}>
        <Text size="sm">
          {recipe.judges.map((one) => one.name).join(" + ")} · {t(`ui-ensemble-how-${recipe.how}`)} · {t(`ui-ensemble-from-${recipe.weights_from}`)}
        </Text>
        {recipe.calibration ? (
          <Text size="sm">
            {t("ui-ensemble-calibrated", { outputs: recipe.calibration.outputs, cases: recipe.calibration.cases, measured: reply.measured })}
          </Text>
        ) : null}
        {Object.entries(recipe.calibration?.failed ?? {}).map(([criterion, reason]) => (
          <Text key={criterion} size="sm" c="orange" data-failed={criterion}>
            {t("ui-ensemble-failed", { criterion, reason: t(`ui-undefined-${reason}`) })}
          </Text>
        ))}
        {recipe.mixed ? (
          <Text size="sm" c="orange" data-mixed>
            {t("ui-ensemble-mixed")}
          </Text>
        ) : null}
        {reply.left_out > 0 ? <Text size="sm">{t("ui-ensemble-left-out", { count: reply.left_out })}</Text> : null}
        {reply.measured === 0 ? <Text size="sm">{t("ui-ensemble-no-measure")}</Text> : null}
        <Text size="xs" c="dimmed">
          {t("ui-ensemble-recipe")} {reply.recipe_hash.slice(0, 16)}
        </Text>
      </Paper>
      <Table maw={1100} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-ensemble-criterion")}</Table.Th>
            <Table.Th>{t("ui-ensemble-mean")}</Table.Th>
            <Table.Th>{t("ui-ensemble-alike")}</Table.Th>
            <Table.Th>{t("ui-ensemble-exact")}</Table.Th>
            <Table.Th>{t("ui-ensemble-error")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reply.criteria.map((one) => (
            <Table.Tr key={one.id} data-combined={one.id}>
              <Table.Td>{pick(one.title)}</Table.Td>
              <Table.Td>{one.mean ? <FigureText figure={one.mean} /> : "–"}</Table.Td>
              <Table.Td>
                <FigureText figure={one.unanimous} />
              </Table.Td>
              <Table.Td>
                {one.combined ? <FigureText figure={one.combined.exact} /> : "–"}
                {one.single.map((found, i) => (
                  <Text key={recipe.judges[i]?.run} size="xs" c="dimmed">
                    {recipe.judges[i]?.name} ({t("ui-ensemble-weight", { weight: (recipe.judges[i]?.weights[one.id] ?? 1).toFixed(2) })}): {found.exact.value?.toFixed(2) ?? "–"}
                  </Text>
                ))}
              </Table.Td>
              <Table.Td>{one.combined ? <FigureText figure={one.combined.error} /> : "–"}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Td>{t("ui-ensemble-total")}</Table.Td>
            <Table.Td>
              <FigureText figure={reply.totals.total} />
            </Table.Td>
            <Table.Td colSpan={3}>
              {t("ui-ensemble-harm")}: <FigureText figure={reply.totals.harm} />
            </Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Alert role="status" variant="light" color={look.length > 0 ? "yellow" : "green"} maw={980} data-flagged={look.length}>
        {t("ui-ensemble-flagged", { flagged: reply.flagged })}
      </Alert>
      {look.length > 0 ? (
        <Table maw={1100}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("ui-judge-output")}</Table.Th>
              <Table.Th>{t("ui-ensemble-total")}</Table.Th>
              <Table.Th>{t("ui-ensemble-each")}</Table.Th>
              <Table.Th>{t("ui-judge-gold")}</Table.Th>
              <Table.Th>{t("ui-ensemble-why")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {look.map((row) => (
              <Table.Tr key={row.output_id} data-look={row.output_id}>
                <Table.Td>
                  <button type="button" className={styles.plain} onClick={() => go("rate", row.output_id)}>
                    {row.output_key}
                  </button>
                </Table.Td>
                <Table.Td className={styles.figure}>{total(row.total)}</Table.Td>
                <Table.Td className={styles.figure}>{row.judges.map((one) => total(one?.total ?? null)).join(" ・ ")}</Table.Td>
                <Table.Td className={styles.figure}>{row.gold_total ?? "–"}</Table.Td>
                <Table.Td>{row.look.map((why) => (why.criterion ? `${why.criterion}: ` : "") + t(`ui-look-${why.code}`)).join("; ")}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
    </Stack>
  );
}
