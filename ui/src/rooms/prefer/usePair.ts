import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { PairItem, Preferred } from "../../bridge/ipc";
import { watch } from "../rate/active";

/** How long typing may pause before it is kept. */
const PAUSE_MS = 600;

interface Change {
  pair: string;
  choice: Preferred | null;
  reason: string;
}

/** A pair with what is said of it: shown at once, kept at every change, one save at a time. */
export function usePair(pair: string | null) {
  const bridge = useBridge();
  const client = useQueryClient();
  const { atLeave } = Open.use();
  const query = useQuery({
    queryKey: ["pair", pair],
    queryFn: () => bridge.preferOpen(pair ?? ""),
    enabled: pair !== null,
  });
  const [over, setOver] = useState<Change | null>(null);
  const [saving, setSaving] = useState<"saved" | "saving" | "failed">("saved");
  const [failure, setFailure] = useState<unknown>(null);
  const waiting = useRef<Change | null>(null);
  const running = useRef<Promise<void> | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const pump = useCallback((): Promise<void> => {
    running.current ??= (async () => {
      clearTimeout(timer.current);
      for (let next = waiting.current; next; next = waiting.current) {
        const change = next;
        waiting.current = null;
        const active_ms = watch.take(change.pair);
        try {
          const item = await bridge.preferSave({ id: change.pair, choice: change.choice, reason: change.reason, active_ms });
          client.setQueryData<PairItem>(["pair", change.pair], item);
          setOver((old) => (old === change ? null : old));
        } catch (error) {
          // Kept on the screen: the next change, or leaving, tries again.
          waiting.current ??= change;
          watch.giveBack(change.pair, active_ms);
          setFailure(error);
          setSaving("failed");
          throw error;
        }
      }
      setFailure(null);
      setSaving("saved");
      void client.invalidateQueries({ queryKey: ["pairs"] });
    })().finally(() => {
      running.current = null;
    });
    return running.current;
  }, [bridge, client]);

  const flush = useCallback(async () => {
    while (waiting.current || running.current) await pump();
  }, [pump]);

  const save = useCallback(
    (choice: Preferred | null, reason: string, soft: boolean) => {
      if (pair === null) return;
      const change = { pair, choice, reason };
      waiting.current = change;
      setOver(change);
      setSaving("saving");
      clearTimeout(timer.current);
      if (soft) timer.current = setTimeout(() => quietly(pump), PAUSE_MS);
      else quietly(pump);
    },
    [pair, pump],
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

  const mine = over && over.pair === pair ? over : query.data;
  return {
    item: query.data,
    choice: mine?.choice ?? null,
    reason: mine?.reason ?? "",
    error: failure ?? query.error,
    saving,
    save,
    flush,
  };
}

/** Its failure is already on the screen. */
function quietly(work: () => Promise<void>): void {
  work().catch(() => undefined);
}
