import { Loader, Select, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usePick, useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { CriterionAgreement, Interval, RubricRef } from "../../bridge/ipc";
import { Empty } from "../../parts/Page";
import { ErrorNote } from "../shared/ErrorNote";
import { FigureText } from "../shared/FigureText";
import { GoTo } from "../shared/GoTo";
import styles from "./AgreementRoom.module.css";
import { Hands } from "./Hands";
import { HeatMap } from "./HeatMap";

/** Every criterion's figures with a plain sentence, and one criterion in detail. */
export function Figures({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const pick = usePick();
  const bridge = useBridge();
  const found = useQuery({
    queryKey: ["agreement", rubric.id, rubric.version],
    queryFn: () => bridge.agreement({ rubric }),
    refetchOnMount: "always",
  });
  const [chosen, choose] = useState<string | null>(null);
  if (found.error) return <ErrorNote error={found.error} />;
  if (!found.data) return <Loader aria-label={t("ui-wait")} />;
  const { criteria, raters, primary, drawn } = found.data;
  if (criteria.every((row) => row.units === 0)) return <Empty title={t("ui-agreement-empty")} hint={t("ui-agreement-empty-hint")} action={<GoTo room="rate" />} />;
  const now = criteria.find((row) => row.id === (chosen ?? primary)) ?? criteria[0];
  return (
    <>
      {drawn.disagreement + drawn.uncertainty > 0 ? (
        <Text size="sm" mb="sm" maw={900} data-drawn>
          {t("ui-agreement-drawn", {
            disagreement: drawn.disagreement,
            uncertainty: drawn.uncertainty,
            all: drawn.random + drawn.disagreement + drawn.uncertainty + drawn.not_drawn,
          })}
        </Text>
      ) : null}
      <div className={styles.scroll} role="region" tabIndex={0} aria-label={t("ui-agreement-table")}>
        <Table maw={1180} verticalSpacing="sm" data-agreement>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("ui-criterion")}</Table.Th>
              <Table.Th>{t("ui-agreement-raw")}</Table.Th>
              <Table.Th>κ</Table.Th>
              <Table.Th>{t("ui-agreement-alpha")}</Table.Th>
              <Table.Th>{t("ui-agreement-ac")}</Table.Th>
              <Table.Th>{t("ui-agreement-icc")}</Table.Th>
              <Table.Th>{t("ui-agreement-n")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {criteria.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Text size="xs" c="dimmed" mt={6}>
        {t("ui-agreement-interval")}
      </Text>
      {now && raters.length > 0 ? (
        <div className={styles.detail}>
          {criteria.length > 1 ? (
            <Select
              size="sm"
              w={320}
              label={t("ui-agreement-of")}
              value={now.id}
              data={criteria.map((row) => ({ value: row.id, label: pick(row.title) }))}
              onChange={choose}
            />
          ) : null}
          <HeatMap raters={raters} pairs={now.pairs} />
          <Hands raters={raters} hands={now.hands} />
        </div>
      ) : null}
    </>
  );
}

function Row({ row }: { row: CriterionAgreement }) {
  const t = useT();
  const pick = usePick();
  const weighted = row.kappa?.method.startsWith("quadratic");
  return (
    <Table.Tr data-criterion={row.id} data-reading={row.reading}>
      <Table.Td miw="15rem">
        <Text fw={600}>{pick(row.title)}</Text>
        {row.of_items ? (
          <Text size="xs" c="dimmed">
            {t("ui-agreement-items")}
          </Text>
        ) : null}
        <Text size="sm" maw={420}>
          {t(`ui-reading-${row.reading}`)}
        </Text>
      </Table.Td>
      <Table.Td>{share(row.raw)}</Table.Td>
      <Table.Td>
        <Maybe figure={row.kappa} name={t(weighted ? "ui-agreement-kappa-weighted" : "ui-agreement-kappa")} />
      </Table.Td>
      <Table.Td>
        <FigureText figure={row.alpha} below />
      </Table.Td>
      <Table.Td>
        <Maybe figure={row.ac} name={acName(row.ac)} />
      </Table.Td>
      <Table.Td>
        <Maybe figure={row.icc} name={row.icc && row.icc.n !== row.units ? t("ui-agreement-icc-n", { n: row.icc.n }) : ""} />
      </Table.Td>
      <Table.Td>{row.units}</Table.Td>
    </Table.Tr>
  );
}

function Maybe({ figure, name }: { figure: Interval | null; name: string }) {
  if (!figure) return <>–</>;
  return (
    <>
      <FigureText figure={figure} below />
      {name ? (
        <Text size="xs" c="dimmed">
          {name}
        </Text>
      ) : null}
    </>
  );
}

function acName(figure: Interval | null): string {
  return figure?.method.startsWith("gwet-ac1") ? "AC1" : "AC2";
}

function share(figure: Interval) {
  if (figure.value === null) return <FigureText figure={figure} />;
  const percent = (value: number) => Math.round(100 * value);
  return (
    <>
      <b>{percent(figure.value)} %</b>
      {figure.low !== null && figure.high !== null ? (
        <Text size="sm" c="dimmed" className={styles.interval}>
          {percent(figure.low)} – {percent(figure.high)}
        </Text>
      ) : null}
    </>
  );
}
