import { invoke } from "@tauri-apps/api/core";
import type * as T from "./bindings";

export type * from "./bindings";

/** Every call that a room can make. Refusals are thrown as `Refused`. */
export interface Bridge {
  start(): Promise<T.Start>;
  pickProject(): Promise<string | null>;
  pickFolder(): Promise<string | null>;
  projectInfo(): Promise<T.Project>;
  pickFile(kind: "model" | "table"): Promise<string | null>;
  projectRecent(): Promise<T.Recent[]>;
  projectCreate(path: string, name: string, passphrase: string): Promise<T.Project>;
  projectOpen(path: string, passphrase: string): Promise<T.Project>;
  projectClose(): Promise<null>;
  signIn(name: string): Promise<T.Project>;
  caseList(after: string | null, search: string): Promise<T.Page<T.CaseRow>>;
  caseGet(id: string): Promise<T.CaseView & { outputs: T.OutputRow[] }>;
  rubricGet(rubric: T.RubricRef): Promise<T.Rubric>;
  rubricShipped(): Promise<T.RubricHead[]>;
  rubricAdd(id: string): Promise<T.Project>;
  rateQueue(rubric: T.RubricRef): Promise<T.Queue>;
  rateOpen(output: string, rubric: T.RubricRef): Promise<T.RateItem>;
  rateSave(output: string, rubric: T.RubricRef, criterion: string, answer: T.Answer | null): Promise<T.RateState>;
  rateComplete(output: string, rubric: T.RubricRef): Promise<T.RateDone>;
  rateUndo(): Promise<{ output_id: string } | null>;
  agreement(rubric: T.RubricRef): Promise<T.AgreementRow[]>;
  modelList(): Promise<T.ModelCard[]>;
  modelAdd(path: string): Promise<T.ModelCard>;
  adapterList(): Promise<T.Adapter[]>;
  trainDefaults(rubric: T.RubricRef): Promise<T.TrainStart>;
  trainPlan(start: T.TrainStart): Promise<T.TrainPlan>;
  trainRun(start: T.TrainStart, on: (progress: T.JobProgress) => void): Promise<T.TrainSummary>;
  judgeRun(start: T.JudgeStart, on: (progress: T.JobProgress) => void): Promise<T.JudgeSummary>;
  judgeRuns(): Promise<T.JudgeRun[]>;
  judgeVerdicts(run: string): Promise<T.VerdictRow[]>;
  jobCancel(): Promise<null>;
  importTable(kind: T.ImportKind, path: string, encoding: string | null, commit: boolean): Promise<T.ImportReply>;
  report(language: T.Lang): Promise<string | null>;
}

export function connect(): Bridge {
  return { start: async () => ({ open: await invoke("start") }), projectRecent: () => invoke("project_recent") } as unknown as Bridge;
}
