import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Bridge, TrainPlan, TrainStart } from "../../bridge/ipc";
import { JobsProvider } from "../../app/jobs";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { runs } from "./Preview";
import { TrainRoom } from "./TrainRoom";

const START: TrainStart = {
  model: null,
  rubric: { id: "answer-safety", version: 1 },
  name: "judge",
  r: 8,
  alpha: 16,
  dropout: 0,
  learning_rate: 0.001,
  epochs: 1,
  max_steps: null,
  tokens_per_step: 96,
  max_tokens: 2048,
  device: "auto",
  course: {
    schedule: "cosine",
    warmup_ratio: 0,
    warmup_steps: null,
    over_long: "refuse",
    all_turns: false,
    b_ratio: 1,
    neftune_alpha: 0,
    rslora: false,
    weight_decay: 0,
    evaluate_every: 0,
    patience: 0,
    min_delta: 0,
    keep_last: false,
    stored_weights: false,
  },
  seed: 1,
  threads: null,
  memory_limit_bytes: null,
};

const PLAN: TrainPlan = {
  steps: 12,
  examples: 60,
  evaluated: 20,
  trainable: 2_442_240,
  tokens: 20_000,
  targets: 1_200,
  seconds: 95,
  total_bytes: 900 * 2 ** 20,
  limit_bytes: 4 * 2 ** 30,
  dry_peak_bytes: 880 * 2 ** 20,
  parts: [
    { part: "weights", bytes: 540 * 2 ** 20 },
    { part: "layer", bytes: 360 * 2 ** 20 },
    { part: "probe", bytes: 0 },
  ],
  over_long: [{ id: "A7-b", tokens: 3000, kept: 0 }],
};

function room(calls: Partial<Bridge>) {
  const bridge = bridgeOf({
    trainDefaults: async () => START,
    modelList: async () => [{ path: "/m.gguf", name: "m", arch: "llama", supported: true, parameters: 1, bytes: 1, weights: "Q4_1", context: 2048, embedded: true }] as never,
    adapterList: async () => [],
    ...calls,
  });
  const project = { ...PROJECT, gold: 9, me: { ...PROJECT.me!, role: "lead" as const } };
  return renderRoom(
    <JobsProvider>
      <TrainRoom />
    </JobsProvider>,
    bridge,
    { project },
  );
}

describe("the training room", () => {
  it("says what a run would cost before it starts", async () => {
    const trainPlan = vi.fn(async () => PLAN);
    const { container } = room({ trainPlan });
    const user = userEvent.setup();
    await user.click(await screen.findByText("Plan it first"));
    await waitFor(() => expect(container.querySelector("[data-plan]")).toBeTruthy());
    const shown = container.querySelector("[data-plan]")!.textContent;
    for (const text of ["12 steps, about 1:35", "900 MiB", "880 MiB", "4.0 GiB", "Weights", "540 MiB", "A7-b"]) expect(shown).toContain(text);
    expect(shown).not.toContain("Forgetting probe");
    expect(trainPlan).toHaveBeenCalledWith(START, expect.anything());
  });

  it("shows in colour what will be learned, and only that", async () => {
    const trainPreview = vi.fn(async () => [
      {
        id: "A1-a",
        tokens: 5,
        learned: 2,
        limit: 2048,
        pieces: [
          { text: "<|im_start|>", learned: false },
          { text: "user", learned: false },
          { text: "\n薬", learned: false },
          { text: '{"safety"', learned: true },
          { text: ":4}", learned: true },
        ],
      },
    ]);
    const { container } = room({ trainPreview });
    const user = userEvent.setup();
    await user.click(await screen.findByText("What will be learned"));
    await waitFor(() => expect(container.querySelector("[data-preview]")).toBeTruthy());
    const marks = [...container.querySelectorAll("[data-preview] mark")].map((mark) => mark.textContent);
    expect(marks).toEqual(['{"safety":4}']);
    expect(container.querySelector("[data-preview] pre")!.textContent).toBe('<|im_start|>user\n薬{"safety":4}');
  });

  it("passes on settings that were changed", async () => {
    const trainPlan = vi.fn(async () => PLAN);
    room({ trainPlan });
    const user = userEvent.setup();
    await user.click(await screen.findByText("More settings"));
    await user.click(screen.getByLabelText(/Keep the weights as stored/));
    const every = screen.getByLabelText(/Measure every/);
    await user.clear(every);
    await user.type(every, "5");
    await user.click(screen.getByText("Plan it first"));
    await waitFor(() => expect(trainPlan).toHaveBeenCalled());
    const asked = (trainPlan.mock.calls[0] as unknown as [TrainStart])[0];
    expect(asked.course).toEqual({ ...START.course, stored_weights: true, evaluate_every: 5 });
  });
});

describe("pieces of a preview", () => {
  it("are joined with their neighbours of the same kind", () => {
    const piece = (text: string, learned: boolean) => ({ text, learned });
    expect(runs([piece("a", false), piece("b", false), piece("c", true), piece("d", false)])).toEqual([piece("ab", false), piece("c", true), piece("d", false)]);
    expect(runs([])).toEqual([]);
  });
});
