import { Table, Text, Title } from "@mantine/core";
import { useT } from "../../app/locale";
import type { AgreementRater, HandView, Interval } from "../../bridge/ipc";
import { FigureText } from "../shared/FigureText";
import { two } from "../../parts/numbers";
import { useRaterName } from "./HeatMap";

/** Severity and drift of each rater, with what they mean in words. */
export function Hands({ raters, hands }: { raters: AgreementRater[]; hands: HandView[] }) {
  const t = useT();
  const name = useRaterName();
  const told = hands.filter((hand) => hand.severity.n > 0);
  if (told.length === 0) return null;
  return (
    <section aria-label={t("ui-agreement-hands")}>
      <Title order={2} size="h4">
        {t("ui-agreement-hands")}
      </Title>
      <Text size="sm" c="dimmed" maw={760} mb="xs">
        {t("ui-agreement-hands-note")}
      </Text>
      <Table maw={900} verticalSpacing="xs" data-hands>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-hand-rater")}</Table.Th>
            <Table.Th>{t("ui-hand-n")}</Table.Th>
            <Table.Th>{t("ui-hand-severity")}</Table.Th>
            <Table.Th>{t("ui-hand-drift")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {told.map((hand) => (
            <Table.Tr key={hand.rater}>
              <Table.Td>{name(raters[hand.rater])}</Table.Td>
              <Table.Td>{hand.severity.n}</Table.Td>
              <Table.Td>
                <FigureText figure={hand.severity} signed />
                <Text size="sm">{t(`ui-hand-${side(hand.severity, "more", "less", "even")}`)}</Text>
              </Table.Td>
              <Table.Td>
                <FigureText figure={hand.drift} signed />
                {hand.drift.value !== null && hand.first.value !== null && hand.second.value !== null ? (
                  <Text size="sm">
                    {t(`ui-drift-${side(hand.drift, "up", "down", "none")}`)} ({t("ui-hand-halves", { first: signed(hand.first.value), second: signed(hand.second.value) })})
                  </Text>
                ) : null}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** On which side of zero the whole interval lies. */
function side<T>({ low, high }: Interval, above: T, below: T, neither: T): T {
  if (low !== null && low > 0) return above;
  return high !== null && high < 0 ? below : neither;
}

const signed = (value: number) => two(value, true);
