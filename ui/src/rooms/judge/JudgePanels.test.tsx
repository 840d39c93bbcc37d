import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { JobsProvider } from "../../app/jobs";
import type { BoundsView, Bridge, CompareReply, HostsView, Interval, JudgeQuality, JudgeRunView, JudgeStart } from "../../bridge/ipc";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { ComparePanel } from "./ComparePanel";
import { JudgeRoom } from "./JudgeRoom";
import { QualityPanel } from "./QualityPanel";

const RUBRIC = { id: "answer-safety", version: 1 };
const TITLE = { ja: "安全性", en: "Safety" };
const figure = (value: number): Interval => ({ value, low: value - 0.1, high: value + 0.1, n: 4, method: "m", reason: null });
const bounds = (missing: number, least: number, seen: number, most: number): BoundsView => ({
  asked: 12,
  missing,
  seen: figure(seen),
  least: figure(least),
  most: figure(most),
});
const QUALITY: JudgeQuality = {
  run: "r1",
  name: "calm",
  judge: "j",
  outputs: 7,
  silent: 1,
  asked: 14,
  missing: 2,
  own: 1,
  measured: 6,
  criteria: [{ id: "safety", title: TITLE, mean: bounds(2, 2.5, 3, 3.25), exact: bounds(0, 0.5, 0.5, 0.5), within_one: null, error: null }],
};
const run = (name: string): JudgeRunView => ({ id: `id-${name}`, name, adapter: null, rubric: RUBRIC, samples: 2, state: "done", verdicts: 8, asked: null, endpoint: null, discarded: false });

describe("one judging beside gold", () => {
  it("counts what is missing and shows both bounds only where something is, and says when a judge rated its own", async () => {
    const { container } = renderRoom(<QualityPanel rubric={RUBRIC} run="r1" />, bridgeOf({ judgeQuality: async () => QUALITY }));
    await waitFor(() => expect(container.querySelector("[data-quality=r1]")).toBeTruthy());
    expect(container.querySelector("[data-missing='2']")!.textContent).toContain("2 of 14 verdicts are missing; 1 outputs have none");
    const shown = [...container.querySelectorAll("[data-bounds]")].map((one) => one.textContent);
    expect(shown).toEqual(["2.50 to 3.25 with the missing ones"]);
    expect(container.querySelector("[data-own='1']")!.textContent).toContain("allowed it by name");
  });
});

describe("judges beside each other", () => {
  it("reads every pair in a sentence and shows the corrected p and what lacks", async () => {
    const reply: CompareReply = {
      judges: ["base", "k"].map((name) => ({ run: `id-${name}`, name, adapter: null, judge: "j", samples: 1, missing: 0, own: 0 })),
      outputs: 7,
      measured: 5,
      items: "h",
      differ: ["samples"],
      pairs: [
        {
          before: 0,
          after: 1,
          criteria: [
            {
              id: "safety",
              title: TITLE,
              outputs: 4,
              missing: 1,
              cases: 4,
              error_before: figure(1.5),
              error_after: figure(1),
              error: figure(-0.5),
              agreement_before: figure(0.25),
              agreement_after: figure(0.5),
              agreement: figure(0.25),
              wins: 3,
              losses: 0,
              ties: 1,
              only_before: 0,
              only_after: 1,
              p: 0.01,
              p_holm: 0.03,
              test: "sign-flip-exact",
              bounds: bounds(1, -1.2, -0.5, 0.4),
              reading: "better",
            },
          ],
        },
      ],
    };
    const judgeCompare = vi.fn(async () => reply);
    const { container } = renderRoom(<ComparePanel rubric={RUBRIC} runs={[run("base"), run("k")]} />, bridgeOf({ judgeCompare }));
    const user = userEvent.setup();
    await user.click(screen.getByLabelText("Judgings, base first", { selector: "input" }));
    await user.click(await screen.findByRole("option", { name: "base" }));
    await user.click(await screen.findByRole("option", { name: "k" }));
    await user.click(screen.getByText("Compare"));
    await waitFor(() => expect(container.querySelector("[data-pair='base>k']")).toBeTruthy());
    expect(judgeCompare).toHaveBeenCalledWith({ rubric: RUBRIC, runs: ["id-base", "id-k"] });
    const text = container.querySelector("[data-pair]")!.textContent;
    for (const words of ["Safety: “k” is closer to the experts than “base”", "3 / 0 / 1", "0.030", "1 (−1.20 – 0.40)", "sign-flip test"]) expect(text).toContain(words);
    expect(screen.getByText(/different numbers of verdicts per output/)).toBeTruthy();
  });
});

