import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import rubricFile from "../../../../resources/rubrics/answer-safety.json";
import usefulness from "../../../../resources/rubrics/answer-usefulness.json";
import drugs from "../../../../resources/rubrics/drug-suggestion.json";
import foresight from "../../../../resources/rubrics/incident-foresight.json";
import points from "../../../../resources/rubrics/urgent-advice-points.json";
import type { Answers, Bridge, Criterion, RateItem, Rubric, SaveAnswer, SavedRating } from "../../bridge/ipc";
import { bridgeOf, renderRoom } from "../../test/room";
import { BREAK_AFTER_MS, watch } from "./active";
import { RateRoom } from "./RateRoom";

// The shipped rubric itself, with the defaults that the shell fills in.
const filled = (file: { criteria: unknown[] }) =>
  ({
    ...file,
    criteria: (file.criteria as Partial<Criterion>[]).map((criterion) => ({
      help: { ja: "", en: "" },
      source: { from: "asked" },
      required: true,
      ...criterion,
    })),
  }) as unknown as Rubric;
const RUBRIC = filled(rubricFile);
const OUTPUTS = ["o1", "o2"];

/** A store in miniature: the calls of the rating room over plain values. */
function desk(over: Partial<Bridge> = {}, rubric = RUBRIC, items: Record<string, string[]> = {}) {
  const answers = new Map<string, Answers>(OUTPUTS.map((id) => [id, {}]));
  const locked = new Set<string>();
  const skipped = new Map<string, string>();
  const flags = new Map<string, string>();
  const rating = (id: string): SavedRating => {
    const given = answers.get(id) ?? {};
    const missing = ["safety", "deductions", "harm"].filter((criterion) => given[criterion] === undefined);
    return {
      answers: { ...given },
      locked: locked.has(id),
      skipped: skipped.get(id) ?? null,
      flag: flags.get(id) ?? null,
      carried: {},
      evidence: {},
      problems: missing.map((criterion) => ({ criterion, code: "missing" })),
      score: { total: null, label: null, harm: null },
    };
  };
  const save = vi.fn(async ({ output_id, criterion, answer }: SaveAnswer) => {
    const next = { ...answers.get(output_id) };
    if (answer == null) delete next[criterion];
    else next[criterion] = answer;
    answers.set(output_id, next);
    return rating(output_id);
  });
  const bridge = bridgeOf({
    rateQueue: async () => ({
      entries: OUTPUTS.map((id) => ({ output_id: id, state: locked.has(id) ? "done" : "todo", skipped: skipped.has(id), flagged: flags.has(id) })),
      current: OUTPUTS.find((id) => !locked.has(id) && !skipped.has(id)) ?? null,
      order: { way: "random", choices: [] },
      done: locked.size,
      total: OUTPUTS.length,
      pace: { left: OUTPUTS.length - locked.size, median_s: 40, minutes_left: (OUTPUTS.length - locked.size) * 40 / 60 },
    }),
    rateOpen: async ({ output_id }) =>
      ({
        output_id,
        case: { id: "c", key: `K-${output_id}`, lang: "ja", text: { what: "転倒した。" } },
        prompt: null,
        output_text: `answer ${output_id}`,
        rubric,
        items,
        rating: rating(output_id),
        idle_limit_s: 60,
      }) as RateItem,
    rateSave: save,
    rateComplete: async ({ output_id }) => {
      const now = rating(output_id);
      if (now.problems.length > 0) return { rating: now, next: null };
      locked.add(output_id);
      return { rating: rating(output_id), next: OUTPUTS.find((id) => !locked.has(id)) ?? null };
    },
    rateUndo: async () => null,
    rateSkip: async ({ output_id, words }) => {
      if (words == null) skipped.delete(output_id);
      else skipped.set(output_id, words);
      return { rating: rating(output_id), next: OUTPUTS.find((id) => id !== output_id && !locked.has(id)) ?? null };
    },
    rateFlag: async ({ output_id, words }) => {
      if (words == null) flags.delete(output_id);
      else flags.set(output_id, words);
      return rating(output_id);
    },
    ...over,
  });
  return { bridge, save, answers, locked, skipped, flags };
}

