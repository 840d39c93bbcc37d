import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { ExportReply, JudgeAtReply, TrainPlan, TrainSummary, WriteSummary } from "../bridge/ipc";
import { type Job, useJob } from "./useJob";

/** The long jobs of the open project. They go on while one is in another room. */
export interface Jobs {
  train: Job<TrainSummary>;
  plan: Job<TrainPlan>;
  judge: Job<JudgeAtReply>;
  write: Job<ExportReply>;
  /** Outputs and incidents, which a model writes. */
  texts: Job<WriteSummary>;
}

const Seat = createContext<Jobs | null>(null);

export function JobsProvider({ children }: { children: ReactNode }) {
  const train = useJob<TrainSummary>();
  const plan = useJob<TrainPlan>();
  const judge = useJob<JudgeAtReply>();
  const write = useJob<ExportReply>();
  const texts = useJob<WriteSummary>();
  const jobs = useMemo(() => ({ train, plan, judge, write, texts }), [train, plan, judge, write, texts]);
  return <Seat value={jobs}>{children}</Seat>;
}

export function useJobs(): Jobs {
  const jobs = useContext(Seat);
  if (!jobs) throw new Error("useJobs outside JobsProvider");
  return jobs;
}
