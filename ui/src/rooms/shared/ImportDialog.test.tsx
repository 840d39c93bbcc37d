import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Bridge, ImportReply, ImportRequest, JobUpdate } from "../../bridge/ipc";
import { bridgeOf, renderRoom } from "../../test/room";
import { ImportDialog } from "./ImportDialog";

const REPLY: ImportReply = {
  encoding: "CP932",
  rows: 4,
  new: 2,
  new_outputs: 3,
  left_out: 1,
  repeated: 1,
  headings: ["番号", "質問", "回答A", "備考"],
  columns: [
    { field: "key", heading: "番号" },
    { field: "what", heading: "質問" },
    { field: "output", heading: "回答A" },
  ],
  fields: [
    ...["what", "key", "factors"].map((name) => ({ name, label: null, several: false })),
    { name: "output", label: null, several: true },
  ],
  sample: [{ row: 2, cells: ["Q1", "薬を二回飲んだ", "薬剤師へ", ""] }],
  sheets: [],
  sheet: null,
  rather: null,
  problems: [{ severity: "error", row: 3, line: 3, column: "質問", code: "field-empty", args: { field: "what" } }],
  committed: false,
};

function dialog(reply: (request: ImportRequest) => ImportReply, more: Partial<Bridge> = {}, file: string | null = "/in/質問.csv") {
  const importFile = vi.fn(async (request: ImportRequest) => reply(request));
  renderRoom(<ImportDialog opened file={file} onClose={() => undefined} />, bridgeOf({ importFile, ...more }));
  return importFile;
}

const column = (heading: string) => screen.findByRole("combobox", { name: `Column “${heading}” holds` });

