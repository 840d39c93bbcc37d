import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import rubricFile from "../../../../resources/rubrics/answer-safety.json";
import type { Bridge, CarryPlan, DraftView, Rubric } from "../../bridge/ipc";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { RubricsRoom } from "./RubricsRoom";

const RUBRIC = rubricFile as unknown as Rubric;
const BASE = { id: "answer-safety", version: 1 };

/** A store in miniature: one draft with its states. */
function desk(over: Partial<Bridge> = {}) {
  const states: Rubric[] = [{ ...RUBRIC, version: 2 }];
  let at = 0;
  const view = (): DraftView => {
    const rubric = states[at]!;
    const titled = rubric.title.ja !== "" || rubric.title.en !== "";
    return {
      id: "d1",
      base: BASE,
      rubric,
      problems: titled ? [] : [{ place: "title", problem: "title", rule: "must not be empty" }],
      fits: [
        { criterion: "safety", label: { ja: "安全性", en: "Safety" }, fit: "same", reason: null },
        { criterion: "harm", label: { ja: "害", en: "Harm" }, fit: "not", reason: "kind" },
      ],
      unchanged: at === 0,
      can_undo: at > 0,
      can_redo: at + 1 < states.length,
    };
  };
  const save = vi.fn(async ({ rubric }: { id: string; rubric: Rubric }) => {
    states.length = at + 1;
    states.push(rubric);
    at += 1;
    return view();
  });
  const plan: CarryPlan = {
    from: BASE,
    to: 2,
    criteria: [
      { criterion: "safety", label: { ja: "安全性", en: "Safety" }, fit: "same", reason: null },
      { criterion: "reason", label: { ja: "理由", en: "Reason" }, fit: "reworded", reason: "words" },
      { criterion: "harm", label: { ja: "害", en: "Harm" }, fit: "not", reason: "kind" },
    ],
    ratings: 12,
    ended: 9,
    begun: 0,
    carried: 0,
    stays_ended: false,
  };
  const carry = vi.fn(async () => ({ carried: 12, ended: 0, begun: 0, empty: 0 }));
  const bridge = bridgeOf({
    rubricDrafts: async () => [],
    rubricShipped: async () => [],
    rubricGet: async () => RUBRIC,
    rubricDraftBegin: async () => view(),
    rubricDraftOpen: async () => view(),
    rubricDraftSave: save,
    rubricDraftTry: async () => ({ score: { total: 4, label: "pass", harm: false } }),
    rubricDraftStep: async (_: string, forward: boolean) => {
      at = Math.max(0, Math.min(states.length - 1, at + (forward ? 1 : -1)));
      return view();
    },
    rubricDraftPublish: async () => ({ head: { id: "answer-safety", version: 2, title: RUBRIC.title, criteria: 4 }, base: BASE, ratings: 12 }),
    rubricCarryPlan: async () => plan,
    rubricCarry: carry,
    rubricCarryBack: async () => 11,
    ...over,
  });
  return { bridge, save, carry };
}

const field = (name: string) => document.querySelector<HTMLInputElement>(`[data-field="${name}"]`)!;

/** Waits until something matches. */
const seen = (css: string) =>
  waitFor(() => {
    const found = document.querySelector<HTMLElement>(css);
    if (!found) throw new Error(`nothing matches ${css}`);
    return found;
  });

async function write(bridge: Bridge) {
  renderRoom(<RubricsRoom />, bridge);
  await userEvent.click(await screen.findByText("Change"));
  await screen.findByText("As raters see it");
}

