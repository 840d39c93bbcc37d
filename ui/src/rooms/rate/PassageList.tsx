import { UnstyledButton } from "@mantine/core";
import { useT } from "../../app/locale";
import type { Span } from "../../bridge/ipc";
import styles from "./Passages.module.css";

/** The passages that one answer rests on, each with a way to take it off. */
export function PassageList({ spans, onRemove }: { spans: Span[] | undefined; onRemove: (span: Span) => void }) {
  const t = useT();
  if (!spans || spans.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={t("ui-passage-list")}>
      {spans.map((span) => (
        <li key={`${span.start} ${span.end}`}>
          <UnstyledButton
            className={styles.passage}
            data-passage={`${span.start}-${span.end}`}
            aria-label={t("ui-passage-remove", { quote: span.quote })}
            onClick={() => onRemove(span)}
          >
            <q className={styles.quote}>{span.quote}</q> ×
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
