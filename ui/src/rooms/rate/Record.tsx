import { Kbd, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import type { CaseText, Lang, RateItem } from "../../bridge/ipc";
import { cut, type Mark } from "../../parts/located";
import { SafeMarkdown } from "../../parts/SafeMarkdown";
import passageStyles from "./Passages.module.css";
import styles from "./Record.module.css";
import type { Passages } from "./usePassages";

/** What is rated: the case, what was asked, and the output itself. */
export function Record({ item, passages, shown }: {
  item: Pick<RateItem, "case" | "prompt" | "output_text">;
  /** Where passages can be marked. */
  passages?: Passages;
  /** Where they are only shown. */
  shown?: readonly Mark[];
}) {
  const t = useT();
  const { text, lang } = item.case;
  const [plain, setPlain] = useState(false);
  const marks = passages?.marks ?? shown;
  return (
    <article className={styles.record} aria-label={t("ui-rate-record")}>
      <section className={styles.case} tabIndex={0} aria-label={t("ui-rate-case")}>
        <Text size="sm" c="dimmed" fw={600}>
          {t("ui-rate-case")} {item.case.key}
        </Text>
        <CaseBody text={text} lang={lang} />
        {item.prompt && item.prompt.trim() !== text.what.trim() ? (
          <details className={styles.prompt}>
            <summary>{t("ui-rate-prompt")}</summary>
            <p className={styles.text} lang={lang}>
              {item.prompt}
            </p>
          </details>
        ) : null}
      </section>
      <section
        className={styles.output}
        tabIndex={0}
        aria-label={t("ui-rate-output")}
        aria-description={passages ? t("ui-passage-hint") : undefined}
        data-selecting={passages?.selecting || undefined}
        ref={passages?.region}
        onKeyDown={passages?.onKeyDown}
        onBlur={passages?.onBlur}
      >
        <div className={styles.above}>
          <h2 className={styles.heading}>{t("ui-rate-output")}</h2>
          {passages ? (
            <UnstyledButton
              className={styles.as}
              data-mark-passage
              aria-keyshortcuts="e"
              onMouseDown={(event) => event.preventDefault()}
              onClick={passages.press}
            >
              {t(passages.selecting ? "ui-passage-button" : "ui-passage-start")} <Kbd size="xs">e</Kbd>
            </UnstyledButton>
          ) : null}
          <UnstyledButton className={styles.as} aria-pressed={plain} data-plain onClick={() => setPlain(!plain)}>
            {t("ui-rate-plain")}
          </UnstyledButton>
        </div>
        <div className={marks ? passageStyles.marked : undefined} data-output-text>
          {plain ? <Plain text={item.output_text} marks={marks} /> : <Shaped text={item.output_text} marks={marks} />}
        </div>
        {passages?.caret ? <div className={passageStyles.caret} style={passages.caret} aria-hidden="true" /> : null}
        {passages?.selecting ? (
          <Text size="xs" c="dimmed" mt="xs" role="status">
            {t("ui-passage-mode")}
          </Text>
        ) : null}
        {text.reference ? (
          <details className={styles.prompt}>
            <summary>{t("ui-rate-reference")}</summary>
            <p className={styles.text} lang={lang}>
              {text.reference}
            </p>
          </details>
        ) : null}
      </section>
    </article>
  );
}

/** An output as it was written. */
function Plain({ text, marks }: { text: string; marks: readonly Mark[] | undefined }) {
  if (!marks) return <p className={styles.text}>{text}</p>;
  return (
    <p className={styles.text}>
      {cut(0, text.length, marks).map(({ from, length, mark }) => {
        const piece = text.slice(from, from + length);
        return mark ? (
          <mark key={from} data-from={from} data-strong={mark === "strong" ? "" : undefined}>
            {piece}
          </mark>
        ) : (
          <span key={from} data-from={from}>
            {piece}
          </span>
        );
      })}
    </p>
  );
}

/** An output with its Markdown's shapes. */
function Shaped({ text, marks }: { text: string; marks: readonly Mark[] | undefined }) {
  const t = useT();
  return (
    <div className={styles.shaped}>
      <SafeMarkdown text={text} image={t("ui-rate-image")} {...(marks ? { marks } : {})} />
    </div>
  );
}

/** A case's fields in their order; empty ones are left out. */
export function CaseBody({ text, lang }: { text: CaseText; lang: Lang }) {
  const t = useT();
  const fields: [string, string | undefined][] = [
    [t("ui-field-what"), text.what],
    [t("ui-field-factors"), text.factors],
    [t("ui-field-improvements"), text.improvements],
    ...(text.extra ?? []).map(([name, value]): [string, string] => [name, value]),
  ];
  return (
    <div lang={lang}>
      {text.title ? <h2 className={styles.title}>{text.title}</h2> : null}
      {fields.map(([name, value]) =>
        value ? (
          <div key={name} className={styles.field}>
            <h2 className={styles.name}>{name}</h2>
            <p className={styles.text}>{value}</p>
          </div>
        ) : null,
      )}
    </div>
  );
}
