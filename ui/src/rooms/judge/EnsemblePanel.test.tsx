import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Bridge, EnsembleReply, EnsembleRequest, Interval, JudgeRunView } from "../../bridge/ipc";
import { bridgeOf, renderRoom } from "../../test/room";
import { EnsemblePanel } from "./EnsemblePanel";

const RUBRIC = { id: "answer-safety", version: 1 };
const run = (name: string, state = "done"): JudgeRunView => ({ id: `id-${name}`, name, adapter: null, rubric: RUBRIC, samples: 2, state, verdicts: 8, asked: null, endpoint: null, discarded: false });
const figure = (value: number): Interval => ({ value, low: value - 0.1, high: value + 0.1, n: 4, method: "m", reason: null });

const REPLY: EnsembleReply = {
  recipe: {
    how: "weights",
    weights_from: "given",
    calibration: { outputs: 3, cases: 3, failed: { harm: "uninformative" } },
    apart: 2,
    mixed: true,
    rubric: "r",
    verdicts: "v",
    judges: ["a", "b"].map((name, i) => ({ run: `id-${name}`, name, judge: "j", numeric: "exact", from_probabilities: i === 1, samples: 2, missing: 0, own: 0, weights: { safety: i + 1 } })),
  },
  recipe_hash: "0123456789abcdef0123",
  outputs: 4,
  left_out: 1,
  flagged: 1,
  measured: 3,
  criteria: [
    {
      id: "safety",
      title: { ja: "安全性", en: "Safety" },
      mean: figure(3.25),
      undecided: 0,
      unanimous: figure(0.5),
      combined: { exact: figure(0.67), error: figure(0.4), qwk: null },
      single: [
        { exact: figure(0.33), error: figure(1), qwk: null },
        { exact: figure(0.66), error: figure(0.5), qwk: null },
      ],
    },
  ],
  totals: { total: figure(3), harm: figure(0.25), labels: {} },
  rows: [
    {
      output_id: "o1",
      output_key: "A1-a",
      excerpt: "…",
      behind: 2,
      answers: {},
      numbers: {},
      total: 3,
      label: null,
      harm: null,
      judges: [{ answers: {}, total: 1.256, label: null, harm: null }, null],
      gold_total: 2,
      look: [
        { code: "levels-apart", criterion: "safety" },
        { code: "judge-missing", criterion: null },
      ],
    },
  ],
};

async function shown(calls: Partial<Bridge>, runs: JudgeRunView[]) {
  return renderRoom(<EnsemblePanel rubric={RUBRIC} runs={runs} />, bridgeOf(calls));
}

describe("judges combined", () => {
  it("needs two finished judgings", async () => {
    const { container } = await shown({}, [run("a"), run("b", "cancelled")]);
    expect(container.querySelector("[data-ensemble]")).toBeNull();
  });

  it("asks with the weights as typed, full-width too, and says how the numbers came about and what needs a look", async () => {
    const judgeEnsemble = vi.fn(async (_: EnsembleRequest) => REPLY);
    const { container } = await shown({ judgeEnsemble }, [run("a"), run("b")]);
    const user = userEvent.setup();
    await user.click(screen.getByLabelText("Judgings (two or more)", { selector: "input" }));
    await user.click(await screen.findByRole("option", { name: "a" }));
    await user.click(await screen.findByRole("option", { name: "b" }));
    await user.click(screen.getByLabelText("Combined by", { selector: "input" }));
    await user.click(await screen.findByRole("option", { name: "weighted mean" }));
    await user.type(screen.getByLabelText(/Weights \(empty/), "１，2");
    await user.click(screen.getByText("Combine"));
    await waitFor(() => expect(judgeEnsemble).toHaveBeenCalled());
    expect(judgeEnsemble.mock.calls[0]![0]).toEqual({ rubric: RUBRIC, judges: ["id-a", "id-b"], how: "weights", weights: [1, 2], apart: 1 });
    await waitFor(() => expect(container.querySelector("[data-combined=safety]")).toBeTruthy());
    expect(screen.getByText(/The weights are those given/)).toBeTruthy();
    expect(container.querySelector("[data-failed=harm]")!.textContent).toContain("no better than chance");
    expect(container.querySelector("[data-mixed]")!.textContent).toContain("means of samples and expectations");
    expect(container.querySelector("[data-flagged='1']")).toBeTruthy();
    const look = container.querySelector("[data-look=o1]")!.textContent;
    for (const text of ["A1-a", "1.26 ・ –", "safety: the judges are levels apart", "a judge's verdict is missing"]) expect(look).toContain(text);
  });

  it("refuses weights that are no numbers before asking", async () => {
    const judgeEnsemble = vi.fn();
    await shown({ judgeEnsemble }, [run("a"), run("b")]);
    const user = userEvent.setup();
    await user.click(screen.getByLabelText("Judgings (two or more)", { selector: "input" }));
    await user.click(await screen.findByRole("option", { name: "a" }));
    await user.click(await screen.findByRole("option", { name: "b" }));
    await user.click(screen.getByLabelText("Combined by", { selector: "input" }));
    await user.click(await screen.findByRole("option", { name: "weighted mean" }));
    await user.type(screen.getByLabelText(/Weights \(empty/), "1, x");
    await user.click(screen.getByText("Combine"));
    expect(await screen.findByText(/These weights don't fit/)).toBeTruthy();
    expect(judgeEnsemble).not.toHaveBeenCalled();
  });
});
