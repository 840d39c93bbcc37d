import { ActionIcon, Button, Group, Text, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useT } from "../../../app/locale";
import type { Text as Both } from "../../../bridge/ipc";
import { moved, without } from "./edit";
import styles from "./Write.module.css";

/** A text that is the writer's own while an input method composes, and the draft's after. */
export function Line({ label, value, onChange, rows, shown, name, lang, disabled, description, placeholder }: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** More than one line. */
  rows?: number;
  /** Whether the label is above the field; else it is only said. */
  shown?: boolean;
  name?: string;
  lang?: string;
  disabled?: boolean;
  description?: string;
  placeholder?: string;
}) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const composing = useRef(false);
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  function send(next: string) {
    if (next === sent.current) return;
    sent.current = next;
    onChange(next);
  }
  const field = {
    value: text,
    "data-field": name,
    lang,
    disabled: disabled ?? false,
    description,
    placeholder,
    className: styles.grow ?? "",
    onCompositionStart: () => {
      composing.current = true;
    },
    ...(shown ? { label } : { "aria-label": label }),
  };
  const change = (next: string) => {
    setText(next);
    if (!composing.current) send(next);
  };
  const composed = (next: string) => {
    composing.current = false;
    send(next);
  };
  return rows ? (
    <Textarea
      {...field}
      autosize
      minRows={rows}
      maxRows={14}
      onChange={(event) => change(event.currentTarget.value)}
      onCompositionEnd={(event) => composed(event.currentTarget.value)}
      onBlur={(event) => send(event.currentTarget.value)}
    />
  ) : (
    <TextInput
      {...field}
      onChange={(event) => change(event.currentTarget.value)}
      onCompositionEnd={(event) => composed(event.currentTarget.value)}
      onBlur={(event) => send(event.currentTarget.value)}
    />
  );
}

/** One text in both languages, side by side. */
export function InBoth({ label, value, onChange, rows, name, bare }: {
  label: string;
  value: Both | undefined;
  onChange: (value: Both) => void;
  rows?: number;
  name?: string;
  /** Without the label above: its list says what it is. */
  bare?: boolean;
}) {
  const now = value ?? { ja: "", en: "" };
  const one = (lang: "ja" | "en", said: string) => (
    <Line
      label={`${label} (${said})`}
      placeholder={said}
      value={now[lang]}
      lang={lang}
      onChange={(next) => onChange({ ...now, [lang]: next })}
      {...(rows ? { rows } : {})}
      {...(name ? { name: `${name}-${lang}` } : {})}
    />
  );
  return (
    <div role="group" aria-label={label} className={styles.field}>
      {bare ? null : (
        <Text size="sm" fw={600}>
          {label}
        </Text>
      )}
      <div className={styles.both}>
        {one("ja", "日本語")}
        {one("en", "English")}
      </div>
    </div>
  );
}

/** Entries in an order: each with its fields, to move, take out and add to. */
export function Entries<T>({ label, entries, onChange, fresh, add, children, least, fixed }: {
  label: string;
  entries: readonly T[];
  onChange: (entries: T[]) => void;
  /** A new entry. */
  fresh: () => T;
  /** What the button for a new one says. */
  add: string;
  children: (entry: T, set: (entry: T) => void, index: number) => ReactNode;
  /** How many must stay. */
  least?: number;
  /** Their order says nothing: there is nothing to move. */
  fixed?: boolean;
}) {
  const t = useT();
  const step = (index: number, by: 1 | -1) => onChange(moved(entries, index, by));
  return (
    <div role="group" aria-label={label} className={styles.field}>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      {entries.map((entry, index) => (
        // Entries have no identity of their own: their place is it.
        <div key={index} className={styles.entry} data-entry={index}>
          <div className={styles.grow}>
            {children(entry, (next) => onChange(entries.map((one, at) => (at === index ? next : one))), index)}
          </div>
          <Group gap={2} wrap="nowrap" className={styles.tools ?? ""}>
            {fixed ? null : (
              <>
                <ActionIcon variant="subtle" color="gray" disabled={index === 0} aria-label={t("ui-write-up")} onClick={() => step(index, -1)}>
                  ↑
                </ActionIcon>
                <ActionIcon variant="subtle" color="gray" disabled={index + 1 === entries.length} aria-label={t("ui-write-down")} onClick={() => step(index, 1)}>
                  ↓
                </ActionIcon>
              </>
            )}
            <ActionIcon variant="subtle" color="gray" disabled={entries.length <= (least ?? 0)} aria-label={t("ui-write-remove")} onClick={() => onChange(without(entries, index))}>
              ×
            </ActionIcon>
          </Group>
        </div>
      ))}
      <div>
        <Button size="xs" variant="default" onClick={() => onChange([...entries, fresh()])} data-add={add}>
          + {t(add)}
        </Button>
      </div>
    </div>
  );
}
