import { Text } from "@mantine/core";
import { useHas, useT } from "../../app/locale";
import type { Interval } from "../../bridge/ipc";
import { two } from "../../parts/numbers";
import styles from "./FigureText.module.css";

/** A figure with its interval, beside it or `below`; one that is undefined says why. `signed` marks what is above zero. */
export function FigureText({ figure, signed = false, below = false }: { figure: Interval; signed?: boolean; below?: boolean }) {
  const t = useT();
  const has = useHas();
  if (figure.value === null) {
    const id = `ui-undefined-${figure.reason ?? "unknown"}`;
    return (
      <Text size="sm" c="dimmed">
        {has(id) ? t(id) : t("ui-undefined", { reason: figure.reason ?? "" })}
      </Text>
    );
  }
  const text = (value: number) => two(value, signed);
  return (
    <span>
      <b>{text(figure.value)}</b>
      {figure.low !== null && figure.high !== null ? (
        <Text span size="sm" c="dimmed" className={styles.interval ?? ""} ml={below ? 0 : 8} display={below ? "block" : "inline-block"}>
          {text(figure.low)} – {text(figure.high)}
        </Text>
      ) : null}
    </span>
  );
}
