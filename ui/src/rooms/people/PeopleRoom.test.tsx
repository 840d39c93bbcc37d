import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { AssignRequest, AssignView, JobUpdate } from "../../bridge/ipc";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { OwnPassphrase } from "./OwnPassphrase";
import { PeopleRoom } from "./PeopleRoom";

const person = (name: string, role: string, passphrase: "none" | "once" | "own") => ({ id: name, name, profession: "", role, passphrase });
const me = person("Lead", "lead", "none");
const project = { ...PROJECT, me, raters: [me, person("A", "rater", "own"), person("B", "rater", "none")] };
const quiet = { assignShow: async () => null };

const viewOf = (request: AssignRequest): AssignView => ({
  request: { ...request, seed: request.seed ?? 77 },
  outputs: 40,
  unplanned: 0,
  parts: { calibration: 10, base: 35, overlap: 7, audit: 2 },
  raters: [{ name: "A", todo: 27, parts: { calibration: 5, base: 18, overlap: 3, audit: 1 }, begun: 4, hours: 0.675 }],
  seconds: 90,
  basis: "guess",
  timed: 0,
  timed_raters: 0,
  hours: 1.35,
});

describe("people", () => {
  it("warn of a lead without a passphrase, and reset one to a code that is shown once", async () => {
    const passphraseReset = vi.fn(async (name: string) => ({ name, passphrase: "ABCD-EFGH-JKLM" }));
    renderRoom(<PeopleRoom />, bridgeOf({ ...quiet, passphraseReset }), { project });
    expect(document.querySelector("[data-open-lead]")?.textContent).toContain("Lead");
    const user = userEvent.setup();
    // One's own is changed, not reset.
    expect(document.querySelector("[data-reset=Lead]")).toBeNull();
    await user.click(document.querySelector("[data-reset=A]")!);
    await user.click(document.querySelector("[data-reset-do]")!);
    await waitFor(() => expect(document.querySelector("[data-issued]")?.textContent).toBe("ABCD-EFGH-JKLM"));
    expect(passphraseReset).toHaveBeenCalledWith("A");
  });

  it("let the lead require passphrases, and say why that is refused", async () => {
    const passphraseRequire = vi.fn(async () => Promise.reject({ code: "lead-without-passphrase", args: {} }));
    renderRoom(<PeopleRoom />, bridgeOf({ ...quiet, passphraseRequire }), { project });
    await userEvent.setup().click(screen.getByRole("switch"));
    expect((await screen.findByRole("alert")).getAttribute("data-error")).toBe("lead-without-passphrase");
    expect(passphraseRequire).toHaveBeenCalledWith(true);
  });

  it("are added by the lead, and a name that is taken is refused in words", async () => {
    const personAdd = vi.fn(async ({ name }: { name: string }) => {
      if (name === "誰か") throw { code: "person-exists", args: { name } };
      return person(name, "adjudicator", "none");
    });
    renderRoom(<PeopleRoom />, bridgeOf({ ...quiet, personAdd: personAdd as never }), { project });
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Name"), "裁定 者子");
    await user.click(screen.getByRole("button", { name: "Add" }));
    await waitFor(() => expect(personAdd).toHaveBeenCalledWith({ name: "裁定 者子", profession: "", role: "adjudicator" }));
    await user.type(screen.getByLabelText("Name"), "誰か");
    await user.click(screen.getByRole("button", { name: "Add" }));
    await screen.findByText(/is in the project already/);
  });

  it("are the lead's alone", () => {
    renderRoom(<PeopleRoom />, bridgeOf({}), { project: { ...project, me: person("A", "rater", "own") } });
    expect(document.querySelector("[data-add-person]")).toBeNull();
    expect(document.querySelector("[data-assign-preview]")).toBeNull();
  });

  it("change their own passphrase with the one before", async () => {
    const passphraseChange = vi.fn(async () => null);
    renderRoom(<OwnPassphrase className="" />, bridgeOf({ passphraseChange }), { project: { ...project, me: person("A", "rater", "own") } });
    const user = userEvent.setup();
    await user.click(document.querySelector("[data-own-passphrase=own]")!);
    await user.type(await screen.findByLabelText("The one until now"), "purple rain");
    await user.type(screen.getByLabelText("New passphrase"), "紫の傘と雨の夜");
    await user.type(screen.getByLabelText("Passphrase, once more"), "紫の傘と雨の夜{Enter}");
    await waitFor(() => expect(passphraseChange).toHaveBeenCalledWith({ old: "purple rain", new: "紫の傘と雨の夜" }));
  });
});

