import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useBridge } from "../../bridge/context";
import type { Answer, Answers, Completed, RateItem, RubricRef } from "../../bridge/ipc";
import { applied } from "./questions";

/** How long typing may pause before a text is saved. Every other answer is saved at once. */
const PAUSE_MS = 500;

export interface RatingSession {
  item: RateItem | undefined;
  answers: Answers;
  loading: boolean;
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
  const key = ["rate", rubric.id, rubric.version, output];
  const query = useQuery({
    queryKey: key,
    queryFn: () => bridge.rateOpen({ output_id: output ?? "", rubric }),
    enabled: output !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });

  // Changes that the store hasn't confirmed, by criterion, laid over the item.
  const [over, setOver] = useState<Map<string, Answer | null>>(new Map());
  const [saving, setSaving] = useState<RatingSession["saving"]>("saved");
  const [failure, setFailure] = useState<unknown>(null);
  const waiting = useRef(new Map<string, Answer | null>());
  const running = useRef<Promise<void> | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const pump = useCallback((): Promise<void> => {
    clearTimeout(timer.current);
    if (running.current) return running.current;
    const run = async () => {
      while (output !== null && waiting.current.size > 0) {
        const [criterion, answer] = waiting.current.entries().next().value as [string, Answer | null];
        waiting.current.delete(criterion);
        try {
          const rating = await bridge.rateSave({ output_id: output, rubric, criterion, answer });
          client.setQueryData<RateItem>(key, (old) => (old ? { ...old, rating } : old));
          setOver((old) => {
            if (waiting.current.has(criterion) || old.get(criterion) !== answer) return old;
            const next = new Map(old);
            next.delete(criterion);
            return next;
          });
        } catch (error) {
          // Kept on the screen and in the queue: the next change, or leaving, tries again.
          if (!waiting.current.has(criterion)) waiting.current.set(criterion, answer);
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
  }, [bridge, client, output, rubric.id, rubric.version]);

  const save = useCallback(
    (criterion: string, answer: Answer | null, soft: boolean) => {
      waiting.current.set(criterion, answer);
      setOver((old) => new Map(old).set(criterion, answer));
      setSaving("saving");
      clearTimeout(timer.current);
      if (soft) timer.current = setTimeout(() => void pump().catch(() => undefined), PAUSE_MS);
      else void pump().catch(() => undefined);
    },
    [pump],
  );

  const flush = useCallback(async () => {
    // A change may arrive while an earlier one is on its way.
    while (waiting.current.size > 0 || running.current) await pump();
  }, [pump]);

  useEffect(() => {
    setOver(new Map());
    setFailure(null);
    setSaving("saved");
    return () => {
      void pump().catch(() => undefined);
    };
  }, [pump]);

  const complete = useCallback(async () => {
    if (output === null) return null;
    await flush();
    const done = await bridge.rateComplete({ output_id: output, rubric });
    client.setQueryData<RateItem>(key, (old) => (old ? { ...old, rating: done.rating } : old));
    void client.invalidateQueries({ queryKey: ["queue"] });
    void client.invalidateQueries({ queryKey: ["cases"] });
    void client.invalidateQueries({ queryKey: ["case"] });
    void client.invalidateQueries({ queryKey: ["agreement"] });
    return done;
  }, [bridge, client, flush, output, rubric.id, rubric.version]);

  let answers = query.data?.rating.answers ?? {};
  for (const [criterion, answer] of over) answers = applied(answers, { criterion, answer });
  return {
    item: query.data,
    answers,
    loading: query.isPending,
    error: failure ?? query.error,
    saving,
    save,
    flush,
    complete,
  };
}
