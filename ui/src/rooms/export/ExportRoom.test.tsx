import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { JobsProvider } from "../../app/jobs";
import type { Bridge, ExportReply, ExportRequest, JobUpdate } from "../../bridge/ipc";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { ExportRoom } from "./ExportRoom";

const REPLY: ExportReply = {
  files: { csv: "/somewhere/ratings.csv" },
  lines: { csv: 12 },
  unwritable: ["row 3, answer: 🙂"],
  unwritable_count: 1,
};

function room(exportRun: Bridge["exportRun"], more: Partial<Bridge> = {}, project = PROJECT) {
  const bridge = bridgeOf({ exportRun, ...more });
  return renderRoom(
    <JobsProvider>
      <ExportRoom />
    </JobsProvider>,
    bridge,
    { project },
  );
}

describe("the export room", () => {
  it("offers a place beside the project's exports for each format, and another on request", async () => {
    const run = vi.fn(async (_request: ExportRequest) => REPLY);
    room(run, { pickPlace: async () => "/elsewhere/mine.jsonl" });
    const user = userEvent.setup();
    const place = () => document.querySelector<HTMLInputElement>("[data-place]")?.value;
    expect(place()).toBe("/somewhere/ward.shinsa/exports/answer-safety-1-dataset");
    await user.click(screen.getByRole("radio", { name: /DPO/ }));
    expect(place()).toBe("/somewhere/ward.shinsa/exports/answer-safety-1-dpo.jsonl");
    await user.click(screen.getByRole("button", { name: "Choose another place" }));
    await waitFor(() => expect(place()).toBe("/elsewhere/mine.jsonl"));
    await user.click(screen.getByRole("button", { name: "Write" }));
    await waitFor(() => expect(run).toHaveBeenCalled());
    expect(run.mock.calls[0]?.[0]).toEqual({
      rubric: { id: "answer-safety", version: 1 },
      format: "dpo",
      path: "/elsewhere/mine.jsonl",
      cp932: false,
    });
  });

  it("lists what the encoding could not hold, and asks for an encoding of tables only", async () => {
    const run = vi.fn(async (_request: ExportRequest, on: (update: JobUpdate) => void) => {
      on({ kind: "progress", data: { phase: "export", done: 6, total: 12, rate: null, rate_unit: null, eta_s: null, rss_bytes: 0, values: {} } });
      return REPLY;
    });
    room(run);
    const user = userEvent.setup();
    await user.click(screen.getByRole("radio", { name: /Table of ratings/ }));
    await user.click(screen.getByRole("switch"));
    await user.click(screen.getByRole("button", { name: "Write" }));
    await screen.findByText("row 3, answer: 🙂");
    expect(run.mock.calls[0]?.[0]).toMatchObject({ format: "csv", cp932: true });
    await user.click(screen.getByRole("radio", { name: /SFT/ }));
    expect(screen.queryByRole("switch")).toBeNull();
  });

  it("says why nothing was written", async () => {
    const refused = { code: "nothing-to-export", args: { message: "none" } };
    room(vi.fn(async () => Promise.reject(refused)));
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Write" }));
    expect((await screen.findByRole("alert")).getAttribute("data-error")).toBe("nothing-to-export");
  });

  it("is the lead's", () => {
    room(vi.fn(), {}, { ...PROJECT, me: { id: "r2", name: "B", profession: "", role: "rater", passphrase: "none" as const } });
    expect(screen.queryByRole("button", { name: "Write" })).toBeNull();
  });
});
