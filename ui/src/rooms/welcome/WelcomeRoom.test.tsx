import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Demo, JobUpdate } from "../../bridge/ipc";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { SignIn } from "./SignIn";
import { WelcomeRoom } from "./WelcomeRoom";

const onDrop = async () => () => undefined;
const recent = async () => [{ path: "/home/x/病棟.shinsa", name: "病棟" }];

describe("the welcome", () => {
  it("opens a recent project with its passphrase", async () => {
    const projectOpen = vi.fn(async () => PROJECT);
    const onOpen = vi.fn();
    renderRoom(<WelcomeRoom path={null} onOpen={onOpen} />, bridgeOf({ onDrop, projectRecent: recent, projectOpen }));
    const user = userEvent.setup();
    await user.click(await screen.findByText("病棟"));
    await user.type(screen.getByLabelText("Passphrase"), "ひみつ 1{Enter}");
    await waitFor(() => expect(onOpen).toHaveBeenCalledWith(PROJECT));
    expect(projectOpen).toHaveBeenCalledWith({ path: "/home/x/病棟.shinsa", passphrase: "ひみつ 1" });
  });

  it("says what is wrong by the error's code and lets one try again", async () => {
    const projectOpen = vi.fn(async () => Promise.reject({ code: "wrong-passphrase", args: { message: "The passphrase is wrong." } }));
    renderRoom(<WelcomeRoom path="/home/x/病棟.shinsa" onOpen={() => undefined} />, bridgeOf({ onDrop, projectRecent: recent, projectOpen }));
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Passphrase"), "nope{Enter}");
    const alert = await screen.findByRole("alert");
    expect(alert.getAttribute("data-error")).toBe("wrong-passphrase");
    expect(screen.getByText("Open", { selector: "span" })).toBeTruthy();
  });

  it("makes a project only once name, folder, lead and both passphrases are there", async () => {
    const projectCreate = vi.fn(async () => PROJECT);
    const bridge = bridgeOf({ onDrop, projectRecent: recent, projectCreate, pickFolder: async () => "/data" });
    const onOpen = vi.fn();
    renderRoom(<WelcomeRoom path={null} onOpen={onOpen} />, bridge);
    const user = userEvent.setup();
    await user.click(await screen.findByText("Make a new one"));
    await user.type(screen.getByLabelText(/Name of the project/), "ward");
    await user.type(screen.getByLabelText(/^Name \*|^Name$/), "Lead");
    await user.click(screen.getByText("Choose a folder"));
    await user.type(screen.getByLabelText("Passphrase"), "abc");
    await user.type(screen.getByLabelText("Passphrase, once more"), "abd");
    expect(await screen.findByText("The two passphrases differ.")).toBeTruthy();
    expect(screen.getByText("Make it").closest("button")?.disabled).toBe(true);
    await user.type(screen.getByLabelText("Passphrase, once more"), "{Backspace}c{Enter}");
    await waitFor(() => expect(onOpen).toHaveBeenCalled());
    expect(projectCreate).toHaveBeenCalledWith({ parent: "/data", name: "ward", passphrase: "abc", lead: "Lead" });
  });
});

describe("beginning", () => {
  it("makes the demo with its progress in sight, and can stop it", async () => {
    let end: (reason: unknown) => void = () => undefined;
    const demoMake = vi.fn((_folder: string, _lang: string, on: (update: JobUpdate) => void) => {
      on({ kind: "progress", data: { phase: "demo", done: 1, total: 4, rate: null, rate_unit: null, eta_s: null, rss_bytes: 0, values: {} } });
      return new Promise<Demo>((_, reject) => {
        end = reject;
      });
    });
    const jobCancel = vi.fn(async () => {
      end({ code: "import-cancelled", args: {} });
      return null;
    });
    const bridge = bridgeOf({ onDrop, projectRecent: recent, pickFolder: async () => "/data", demoMake, jobCancel });
    renderRoom(<WelcomeRoom path={null} onOpen={() => undefined} />, bridge);
    const user = userEvent.setup();
    await user.click(await screen.findByText("Try the demo"));
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(document.querySelector("[data-working]")).toBeNull());
    expect(jobCancel).toHaveBeenCalledOnce();
    expect(document.querySelector("[data-welcome=demo]:disabled")).toBeNull();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("starts a project from a file, named after it, and hands the file on", async () => {
    const onOpen = vi.fn();
    const bridge = bridgeOf({ onDrop, projectRecent: recent, pickFile: async () => "/in/質問 一覧.csv", pickFolder: async () => "/data", projectCreate: async () => PROJECT });
    renderRoom(<WelcomeRoom path={null} onOpen={onOpen} />, bridge);
    const user = userEvent.setup();
    await user.click(await screen.findByText("Start from a file"));
    expect((await screen.findByLabelText<HTMLInputElement>(/Name of the project/)).value).toBe("質問 一覧");
    await user.type(screen.getByLabelText(/^Name \*|^Name$/), "Lead");
    await user.click(screen.getByText("Choose a folder"));
    await user.type(screen.getByLabelText("Passphrase"), "abc");
    await user.type(screen.getByLabelText("Passphrase, once more"), "abc{Enter}");
    await waitFor(() => expect(onOpen).toHaveBeenCalledWith(PROJECT, { file: "/in/質問 一覧.csv" }));
  });
});

describe("signing in", () => {
  it("offers the people of the project, the lead first, and takes a new name", async () => {
    const signIn = vi.fn(async () => ({ id: "n", name: "新人", profession: "", role: "rater" }));
    const project = {
      ...PROJECT,
      me: null,
      raters: [
        { id: "a", name: "評価者A", profession: "看護師", role: "rater" },
        { id: "b", name: "責任者", profession: "", role: "lead" },
      ],
    };
    renderRoom(<SignIn onBack={() => undefined} />, bridgeOf({ signIn }), { project, language: "ja" });
    const user = userEvent.setup();
    const people = [...document.querySelectorAll("[data-rater]")].map((one) => one.getAttribute("data-rater"));
    expect(people).toEqual(["責任者", "評価者A"]);
    await user.type(screen.getByLabelText("お名前"), "新人{Enter}");
    await waitFor(() => expect(signIn).toHaveBeenCalledWith({ name: "新人", profession: "" }));
  });
});
