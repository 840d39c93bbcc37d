import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { PairItem, Preferred, SavePreference } from "../../bridge/ipc";
import { bridgeOf, renderRoom } from "../../test/room";
import { meaning } from "./keys";
import { PreferRoom } from "./PreferRoom";

/** A store in miniature: two pairs. */
function desk() {
  const said = new Map<string, { choice: Preferred | null; reason: string }>([
    ["p1", { choice: null, reason: "" }],
    ["p2", { choice: null, reason: "" }],
  ]);
  const history: string[] = [];
  const item = (id: string): PairItem => ({
    id,
    case: { id: "c", key: `K-${id}`, lang: "ja", text: { what: "転倒した。" } } as PairItem["case"],
    prompt: null,
    a: `${id} left`,
    b: `${id} right`,
    choice: said.get(id)?.choice ?? null,
    reason: said.get(id)?.reason ?? "",
    idle_limit_s: 60,
  });
  const save = vi.fn(async ({ id, choice, reason }: SavePreference) => {
    said.set(id, { choice, reason: reason ?? "" });
    history.push(id);
    return item(id);
  });
  const bridge = bridgeOf({
    preferQueue: async () => ({
      entries: [...said].map(([id, one]) => ({ id, choice: one.choice })),
      done: [...said.values()].filter((one) => one.choice !== null).length,
    }),
    preferOpen: async (id: string) => item(id),
    preferSave: save,
    preferUndo: async () => {
      const last = history.pop();
      if (last === undefined) return null;
      said.set(last, { choice: null, reason: "" });
      return last;
    },
  });
  return { bridge, save };
}

const press = (key: string, more = {}) => fireEvent.keyDown(document.body, { key, ...more });

describe("comparing two outputs", () => {
  it("keeps a choice by digit at once, goes on only when there is one, and takes it back where it was", async () => {
    const { bridge, save } = desk();
    renderRoom(<PreferRoom />, bridge);
    await screen.findByText("p1 left");
    press("Enter", { ctrlKey: true });
    await screen.findByText("Choose which is better first.");
    press("2");
    await waitFor(() => expect(save).toHaveBeenCalledWith(expect.objectContaining({ id: "p1", choice: "b" })));
    expect(screen.getByRole("radio", { name: /B is better/ }).getAttribute("aria-checked")).toBe("true");
    press("Enter", { ctrlKey: true });
    await screen.findByText("p2 left");
    press("z", { ctrlKey: true });
    await screen.findByText("p1 left");
    await waitFor(() => expect(screen.getByRole("radio", { name: /B is better/ }).getAttribute("aria-checked")).toBe("false"));
  });

  it("leaves digits to the reason while it is written, and half composed words to the input method", async () => {
    const { bridge, save } = desk();
    renderRoom(<PreferRoom />, bridge);
    await screen.findByText("p1 left");
    const words = screen.getByLabelText("Why (optional)");
    fireEvent.keyDown(words, { key: "1" });
    fireEvent.compositionStart(words);
    fireEvent.change(words, { target: { value: "ほうこく" } });
    await new Promise((done) => setTimeout(done, 800));
    expect(save).not.toHaveBeenCalled();
    fireEvent.change(words, { target: { value: "報告" } });
    fireEvent.compositionEnd(words);
    await waitFor(() => expect(save).toHaveBeenCalledWith(expect.objectContaining({ choice: null, reason: "報告" })));
  });

  it("means nothing by keys of a composing input method", () => {
    expect(meaning({ key: "1", isComposing: true }, false)).toBeNull();
    expect(meaning({ key: "Enter", ctrlKey: true, keyCode: 229 }, true)).toBeNull();
    expect(meaning({ key: "5" }, false)).toBeNull();
  });
});
