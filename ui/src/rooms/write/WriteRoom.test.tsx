import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { JobsProvider } from "../../app/jobs";
import { grown } from "../../app/useJob";
import type { Bridge, IncidentView, JobUpdate, PromptView, SavePrompt, WriteKind, WriteRunView, WriteStart, WriteSummary } from "../../bridge/ipc";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { WriteRoom } from "./WriteRoom";

const SHIPPED: PromptView = { name: "answer", lang: "en", used_for: "answer", version: 0, text: "{{ case.what }}", hash: "0".repeat(64), saved: null, by: null, chosen: false };
const OWN: PromptView = { ...SHIPPED, version: 1, text: "Short: {{ case.what }}", hash: "1".repeat(64), saved: 1, by: "lead", chosen: false };
const SUMMARY: WriteSummary = { run: "r", name: "answers", cases: 2, texts: 2, cut: 1, skipped: [], seconds: 3, peak_rss_bytes: 1, device: "CPU", no_gpu: null };
const INCIDENT: IncidentView = { case: "A1", sample: 0, actions: ["gave the drug"], events: ["ten times too fast"], causes: [], countermeasures: [], cut: false };

function room(calls: Partial<Bridge>) {
  const usual: Partial<Bridge> = {
    modelList: async () => [{ path: "/m.gguf", name: "m", arch: "llama", parameters: 1, bytes: 1, weights: "Q4_1", context: 2048, has_template: true, embedded: true }],
    adapterList: async () => [],
    promptList: async () => [SHIPPED, OWN],
    writeRuns: async () => [],
    incidentList: async () => [],
  };
  return renderRoom(
    <JobsProvider>
      <WriteRoom />
    </JobsProvider>,
    bridgeOf({ ...usual, ...calls }),
    { project: PROJECT },
  );
}

async function ready(container: HTMLElement) {
  return waitFor(() => {
    const button = container.querySelector<HTMLButtonElement>("[data-start]");
    expect(button?.disabled).toBe(false);
    return button!;
  });
}

describe("the writing room", () => {
  it("starts with the chosen version, shows texts as they grow, and says what came of it", async () => {
    let end: (summary: WriteSummary) => void = () => undefined;
    let tell: (update: JobUpdate) => void = () => undefined;
    const writeRun = vi.fn((_kind: WriteKind, _start: WriteStart, on: (update: JobUpdate) => void) => {
      tell = on;
      return new Promise<WriteSummary>((done) => (end = done));
    });
    const { container } = room({ writeRun });
    const user = userEvent.setup();
    const start = await ready(container);
    await user.click(screen.getByLabelText("Prompt for English cases", { selector: "input" }));
    await user.click(await screen.findByRole("option", { name: "Version 1" }));
    await user.click(start);
    expect(writeRun.mock.lastCall?.[0]).toBe("outputs");
    expect(writeRun.mock.lastCall?.[1]).toMatchObject({ name: "answers", versions: { en: 1 }, samples: 1 });
    tell({ kind: "piece", data: { case: "A1", sample: 0, text: "Call ", cut: null } });
    tell({ kind: "piece", data: { case: "A1", sample: 0, text: "the doctor", cut: null } });
    await waitFor(() => expect(container.querySelector("[data-piece=A1]")?.textContent).toContain("Call the doctor"));
    expect(container.querySelector("[data-piece=A1][data-ended]")).toBeNull();
    tell({ kind: "piece", data: { case: "A1", sample: 0, text: "Call the doctor.", cut: true } });
    await waitFor(() => expect(container.querySelector("[data-piece=A1][data-ended]")?.textContent).toContain("cut off"));
    end(SUMMARY);
    await waitFor(() => expect(container.querySelector("[data-written='2']")?.textContent).toContain("1 of those written now were cut off"));
  });

  it("goes on with a run that ended early, and shows what was read in the incidents", async () => {
    const runs: WriteRunView[] = [
      { id: "i1", name: "parts", adapter: null, samples: 1, state: "done", texts: 2 },
      { id: "i2", name: "parts 2", adapter: null, samples: 1, state: "cancelled", texts: 1 },
    ];
    const writeGoOn = vi.fn(async () => SUMMARY);
    const { container } = room({ writeRuns: async (kind) => (kind === "incidents" ? runs : []), writeGoOn, incidentList: async () => [INCIDENT] });
    const user = userEvent.setup();
    await user.click(container.querySelector("[data-part=incidents]")!);
    await waitFor(() => expect(container.querySelector("[data-incident=A1] [data-list=events]")?.textContent).toContain("ten times too fast"));
    expect(container.querySelector("[data-list=causes]")!.textContent).toContain("Nothing said");
    await user.click(container.querySelector("[data-go-on='parts 2']")!);
    await waitFor(() => expect(writeGoOn).toHaveBeenCalledWith("incidents", "i2", expect.anything()));
  });

  it("tries a changed prompt, tells what is wrong with it, and keeps it as a new version", async () => {
    const promptTry = vi.fn(async (request: SavePrompt) => {
      if (!request.text.includes("case")) throw { code: "prompt-without-case", args: { words: "{{ case.what }}" } };
      return { system: "You help.", user: "A fall.", case: "A1" };
    });
    const promptSave = vi.fn(async (request: SavePrompt) => ({ ...OWN, version: 2, text: request.text }));
    const { container } = room({ promptTry, promptSave });
    const user = userEvent.setup();
    await user.click(container.querySelector("[data-part=prompts]")!);
    const text = await waitFor(() => {
      const field = container.querySelector<HTMLTextAreaElement>("textarea[data-field=prompt]");
      // The newest version is there to go on from.
      expect(field?.value).toBe(OWN.text);
      return field!;
    });
    expect(container.querySelector<HTMLButtonElement>("[data-keep]")!.disabled).toBe(true);
    await user.clear(text);
    await user.click(container.querySelector("[data-try]")!);
    await waitFor(() => expect(container.querySelector("[data-error=prompt-without-case]")!.textContent).toContain("{{ case.what }}"));
    await user.click(text);
    await user.paste("Answer: {{ case.what }}");
    await user.click(container.querySelector("[data-try]")!);
    await waitFor(() => expect(container.querySelector("[data-tried]")?.textContent).toContain("A fall."));
    await user.click(container.querySelector("[data-keep]")!);
    await waitFor(() => expect(container.querySelector("[data-kept='2']")).toBeTruthy());
    expect(promptSave).toHaveBeenCalledWith({ name: "answer", lang: "en", text: "Answer: {{ case.what }}" });
  });

  it("keeps a bounded number of texts, the newest first", () => {
    let texts: Parameters<typeof grown>[0] = [];
    for (let i = 0; i < 50; i++) texts = grown(texts, { case: `A${i}`, sample: 0, text: "x", cut: false });
    expect([texts.length, texts[0]!.case]).toEqual([30, "A49"]);
  });
});
