import { Text } from "@mantine/core";
import { useHas, useT } from "../../app/locale";
import type { Interval } from "../../bridge/ipc";

/** A figure with its interval; one that is undefined says why. */
export function FigureText({ figure }: { figure: Interval }) {
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
  return (
    <span>
      <b>{figure.value.toFixed(2)}</b>
      {figure.low !== null && figure.high !== null ? (
        <Text span size="sm" c="dimmed" ml={8}>
          {figure.low.toFixed(2)} – {figure.high.toFixed(2)}
        </Text>
      ) : null}
    </span>
  );
}
