import { Loader, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { usePick, useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { RubricRef } from "../../bridge/ipc";
import { ByRubric } from "../shared/ByRubric";
import { ErrorNote } from "../shared/ErrorNote";
import { FigureText } from "../shared/FigureText";
import { Empty, Page } from "../../parts/Page";
import styles from "./AgreementRoom.module.css";
import { GoldMake } from "./GoldMake";
import { MineAndGold } from "./MineAndGold";
import { People } from "./People";

/** How far the raters agree, criterion by criterion. */
export function AgreementRoom() {
  const t = useT();
  const { project } = Open.use();
  return (
    <Page title={t("ui-room-agreement")} note={t("ui-agreement-note")}>
      <ByRubric>
        {(rubric) => (
          <>
            <Figures rubric={rubric} />
            <div className={styles.gold}>
              {project.me?.role === "lead" ? <GoldMake rubric={rubric} /> : null}
              <MineAndGold rubric={rubric} />
              {project.me?.role === "lead" ? <People /> : null}
            </div>
          </>
        )}
      </ByRubric>
    </Page>
  );
}

function Figures({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const pick = usePick();
  const bridge = useBridge();
  const found = useQuery({ queryKey: ["agreement", rubric.id, rubric.version], queryFn: () => bridge.agreement({ rubric }) });
  if (found.error) return <ErrorNote error={found.error} />;
  if (!found.data) return <Loader aria-label={t("ui-wait")} />;
  if (found.data.criteria.length === 0) return <Empty title={t("ui-agreement-empty")} hint={t("ui-agreement-empty-hint")} />;
  return (
    <Table maw={900} verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("ui-criterion")}</Table.Th>
          <Table.Th>{t("ui-agreement-alpha")}</Table.Th>
          <Table.Th>{t("ui-agreement-raw")}</Table.Th>
          <Table.Th>{t("ui-agreement-n")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {found.data.criteria.map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td>
              <Text fw={600}>{pick(row.title)}</Text>
            </Table.Td>
            <Table.Td>
              <FigureText figure={row.alpha} />
            </Table.Td>
            <Table.Td>{row.raw.value === null ? "–" : `${Math.round(100 * row.raw.value)} %`}</Table.Td>
            <Table.Td>{row.units}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
