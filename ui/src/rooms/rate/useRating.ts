import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { Answer, Answers, Completed, RateItem, RubricRef } from "../../bridge/ipc";
import { watch } from "./active";
import { applied } from "./questions";

/** How long typing may pause before a text is saved. Every other answer is saved at once. */
const PAUSE_MS = 400;

/** A change on its way to the store; it knows its output, wherever the user has gone since. */
interface Change {
  output: string;
  criterion: string;
  answer: Answer | null;
}

const nameOf = (change: Change) => `${change.output} ${change.criterion}`;

export interface RatingSession {
  item: RateItem | undefined;
  answers: Answers;
  error: unknown;
  saving: "saved" | "saving" | "failed";
  /** Saves one criterion's answer; `soft` waits for a pause in typing. */
  save: (criterion: string, answer: Answer | null, soft: boolean) => void;
  /** Everything saved, or the error that prevented it. */
  flush: () => Promise<void>;
  complete: () => Promise<Completed | null>;
}

/**
 * One output's rating: what is on the screen, and a queue of changes on their
 * way to the store, one at a time and in order.
 */
export function useRating(output: string | null, rubric: RubricRef): RatingSession {
  const bridge = useBridge();
  const client = useQueryClient();
  const { atLeave } = Open.use();
  const { id, version } = rubric;
  const query = useQuery({
    queryKey: ["rate", id, version, output],
    queryFn: () => bridge.rateOpen({ output_id: output ?? "", rubric }),
    enabled: output !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });

  // Changes that the store hasn't confirmed, laid over the item.
  const [over, setOver] = useState<ReadonlyMap<string, Change>>(new Map());
  const [saving, setSaving] = useState<RatingSession["saving"]>("saved");
  const [failure, setFailure] = useState<unknown>(null);
  const waiting = useRef(new Map<string, Change>());
  const running = useRef<Promise<void> | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const pump = useCallback((): Promise<void> => {
    clearTimeout(timer.current);
    if (running.current) return running.current;
    const run = async () => {
      for (let next = first(waiting.current); next; next = first(waiting.current)) {
        const change = next;
        const name = nameOf(change);
        waiting.current.delete(name);
        const active_ms = watch.take(change.output);
        try {
          const rating = await bridge.rateSave({
            output_id: change.output,
            rubric: { id, version },
            criterion: change.criterion,
            answer: change.answer,
            active_ms,
          });
          client.setQueryData<RateItem>(["rate", id, version, change.output], (old) => (old ? { ...old, rating } : old));
          setOver((old) => {
            if (old.get(name) !== change) return old;
            const rest = new Map(old);
            rest.delete(name);
            return rest;
          });
        } catch (error) {
          // Kept on the screen and in the queue: the next change, or leaving, tries again.
          if (!waiting.current.has(name)) waiting.current.set(name, change);
          watch.giveBack(change.output, active_ms);
          setFailure(error);
          setSaving("failed");
          throw error;
        }
      }
      setFailure(null);
      setSaving("saved");
    };
    running.current = run().finally(() => {
      running.current = null;
    });
    return running.current;
  }, [bridge, client, id, version]);

  const flush = useCallback(async () => {
    // A change may arrive while an earlier one is on its way.
    while (waiting.current.size > 0 || running.current) await pump();
  }, [pump]);

  const save = useCallback(
    (criterion: string, answer: Answer | null, soft: boolean) => {
      if (output === null) return;
      const change = { output, criterion, answer };
      waiting.current.set(nameOf(change), change);
      setOver((old) => new Map(old).set(nameOf(change), change));
      setSaving("saving");
      clearTimeout(timer.current);
      if (soft) timer.current = setTimeout(() => quietly(pump), PAUSE_MS);
      else quietly(pump);
    },
    [output, pump],
  );

  // Leaving the room, the project or the window must not lose the last words.
  useEffect(() => {
    const leave = () => quietly(flush);
    window.addEventListener("pagehide", leave);
    const forget = atLeave(flush);
    return () => {
      window.removeEventListener("pagehide", leave);
      forget();
      leave();
    };
  }, [atLeave, flush]);

  const complete = useCallback(async () => {
    if (output === null) return null;
    await flush();
    const active_ms = watch.take(output);
    const back = () => watch.giveBack(output, active_ms);
    const done = await bridge.rateComplete({ output_id: output, rubric: { id, version }, active_ms }).catch((error: unknown) => {
      back();
      throw error;
    });
    // With something missing nothing was written, so neither was the time.
    if (done.rating.problems.length > 0) back();
    client.setQueryData<RateItem>(["rate", id, version, output], (old) => (old ? { ...old, rating: done.rating } : old));
    void client.invalidateQueries({ queryKey: ["queue"] });
    void client.invalidateQueries({ queryKey: ["agreement"] });
    return done;
  }, [bridge, client, flush, output, id, version]);

  let answers = query.data?.rating.answers ?? {};
  for (const change of over.values()) if (change.output === output) answers = applied(answers, change);
  return { item: query.data, answers, error: failure ?? query.error, saving, save, flush, complete };
}

function first(changes: Map<string, Change>): Change | undefined {
  return changes.values().next().value;
}

/** Its failure is already on the screen. */
function quietly(work: () => Promise<void>): void {
  work().catch(() => undefined);
}
