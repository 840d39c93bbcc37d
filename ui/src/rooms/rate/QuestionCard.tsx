import { Group, NumberInput, Text, Textarea } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useHas, usePick, useT } from "../../app/locale";
import type { Answer, Declined } from "../../bridge/ipc";
import { Examples } from "./Examples";
import { isDeclined, options, type Question, toggled } from "./questions";
import styles from "./QuestionCard.module.css";

const DECLINES: Declined[] = ["cannot_judge", "not_applicable", "outside_specialty"];

/** One question with everything needed to answer it in sight. */
export function QuestionCard({ question, answer, required, problem, active, carried, passages, onActive, onAnswer }: {
  question: Question;
  answer: Answer | undefined;
  required: boolean;
  problem: string | null;
  active: boolean;
  /** The version by which the answer was given that stands here. */
  carried?: number | undefined;
  /** What the answer rests on. */
  passages?: ReactNode;
  onActive: () => void;
  onAnswer: (answer: Answer | null) => void;
}) {
  const t = useT();
  const has = useHas();
  const pick = usePick();
  const card = useRef<HTMLDivElement>(null);
  const { criterion } = question;

  useEffect(() => {
    const element = card.current;
    if (!active || !element || element.contains(document.activeElement)) return;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  }, [active]);

  const label = pick(criterion.label);
  const help = pick(criterion.help);
  return (
    <div
      ref={card}
      className={styles.card}
      role="group"
      aria-labelledby={`q-${question.path}`}
      tabIndex={-1}
      data-question={question.path}
      data-active={active || undefined}
      data-problem={problem ?? undefined}
      onFocus={onActive}
      // Not on pressing: a card half out of sight would scroll into it, away from under
      // the pointer, and the option that was meant would never be clicked.
      onClick={onActive}
    >
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        <Text id={`q-${question.path}`} fw={650} component="h3" size="md">
          {label}
          {required ? (
            <Text span size="xs" c={answer === undefined ? "var(--alarm)" : "dimmed"} ml={8} fw={500}>
              {t("ui-rate-required")}
            </Text>
          ) : null}
        </Text>
        <div className={styles.declines}>
          {DECLINES.map((declined) => {
            const chosen = isDeclined(answer) && answer.declined === declined;
            return (
              <button
                key={declined}
                type="button"
                className={styles.decline}
                aria-pressed={chosen}
                data-decline={declined}
                onClick={() => onAnswer(chosen ? null : { declined })}
              >
                {t(`ui-declined-${declined.replaceAll("_", "-")}`)}
              </button>
            );
          })}
        </div>
      </Group>
      {help ? (
        <Text size="sm" c="dimmed">
          {help}
        </Text>
      ) : null}
      <Examples criterion={criterion} />
      {carried !== undefined ? (
        <Text size="xs" c="var(--accent)" data-carried={carried}>
          {t("ui-rate-carried", { version: carried })}
        </Text>
      ) : null}
      <div className={styles.body}>
        <Body question={question} answer={answer} active={active} label={label} onAnswer={onAnswer} />
      </div>
      {passages}
      {problem ? (
        <Text size="sm" c="var(--alarm)" role="alert">
          {t(has(`ui-problem-${problem}`) ? `ui-problem-${problem}` : "ui-problem-other")}
        </Text>
      ) : null}
    </div>
  );
}

interface BodyProps {
  question: Question;
  answer: Answer | undefined;
  active: boolean;
  label: string;
  onAnswer: (answer: Answer | null) => void;
}

function Body(props: BodyProps) {
  const { kind } = props.question.criterion;
  switch (kind.type) {
    case "deductions":
      return <Deductions {...props} items={kind.items} />;
    case "text":
      return <Words {...props} longest={kind.max_chars} />;
    case "number":
      return <Quantity {...props} min={kind.min} max={kind.max} step={kind.step} />;
    default:
      return <Choices {...props} />;
  }
}