describe("writing a rubric", () => {
  it("is the lead's: a rater reads, and is offered nothing to change", async () => {
    const me = { ...PROJECT.me!, role: "rater" };
    renderRoom(<RubricsRoom />, desk().bridge, { project: { ...PROJECT, me } });
    await screen.findByText("Safety", { selector: "h3" });
    expect(screen.queryByText("Change")).toBeNull();
    expect(screen.queryByText("New rubric")).toBeNull();
  });

  it("keeps every change, shows it in the form at once, and takes it back", async () => {
    const { bridge, save } = desk();
    await write(bridge);
    await userEvent.click(document.querySelector("[data-part=safety]")!);
    fireEvent.change(field("label-en"), { target: { value: "How safe" } });
    // At once in the preview, a moment later in the store.
    expect(document.querySelector("[data-preview]")?.textContent).toContain("How safe");
    await waitFor(() => expect(save).toHaveBeenCalledTimes(1));
    expect(save.mock.calls[0]?.[0].rubric.criteria[0]?.label.en).toBe("How safe");
    await waitFor(() => expect(document.querySelector("[data-saved=saved]")).not.toBeNull());
    fireEvent.keyDown(field("label-en"), { key: "z", ctrlKey: true });
    await waitFor(() => expect(field("label-en").value).toBe("Safety"));
    fireEvent.keyDown(field("label-en"), { key: "Z", ctrlKey: true, shiftKey: true });
    await waitFor(() => expect(field("label-en").value).toBe("How safe"));
  });

  it("keeps nothing half composed", async () => {
    const { bridge, save } = desk();
    await write(bridge);
    const title = field("title-ja");
    fireEvent.compositionStart(title);
    fireEvent.change(title, { target: { value: "かいとう" } });
    await new Promise((done) => setTimeout(done, 500));
    expect(save).not.toHaveBeenCalled();
    fireEvent.change(title, { target: { value: "回答" } });
    fireEvent.compositionEnd(title);
    await waitFor(() => expect(save.mock.calls.at(-1)?.[0].rubric.title.ja).toBe("回答"));
  });

  it("names what must be put right, and leads there", async () => {
    const { bridge } = desk();
    await write(bridge);
    fireEvent.change(field("title-ja"), { target: { value: "" } });
    fireEvent.change(field("title-en"), { target: { value: "" } });
    const problem = await screen.findByText(/there is no name/);
    expect(problem.textContent).toContain("In general");
    await userEvent.click(document.querySelector("[data-part=scoring]")!);
    fireEvent.keyDown(document.body, { key: "Enter", ctrlKey: true });
    await userEvent.click(await seen("[data-publishing] [data-rule=title]"));
    await seen("[data-field=title-en]");
    expect(document.querySelector("[data-publish]")).toBeNull();
  });

  it("publishes the next version and offers to carry ratings over, with reasons", async () => {
    const { bridge, carry } = desk();
    await write(bridge);
    fireEvent.change(field("title-en"), { target: { value: "Safety, again" } });
    await waitFor(() => expect(document.querySelector("[data-saved=saved]")).not.toBeNull());
    fireEvent.keyDown(document.body, { key: "Enter", ctrlKey: true });
    await userEvent.click(await screen.findByText("Publish as version 2"));
    await screen.findByText(/12/, { selector: "[data-carry] *" });
    const box = (name: string) => screen.getByRole<HTMLInputElement>("checkbox", { name });
    expect([box("Safety").checked, box("Reason").checked]).toEqual([true, false]);
    expect(box("Harm").disabled).toBe(true);
    expect(screen.getByText("The kind of answer has changed.")).toBeTruthy();
    await userEvent.click(box("Reason"));
    await userEvent.click(screen.getByText("Carry over", { selector: "[data-carry-over] *" }));
    await screen.findByText(/Carried 12 ratings over/);
    expect(carry).toHaveBeenCalledWith({ from: BASE, to: 2, criteria: ["safety", "reason"] }, expect.anything());
    await userEvent.click(screen.getByText("Take it back"));
    await screen.findByText(/Took 11 back/);
  });

  it("adds a criterion by key and gives its form", async () => {
    const { bridge } = desk();
    await write(bridge);
    fireEvent.keyDown(document.body, { key: "n" });
    await userEvent.click(await seen("[data-add-kind=choice]"));
    expect(await screen.findByText(/Add an option/)).toBeTruthy();
    fireEvent.change(field("label-en"), { target: { value: "Tone of voice" } });
    await waitFor(() => expect(field("id").value).toBe("tone_of_voice"));
  });
});
