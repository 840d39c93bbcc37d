import { usePick, useT } from "../../app/locale";
import type { Criterion } from "../../bridge/ipc";
import { useWords } from "../adjudicate/words";
import styles from "./Examples.module.css";

/** Worked examples of a criterion, folded away until they are wanted. */
export function Examples({ criterion }: { criterion: Criterion }) {
  const t = useT();
  const pick = usePick();
  const words = useWords();
  const examples = criterion.examples ?? [];
  if (examples.length === 0) return null;
  return (
    <details className={styles.examples} data-examples={criterion.id}>
      <summary>{t("ui-rate-examples", { count: examples.length })}</summary>
      <ul>
        {examples.map((example, index) => (
          // They have no identity but their place.
          <li key={index}>
            {pick(example.text)} <strong>→ {words({ path: criterion.id, criterion }, example.answer)}</strong>
            {pick(example.why) ? <span className={styles.why}>{pick(example.why)}</span> : null}
          </li>
        ))}
      </ul>
    </details>
  );
}