describe("the import", () => {
  it("shows a dropped file's rows and problems without storing, and says what the button will do", async () => {
    const run = dialog((request) => ({ ...REPLY, committed: request.commit === true }));
    await screen.findByText("薬を二回飲んだ");
    expect(document.querySelector("[data-problem='field-empty']")?.textContent).toMatch(/^3質問/);
    expect(run.mock.calls[0]?.[0]).toMatchObject({ kind: "cases", path: "/in/質問.csv", commit: false, mapping: {}, outputs: null });
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Import 2 cases and 3 outputs; 1 row is left out" }));
    await screen.findByText("2 cases and 3 outputs imported; 1 row is left out");
    expect(run).toHaveBeenCalledTimes(2);
    expect(run.mock.calls[1]?.[0]).toMatchObject({ commit: true, partial: true });
  });

  it("tells of a long import, stops it, and then says that nothing came in", async () => {
    let end: (reason: unknown) => void = () => undefined;
    const importFile = vi.fn((request: ImportRequest, on: (update: JobUpdate) => void) => {
      if (!request.commit) return Promise.resolve(REPLY);
      on({ kind: "progress", data: { phase: "import-store", done: 400, total: 1000, rate: null, rate_unit: null, eta_s: null, rss_bytes: 0, values: {} } });
      return new Promise<ImportReply>((_, reject) => {
        end = reject;
      });
    });
    const importCancel = vi.fn(async () => {
      end({ code: "import-cancelled", args: {} });
      return null;
    });
    renderRoom(<ImportDialog opened file="/in/質問.csv" onClose={() => undefined} />, bridgeOf({ importFile, importCancel }));
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: /^Import 2 cases/ }));
    expect(await screen.findByText("400 / 1000")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect((await screen.findByText(/nothing was imported/)).closest("[data-stopped]")).toBeTruthy();
    // The file is still there to be tried again.
    expect(screen.getByRole("button", { name: /^Import 2 cases/ })).toBeTruthy();
  });

  it("maps a column by hand, and leaves nothing to the headings from then on", async () => {
    const run = dialog(() => REPLY);
    const user = userEvent.setup();
    await user.selectOptions(await column("備考"), "output");
    await waitFor(() => expect(run).toHaveBeenCalledTimes(2));
    expect(run.mock.calls[1]?.[0]).toMatchObject({ mapping: { key: "番号", what: "質問", factors: "" }, outputs: ["回答A", "備考"] });
    await user.selectOptions(await column("回答A"), "");
    await waitFor(() => expect(run).toHaveBeenCalledTimes(3));
    expect(run.mock.calls[2]?.[0].outputs).toEqual([]);
    await user.selectOptions(await column("備考"), "what");
    await waitFor(() => expect(run).toHaveBeenCalledTimes(4));
    expect(run.mock.calls[3]?.[0]).toMatchObject({ mapping: { what: "備考", key: "番号" }, outputs: ["回答A"] });
  });

  it("reads again in the encoding chosen, and another sheet of a workbook", async () => {
    const run = dialog(() => REPLY);
    const user = userEvent.setup();
    await user.click(await screen.findByRole("combobox", { name: "Encoding (detected: CP932)" }));
    await user.click(await screen.findByText("UTF-8"));
    await waitFor(() => expect(run.mock.calls.at(-1)?.[0].encoding).toBe("utf-8"));
  });

  it("offers a workbook's sheets in the place of encodings", async () => {
    const run = dialog((request) => ({ ...REPLY, encoding: "UTF-8", sheets: ["表紙", "質問"], sheet: request.sheet ?? "表紙" }), {}, "/in/質問.xlsx");
    const user = userEvent.setup();
    await user.click(await screen.findByRole("combobox", { name: "Sheet" }));
    await user.click(await screen.findByText("質問", { selector: "[role=option] *, [role=option]" }));
    await waitFor(() => expect(run.mock.calls.at(-1)?.[0].sheet).toBe("質問"));
    expect(screen.queryByRole("combobox", { name: /Encoding/ })).toBeNull();
  });

  it("takes a file of outputs for what it is, until a person says otherwise", async () => {
    const run = dialog((request) => ({ ...REPLY, headings: [], columns: [], fields: [], new_outputs: 0, left_out: 0, rather: request.kind === "outputs" ? null : "outputs" }), {}, "/in/o.jsonl");
    await screen.findByRole("button", { name: "Import 2 outputs" });
    expect(run.mock.calls.map(([request]) => request.kind)).toEqual(["cases", "outputs"]);
    const user = userEvent.setup();
    await user.click(screen.getByRole("radio", { name: "Cases" }));
    await waitFor(() => expect(run.mock.calls.at(-1)?.[0].kind).toBe("cases"));
    expect(run).toHaveBeenCalledTimes(3);
  });

  it("keeps the rows left out as a file, and tells of what goes wrong", async () => {
    const run = dialog((request) => {
      if (request.failed_rows) throw { code: "lead-only", args: {} };
      return REPLY;
    }, { pickPlace: async () => "/out/rows.csv" });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Save the rows left out…" }));
    await waitFor(() => expect(run.mock.calls.at(-1)?.[0]).toMatchObject({ failed_rows: "/out/rows.csv", commit: false }));
    expect((await screen.findByRole("alert")).getAttribute("data-error")).toBe("lead-only");
  });

  it("takes the very next click after a name was typed, and looks again by itself where there is none", async () => {
    const run = dialog((request) => ({ ...REPLY, new_outputs: 0, committed: request.commit === true }), {}, "/in/評価.csv");
    const user = userEvent.setup();
    await user.click(await screen.findByRole("radio", { name: "Ratings" }));
    await waitFor(() => expect(run.mock.calls.at(-1)?.[0].kind).toBe("ratings"));
    const field = document.querySelector<HTMLInputElement>("input[data-whose]")!;
    await user.type(field, "花");
    await waitFor(() => expect(run.mock.calls.at(-1)?.[0]).toMatchObject({ rater: "花", commit: false }), { timeout: 3000 });
    await screen.findByRole("button", { name: /^Import 2 ratings/ });
    await user.type(field, "子");
    await user.click(screen.getByRole("button", { name: /^Import 2 ratings/ }));
    await waitFor(() => expect(run.mock.calls.at(-1)?.[0]).toMatchObject({ rater: "花子", commit: true }));
    const calls = run.mock.calls.length;
    await new Promise((later) => setTimeout(later, 800));
    expect(run.mock.calls.length).toBe(calls);
  });
});
