import { Button, Group, Text } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { usePick, useT } from "../../../app/locale";
import { useBridge } from "../../../bridge/context";
import type { Answers, DraftView, Rubric, Score } from "../../../bridge/ipc";
import { Guide } from "../../rate/Help";
import { QuestionCard } from "../../rate/QuestionCard";
import { answerTo, applied, change, isRequired, questions } from "../../rate/questions";
import styles from "./Write.module.css";

/** The form as a rater will see it, to be tried out; nothing of it is kept. */
export function Preview({ rubric, view, shown }: {
  rubric: Rubric;
  /** As it is kept: the score is computed by that. */
  view: DraftView;
  /** The criterion that is being written, to have in sight. */
  shown: string | null;
}) {
  const t = useT();
  const pick = usePick();
  const [answers, setAnswers] = useState<Answers>({});
  const [guide, setGuide] = useState(false);
  // Lists are frozen per output: two entries stand in for them here.
  const items = useMemo(
    () => Object.fromEntries(rubric.criteria.filter((one) => one.kind.type === "list").map((one) => [one.id, [1, 2].map((n) => t("ui-write-sample-item", { n }))])),
    [rubric.criteria, t],
  );
  const list = useMemo(() => questions(rubric.criteria, items), [rubric.criteria, items]);
  const score = useScore(view, answers);
  useEffect(() => {
    if (shown === null) return;
    const cards = document.querySelectorAll<HTMLElement>("[data-trying]");
    [...cards].find((card) => card.dataset.trying === shown)?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  const label = rubric.criteria.flatMap((one) => (one.kind.type === "choice" ? one.kind.options : [])).find((one) => one.id === score?.label)?.label;
  return (
    <aside className={styles.preview} aria-label={t("ui-write-preview")} data-preview>
      <Group justify="space-between" wrap="nowrap">
        <Text component="h2" size="sm" fw={650} c="var(--accent)">
          {t("ui-write-preview")}
        </Text>
        <Group gap={4}>
          <Button size="compact-xs" variant="subtle" onClick={() => setGuide(true)} data-preview-guide>
            {t("ui-key-guide")}
          </Button>
          <Button size="compact-xs" variant="subtle" onClick={() => setAnswers({})}>
            {t("ui-write-preview-clear")}
          </Button>
        </Group>
      </Group>
      {list.map((question) => (
        <div key={question.path} data-trying={question.within?.list.id ?? question.criterion.id}>
          {question.within?.first ? (
            <Text fw={650} size="sm" mb={4}>
              {pick(question.within.list.label)} · {question.within.text}
            </Text>
          ) : null}
          <QuestionCard
            question={question}
            answer={answerTo(question, answers)}
            required={isRequired(question, answers)}
            problem={null}
            active={false}
            onActive={() => undefined}
            onAnswer={(answer) => {
              const count = question.within ? (items[question.within.list.id]?.length ?? 0) : 0;
              setAnswers((old) => applied(old, change(question, old, count, answer)));
            }}
          />
        </div>
      ))}
      <Text size="sm" data-score role="status">
        {t("ui-write-score")} {score?.total ?? "–"}
        {score?.label ? ` · ${label ? pick(label) : score.label}` : ""}
        {score?.harm === true ? ` · ${t("ui-write-harmful")}` : ""}
      </Text>
      <Guide rubric={rubric} opened={guide} onClose={() => setGuide(false)} />
    </aside>
  );
}

/** What the answers come to by the rule that is kept. */
function useScore(view: DraftView, answers: Answers): Score | null {
  const bridge = useBridge();
  const [score, setScore] = useState<Score | null>(null);
  useEffect(() => {
    let wanted = true;
    bridge.rubricDraftTry({ id: view.id, answers }).then(
      (tried) => wanted && setScore(tried.score),
      () => wanted && setScore(null),
    );
    return () => {
      wanted = false;
    };
  }, [bridge, view, answers]);
  return score;
}
