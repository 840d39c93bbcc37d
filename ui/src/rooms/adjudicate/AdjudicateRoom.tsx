import { Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { AdjudicationItem, Answer, Answers, Cause, RubricRef } from "../../bridge/ipc";
import type { Mark } from "../../parts/located";
import { Empty } from "../../parts/Page";
import { isTyping, meaning } from "../rate/keys";
import { toUnits } from "../rate/passages";
import { answerTo, applied, byDigit, change, firstMissing, type Question, questions } from "../rate/questions";
import { Record } from "../rate/Record";
import styles from "../rate/RateRoom.module.css";
import { ByRubric, RubricPick, useRubric } from "../shared/ByRubric";
import { ErrorNote } from "../shared/ErrorNote";
import { GoTo } from "../shared/GoTo";
import { Hint } from "../shared/Hint";
import { CAUSES, DecisionCard } from "./DecisionCard";
import { Foot } from "./Foot";

/** Where raters differ, a person decides: the record on the left, what each said and the decision on the right. */
export function AdjudicateRoom() {
  const t = useT();
  const { project } = Open.use();
  const rubric = useRubric();
  if (project.me?.role === "rater") return <Empty title={t("ui-adjudicate-only")} hint={t("ui-adjudicate-only-hint")} action={<GoTo room="rate" />} />;
  if (!rubric) return <ByRubric>{() => null}</ByRubric>;
  return <Queue key={`${rubric.id} ${rubric.version}`} rubric={rubric} />;
}

function Queue({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { refresh } = Open.use();
  const [output, setOutput] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const decided = useRef<string[]>([]);
  const key = ["adjudication", rubric.id, rubric.version];
  const queue = useQuery({ queryKey: key, queryFn: () => bridge.adjudicationQueue(rubric) });
  const entries = queue.data?.entries ?? [];
  const current = output ?? entries[0]?.output_id ?? null;
  const item = useQuery({
    queryKey: [...key, current],
    queryFn: () => bridge.adjudicationOpen({ output_id: current ?? "", rubric }),
    enabled: current !== null,
  });

  const changed = useCallback(async () => {
    await client.invalidateQueries({ queryKey: ["adjudication"] });
    await client.invalidateQueries({ queryKey: ["verdicts"] });
    await refresh();
  }, [client, refresh]);
  const attempt = useCallback(async (work: () => Promise<void>) => {
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(error);
    }
  }, []);
  const settle = () =>
    attempt(async () => {
      const { settled } = await bridge.adjudicationSettle(rubric);
      await changed();
      setSaid(t("ui-adjudicate-settled", { count: settled }));
    });
  const takeBack = () =>
    attempt(async () => {
      const last = decided.current.pop() ?? (item.data?.gold ? current : null);
      if (!last) return setSaid(t("ui-adjudicate-nothing-to-undo"));
      await bridge.goldWithdraw({ output_id: last, rubric });
      await changed();
      setOutput(last);
      setSaid(t("ui-adjudicate-withdrawn"));
    });

  if (queue.error) return <ErrorNote error={queue.error} />;
  if (queue.data && entries.length === 0) return <Empty title={t("ui-adjudicate-empty")} hint={t("ui-adjudicate-empty-hint")} action={<GoTo room="agreement" />} />;
  if (item.error) return <ErrorNote error={item.error} />;
  if (!queue.data || !item.data || item.data.output_id !== current) {
    return (
      <div className={styles.wait}>
        <Loader aria-label={t("ui-wait")} />
      </div>
    );
  }
  const at = entries.findIndex((entry) => entry.output_id === current);
  const move = (step: 1 | -1) => {
    const next = entries[at + step];
    if (next) {
      setSaid(null);
      setOutput(next.output_id);
    }
  };
  return (
    <Decide
      key={`${current} ${item.data.gold ?? ""}`}
      item={item.data}
      rubric={rubric}
      failure={failure}
      onMove={move}
      onUndo={() => void takeBack()}
      onDecided={(next) =>
        void attempt(async () => {
          if (current) decided.current.push(current);
          await changed();
          if (next) setOutput(next);
          setSaid(next ? t("ui-adjudicate-decided") : t("ui-adjudicate-all-decided"));
        })
      }
      foot={(onDone) => (
        <Foot
          queue={queue.data}
          at={at}
          said={said}
          onMove={move}
          onDone={onDone}
          onUndo={() => void takeBack()}
          onSettle={() => void settle()}
        />
      )}
    />
  );
}

/** One output's decision; nothing is stored before it is complete. */
function Decide({ item, rubric, failure, onMove, onUndo, onDecided, foot }: {
  item: AdjudicationItem;
  rubric: RubricRef;
  failure: unknown;
  onMove: (step: 1 | -1) => void;
  onUndo: () => void;
  onDecided: (next: string | null) => void;
  foot: (onDone: () => void) => ReactNode;
}) {
  const t = useT();
  const bridge = useBridge();
  const list = useMemo(() => questions(item.rubric.criteria, item.items), [item]);
  const [answers, setAnswers] = useState<Answers>(item.answers as Answers);
  const [causes, setCauses] = useState<{ [criterion in string]: Cause }>(item.causes as { [criterion in string]: Cause });
  const [missing, setMissing] = useState<{ problems: Map<string, string>; causes: string[] } | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const first = list.findIndex((question) => item.differing.includes(root(question)));
  const [active, setActive] = useState(Math.max(0, first));

  const path = list[active]?.path;
  const marks = useMemo(
    () =>
      item.evidence.flatMap((one) =>
        Object.entries(one).flatMap(([of, spans]) =>
          (spans ?? []).map(({ start, end }): Mark => ({ start: toUnits(item.output_text, start), end: toUnits(item.output_text, end), strong: of === path })),
        ),
      ),
    [item, path],
  );

  const give = useCallback(
    (question: Question, answer: Answer | null) => {
      const count = question.within ? (item.items[question.within.list.id]?.length ?? 0) : 0;
      setAnswers((old) => applied(old, change(question, old, count, answer)));
    },
    [item],
  );
  const explain = useCallback((question: Question, cause: Cause) => setCauses((old) => ({ ...old, [root(question)]: cause })), []);

  const done = useCallback(async () => {
    setRefused(null);
    try {
      const reply = await bridge.adjudicate({ output_id: item.output_id, rubric, answers, causes });
      if (reply.problems.length === 0 && reply.without_cause.length === 0) return onDecided(reply.next);
      setMissing({ problems: new Map(reply.problems.map((p) => [p.criterion, p.code])), causes: reply.without_cause });
      const named = [...reply.problems, ...reply.without_cause.map((criterion) => ({ criterion }))];
      const at = firstMissing(list, named);
      if (at >= 0) setActive(at);
    } catch (error) {
      setRefused(error);
    }
  }, [answers, bridge, causes, item, list, onDecided, rubric]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = isTyping(event.target);
      const question = list[active];
      const plain = !typing && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (plain && event.key === "c" && question && item.differing.includes(root(question))) {
        const now = causes[root(question)];
        const next = CAUSES[(now ? CAUSES.indexOf(now) + 1 : 0) % CAUSES.length];
        event.preventDefault();
        if (next) explain(question, next);
        return;
      }
      const action = meaning(event, typing);
      if (!action) return;
      switch (action.do) {
        case "choose": {
          const answer = question && byDigit(question, answers, action.digit);
          if (question && answer !== undefined) give(question, answer);
          break;
        }
        case "question":
          setActive(Math.max(0, Math.min(list.length - 1, active + action.step)));
          break;
        case "item":
          onMove(action.step);
          break;
        case "done":
          void done();
          break;
        case "undo":
          onUndo();
          break;
        case "leave-text":
          if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
          break;
        default:
          return;
      }
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [active, answers, causes, done, explain, give, item, list, onMove, onUndo]);

  return (
    <div className={styles.room} data-adjudicating={item.output_id} data-gold={item.gold ?? undefined}>
      <div className={styles.desk}>
        <div className={styles.left}>
          <Record item={item} shown={marks} />
        </div>
        <div className={styles.right} role="form" aria-label={t("ui-room-adjudicate")}>
          <RubricPick />
          <Hint name="adjudicate" />
          {list.map((question, index) => (
            <DecisionCard
              key={question.path}
              question={question}
              given={item.ratings.map((rating) => answerTo(question, rating as Answers))}
              evidence={item.evidence.map((one) => one[question.path] ?? [])}
              answers={answers}
              differs={item.differing.includes(root(question))}
              cause={causes[root(question)]}
              problem={answerTo(question, answers) === undefined ? (missing?.problems.get(question.path) ?? null) : null}
              causeMissing={(missing?.causes.includes(root(question)) ?? false) && causes[root(question)] === undefined}
              active={index === active}
              onActive={() => setActive(index)}
              onAnswer={(answer) => {
                setActive(index);
                give(question, answer);
              }}
              onCause={(cause) => explain(question, cause)}
            />
          ))}
          <ErrorNote error={refused ?? failure} />
        </div>
      </div>
      {foot(() => void done())}
    </div>
  );
}

/** The criterion that causes and differences are about: of a list, the list itself. */
function root(question: Question): string {
  return question.within?.list.id ?? question.criterion.id;
}
