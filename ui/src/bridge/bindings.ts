import { Channel, invoke as __TAURI_INVOKE } from "@tauri-apps/api/core";
// Provisional until the generated file replaces it.
export type Failure = { code: string; args: Record<string, string> };
export type Lang = "ja" | "en";
export type Text = { ja: string; en: string };
export type RubricRef = { id: string; version: number };
export type Level = { value: number; label: Text; description: Text };
export type DeductionItem = { id: string; label: Text; points: number };
export type Choice = { id: string; label: Text };
export type ItemSource = "case_aspects" | "output";
export type Kind =
  | { type: "scale"; levels: Level[] }
  | { type: "number"; min: number; max: number; step: number }
  | { type: "points"; points: number }
  | { type: "deductions"; items: DeductionItem[] }
  | { type: "choice"; options: Choice[] }
  | { type: "flag" }
  | { type: "list"; items: ItemSource; each: Criterion[] }
  | { type: "text"; max_chars: number };
export type Source = { from: "asked" } | { from: "derived"; rule: "score" | "label" | "harm" };
export type Condition =
  | { is: "equal"; criterion: string; to: Answer }
  | { is: "at_most"; criterion: string; bound: number }
  | { is: "has"; criterion: string; id: string }
  | { is: "any_item"; criterion: string; each: string; to: Answer };
export type Criterion = {
  id: string;
  label: Text;
  help: Text;
  kind: Kind;
  source: Source;
  required: boolean;
  required_when?: Condition | null;
};
export type Scoring = {
  base: { of: "criterion"; id: string } | { of: "points" } | { of: "list"; id: string; each: string; equals: Answer };
  deductions: string[];
  caps: { when: Condition; at: number }[];
  clamp: [number, number] | null;
  thresholds: { min: number; label: string }[];
  harm: { when: Condition[]; label: string | null };
};
export type Rubric = { id: string; version: number; title: Text; description: Text; criteria: Criterion[]; scoring: Scoring };
export type Declined = "cannot_judge" | "not_applicable" | "outside_specialty";
export type Answer = boolean | number | string | string[] | { [key in string]: Answer }[] | { declined: Declined };
export type Answers = { [key in string]: Answer };
export type Problem = { criterion: string; code: string };
export type Score = { total: number | null; label: string | null; harm: boolean | null };
export type CaseText = {
  title?: string; what: string; factors?: string; improvements?: string; reference?: string; aspects?: string[]; extra?: [string, string][];
};
export type RubricHead = { id: string; version: number; title: Text; criteria: number };
export type RaterView = { id: string; name: string; profession: string; role: string };
export type ProjectView = {
  path: string; name: string; cases: number; outputs: number; ratings: number; gold: number; verdicts: number;
  rubrics: RubricHead[]; raters: RaterView[]; me: RaterView | null;
};
export type CreateProject = { parent: string; name: string; passphrase: string; lead: string };
export type OpenProject = { path: string; passphrase: string; rater?: string | null };
export type SignIn = { name: string; profession?: string };
export type Recent = { path: string; name: string };
export type Start = { open: string | null };
export type PageRequest = { after?: string | null; limit: number; search?: string | null };
export type Page<T> = { rows: T[]; next: string | null; total: number };
export type CaseRow = { id: string; key: string; lang: Lang; excerpt: string; outputs: number };
export type CaseView = { id: string; key: string; lang: Lang; text: CaseText };
export type OutputRow = { id: string; key: string; case_id: string; case_key: string; sample: number; excerpt: string };
export type AddRubric = { shipped?: string | null; path?: string | null };
export type RubricRequest = { rubric: RubricRef };
export type RatingState = "todo" | "draft" | "done";
export type QueueEntry = { output_id: string; state: RatingState };
export type Queue = { entries: QueueEntry[]; done: number; total: number };
export type OpenRating = { output_id: string; rubric: RubricRef };
export type SavedRating = { answers: Answers; locked: boolean; problems: Problem[]; score: Score };
export type RateItem = {
  output_id: string; case: CaseView; prompt: string | null; output_text: string; rubric: Rubric;
  items: Record<string, string[]>; rating: SavedRating;
};
export type SaveAnswer = { output_id: string; rubric: RubricRef; criterion: string; answer: Answer | null };
export type CompleteRating = OpenRating;
export type Completed = { rating: SavedRating; next: string | null };
export type Undone = { output_id: string; rubric: RubricRef };
export type Interval = { value: number | null; low: number | null; high: number | null; n: number; method: string; reason: string | null };
export type CriterionAgreement = { id: string; title: Text; units: number; raw: Interval; alpha: Interval; ac: Interval | null };
export type AgreementReply = { primary: string | null; criteria: CriterionAgreement[] };
export type GoldRequest = { rubric: RubricRef; cautious?: boolean };
export type Unresolved = { output: string; ratings: number; criteria: string[] };
export type GoldReply = { unanimous: number; majority: number; adjudicated: number; unresolved: Unresolved[] };
export type ModelView = {
  path: string; name: string; arch: string; parameters: number; bytes: number; weights: string; context: number; has_template: boolean; embedded: boolean;
};
export type AdapterView = { name: string; path: string; loss: number | null; trainable: number | null };
export type TrainStart = {
  model: string | null; rubric: RubricRef; name: string; r: number; alpha: number; dropout: number; learning_rate: number; epochs: number;
  max_steps: number | null; tokens_per_step: number; max_tokens: number; seed: number; threads: number | null; memory_limit_bytes: number | null;
};
export type TrainSummary = {
  name: string; adapter: string; examples: number; evaluated: number; steps: number; trainable: number; first_loss: number | null; last_loss: number | null;
  first_evaluation: number | null; last_evaluation: number | null; tokens: number; seconds: number; peak_rss_bytes: number;
};
export type JobProgress = {
  phase: string; done: number; total: number; rate: number | null; rate_unit: string | null; eta_s: number | null; rss_bytes: number; values: Record<string, number>;
};
export type JobUpdate = { kind: "progress"; data: JobProgress } | { kind: "verdicts"; data: VerdictRow };
export type Which = "held_out" | "unrated" | "all";
export type JudgeStart = {
  name: string; model: string | null; adapter: string | null; rubric: RubricRef; which: Which; limit: number | null; samples: number; temperature: number;
  seed: number; threads: number | null;
};
export type JudgeSummary = { run: string; name: string; outputs: number; verdicts: number; missing: number; seconds: number; peak_rss_bytes: number };
export type JudgeRunView = { id: string; name: string; adapter: string | null; rubric: RubricRef; samples: number; state: string; verdicts: number };
export type VerdictSample = { sample: number; answers: Answers; total: number | null; label: string | null };
export type VerdictRow = {
  output_id: string; output_key: string; excerpt: string; gold: Answers | null; gold_total: number | null; samples: VerdictSample[]; mean_total: number | null;
};
export type ImportKind = "cases" | "outputs" | "ratings";
export type ImportRequest = {
  kind: ImportKind; path: string; encoding?: string | null; mapping?: Record<string, string>; commit?: boolean; partial?: boolean; failed_rows?: string | null;
};
export type ImportProblem = { severity: string; row: number | null; line: number | null; column: string | null; code: string; args: Record<string, string> };
export type ImportReply = {
  encoding: string; rows: number; new: number; repeated: number; headings: string[]; columns: { field: string; heading: string }[]; problems: ImportProblem[]; committed: boolean;
};

