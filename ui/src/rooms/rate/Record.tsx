import { Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import type { CaseText, Lang, RateItem } from "../../bridge/ipc";
import { SafeMarkdown } from "../../parts/SafeMarkdown";
import styles from "./Record.module.css";

/** What is rated: the case, what was asked, and the output itself. */
export function Record({ item }: { item: Pick<RateItem, "case" | "prompt" | "output_text"> }) {
  const t = useT();
  const { text, lang } = item.case;
  const [plain, setPlain] = useState(false);
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
      <section className={styles.output} tabIndex={0} aria-label={t("ui-rate-output")}>
        <div className={styles.above}>
          <h2 className={styles.heading}>{t("ui-rate-output")}</h2>
          <UnstyledButton className={styles.as} aria-pressed={plain} data-plain onClick={() => setPlain(!plain)}>
            {t("ui-rate-plain")}
          </UnstyledButton>
        </div>
        {plain ? <p className={styles.text}>{item.output_text}</p> : <Shaped text={item.output_text} />}
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

/** An output with its Markdown's shapes. */
function Shaped({ text }: { text: string }) {
  const t = useT();
  return (
    <div className={styles.shaped}>
      <SafeMarkdown text={text} image={t("ui-rate-image")} />
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
