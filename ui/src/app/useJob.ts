import { useCallback, useMemo, useRef, useState } from "react";
import { useBridge } from "../bridge/context";
import { asFailure } from "../bridge/failure";
import type { JobProgress, JobUpdate, VerdictRow } from "../bridge/ipc";
import type { Point } from "../parts/Curve";

export interface Job<Done> {
  running: boolean;
  stopping: boolean;
  progress: JobProgress | null;
  losses: Point[];
  /** Verdicts as they come, newest first. */
  verdicts: VerdictRow[];
  done: Done | null;
  error: unknown;
  start: (run: (on: (update: JobUpdate) => void) => Promise<Done>) => Promise<void>;
  cancel: () => void;
}

/** One long job at a time: its progress as it comes, its end, its cancelling. */
export function useJob<Done>(): Job<Done> {
  const bridge = useBridge();
  const [running, setRunning] = useState(false);
  const [stopping, setStopping] = useState(false);
  const [progress, setProgress] = useState<JobProgress | null>(null);
  const [losses, setLosses] = useState<Point[]>([]);
  const [verdicts, setVerdicts] = useState<VerdictRow[]>([]);
  const [done, setDone] = useState<Done | null>(null);
  const [error, setError] = useState<unknown>(null);
  const turn = useRef(0);

  const start = useCallback(async (run: (on: (update: JobUpdate) => void) => Promise<Done>) => {
    const mine = ++turn.current;
    setRunning(true);
    setStopping(false);
    setProgress(null);
    setLosses([]);
    setVerdicts([]);
    setDone(null);
    setError(null);
    try {
      const result = await run((update) => {
        if (mine !== turn.current) return;
        if (update.kind === "verdicts") {
          setVerdicts((old) => [update.data, ...old.filter((row) => row.output_id !== update.data.output_id)]);
          return;
        }
        const next = update.data;
        setProgress(next);
        const loss = next.values.loss;
        if (next.phase === "train" && typeof loss === "number") {
          const step = next.values.step ?? next.done;
          setLosses((old) => (old.at(-1)?.x === step ? old : [...old, { x: step, y: loss }]));
        }
      });
      setDone(result);
    } catch (reason) {
      // Stopping on request is not an error.
      if (!["cancelled", "import-cancelled"].includes(asFailure(reason).code)) setError(reason);
    } finally {
      setRunning(false);
      setStopping(false);
    }
  }, []);

  const cancel = useCallback(() => {
    setStopping(true);
    bridge.jobCancel().catch(setError);
  }, [bridge]);

  return useMemo(
    () => ({ running, stopping, progress, losses, verdicts, done, error, start, cancel }),
    [running, stopping, progress, losses, verdicts, done, error, start, cancel],
  );
}