describe("the judge room", () => {
  it("lets a model rate its own answers only after its name was confirmed", async () => {
    const judgeRun = vi.fn(async (start: JudgeStart) => {
      if (!start.allow_self?.length) throw { code: "self-judging", args: { model: "smollm2", outputs: "2", example: "A1-a" } };
      return { run: "r", name: "n", outputs: 1, verdicts: 4, missing: 0, seconds: 1, peak_rss_bytes: 1, device: "CPU", no_gpu: { code: "no-gpu-worker", args: {} }, missing_reasons: {}, probabilities_refused: false, beside: [] };
    });
    const calls: Partial<Bridge> = {
      modelList: async () => [{ path: "/m.gguf", name: "m", arch: "llama", parameters: 1, bytes: 1, weights: "Q4_1", context: 2048, has_template: true, embedded: true }],
      adapterList: async () => [],
      promptList: async () => [
        { name: "judge-short", lang: "en", used_for: "judge", version: 0, text: "", hash: "h", saved: null, by: null, chosen: true },
        { name: "judge-full", lang: "ja", used_for: "judge", version: 2, text: "", hash: "i", saved: 1, by: "責任者", chosen: false },
      ],
      judgeRuns: async () => [],
      judgeVerdicts: async () => [],
      judgeRun: judgeRun as never,
    };
    const { container } = renderRoom(
      <JobsProvider>
        <JudgeRoom />
      </JobsProvider>,
      bridgeOf(calls),
      { project: PROJECT },
    );
    const user = userEvent.setup();
    const start = await waitFor(() => {
      const button = container.querySelector<HTMLButtonElement>("[data-start]");
      expect(button?.disabled).toBe(false);
      return button!;
    });
    await user.click(start);
    await waitFor(() => expect(container.querySelector("[data-error='self-judging']")).toBeTruthy());
    expect(container.querySelector("[data-error]")!.textContent).toContain("A1-a");
    await user.click(container.querySelector("[data-allow-self=smollm2]")!);
    await waitFor(() => expect(container.querySelector("[data-judged]")).toBeTruthy());
    expect(judgeRun.mock.calls.map((call) => call[0].allow_self)).toEqual([[], ["smollm2"]]);
    // What computed, and why no GPU did.
    expect(judgeRun.mock.calls.map((call) => call[0].device)).toEqual(["auto", "auto"]);
    expect(container.querySelector("[data-judged]")!.textContent).toContain("Computed on CPU.");
    expect(container.querySelector("[data-no-gpu=no-gpu-worker]")!.textContent).toContain("shinsa-worker-cuda");
    expect(container.querySelector("[data-allow-self]")).toBeNull();
    await user.click(container.querySelector("[data-more]")!);
    await user.click(screen.getByLabelText("What computes", { selector: "input" }));
    await user.click(await screen.findByRole("option", { name: "NVIDIA GPU" }));
    await user.click(container.querySelector<HTMLButtonElement>("[data-start]")!);
    await waitFor(() => expect(judgeRun.mock.lastCall?.[0].device).toBe("cuda"));
    // Another judge of the same model: from probabilities, with reasons first, by a prompt of the project's own.
    await waitFor(() => expect(container.querySelector("[data-start]")).toBeTruthy());
    const pick = async (label: string, option: string) => {
      await user.click(screen.getByLabelText(label, { selector: "input" }));
      await user.click(await screen.findByRole("option", { name: option }));
    };
    await pick("How numbers come about", "One verdict, from probabilities");
    await pick("Reasons in words", "Before the scores");
    await pick("Prompt", "Judging, with all descriptions · Japanese · Version 2");
    await user.click(container.querySelector<HTMLButtonElement>("[data-start]")!);
    await waitFor(() => expect(judgeRun.mock.lastCall?.[0].from_probabilities).toBe(true));
    expect(judgeRun.mock.lastCall?.[0]).toMatchObject({ samples: 1, reasons: "first", prompt: { name: "judge-full", lang: "ja", version: 2 } });
  });
});

