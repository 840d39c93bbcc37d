import { Text } from "@mantine/core";
import { useT } from "../../app/locale";
import type { Answer, Answers, Cause, Span } from "../../bridge/ipc";
import { QuestionCard } from "../rate/QuestionCard";
import { answerTo, isRequired, type Question } from "../rate/questions";
import styles from "./DecisionCard.module.css";
import { useWords } from "./words";

export const CAUSES: readonly Cause[] = ["rubric-unclear", "slip", "disagreement", "missing-context"];

/** What each rater said to a question, the decision, and why they differed. */
export function DecisionCard({ question, given, evidence, answers, differs, cause, problem, causeMissing, active, onActive, onAnswer, onCause }: {
  question: Question;
  given: (Answer | undefined)[];
  /** The passages that each rater's answer rests on. */
  evidence: Span[][];
  answers: Answers;
  differs: boolean;
  cause: Cause | undefined;
  problem: string | null;
  causeMissing: boolean;
  active: boolean;
  onActive: () => void;
  onAnswer: (answer: Answer | null) => void;
  onCause: (cause: Cause) => void;
}) {
  const t = useT();
  const words = useWords();
  const isText = question.criterion.kind.type === "text";
  return (
    <section className={styles.one} data-decision={question.path} data-differs={differs || undefined}>
      <ul className={styles.given} aria-label={t("ui-adjudicate-given")}>
        {given.map((answer, at) => (
          <li key={letter(at)} className={isText ? styles.quote : styles.chip}>
            <b>{letter(at)}</b> {words(question, answer)}
          </li>
        ))}
      </ul>
      {evidence.some((spans) => spans.length > 0) ? (
        <ul className={styles.evidence} aria-label={t("ui-adjudicate-evidence")} data-evidence={question.path}>
          {evidence.flatMap((spans, at) =>
            spans.map((span) => (
              <li key={`${at} ${span.start}`}>
                <b>{letter(at)}</b> <q>{span.quote}</q>
              </li>
            )),
          )}
        </ul>
      ) : null}
      <QuestionCard
        question={question}
        answer={answerTo(question, answers)}
        required={!isText && isRequired(question, answers)}
        problem={problem}
        active={active}
        onActive={onActive}
        onAnswer={onAnswer}
      />
      {differs && (question.within?.first ?? true) ? (
        <div className={styles.causes} role="radiogroup" aria-label={t("ui-adjudicate-why")} data-problem={causeMissing || undefined}>
          <Text size="sm" c={causeMissing ? "var(--alarm)" : "dimmed"} {...(causeMissing ? { role: "alert" } : {})}>
            {t("ui-adjudicate-why")}
          </Text>
          {CAUSES.map((one) => (
            <button key={one} type="button" role="radio" aria-checked={cause === one} className={styles.cause} data-cause={one} onClick={() => onCause(one)}>
              {t(`ui-cause-${one}`)}
            </button>
          ))}
        </div>
      ) : null}
    </section>
  );
}

/** The first rater is A; which one that is differs from output to output. */
function letter(at: number): string {
  return String.fromCharCode(65 + (at % 26));
}
