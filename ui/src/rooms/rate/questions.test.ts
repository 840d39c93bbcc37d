import { describe, expect, it } from "vitest";
import type { Criterion } from "../../bridge/ipc";
import { answerTo, applied, byDigit, change, firstMissing, isRequired, options, questions } from "./questions";

const both = (text: string) => ({ ja: text, en: text });
const asked = (id: string, kind: Criterion["kind"], more: Partial<Criterion> = {}): Criterion => ({
  id,
  label: both(id),
  help: both(""),
  kind,
  source: { from: "asked" },
  required: true,
  ...more,
});
const SCALE: Criterion["kind"] = {
  type: "scale",
  levels: [0, 1, 2].map((value) => ({ value, label: both(String(value)), description: both("") })),
};
const RUBRIC = [
  asked("safety", SCALE),
  asked("faults", { type: "deductions", items: [{ id: "a", label: both("a"), points: 1 }] }),
  asked("drugs", { type: "list", items: "output", each: [asked("label", { type: "flag" }), asked("why", { type: "text", max_chars: 9 })] }),
  asked("total", { type: "number", min: 0, max: 5, step: 1 }, { source: { from: "derived", rule: "score" } }),
];
const LIST = questions(RUBRIC, { drugs: ["aspirin", "warfarin"] });

describe("questions of a rubric", () => {
  it("spread a list over its frozen items and leave out what is derived", () => {
    expect(LIST.map((question) => question.path)).toEqual([
      "safety",
      "faults",
      "drugs[0].label",
      "drugs[0].why",
      "drugs[1].label",
      "drugs[1].why",
    ]);
  });

  it("answer one item of a list without touching the others", () => {
    const second = LIST[4];
    if (!second) throw new Error("no such question");
    const first = applied({}, change(LIST[2] ?? second, {}, 2, true));
    const both = applied(first, change(second, first, 2, false));
    expect(both).toEqual({ drugs: [{ label: true }, { label: false }] });
    expect(answerTo(second, both)).toBe(false);
    expect(applied(both, change(second, both, 2, null))).toEqual({ drugs: [{ label: true }, {}] });
  });

  it("number a scale's levels by place where a level's own value is no key", () => {
    expect(options(SCALE).map((option) => [option.key, option.answer])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
  });

  it("tick and untick deductions by digit, and say that none applies by the one after the last", () => {
    const faults = LIST[1];
    if (!faults) throw new Error("no such question");
    expect(byDigit(faults, {}, 1)).toEqual(["a"]);
    expect(byDigit(faults, { faults: ["a"] }, 1)).toEqual([]);
    expect(byDigit(faults, {}, 2)).toEqual([]);
    expect(byDigit(faults, {}, 3)).toBeUndefined();
  });

  it("ask for a text only while its condition holds", () => {
    const [reason] = questions(
      [asked("reason", { type: "text", max_chars: 9 }, { required: false, required_when: { is: "equal", criterion: "harm", to: true } })],
      {},
    );
    if (!reason) throw new Error("no such question");
    expect(isRequired(reason, {})).toBe(false);
    expect(isRequired(reason, { harm: { declined: "cannot_judge" } })).toBe(false);
    expect(isRequired(reason, { harm: true })).toBe(true);
  });

  it("find the first question that a problem names, also inside a list", () => {
    expect(firstMissing(LIST, [{ criterion: "drugs[1].label" }])).toBe(4);
    expect(firstMissing(LIST, [{ criterion: "drugs" }])).toBe(2);
    expect(firstMissing(LIST, [])).toBe(-1);
  });
});
