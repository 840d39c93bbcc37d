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
export type Rater = { id: string; name: string };
export type Project = {
  path: string; name: string; cases: number; outputs: number; ratings: number; verdicts: number;
  rubrics: RubricHead[]; raters: Rater[]; rater: Rater | null;
};
export type Recent = { path: string; name: string; opened_at: string };
export type Start = { open: string | null };
export type CaseRow = { id: string; key: string; excerpt: string; lang: Lang; outputs: number; done: number };
export type Page<T> = { rows: T[]; next: string | null; total: number };
export type CaseView = { id: string; key: string; lang: Lang; text: CaseText };
export type OutputState = "todo" | "draft" | "done";
export type OutputRow = { id: string; case_id: string; case_key: string; sample: number; excerpt: string; state: OutputState };
export type QueueEntry = { output_id: string; case_key: string; state: OutputState };
export type Queue = { entries: QueueEntry[]; done: number; total: number };
export type RateItem = {
  output_id: string; case: CaseView; prompt: string | null; output_text: string; rubric: Rubric;
  items: Record<string, string[]>; answers: Answers; locked: boolean; problems: Problem[]; score: Score;
};
export type RateState = { answers: Answers; locked: boolean; problems: Problem[]; score: Score };
export type RateDone = { locked: boolean; problems: Problem[]; next: string | null };
export type Figure = { value: number | null; low: number | null; high: number | null; reason: string | null };
export type AgreementRow = { criterion: string; title: Text; alpha: Figure; raw: number | null; n: number };
export type ModelCard = { path: string; name: string; parameters: number; bytes: number; weight_type: string; context: number; shipped: boolean };
export type Adapter = { id: string; name: string; model: string; created_at: string; loss: number | null };
export type TrainStart = {
  model: string; rubric: RubricRef; name: string; r: number; alpha: number; dropout: number; learning_rate: number; epochs: number; seed: number;
};
export type TrainPlan = { examples: number; held_out: number; trainable: number; peak_bytes: number; fits: boolean };
export type TrainSummary = { adapter: Adapter; steps: number; first_loss: number | null; last_loss: number | null; seconds: number; peak_rss_bytes: number };
export type JobProgress = {
  phase: string; done: number; total: number; rate: number | null; rate_unit: string | null; eta_s: number | null; rss_bytes: number; values: Record<string, number>;
};
export type JudgeStart = { model: string; adapter: string | null; rubric: RubricRef; samples: number; temperature: number; seed: number; which: "held_out" | "unrated" | "all" };
export type JudgeSummary = { run: string; verdicts: number; seconds: number };
export type JudgeRun = { id: string; name: string; model: string; adapter: string | null; samples: number; started_at: string; verdicts: number; qwk: Figure };
export type VerdictRow = {
  output_id: string; case_key: string; excerpt: string; gold: Score | null; samples: { sample: number; score: Score }[]; mean: number | null;
};
export type ImportKind = "cases" | "outputs" | "ratings";
export type ImportProblem = { row: number | null; column: string | null; code: string; args: Record<string, string> };
export type ImportReply = {
  encoding: string; rows: number; fresh: number; repeated: number; problems: ImportProblem[]; columns: { heading: string; field: string }[]; committed: boolean;
};
