import { Button, Text } from "@mantine/core";
import { useT } from "../../app/locale";
import type { Pace } from "../../bridge/ipc";
import styles from "./FootBar.module.css";

/** How much is left at one's own pace and, after long work, a word about a break. */
export function PaceLine({ pace, due, onLater }: { pace: Pace | undefined; due: boolean; onLater: () => void }) {
  const t = useT();
  return (
    <div className={styles.pace}>
      <Text span size="xs" data-pace>
        {pace ? said(t, pace) : null}
      </Text>
      <span role="status">
        {due ? (
          <Text span size="xs" className={styles.rest} data-rest>
            {t("ui-rate-rest")}
            <Button size="compact-xs" variant="subtle" onClick={onLater}>
              {t("ui-rate-rest-later")}
            </Button>
          </Text>
        ) : null}
      </span>
    </div>
  );
}

function said(t: ReturnType<typeof useT>, { left, minutes_left }: Pace): string {
  if (left === 0) return t("ui-rate-left-none");
  if (minutes_left === null) return t("ui-rate-left", { count: left });
  if (minutes_left < 90) return t("ui-rate-left-minutes", { count: left, minutes: Math.max(1, Math.round(minutes_left)) });
  return t("ui-rate-left-hours", { count: left, hours: (minutes_left / 60).toFixed(1) });
}
