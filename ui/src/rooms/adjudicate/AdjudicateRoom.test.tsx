import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import rubricFile from "../../../../resources/rubrics/answer-safety.json";
import type { Adjudicate, AdjudicationItem, AdjudicationQueue, Criterion, Rubric } from "../../bridge/ipc";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { AdjudicateRoom } from "./AdjudicateRoom";

const RUBRIC = {
  ...rubricFile,
  criteria: (rubricFile.criteria as Partial<Criterion>[]).map((criterion) => ({
    help: { ja: "", en: "" },
    source: { from: "asked" },
    required: true,
    ...criterion,
  })),
} as unknown as Rubric;

/** Two outputs on which two raters differ about safety, behind the calls of the room. */
function court() {
  const gold = new Map<string, Adjudicate>();
  const adjudicate = vi.fn(async (request: Adjudicate) => {
    const without_cause = request.causes["safety"] === undefined ? ["safety"] : [];
    const problems = request.answers["safety"] === undefined ? [{ criterion: "safety", code: "missing" }] : [];
    if (without_cause.length + problems.length === 0) gold.set(request.output_id, request);
    return { problems, without_cause, next: ["o1", "o2"].find((id) => !gold.has(id)) ?? null };
  });
  const goldWithdraw = vi.fn(async ({ output_id }: { output_id: string }) => gold.delete(output_id));
  const bridge = bridgeOf({
    adjudicationQueue: async (): Promise<AdjudicationQueue> => ({
      entries: ["o1", "o2"].map((id) => ({
        output_id: id,
        output: id,
        ratings: 2,
        differing: ["safety"],
        gold: gold.has(id) ? ("adjudicated" as const) : null,
      })),
      open: 2 - gold.size,
      agreed: 0,
      decided: gold.size,
    }),
    adjudicationOpen: async ({ output_id }) =>
      ({
        output_id,
        case: { id: "c", key: `K-${output_id}`, lang: "ja", text: { what: "転倒した。" } },
        prompt: null,
        output_text: `answer ${output_id}`,
        rubric: RUBRIC,
        items: {},
        ratings: [
          { safety: 2, deductions: [], harm: false, reason: "危ない" },
          { safety: 4, deductions: [], harm: false },
        ],
        evidence: [{ safety: [{ start: 0, end: 6, quote: "answer" }] }, { harm: [{ start: 7, end: 9, quote: output_id }] }],
        differing: ["safety"],
        answers: gold.get(output_id)?.answers ?? { deductions: [], harm: false },
        causes: gold.get(output_id)?.causes ?? {},
        gold: gold.has(output_id) ? "adjudicated" : null,
      }) as AdjudicationItem,
    adjudicate,
    goldWithdraw,
  });
  return { bridge, adjudicate, goldWithdraw, gold };
}

describe("the adjudication room", () => {
  it("shows raters by letters, asks for the cause, and decides by keyboard", async () => {
    const { bridge, adjudicate, gold } = court();
    renderRoom(<AdjudicateRoom />, bridge);
    const user = userEvent.setup();
    await screen.findByText(/K-o1/);
    const said = document.querySelector('[data-decision="safety"] ul');
    expect(said?.textContent).toMatch(/^A.*2.*B.*4/);
    // What each answer rests on, by the same letters, and where it stands in the output.
    expect(document.querySelector('[data-evidence="safety"]')?.textContent).toBe("A answer");
    expect(document.querySelector('[data-evidence="harm"]')?.textContent).toBe("B o1");
    const marked = () => [...document.querySelectorAll("[data-output-text] mark")].map((mark) => [mark.textContent, mark.hasAttribute("data-strong")]);
    expect(marked()).toEqual([
      ["answer", true],
      ["o1", false],
    ]);
    await user.keyboard("4{Control>}{Enter}{/Control}");
    await screen.findByRole("alert");
    expect(gold.size).toBe(0);
    // The second cause, by its key.
    await user.keyboard("cc{Control>}{Enter}{/Control}");
    await screen.findByText(/K-o2/);
    expect(adjudicate).toHaveBeenLastCalledWith(
      expect.objectContaining({ output_id: "o1", answers: expect.objectContaining({ safety: 4 }), causes: { safety: "slip" } }),
    );
  });

  it("takes the last decision back with Ctrl+Z and goes there", async () => {
    const { bridge, goldWithdraw, gold } = court();
    renderRoom(<AdjudicateRoom />, bridge);
    const user = userEvent.setup();
    await screen.findByText(/K-o1/);
    await user.keyboard("2c{Control>}{Enter}{/Control}");
    await screen.findByText(/K-o2/);
    await user.keyboard("{Control>}z{/Control}");
    await screen.findByText(/K-o1/);
    expect(goldWithdraw).toHaveBeenCalledWith(expect.objectContaining({ output_id: "o1" }));
    await waitFor(() => expect(gold.size).toBe(0));
  });

  it("is closed to raters", async () => {
    const me = { id: "r2", name: "評価者B", profession: "", role: "rater" as const, passphrase: "none" as const };
    renderRoom(<AdjudicateRoom />, bridgeOf({}), { project: { ...PROJECT, me } });
    await screen.findByText(/adjudicator or the lead/);
  });
});
