import { invoke } from "@tauri-apps/api/core";
import type * as T from "./bindings";

export type * from "./bindings";

/** Every call that a room can make. Refusals are thrown; `asFailure` reads them. */
export interface Bridge {
  start(): Promise<T.Start>;
  pickFolder(): Promise<string | null>;
  pickFile(kind: "model" | "table"): Promise<string | null>;
  projectRecent(): Promise<T.Recent[]>;
  projectCreate(request: T.CreateProject): Promise<T.ProjectView>;
  projectOpen(request: T.OpenProject): Promise<T.ProjectView>;
  projectInfo(): Promise<T.ProjectView>;
  projectClose(): Promise<null>;
  signIn(request: T.SignIn): Promise<T.RaterView>;
  caseList(page: T.PageRequest): Promise<T.Page<T.CaseRow>>;
  caseGet(id: string): Promise<T.CaseView>;
  caseOutputs(id: string | null, page: T.PageRequest): Promise<T.Page<T.OutputRow>>;
  rubricGet(rubric: T.RubricRef): Promise<T.Rubric>;
  rubricShipped(): Promise<T.RubricHead[]>;
  rubricAdd(request: T.AddRubric): Promise<T.RubricHead>;
  rateQueue(rubric: T.RubricRef): Promise<T.Queue>;
  rateOpen(request: T.OpenRating): Promise<T.RateItem>;
  rateSave(request: T.SaveAnswer): Promise<T.SavedRating>;
  rateComplete(request: T.CompleteRating): Promise<T.Completed>;
  rateUndo(): Promise<T.Undone | null>;
  agreement(request: T.RubricRequest): Promise<T.AgreementReply>;
  goldMake(request: T.GoldRequest): Promise<T.GoldReply>;
  modelList(): Promise<T.ModelView[]>;
  modelAdd(path: string): Promise<T.ModelView>;
  adapterList(): Promise<T.AdapterView[]>;
  trainDefaults(rubric: string | null): Promise<T.TrainStart>;
  trainRun(start: T.TrainStart, on: (update: T.JobUpdate) => void): Promise<T.TrainSummary>;
  judgeRun(start: T.JudgeStart, on: (update: T.JobUpdate) => void): Promise<T.JudgeSummary>;
  judgeRuns(): Promise<T.JudgeRunView[]>;
  judgeVerdicts(run: string): Promise<T.VerdictRow[]>;
  jobCancel(): Promise<null>;
  importFile(request: T.ImportRequest): Promise<T.ImportReply>;
  report(language: T.Lang): Promise<string | null>;
}

export function connect(): Bridge {
  return { start: async () => ({ open: await invoke("start") }), projectRecent: () => invoke("project_recent") } as unknown as Bridge;
}
