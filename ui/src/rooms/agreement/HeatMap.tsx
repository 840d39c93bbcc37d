import { Text, Title } from "@mantine/core";
import { useHas, useT } from "../../app/locale";
import type { AgreementRater, PairView } from "../../bridge/ipc";
import { two } from "../../parts/numbers";
import styles from "./AgreementRoom.module.css";

/** Pairwise agreement: a table with a shade behind each figure, so that colour is never alone. */
export function HeatMap({ raters, pairs }: { raters: AgreementRater[]; pairs: PairView[] }) {
  const t = useT();
  const name = useRaterName();
  if (pairs.length === 0) return null;
  const of = (a: number, b: number) => pairs.find((pair) => (pair.a === a && pair.b === b) || (pair.a === b && pair.b === a));
  return (
    <section aria-label={t("ui-agreement-pairs")}>
      <Title order={2} size="h4">
        {t("ui-agreement-pairs")}
      </Title>
      <Text size="sm" c="dimmed" maw={760} mb="xs">
        {t("ui-agreement-pairs-note")}
      </Text>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("ui-agreement-pairs")}>
        <table className={styles.heat} data-heat>
          <thead>
            <tr>
              <td />
              {raters.map((rater, column) => (
                <th key={column} scope="col">
                  {name(rater)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {raters.map((rater, row) => (
              <tr key={row}>
                <th scope="row">{name(rater)}</th>
                {raters.map((_, column) => (
                  <Cell key={column} pair={row === column ? undefined : of(row, column)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell({ pair }: { pair: PairView | undefined }) {
  const t = useT();
  const has = useHas();
  if (!pair || pair.raw.n === 0) return <td className={styles.cell}>–</td>;
  const { value, reason } = pair.kappa;
  const why = `ui-undefined-${reason ?? "unknown"}`;
  return (
    <td className={styles.cell} data-shade={value === null ? undefined : shade(value)}>
      {value === null ? <span className={styles.why}>{has(why) ? t(why) : t("ui-undefined", { reason: reason ?? "" })}</span> : <b>{two(value)}</b>}
      <span className={styles.below}>{t("ui-agreement-pair-below", { raw: pair.raw.value === null ? "–" : Math.round(100 * pair.raw.value), n: pair.raw.n })}</span>
    </td>
  );
}

/** Five shades over 0 to 1; at or below chance there is none. */
export function shade(value: number): number {
  return Math.max(0, Math.min(5, Math.ceil(value * 5)));
}

/** A rater's name as the viewer knows it. */
export function useRaterName(): (rater: AgreementRater | undefined) => string {
  const t = useT();
  return (rater) => {
    if (!rater || rater.name === "") return t("ui-agreement-others");
    return rater.me ? t("ui-agreement-me", { name: rater.name }) : rater.name;
  };
}
