import { CloseButton, Text } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import { recall, remember } from "../../app/memory";
import styles from "./Hint.module.css";

export type HintName = "rate" | "rubrics" | "adjudicate";

const seen = (): string[] => (recall("hints") ?? "").split(" ").filter(Boolean);

/** A word for those who are here for the first time; once put away it stays away. Never takes the focus. */
export function Hint({ name }: { name: HintName }) {
  const t = useT();
  const [away, setAway] = useState(() => seen().includes(name));
  if (away) return null;
  return (
    <aside className={styles.hint} aria-label={t("ui-hint")} data-hint={name}>
      <Text size="sm">{t(`ui-hint-${name}`)}</Text>
      <CloseButton
        size="sm"
        aria-label={t("ui-hint-away")}
        data-hint-away
        onClick={() => {
          remember("hints", [...seen(), name].join(" "));
          setAway(true);
        }}
      />
    </aside>
  );
}
