import { Button, Loader, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { usePick, useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { Answer, RubricRef } from "../../bridge/ipc";
import { ByRubric, RubricPick, useRubric } from "../shared/ByRubric";
import { ErrorNote } from "../shared/ErrorNote";
import { Empty } from "../../parts/Page";
import { FootBar } from "./FootBar";
import { Aside } from "./Aside";
import { Guide, Keys } from "./Help";
import { isTyping, meaning } from "./keys";
import { OrderPick } from "./OrderPick";
import { PassageList } from "./PassageList";
import { QuestionCard } from "./QuestionCard";
import { answerTo, applied, byDigit, change, firstMissing, isRequired, options, type Question, questions } from "./questions";
import { Record } from "./Record";
import styles from "./RateRoom.module.css";
import { type Filter, passes } from "./queue";
import { watch } from "./active";
import { useActive } from "./useActive";
import { usePassages } from "./usePassages";
import { useRating } from "./useRating";

/** The rating room: the record on the left, the rubric's questions on the right. */
export function RateRoom() {
  const t = useT();
  const open = Open.use();
  const rubric = useRubric();
  if (rubric && open.project.outputs === 0) {
    return (
      <Empty
        title={t("ui-rate-no-outputs")}
        hint={t("ui-rate-no-outputs-hint")}
        action={<Button onClick={() => open.go("cases")}>{t("ui-room-cases")}</Button>}
      />
    );
  }
  if (!rubric) return <ByRubric>{() => null}</ByRubric>;
  return <Desk key={`${rubric.id} ${rubric.version}`} rubric={rubric} />;
}

function Desk({ rubric }: { rubric: RubricRef }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { output, setOutput } = Open.use();
  const queue = useQuery({ queryKey: ["queue", rubric.id, rubric.version], queryFn: () => bridge.rateQueue(rubric) });
  const [filter, setFilter] = useState<Filter>("all");
  const whole = queue.data?.entries ?? [];
  // What is open stays in its place, whatever the filter says.
  const entries = whole.filter((entry) => passes(entry, filter) || entry.output_id === output);
  const known = whole.some((entry) => entry.output_id === output);
  // The one drawn for this person, fixed once chosen: finishing it must not move the ground.
  const drawn = queue.data?.current ?? null;
  const current = known ? output : ((whole.find((entry) => entry.output_id === drawn) ?? whole[0])?.output_id ?? null);
  useEffect(() => {
    if (current !== null && current !== output) setOutput(current);
  }, [current, output, setOutput]);

  const rating = useRating(current, rubric);
  const { item, answers, save, flush, complete } = rating;
  const rest = useActive(item ? current : null, item?.idle_limit_s);
  const list = useMemo(() => (item ? questions(item.rubric.criteria, item.items) : []), [item?.rubric, item?.items]);
  const [active, setActive] = useState(0);
  const [tried, setTried] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [help, setHelp] = useState<"guide" | "keys" | null>(null);
  const [aside, setAside] = useState<"skip" | "flag" | null>(null);
  const form = useRef<HTMLDivElement>(null);
  const placed = useRef<string | null>(null);

  // A fresh item starts at its first open question.
  useEffect(() => {
    if (!item || placed.current === item.output_id) return;
    placed.current = item.output_id;
    setTried(false);
    const open = list.findIndex((question) => answerTo(question, item.rating.answers) === undefined && isRequired(question, item.rating.answers));
    setActive(item.rating.locked || open < 0 ? 0 : open);
    form.current?.scrollTo({ top: 0 });
  }, [item, list]);

  const give = useCallback(
    (question: Question, answer: Answer | null) => {
      if (!item) return;
      setSaid(null);
      const count = question.within ? (item.items[question.within.list.id]?.length ?? 0) : 0;
      const changed = change(question, answers, count, answer);
      save(changed.criterion, changed.answer, question.criterion.kind.type === "text");
      return applied(answers, changed);
    },
    [answers, item, save],
  );

  const at = entries.findIndex((entry) => entry.output_id === current);
  const move = useCallback(
    async (to: string | null | undefined) => {
      if (!to) return;
      try {
        await flush();
        setSaid(null);
        setOutput(to);
      } catch (error) {
        setFailure(error);
      }
    },
    [flush, setOutput],
  );

  const finish = useCallback(async () => {
    setFailure(null);
    try {
      const done = await complete();
      if (!done) return;
      const { problems } = done.rating;
      if (problems.length > 0) {
        setTried(true);
        const first = firstMissing(list, problems);
        if (first >= 0) setActive(first);
        setSaid(t("ui-rate-missing", { count: problems.length }));
        return;
      }
      if (done.next) {
        // What has just been drawn may not be in the list that is on the screen.
        if (!whole.some((entry) => entry.output_id === done.next)) await client.refetchQueries({ queryKey: ["queue"] });
        setOutput(done.next);
      }
      setSaid(done.next ? t("ui-rate-done-next") : t("ui-rate-all-done"));
    } catch (error) {
      setFailure(error);
    }
  }, [client, complete, list, setOutput, t, whole]);

  const putAside = useCallback(
    async (kind: "skip" | "flag", words: string | null) => {
      setAside(null);
      if (!item) return;
      setFailure(null);
      const active_ms = watch.take(item.output_id);
      try {
        await flush();
        const request = { output_id: item.output_id, rubric, words, active_ms };
        if (kind === "flag") {
          await bridge.rateFlag(request);
          setSaid(t(words === null ? "ui-rate-unflagged" : "ui-rate-flagged"));
        } else {
          const { next } = await bridge.rateSkip(request);
          await client.invalidateQueries({ queryKey: ["queue"] });
          if (words !== null && next) setOutput(next);
          setSaid(t(words === null ? "ui-rate-taken-up" : "ui-rate-skipped"));
        }
        await client.invalidateQueries({ queryKey: ["rate"] });
        await client.invalidateQueries({ queryKey: ["queue"] });
      } catch (error) {
        watch.giveBack(item.output_id, active_ms);
        setFailure(error);
      }
    },
    [bridge, client, flush, item, rubric, setOutput, t],
  );

  const undo = useCallback(async () => {
    try {
      await flush();
      const back = await bridge.rateUndo();
      if (!back) {
        setSaid(t("ui-rate-nothing-to-undo"));
        return;
      }
      await client.invalidateQueries({ queryKey: ["rate"] });
      await client.invalidateQueries({ queryKey: ["queue"] });
      void client.invalidateQueries({ queryKey: ["agreement"] });
      setOutput(back.output_id);
      setSaid(t("ui-rate-undone"));
    } catch (error) {
      setFailure(error);
    }
  }, [bridge, client, flush, setOutput, t]);

  const pick = usePick();
  const onMarked = useCallback(
    (path: string, removed: boolean) => {
      const label = pick(list.find((question) => question.path === path)?.criterion.label);
      setSaid(removed ? t("ui-passage-removed") : t("ui-passage-marked", { label }));
    },
    [list, pick, t],
  );
  const passages = usePassages({ item, rubric, question: list[active]?.path, flush, onMarked, onError: setFailure });

  const onKey = useCallback(
    (event: KeyboardEvent) => {
      if (help !== null || aside !== null) return;
      const action = meaning(event, isTyping(event.target));
      const question = list[active];
      if (!action) return;
      // Enter and Space on a button are the button's own.
      if (action.do === "enter-text") {
        const field = document.querySelector<HTMLElement>("[data-question][data-active] [data-write]");
        if (!field || event.target instanceof HTMLButtonElement) return;
        event.preventDefault();
        field.focus();
        return;
      }
      event.preventDefault();
      switch (action.do) {
        case "choose": {
          const answer = question && byDigit(question, answers, action.digit);
          if (!question || answer === undefined) return;
          const next = give(question, answer);
          // One choice settles the question: on to the next one.
          if (next && options(question.criterion.kind).length > 0) setActive(Math.min(active + 1, list.length - 1));
          return;
        }
        case "question":
          setActive(Math.max(0, Math.min(list.length - 1, active + action.step)));
          return;
        case "item":
          void move(entries[at + action.step]?.output_id);
          return;
        case "done":
          void finish();
          return;
        case "undo":
          void undo();
          return;
        case "skip":
          if (item?.rating.skipped != null) void putAside("skip", null);
          else if (!item?.rating.locked) setAside("skip");
          return;
        case "flag":
          if (item?.rating.flag != null) void putAside("flag", null);
          else setAside("flag");
          return;
        case "passage":
          passages.press();
          return;
        case "leave-text": {
          const card = document.activeElement?.closest<HTMLElement>("[data-question]");
          if (card) card.focus();
          else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
          return;
        }
        case "guide":
        case "keys":
          setHelp(action.do);
      }
    },
    [active, answers, aside, at, entries, finish, give, help, item, list, move, passages, putAside, undo],
  );
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [onKey]);

  if (queue.error) return <ErrorNote error={queue.error} />;
  // By a plan somebody may have nothing to rate.
  if (queue.data && whole.length === 0) return <Empty title={t("ui-rate-nothing-assigned")} hint={t("ui-rate-nothing-assigned-hint")} />;
  if (!item) {
    return rating.error ? (
      <ErrorNote error={rating.error} />
    ) : (
      <div className={styles.wait}>
        <Loader aria-label={t("ui-wait")} />
      </div>
    );
  }
  const problems = new Map(tried ? item.rating.problems.map((problem) => [problem.criterion, problem.code]) : []);
  return (
    <div className={styles.room} data-output={item.output_id} data-locked={item.rating.locked || undefined} data-saving={rating.saving}>
      <div className={styles.desk}>
        <div className={styles.left}>
          <Record item={item} passages={passages} />
        </div>
        <div className={styles.right} ref={form} role="form" aria-label={t("ui-rate-form")}>
          <RubricPick />
          <OrderPick rubric={rubric} order={queue.data?.order} />
          {list.map((question, index) => {
            const answer = answerTo(question, answers);
            return (
              <div key={`${item.output_id} ${question.path}`}>
                {question.within?.first ? (
                  <div className={styles.within}>
                    <Text size="xs" c="dimmed">
                      <Label text={question.within.list.label} /> {question.within.index + 1}
                    </Text>
                    <Text fw={650}>{question.within.text}</Text>
                  </div>
                ) : null}
                <QuestionCard
                  question={question}
                  answer={answer}
                  required={isRequired(question, answers)}
                  problem={problems.get(question.path) ?? null}
                  active={index === active}
                  carried={item.rating.carried[question.within?.list.id ?? question.criterion.id]}
                  passages={<PassageList spans={item.rating.evidence[question.path]} onRemove={(span) => passages.remove(question.path, span)} />}
                  onActive={() => setActive(index)}
                  onAnswer={(next) => {
                    setActive(index);
                    give(question, next);
                  }}
                />
              </div>
            );
          })}
          <ErrorNote error={failure ?? rating.error} />
        </div>
      </div>
      <FootBar
        rubric={item.rubric}
        score={item.rating.score}
        locked={item.rating.locked}
        saving={rating.saving}
        said={said}
        place={{ at, total: entries.length, done: queue.data?.done ?? 0, all: queue.data?.total ?? whole.length }}
        time={{ pace: queue.data?.pace, due: rest.due, later: rest.later }}
        filter={{ value: filter, entries: whole, choose: setFilter }}
        aside={{ skipped: item.rating.skipped, flag: item.rating.flag, ask: setAside, takeBack: (kind) => void putAside(kind, null) }}
        onMove={(step) => void move(entries[at + step]?.output_id)}
        onDone={() => void finish()}
        onHelp={setHelp}
      />
      <Guide rubric={item.rubric} opened={help === "guide"} onClose={() => setHelp(null)} />
      <Keys opened={help === "keys"} onClose={() => setHelp(null)} />
      <Aside kind={aside} onClose={() => setAside(null)} onGive={(kind, words) => void putAside(kind, words)} />
    </div>
  );
}

function Label({ text }: { text: { ja: string; en: string } }) {
  return <>{usePick()(text)}</>;
}
