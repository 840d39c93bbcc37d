import { useCallback, useMemo, useRef, useState } from "react";
import { useBridge } from "../bridge/context";
import { asFailure } from "../bridge/failure";
import type { IncidentView, JobProgress, JobUpdate, VerdictRow, WrittenPiece } from "../bridge/ipc";
import type { Point } from "../parts/Curve";

export interface Job<Done> {
  running: boolean;
  stopping: boolean;
  progress: JobProgress | null;
  losses: Point[];
  /** Verdicts as they come, newest first. */
  verdicts: VerdictRow[];
  /** Texts that are being written or were, newest first. */
  pieces: WrittenPiece[];
  /** Incidents that were taken apart, newest first. */
  incidents: IncidentView[];
  done: Done | null;
  error: unknown;
  start: (run: (on: (update: JobUpdate) => void) => Promise<Done>) => Promise<void>;
  cancel: () => void;
}

/** Texts that are kept for showing while they are written. */
const SHOWN = 30;
/** Pieces are gathered for so long before the page changes, in milliseconds. */
const GATHER = 150;

/** The texts so far with more of one: what is finished comes whole. */
export function grown(texts: WrittenPiece[], piece: WrittenPiece): WrittenPiece[] {
  const same = (one: WrittenPiece) => one.case === piece.case && one.sample === piece.sample;
  const before = texts.find(same);
  const now = piece.cut === null && before ? { ...piece, text: before.text + piece.text } : piece;
  if (before) return texts.map((one) => (same(one) ? now : one));
  return [now, ...texts].slice(0, SHOWN);
}

/** One long job at a time: its progress as it comes, its end, its cancelling. */
export function useJob<Done>(): Job<Done> {
  const bridge = useBridge();
  const [running, setRunning] = useState(false);
  const [stopping, setStopping] = useState(false);
  const [progress, setProgress] = useState<JobProgress | null>(null);
  const [losses, setLosses] = useState<Point[]>([]);
  const [verdicts, setVerdicts] = useState<VerdictRow[]>([]);
  const [pieces, setPieces] = useState<WrittenPiece[]>([]);
  const [incidents, setIncidents] = useState<IncidentView[]>([]);
  const gathered = useRef<WrittenPiece[]>([]);
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
    setPieces([]);
    setIncidents([]);
    gathered.current = [];
    setDone(null);
    setError(null);
    const flush = () => {
      if (mine !== turn.current) return;
      const news = gathered.current.splice(0);
      setPieces((old) => news.reduce(grown, old));
    };
    try {
      const result = await run((update) => {
        if (mine !== turn.current) return;
        if (update.kind === "verdicts") {
          setVerdicts((old) => [update.data, ...old.filter((row) => row.output_id !== update.data.output_id)]);
          return;
        }
        if (update.kind === "piece") {
          // Many texts grow at once: the page follows a few times a second.
          if (gathered.current.push(update.data) === 1) setTimeout(flush, GATHER);
          return;
        }
        if (update.kind === "incident") {
          setIncidents((old) => [update.data, ...old].slice(0, SHOWN));
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
    () => ({ running, stopping, progress, losses, verdicts, pieces, incidents, done, error, start, cancel }),
    [running, stopping, progress, losses, verdicts, pieces, incidents, done, error, start, cancel],
  );
}