export type FileKind = "model" | "table";
export type Demo = { project: ProjectView; passphrase: string };
export type ReportRequest = { rubric: RubricRef; out: string | null; lang: Lang };
export type ReportFiles = { page: string; figures: string; volatile: string };
export const commands = {
  start: () => __TAURI_INVOKE<Start>("start"),
  projectRecent: () => __TAURI_INVOKE<Recent[]>("project_recent"),
  projectCreate: (request: CreateProject) => __TAURI_INVOKE<ProjectView>("project_create", { request }),
  projectOpen: (request: OpenProject) => __TAURI_INVOKE<ProjectView>("project_open", { request }),
  projectClose: () => __TAURI_INVOKE<null>("project_close"),
  projectInfo: () => __TAURI_INVOKE<ProjectView>("project_info"),
  signIn: (request: SignIn) => __TAURI_INVOKE<RaterView>("sign_in", { request }),
  demoMake: (folder: string, lang: Lang) => __TAURI_INVOKE<Demo>("demo_make", { folder, lang }),
  pickFolder: () => __TAURI_INVOKE<string | null>("pick_folder"),
  pickFile: (kind: FileKind) => __TAURI_INVOKE<string | null>("pick_file", { kind }),
  caseList: (page: PageRequest) => __TAURI_INVOKE<Page<CaseRow>>("case_list", { page }),
  caseGet: (id: string) => __TAURI_INVOKE<CaseView>("case_get", { id }),
  caseOutputs: (id: string | null, page: PageRequest) => __TAURI_INVOKE<Page<OutputRow>>("case_outputs", { id, page }),
  importFile: (request: ImportRequest) => __TAURI_INVOKE<ImportReply>("import_file", { request }),
  rubricGet: (rubric: RubricRef) => __TAURI_INVOKE<Rubric>("rubric_get", { rubric }),
  rubricShipped: () => __TAURI_INVOKE<RubricHead[]>("rubric_shipped"),
  rubricAdd: (request: AddRubric) => __TAURI_INVOKE<RubricHead>("rubric_add", { request }),
  rateQueue: (rubric: RubricRef) => __TAURI_INVOKE<Queue>("rate_queue", { rubric }),
  rateOpen: (request: OpenRating) => __TAURI_INVOKE<RateItem>("rate_open", { request }),
  rateSave: (request: SaveAnswer) => __TAURI_INVOKE<SavedRating>("rate_save", { request }),
  rateComplete: (request: OpenRating) => __TAURI_INVOKE<Completed>("rate_complete", { request }),
  rateUndo: () => __TAURI_INVOKE<Undone | null>("rate_undo"),
  agreement: (request: RubricRequest) => __TAURI_INVOKE<AgreementReply>("agreement", { request }),
  goldMake: (request: GoldRequest) => __TAURI_INVOKE<GoldReply>("gold_make", { request }),
  modelList: () => __TAURI_INVOKE<ModelView[]>("model_list"),
  modelAdd: (path: string) => __TAURI_INVOKE<ModelView>("model_add", { path }),
  adapterList: () => __TAURI_INVOKE<AdapterView[]>("adapter_list"),
  trainDefaults: (rubric: string | null) => __TAURI_INVOKE<TrainStart>("train_defaults", { rubric }),
  trainRun: (request: TrainStart, on: Channel<JobUpdate>) => __TAURI_INVOKE<TrainSummary>("train_run", { request, on }),
  jobCancel: () => __TAURI_INVOKE<null>("job_cancel"),
  judgeRun: (request: JudgeStart, on: Channel<JobUpdate>) => __TAURI_INVOKE<JudgeSummary>("judge_run", { request, on }),
  judgeRuns: () => __TAURI_INVOKE<JudgeRunView[]>("judge_runs"),
  judgeVerdicts: (run: string) => __TAURI_INVOKE<VerdictRow[]>("judge_verdicts", { run }),
  reportThere: () => __TAURI_INVOKE<boolean>("report_there"),
  reportMake: (request: ReportRequest) => __TAURI_INVOKE<ReportFiles>("report_make", { request }),
};
