import type { Answer, Answers, Condition, Criterion, Kind } from "../../bridge/ipc";

/** One thing to answer: a criterion, or a criterion of one item of a list. */
export interface Question {
  /** `safety`, or `drugs[1].label` inside a list: the path that problems name. */
  path: string;
  criterion: Criterion;
  /** The list item it is about. */
  within?: { list: Criterion; index: number; text: string; first: boolean };
}

/** Whether a rater answers it; what is derived by rule is never asked. */
export function isAsked(criterion: Criterion): boolean {
  return (criterion.source?.from ?? "asked") === "asked";
}

/** The asked criteria in order, lists spread over their frozen items. */
export function questions(criteria: Criterion[], items: Record<string, string[] | undefined>): Question[] {
  return criteria
    .filter(isAsked)
    .flatMap((criterion): Question[] => {
      const kind = criterion.kind;
      if (kind.type !== "list") return [{ path: criterion.id, criterion }];
      return (items[criterion.id] ?? []).flatMap((text, index) =>
        kind.each.map((inner, at) => ({
          path: `${criterion.id}[${index}].${inner.id}`,
          criterion: inner,
          within: { list: criterion, index, text, first: at === 0 },
        })),
      );
    });
}

function entries(answer: Answer | undefined): Answers[] {
  return Array.isArray(answer) ? answer.filter((one): one is Answers => typeof one === "object") : [];
}

/** The answer given to a question, if any. */
export function answerTo(question: Question, answers: Answers): Answer | undefined {
  if (!question.within) return answers[question.criterion.id];
  const { list, index } = question.within;
  return entries(answers[list.id])[index]?.[question.criterion.id];
}

/** What to save when a question gets an answer (null clears it): the criterion and its whole answer. */
export function change(
  question: Question,
  answers: Answers,
  count: number,
  answer: Answer | null,
): { criterion: string; answer: Answer | null } {
  if (!question.within) return { criterion: question.criterion.id, answer };
  const { list, index } = question.within;
  const old = entries(answers[list.id]);
  const made = Array.from({ length: count }, (_, at): Answers => ({ ...old[at] }));
  const entry = made[index];
  if (entry) {
    if (answer === null) delete entry[question.criterion.id];
    else entry[question.criterion.id] = answer;
  }
  return { criterion: list.id, answer: made };
}

/** The answers after a change, as they are shown before the store has confirmed them. */
export function applied(answers: Answers, changed: { criterion: string; answer: Answer | null }): Answers {
  const next = { ...answers };
  if (changed.answer === null) delete next[changed.criterion];
  else next[changed.criterion] = changed.answer;
  return next;
}

/** One answer that a digit or a click gives. */
export interface Option {
  key: number | null;
  answer: Answer;
  label: { ja: string; en: string };
  description?: { ja: string; en: string };
}

const YES = { ja: "はい", en: "Yes" };
const NO = { ja: "いいえ", en: "No" };
const MET = { ja: "満たす", en: "Met" };
const UNMET = { ja: "満たさない", en: "Not met" };

/** The options of a kind with one choice; empty for kinds that are typed or ticked. */
export function options(kind: Kind): Option[] {
  switch (kind.type) {
    case "scale": {
      // A level's own value is its key wherever every value is a digit; else its place.
      const digits = kind.levels.every((level) => level.value >= 1 && level.value <= 9);
      return kind.levels.map((level, at) => ({
        key: digits ? level.value : at < 9 ? at + 1 : null,
        answer: level.value,
        label: level.label,
        description: level.description ?? { ja: "", en: "" },
      }));
    }
    case "choice":
      return kind.options.map((option, at) => ({ key: at < 9 ? at + 1 : null, answer: option.id, label: option.label }));
    case "flag":
      return [
        { key: 1, answer: false, label: NO },
        { key: 2, answer: true, label: YES },
      ];
    case "points":
      return [
        { key: 1, answer: true, label: MET },
        { key: 2, answer: false, label: UNMET },
      ];
    default:
      return [];
  }
}

/** What a digit does to a question: the new answer, or undefined where the digit means nothing. */
export function byDigit(question: Question, answers: Answers, digit: number): Answer | undefined {
  const kind = question.criterion.kind;
  if (kind.type === "deductions") {
    const item = kind.items[digit - 1];
    if (item) return toggled(answerTo(question, answers), item.id);
    return digit === kind.items.length + 1 ? [] : undefined;
  }
  return options(kind).find((option) => option.key === digit)?.answer;
}

/** A deductions answer with one id more or less. */
export function toggled(answer: Answer | undefined, id: string): string[] {
  const ids = Array.isArray(answer) ? answer.filter((one): one is string => typeof one === "string") : [];
  return ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
}

export function isDeclined(answer: Answer | undefined): answer is Extract<Answer, { declined: unknown }> {
  return typeof answer === "object" && !Array.isArray(answer) && "declined" in answer;
}

/** Whether a condition holds; false while its answer is missing or declined. */
export function holds(condition: Condition, answers: Answers): boolean {
  const answer = answers[condition.criterion];
  if (answer === undefined || isDeclined(answer)) return false;
  switch (condition.is) {
    case "equal":
      return answer === condition.to;
    case "at_most":
      return typeof answer === "number" && answer <= condition.bound;
    case "has":
      return Array.isArray(answer) && answer.some((one) => one === condition.id);
    case "any_item":
      return entries(answer).some((item) => item[condition.each] === condition.to);
  }
}

/** Whether a question must be answered before the rating can be ended. */
export function isRequired(question: Question, answers: Answers): boolean {
  const { required = true, required_when } = question.criterion;
  return required || (required_when != null && !question.within && holds(required_when, answers));
}

/** The first question that a problem names; a problem with a whole list names its first question. */
export function firstMissing(list: Question[], problems: { criterion: string }[]): number {
  const named = problems.map((problem) => problem.criterion);
  return list.findIndex(
    (question) => named.includes(question.path) || (question.within !== undefined && named.includes(question.within.list.id)),
  );
}
