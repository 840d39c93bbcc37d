import { Badge, Checkbox, Table } from "@mantine/core";
import { usePick, useT } from "../../../app/locale";
import type { CriterionFit } from "../../../bridge/ipc";
import styles from "./Write.module.css";

const COLOR = { same: "teal", reworded: "yellow", not: "gray" } as const;

/** Which criteria's answers may go over to the new version, and why others may not. */
export function Fits({ fits, chosen, onChoose }: {
  fits: readonly CriterionFit[];
  /** Those ticked; without it there is nothing to choose yet. */
  chosen?: ReadonlySet<string>;
  onChoose?: (criterion: string, on: boolean) => void;
}) {
  const t = useT();
  const pick = usePick();
  return (
    <Table className={styles.fits ?? ""}>
      <Table.Tbody>
        {fits.map((fit) => (
          <Table.Tr key={fit.criterion} data-fit={fit.criterion} data-fits={fit.fit}>
            {chosen && onChoose ? (
              <Table.Td w={36}>
                <Checkbox
                  aria-label={pick(fit.label) || fit.criterion}
                  checked={chosen.has(fit.criterion)}
                  disabled={fit.fit === "not"}
                  onChange={(event) => onChoose(fit.criterion, event.currentTarget.checked)}
                />
              </Table.Td>
            ) : null}
            <Table.Td fw={600}>{pick(fit.label) || fit.criterion}</Table.Td>
            <Table.Td>
              <Badge variant="light" color={COLOR[fit.fit]} tt="none" mr={8} c="var(--mantine-color-text)">
                {t(`ui-fit-${fit.fit}`)}
              </Badge>
              {fit.reason ? t(`ui-fit-why-${fit.reason}`) : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
