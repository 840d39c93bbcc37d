import { describe, expect, it } from "vitest";
import { meaning } from "./keys";

describe("keys of the rating room", () => {
  it("chooses by digit only where no text is being typed", () => {
    expect(meaning({ key: "4" }, false)).toEqual({ do: "choose", digit: 4 });
    expect(meaning({ key: "4" }, true)).toBeNull();
    expect(meaning({ key: "0" }, false)).toBeNull();
  });

  it("leaves every key to an input method that composes", () => {
    for (const key of ["Enter", "Escape", "ArrowDown", "1", "Process"]) {
      expect(meaning({ key, isComposing: true, ctrlKey: true }, true)).toBeNull();
      expect(meaning({ key, keyCode: 229, ctrlKey: true }, true)).toBeNull();
      expect(meaning({ key, keyCode: 229 }, false)).toBeNull();
    }
  });

  it("never submits on a bare Enter, and submits on Ctrl+Enter from within a text", () => {
    expect(meaning({ key: "Enter" }, true)).toBeNull();
    expect(meaning({ key: "Enter" }, false)).toEqual({ do: "enter-text" });
    expect(meaning({ key: "Enter", ctrlKey: true }, true)).toEqual({ do: "done" });
    expect(meaning({ key: "Enter", metaKey: true }, false)).toEqual({ do: "done" });
  });

  it("keeps Ctrl+Z in a text for the text itself", () => {
    expect(meaning({ key: "z", ctrlKey: true }, true)).toBeNull();
    expect(meaning({ key: "z", ctrlKey: true }, false)).toEqual({ do: "undo" });
    expect(meaning({ key: "z" }, false)).toBeNull();
  });

  it("moves over questions with up and down, over items with left and right", () => {
    expect(meaning({ key: "ArrowDown" }, false)).toEqual({ do: "question", step: 1 });
    expect(meaning({ key: "ArrowLeft" }, false)).toEqual({ do: "item", step: -1 });
    expect(meaning({ key: "ArrowLeft", altKey: true }, false)).toBeNull();
  });
});
