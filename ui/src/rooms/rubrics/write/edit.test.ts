import { describe, expect, it } from "vitest";
import rubricFile from "../../../../../resources/rubrics/answer-safety.json";
import foresight from "../../../../../resources/rubrics/incident-foresight.json";
import type { Rubric } from "../../../bridge/ipc";
import { added, freeId, KINDS, moved, newCondition, newKind, partOf, renamed } from "./edit";
import { meaning } from "./keys";

const SAFETY = rubricFile as unknown as Rubric;
const FORESIGHT = foresight as unknown as Rubric;

describe("editing a rubric", () => {
  it("names a criterion after its English words, never twice alike", () => {
    expect(freeId("Could harm a patient?", [], "criterion")).toBe("could_harm_a_patient");
    expect(freeId("Harm", ["harm"], "criterion")).toBe("harm_1");
    expect(freeId("害", ["criterion_1"], "criterion")).toBe("criterion_2");
    expect(freeId("3rd dose", [], "criterion")).toBe("rd_dose");
  });

  it("renames a criterion everywhere it is named", () => {
    const text = JSON.stringify(renamed(renamed(SAFETY, "safety", "safe"), "harm", "hurt"));
    expect(text).not.toContain('"safety"');
    expect(text).not.toContain('"criterion":"harm"');
    expect(text).toContain('"id":"safe"');
    const list = renamed(FORESIGHT, "events", "things");
    expect(list.scoring.base).toMatchObject({ of: "list", id: "things" });
    expect(list.scoring.harm?.when?.[0]).toMatchObject({ criterion: "things" });
  });

  it("adds every kind with what it needs", () => {
    for (const kind of KINDS) {
      const rubric = added(SAFETY, kind);
      expect(rubric.criteria.at(-1)?.kind).toEqual(newKind(kind));
      expect(rubric.criteria.at(-1)?.required).toBe(kind !== "text");
    }
    expect(added(added(SAFETY, "flag"), "flag").criteria.map((one) => one.id).slice(-2)).toEqual(["criterion_1", "criterion_2"]);
  });

  it("moves by one place and stops at the ends", () => {
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
  });

  it("offers conditions that can hold", () => {
    const criterion = (id: string, from = SAFETY) => from.criteria.find((one) => one.id === id)!;
    expect(newCondition(criterion("safety"))).toEqual({ is: "at_most", criterion: "safety", bound: 1 });
    expect(newCondition(criterion("deductions"))).toEqual({ is: "has", criterion: "deductions", id: "unnatural" });
    expect(newCondition(criterion("harm"))).toEqual({ is: "equal", criterion: "harm", to: true });
    expect(newCondition(criterion("events", FORESIGHT))).toEqual({ is: "any_item", criterion: "events", each: "label", to: "relevant" });
  });

  it("knows where a problem is put right", () => {
    expect(partOf("criteria.harm", SAFETY)).toEqual({ at: "criterion", index: 2 });
    expect(partOf("criteria.reason.required_when", SAFETY)).toEqual({ at: "criterion", index: 3 });
    expect(partOf("scoring.caps", SAFETY)).toEqual({ at: "scoring" });
    expect(partOf("title", SAFETY)).toEqual({ at: "general" });
  });
});

describe("keys of the rubric editor", () => {
  it("undo and redo the draft, in a text too, but never while an input method composes", () => {
    expect(meaning({ key: "z", ctrlKey: true }, true)).toEqual({ do: "undo" });
    expect(meaning({ key: "Z", ctrlKey: true, shiftKey: true }, true)).toEqual({ do: "redo" });
    expect(meaning({ key: "y", metaKey: true }, false)).toEqual({ do: "redo" });
    expect(meaning({ key: "z", ctrlKey: true, isComposing: true }, true)).toBeNull();
    expect(meaning({ key: "Enter", ctrlKey: true, keyCode: 229 }, true)).toBeNull();
  });

  it("leave letters to a text", () => {
    expect(meaning({ key: "n" }, true)).toBeNull();
    expect(meaning({ key: "n" }, false)).toEqual({ do: "add" });
    expect(meaning({ key: "Escape" }, true)).toEqual({ do: "leave-text" });
  });

  it("go from part to part and move the criterion at hand", () => {
    expect(meaning({ key: "ArrowDown", altKey: true }, true)).toEqual({ do: "part", step: 1 });
    expect(meaning({ key: "ArrowUp", altKey: true, shiftKey: true }, false)).toEqual({ do: "move", step: -1 });
  });
});