function Choices({ question, answer, active, label, onAnswer }: BodyProps) {
  const pick = usePick();
  const { kind } = question.criterion;
  const list = options(kind);
  const described = kind.type === "scale";
  return (
    <div className={described ? styles.levels : styles.inline} role="radiogroup" aria-label={label}>
      {list.map((option) => {
        const chosen = option.answer === answer;
        const description = option.description ? pick(option.description) : "";
        return (
          <button
            key={String(option.answer)}
            type="button"
            role="radio"
            aria-checked={chosen}
            className={styles.option}
            data-option={String(option.answer)}
            onClick={() => onAnswer(option.answer)}
          >
            <Key shown={active} digit={option.key} chosen={chosen} />
            <span className={styles.words}>
              <span className={styles.name}>{pick(option.label)}</span>
              {description ? <span className={styles.description}>{description}</span> : null}
            </span>
          </button>
        );
      })}
    </div>
  );
}

function Deductions({ answer, active, items, label, onAnswer }: BodyProps & {
  items: { id: string; label: { ja: string; en: string }; points: number }[];
}) {
  const t = useT();
  const pick = usePick();
  const ids = Array.isArray(answer) ? answer : null;
  return (
    <div className={styles.levels} role="group" aria-label={label}>
      {items.map((item, at) => {
        const chosen = ids?.some((id) => id === item.id) ?? false;
        return (
          <button
            key={item.id}
            type="button"
            role="checkbox"
            aria-checked={chosen}
            className={styles.option}
            data-option={item.id}
            onClick={() => onAnswer(toggled(answer, item.id))}
          >
            <Key shown={active} digit={at < 9 ? at + 1 : null} chosen={chosen} square />
            <span className={styles.words}>
              <span className={styles.name}>{pick(item.label)}</span>
            </span>
            <span className={styles.points}>−{item.points}</span>
          </button>
        );
      })}
      <button
        type="button"
        role="checkbox"
        aria-checked={ids?.length === 0}
        className={styles.option}
        data-option="none"
        onClick={() => onAnswer([])}
      >
        <Key shown={active} digit={items.length < 9 ? items.length + 1 : null} chosen={ids?.length === 0} square />
        <span className={styles.words}>
          <span className={styles.name}>{t("ui-rate-none-apply")}</span>
        </span>
      </button>
    </div>
  );
}

/** A text of its own while it is being written: an answer coming back never moves the cursor. */
function Words({ question, answer, label, longest, onAnswer }: BodyProps & { longest: number }) {
  const t = useT();
  const saved = typeof answer === "string" ? answer : "";
  const [text, setText] = useState(saved);
  const sent = useRef(saved);
  const composing = useRef(false);
  useEffect(() => {
    // Undo or another item: take what the store says, unless it is our own echo.
    if (saved !== sent.current) {
      sent.current = saved;
      setText(saved);
    }
  }, [saved]);
  function send(next: string) {
    if (next === sent.current) return;
    sent.current = next;
    onAnswer(next === "" ? null : next);
  }
  const count = [...text].length;
  return (
    <Textarea
      aria-label={label}
      data-write={question.path}
      autosize
      minRows={3}
      maxRows={12}
      value={text}
      placeholder={t("ui-rate-write-here")}
      error={count > longest ? t("ui-problem-too-long") : undefined}
      description={count > longest * 0.8 ? t("ui-rate-characters", { count, longest }) : undefined}
      onCompositionStart={() => {
        composing.current = true;
      }}
      onCompositionEnd={(event) => {
        composing.current = false;
        send(event.currentTarget.value);
      }}
      onChange={(event) => {
        setText(event.currentTarget.value);
        if (!composing.current) send(event.currentTarget.value);
      }}
      onBlur={(event) => send(event.currentTarget.value)}
    />
  );
}

function Quantity({ question, answer, label, min, max, step, onAnswer }: BodyProps & { min: number; max: number; step: number }) {
  return (
    <NumberInput
      aria-label={label}
      data-write={question.path}
      min={min}
      max={max}
      step={step}
      w={160}
      value={typeof answer === "number" ? answer : ""}
      description={`${min} – ${max}`}
      onChange={(value) => {
        if (typeof value === "number") onAnswer(value);
        else if (value === "") onAnswer(null);
      }}
    />
  );
}

function Key({ shown, digit, chosen, square }: { shown: boolean; digit: number | null; chosen: boolean; square?: boolean }) {
  return (
    <span className={styles.key} data-chosen={chosen || undefined} data-square={square || undefined} aria-hidden="true">
      {shown && digit !== null ? digit : chosen ? "✓" : ""}
    </span>
  );
}