describe("a plan", () => {
  it("is looked at first, says when its hours are a guess, and is made with the seed that was shown", async () => {
    const assignPreview = vi.fn(async (request: AssignRequest) => viewOf(request));
    const assignPlan = vi.fn(async (request: AssignRequest) => viewOf(request));
    renderRoom(<PeopleRoom />, bridgeOf({ ...quiet, assignPreview, assignPlan }), { project });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "What it comes to" }));
    await waitFor(() => expect(document.querySelector("[data-basis=guess]")).toBeTruthy());
    // Everybody in the role of a rater takes part unless the lead says otherwise.
    expect(assignPreview.mock.calls[0]?.[0].people).toEqual(["A", "B"]);
    const line = document.querySelector<HTMLElement>("[data-plan=preview] [data-planned=A]")!;
    expect(within(line).getByText("27")).toBeTruthy();
    await user.click(document.querySelector("[data-assign-commit]")!);
    await waitFor(() => expect(assignPlan.mock.calls[0]?.[0].seed).toBe(77));
  });

  it("says how far it is, and stops on request without an error", async () => {
    let stop = (_: unknown) => {};
    const assignPreview = (_: AssignRequest, on: (update: JobUpdate) => void) => {
      on({ kind: "progress", data: { phase: "assign-draw", done: 40_000, total: 100_000, values: {}, rate: null, rate_unit: null, eta_s: null, rss_bytes: 0 } });
      return new Promise<AssignView>((_done, refuse) => (stop = refuse));
    };
    const importCancel = vi.fn(async () => {
      stop({ code: "cancelled", message: "", args: {} });
      return null;
    });
    renderRoom(<PeopleRoom />, bridgeOf({ ...quiet, assignPreview, importCancel }), { project });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "What it comes to" }));
    await waitFor(() => expect(document.querySelector("[data-working='assign-draw']")?.textContent).toMatch(/40000 \/ 100000/));
    await user.click(document.querySelector("[data-cancel]")!);
    await waitFor(() => expect(document.querySelector("[data-assign-said]")?.textContent).toMatch(/nothing was changed/i));
    expect(importCancel).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("must be looked at again once a number has changed, and can be taken back", async () => {
    const now = viewOf({ rubric: { id: "answer-safety", version: 1 }, people: ["A"], per_output: 1, overlap_share: 0.2, overlap_raters: 2, calibration: 5, audit_share: 0, seed: 9, seconds: null });
    const assignUndo = vi.fn(async () => ({ withdrawn: true, now: null }));
    const bridge = bridgeOf({ assignShow: async () => now, assignPreview: async (request: AssignRequest) => viewOf(request), assignUndo });
    renderRoom(<PeopleRoom />, bridge, { project });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "What it comes to" }));
    await waitFor(() => expect(document.querySelector("[data-assign-commit]")).toBeTruthy());
    await user.click(document.querySelector("[data-takes-part=B]")!);
    expect(document.querySelector("[data-assign-commit]")).toBeNull();
    await user.click(document.querySelector("[data-assign-undo]")!);
    await waitFor(() => expect(assignUndo).toHaveBeenCalledWith({ id: "answer-safety", version: 1 }, expect.any(Function)));
  });
});