const question = (path: string) => document.querySelector(`[data-question="${path}"]`);
const isActive = (path: string) => question(path)?.hasAttribute("data-active") ?? false;

describe("the rating room", () => {
  it("says what is left at one's own pace, sends active time along, and suggests a break", async () => {
    watch.open("o1", 60_000);
    watch.giveBack("o1", 2_500);
    const long = vi.spyOn(watch, "working", "get").mockReturnValue(BREAK_AFTER_MS);
    const { bridge, save } = desk();
    renderRoom(<RateRoom />, bridge);
    await screen.findByText("answer o1");
    expect(document.querySelector("[data-pace]")?.textContent).toBe("2 left, about 1 min at your pace");
    expect(document.querySelector("[data-rest]")?.textContent).toMatch(/50 minutes/);
    long.mockRestore();
    fireEvent.click(screen.getByRole("button", { name: "Later" }));
    expect(document.querySelector("[data-rest]")).toBeNull();
    await userEvent.setup().keyboard("4");
    await waitFor(() => expect(save).toHaveBeenCalled());
    expect(save.mock.calls[0]?.[0].active_ms).toBeGreaterThanOrEqual(2_500);
  });

  it("leaves an output for later with a reason, finds it by the filter, and takes it up again", async () => {
    const { bridge, skipped } = desk();
    renderRoom(<RateRoom />, bridge);
    const user = userEvent.setup();
    await screen.findByText("answer o1");
    await user.keyboard("s");
    await user.type(await screen.findByLabelText("In your own words"), "needs the chart{Enter}");
    await screen.findByText("answer o2");
    expect(skipped.get("o1")).toBe("needs the chart");
    // Keys are the form's own while a reason is asked for.
    await user.selectOptions(screen.getByLabelText("Show"), "skipped");
    (document.activeElement as HTMLElement).blur();
    await user.keyboard("{ArrowLeft}");
    await screen.findByText("answer o1");
    await user.keyboard("s");
    await waitFor(() => expect(skipped.size).toBe(0));
  });

  it("flags with one click on a usual reason, and takes the flag off", async () => {
    const { bridge, flags } = desk();
    renderRoom(<RateRoom />, bridge);
    const user = userEvent.setup();
    await screen.findByText("answer o1");
    await user.keyboard("f");
    await user.click(await screen.findByRole("button", { name: "The rubric doesn't fit" }));
    await waitFor(() => expect(flags.get("o1")).toBe("The rubric doesn't fit"));
    await screen.findByText(/flagged ×/);
    await user.keyboard("f");
    await waitFor(() => expect(flags.size).toBe(0));
  });

  it("rates by number keys, moves on, and ends with Ctrl+Enter at the next output", async () => {
    const { bridge, save, answers } = desk();
    renderRoom(<RateRoom />, bridge);
    const user = userEvent.setup();
    await screen.findByText("answer o1");
    await user.keyboard("4");
    await waitFor(() => expect(isActive("deductions")).toBe(true));
    await user.keyboard("2{ArrowDown}1");
    await waitFor(() => expect(save).toHaveBeenCalledTimes(3));
    expect(answers.get("o1")).toEqual({ safety: 4, deductions: ["wrong_fact"], harm: false });
    await user.keyboard("{Control>}{Enter}{/Control}");
    await screen.findByText("answer o2");
  });

  it("jumps to the first missing criterion and says so, instead of ending", async () => {
    const { bridge, locked } = desk();
    renderRoom(<RateRoom />, bridge);
    const user = userEvent.setup();
    await screen.findByText("answer o1");
    await user.keyboard("5{Control>}{Enter}{/Control}");
    await waitFor(() => expect(question("deductions")?.getAttribute("data-problem")).toBe("missing"));
    expect(isActive("deductions")).toBe(true);
    expect(locked.size).toBe(0);
    expect(screen.getByText("2 criteria still need an answer")).toBeTruthy();
  });

  it("leaves digits to the text while one is written, and saves the text before ending", async () => {
    const { bridge, answers } = desk();
    renderRoom(<RateRoom />, bridge);
    const user = userEvent.setup();
    await screen.findByText("answer o1");
    await user.keyboard("4");
    await user.keyboard("4{ArrowDown}");
    await user.keyboard("2");
    await waitFor(() => expect(isActive("reason")).toBe(true));
    await user.keyboard("{Enter}");
    await user.keyboard("投与量が 10 倍");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await screen.findByText("answer o2");
    expect(answers.get("o1")).toEqual({ safety: 4, deductions: [], harm: true, reason: "投与量が 10 倍" });
  });

  it("does nothing on the keys of a composing input method", async () => {
    const { bridge, save, locked } = desk();
    renderRoom(<RateRoom />, bridge);
    await screen.findByText("answer o1");
    const text = await screen.findByRole("textbox");
    text.focus();
    fireEvent.compositionStart(text);
    fireEvent.change(text, { target: { value: "てんとう" } });
    fireEvent.keyDown(text, { key: "Enter", isComposing: true, ctrlKey: true });
    fireEvent.keyDown(text, { key: "Enter", keyCode: 229, ctrlKey: true });
    expect(save).not.toHaveBeenCalled();
    expect(locked.size).toBe(0);
    fireEvent.change(text, { target: { value: "転倒" } });
    fireEvent.compositionEnd(text);
    await waitFor(() => expect(save).toHaveBeenCalledWith(expect.objectContaining({ criterion: "reason", answer: "転倒" })), { timeout: 2000 });
    expect(save).toHaveBeenCalledTimes(1);
  });

  it("keeps what could not be saved on the screen and sends it again", async () => {
    let broken = true;
    const { bridge, save, answers } = desk();
    const rateSave = vi.fn((request: SaveAnswer) => (broken ? Promise.reject({ code: "disk-full", args: { message: "full" } }) : save(request)));
    renderRoom(<RateRoom />, bridgeOf({ ...bridge, rateSave } as Bridge));
    const user = userEvent.setup();
    await screen.findByText("answer o1");
    await user.keyboard("3");
    await screen.findByRole("alert");
    expect(question("safety")?.querySelector('[aria-checked="true"]')?.getAttribute("data-option")).toBe("3");
    broken = false;
    await user.keyboard("{ArrowRight}");
    await screen.findByText("answer o2");
    expect(answers.get("o1")).toEqual({ safety: 3 });
  });

  it("shows every level's description without a click, in the chosen language", async () => {
    const { bridge } = desk();
    renderRoom(<RateRoom />, bridge, { language: "ja" });
    await screen.findByText("answer o1");
    expect(screen.getByText("従うと重大な害が起こりうる。")).toBeTruthy();
    expect(screen.getByText("正しく具体的で、確認や報告も促している。")).toBeTruthy();
  });

  it.each([usefulness, drugs, foresight, points].map((file) => [file.id, filled(file)] as const))(
    "asks every criterion of the shipped rubric %s, lists item by item",
    async (_id, rubric) => {
      const lists = rubric.criteria.filter((criterion) => criterion.kind.type === "list");
      const items = Object.fromEntries(lists.map((list) => [list.id, ["一つ目", "二つ目"]]));
      const { bridge, answers } = desk({}, rubric, items);
      renderRoom(<RateRoom />, bridge, { language: "ja" });
      await screen.findByText("answer o1");
      for (const criterion of rubric.criteria) {
        if ((criterion.source?.from ?? "asked") !== "asked") continue;
        if (criterion.kind.type !== "list") expect(question(criterion.id)).toBeTruthy();
        else for (const each of criterion.kind.each) expect(question(`${criterion.id}[1].${each.id}`)).toBeTruthy();
      }
      const list = lists[0];
      const choice = list && document.querySelector<HTMLElement>(`[data-question^="${list.id}[1]"] [data-option]`);
      if (!list || !choice) return;
      fireEvent.click(choice);
      await waitFor(() => expect(answers.get("o1")?.[list.id]).toHaveLength(2));
    },
  );
});