describe("judgings that ended early, judges beside each other and elsewhere", () => {
  const MODEL = { path: "/m.gguf", name: "m", arch: "llama", parameters: 1, bytes: 1, weights: "Q4_1", context: 2048, has_template: true, embedded: true };
  const REPLY = { run: "r", name: "n", outputs: 1, verdicts: 4, missing: 1, seconds: 1, peak_rss_bytes: 1, device: "CPU", no_gpu: null, missing_reasons: { "verdict-cut": 1 }, probabilities_refused: true, beside: [] };
  const HOSTS: HostsView = { hosts: [], proposed: "127.0.0.1:8080", log: "/p/requests.jsonl", lines: 0, latest: [] };
  const room = (calls: Partial<Bridge>) =>
    renderRoom(
      <JobsProvider>
        <JudgeRoom />
      </JobsProvider>,
      bridgeOf({ modelList: async () => [MODEL], adapterList: async () => [], promptList: async () => [], judgeRuns: async () => [], judgeVerdicts: async () => [], ...calls }),
    );

  it("shows how far an unfinished one came, and goes on with it, discards it and takes that back", async () => {
    let gone = false;
    const judgeGoOn = vi.fn(async () => REPLY);
    const judgeDiscard = vi.fn(async (_: string, to: boolean) => {
      gone = to;
      return null;
    });
    const { container } = room({
      judgeRuns: async () => [{ ...run("half"), state: "cancelled", verdicts: 3, asked: 12, discarded: gone }],
      judgeGoOn: judgeGoOn as never,
      judgeDiscard: judgeDiscard as never,
    });
    const user = userEvent.setup();
    const find = (css: string) => waitFor(() => container.querySelector<HTMLElement>(css) ?? expect.fail(css));
    expect((await find("[data-unfinished=half]")).textContent).toContain("3 of 12");
    await user.click(await find("[data-discard=half]"));
    await user.click(await find("[data-take-back=half]"));
    expect(judgeDiscard.mock.calls).toEqual([["id-half", true], ["id-half", false]]);
    await user.click(await find("[data-go-on=half]"));
    const judged = await find("[data-judged]");
    expect(judgeGoOn).toHaveBeenCalledWith("id-half", expect.anything());
    for (const words of ["1 verdicts are missing", "the answer was cut: 1", "refused to give probabilities"]) expect(judged.textContent).toContain(words);
  });

  it("judges beside: the model alone and another adapter in one batch, each under a name of its own", async () => {
    const judgeRun = vi.fn(async (_: JudgeStart) => REPLY);
    const adapter = (name: string) => ({ name, path: `/a/${name}`, rubric: RUBRIC, ended: 1 }) as never;
    const { container } = room({ adapterList: async () => [adapter("k1"), adapter("k2")], judgeRuns: async () => [run("k1")], judgeRun: judgeRun as never });
    const user = userEvent.setup();
    await user.click(await screen.findByLabelText(/Judge beside it/, { selector: "input" }));
    await user.click(await screen.findByRole("option", { name: "k1" }));
    await user.click(await screen.findByRole("option", { name: "k2" }));
    await user.click(container.querySelector<HTMLButtonElement>("[data-start]")!);
    await waitFor(() => expect(judgeRun).toHaveBeenCalled());
    expect(judgeRun.mock.lastCall?.[0]).toMatchObject({
      name: "untrained",
      adapter: null,
      beside: [
        { name: "k1 2", adapter: "k1" },
        { name: "k2", adapter: "k2" },
      ],
    });
  });

  it("sends nothing elsewhere before the host is allowed by name, and warns where others could read it", async () => {
    let hosts: string[] = [];
    const judgeRun = vi.fn(async (_start: JudgeStart, _endpoint: unknown) => REPLY);
    const { container } = room({
      hostList: async () => ({ ...HOSTS, hosts }),
      hostCheck: async () => ({ host: "ward:80", allowed: hosts.length > 0, readable: true }),
      hostAllow: async (host: string) => {
        hosts = [host];
        return { ...HOSTS, hosts };
      },
      judgeRun: judgeRun as never,
    });
    const user = userEvent.setup();
    const find = (css: string) => waitFor(() => container.querySelector<HTMLElement>(css) ?? expect.fail(css));
    await user.click(await find("[data-elsewhere]"));
    await user.type(await find("[data-endpoint-url]"), "http://ward:80");
    await user.type(await find("[data-endpoint-model]"), "far");
    expect((await find("[data-readable='ward:80']")).textContent).toContain("plain http");
    await find("[data-allowed=false]");
    expect(container.querySelector<HTMLButtonElement>("[data-start]")!.disabled).toBe(true);
    await user.click(await find("[data-allow-host='ward:80']"));
    await find("[data-host='ward:80']");
    await find("[data-start]:not(:disabled)");
    await user.click(container.querySelector<HTMLButtonElement>("[data-start]")!);
    await waitFor(() => expect(judgeRun).toHaveBeenCalled());
    expect(judgeRun.mock.lastCall?.[1]).toEqual({ url: "http://ward:80", model: "far" });
    expect(judgeRun.mock.lastCall?.[0]).toMatchObject({ name: "far", model: null, adapter: null });
  });
});
