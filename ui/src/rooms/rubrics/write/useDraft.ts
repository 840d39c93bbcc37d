import { useCallback, useEffect, useRef, useState } from "react";
import { Open } from "../../../app/open";
import { useBridge } from "../../../bridge/context";
import type { DraftView, Rubric } from "../../../bridge/ipc";

/** How long typing may pause before it is kept. */
const PAUSE_MS = 300;

export interface Draft {
  /** As the store keeps it, with its problems; null until it is there. */
  view: DraftView | null;
  /** As it is on the screen: at times a moment ahead. */
  rubric: Rubric | null;
  saving: "saved" | "saving" | "failed";
  error: unknown;
  change: (next: Rubric) => void;
  step: (forward: boolean) => Promise<void>;
  /** Keeps what is on the screen now. */
  flush: () => Promise<void>;
}

/** A rubric being written: shown at once, kept at every change, one save at a time. */
export function useDraft(id: string): Draft {
  const bridge = useBridge();
  const { atLeave } = Open.use();
  const [view, setView] = useState<DraftView | null>(null);
  const [rubric, setRubric] = useState<Rubric | null>(null);
  const [saving, setSaving] = useState<Draft["saving"]>("saved");
  const [error, setError] = useState<unknown>(null);
  const waiting = useRef<Rubric | null>(null);
  const running = useRef<Promise<void> | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const take = useCallback((next: DraftView) => {
    setView(next);
    // What was written in the meantime stays on the screen.
    if (waiting.current === null) setRubric(next.rubric);
  }, []);

  useEffect(() => {
    bridge.rubricDraftOpen(id).then(take, setError);
  }, [bridge, id, take]);

  const pump = useCallback((): Promise<void> => {
    running.current ??= (async () => {
      clearTimeout(timer.current);
      for (let next = waiting.current; next; next = waiting.current) {
        waiting.current = null;
        try {
          take(await bridge.rubricDraftSave({ id, rubric: next }));
        } catch (reason) {
          // Still on the screen, and tried again with the next change or on leaving.
          waiting.current ??= next;
          setError(reason);
          setSaving("failed");
          throw reason;
        }
      }
      setError(null);
      setSaving("saved");
    })().finally(() => {
      running.current = null;
    });
    return running.current;
  }, [bridge, id, take]);

  const flush = useCallback(async () => {
    while (waiting.current || running.current) await pump();
  }, [pump]);

  const change = useCallback(
    (next: Rubric) => {
      waiting.current = next;
      setRubric(next);
      setSaving("saving");
      clearTimeout(timer.current);
      timer.current = setTimeout(() => quietly(pump), PAUSE_MS);
    },
    [pump],
  );

  const step = useCallback(
    async (forward: boolean) => {
      try {
        await flush();
        take(await bridge.rubricDraftStep(id, forward));
      } catch (reason) {
        setError(reason);
      }
    },
    [bridge, flush, id, take],
  );

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

  return { view, rubric, saving, error, change, step, flush };
}

/** Its failure is already on the screen. */
function quietly(work: () => Promise<void>): void {
  work().catch(() => undefined);
}
