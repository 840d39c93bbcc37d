import type { Answer, Condition, Criterion, Kind, Rubric, RubricProblem, Text } from "../../../bridge/ipc";
import { isAsked, options } from "../../rate/questions";

export type KindName = Kind["type"];
/** In the order in which they are offered. */
export const KINDS: readonly KindName[] = ["scale", "flag", "choice", "deductions", "points", "number", "list", "text"];

export const EMPTY: Text = { ja: "", en: "" };

/** Where the editor is: the rubric's own texts, one criterion (by its place), or the score. */
export type Part = { at: "general" } | { at: "criterion"; index: number } | { at: "scoring" };

/** A list with one entry replaced. */
export function replaced<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((one, at) => (at === index ? value : one));
}

/** A list without one entry. */
export function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, at) => at !== index);
}

/** A list with one entry moved by one place; the same list at its ends. */
export function moved<T>(list: readonly T[], index: number, by: 1 | -1): T[] {
  const next = [...list];
  const [one, other] = [next[index], next[index + by]];
  if (one === undefined || other === undefined) return next;
  next[index] = other;
  next[index + by] = one;
  return next;
}

/** A free id: made of the English words where there are any, else counted. */
export function freeId(words: string, taken: readonly string[], stem: string): string {
  const made = words
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 40);
  const base = made === "" ? stem : made;
  if (made !== "" && !taken.includes(base)) return base;
  let n = 1;
  while (taken.includes(`${base}_${n}`)) n += 1;
  return `${base}_${n}`;
}

/** What a kind begins with. */
export function newKind(kind: KindName): Kind {
  switch (kind) {
    case "scale":
      return { type: "scale", levels: [1, 2, 3, 4, 5].map((value) => ({ value, label: EMPTY, description: EMPTY })) };
    case "number":
      return { type: "number", min: 0, max: 10, step: 1 };
    case "points":
      return { type: "points", points: 1 };
    case "deductions":
      return { type: "deductions", items: [{ id: "item_1", label: EMPTY, points: 1 }] };
    case "choice":
      return {
        type: "choice",
        options: [
          { id: "option_1", label: EMPTY },
          { id: "option_2", label: EMPTY },
        ],
      };
    case "flag":
      return { type: "flag" };
    case "list":
      return { type: "list", items: "output", each: [newCriterion("flag", [])] };
    case "text":
      return { type: "text", max_chars: 400 };
  }
}

export function newCriterion(kind: KindName, taken: readonly string[]): Criterion {
  // A text that had to be written every time would cost the raters dearly.
  return { id: freeId("", taken, "criterion"), label: EMPTY, help: EMPTY, kind: newKind(kind), required: kind !== "text" };
}

/** Puts a criterion at the end. */
export function added(rubric: Rubric, kind: KindName): Rubric {
  const taken = rubric.criteria.map((one) => one.id);
  return { ...rubric, criteria: [...rubric.criteria, newCriterion(kind, taken)] };
}

/** A criterion under another id, and everything that named it. */
export function renamed(rubric: Rubric, from: string, to: string): Rubric {
  const name = (id: string) => (id === from ? to : id);
  const when = (condition: Condition): Condition => ({ ...condition, criterion: name(condition.criterion) });
  const { scoring } = rubric;
  return {
    ...rubric,
    criteria: rubric.criteria.map((one) => ({
      ...one,
      id: name(one.id),
      ...(one.required_when ? { required_when: when(one.required_when) } : {}),
    })),
    scoring: {
      ...scoring,
      base: "id" in scoring.base ? { ...scoring.base, id: name(scoring.base.id) } : scoring.base,
      deductions: (scoring.deductions ?? []).map(name),
      caps: (scoring.caps ?? []).map((cap) => ({ ...cap, when: when(cap.when) })),
      harm: { ...scoring.harm, when: (scoring.harm?.when ?? []).map(when) },
    },
  };
}

/** Asked criteria that a condition can look at: a text says nothing by rule. */
export function decisive(criteria: readonly Criterion[]): Criterion[] {
  return criteria.filter((one) => isAsked(one) && one.kind.type !== "text");
}

/** The first answer that a criterion has to offer. */
export function someAnswer(kind: Kind): Answer {
  switch (kind.type) {
    case "flag":
      return true;
    case "number":
      return kind.min;
    case "deductions":
      return [];
    case "text":
      return "";
    case "list":
      return [];
    default:
      return options(kind)[0]?.answer ?? true;
  }
}

/** A condition on a criterion, as it begins. */
export function newCondition(criterion: Criterion): Condition {
  const { id, kind } = criterion;
  switch (kind.type) {
    case "scale":
      return { is: "at_most", criterion: id, bound: kind.levels[0]?.value ?? 1 };
    case "number":
      return { is: "at_most", criterion: id, bound: kind.min };
    case "deductions":
      return { is: "has", criterion: id, id: kind.items[0]?.id ?? "" };
    case "list": {
      const each = kind.each[0];
      return { is: "any_item", criterion: id, each: each?.id ?? "", to: each ? someAnswer(each.kind) : true };
    }
    default:
      return { is: "equal", criterion: id, to: someAnswer(kind) };
  }
}

/** The part of the editor where a problem is put right. */
export function partOf(place: string, rubric: Rubric): Part {
  if (place.startsWith("scoring")) return { at: "scoring" };
  const [, id] = /^criteria\.([^.]+)/.exec(place) ?? [];
  const index = rubric.criteria.findIndex((one) => one.id === id);
  return index < 0 ? { at: "general" } : { at: "criterion", index };
}

export function samePart(a: Part, b: Part): boolean {
  return a.at === b.at && (a.at !== "criterion" || b.at !== "criterion" || a.index === b.index);
}

/** The problems that are put right in one part. */
export function problemsOf(part: Part, problems: readonly RubricProblem[], rubric: Rubric): RubricProblem[] {
  return problems.filter((problem) => samePart(partOf(problem.place, rubric), part));
}

/** All parts in their order. */
export function parts(rubric: Rubric): Part[] {
  return [{ at: "general" }, ...rubric.criteria.map((_, index): Part => ({ at: "criterion", index })), { at: "scoring" }];
}
