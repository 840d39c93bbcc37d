import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { SignIn } from "./SignIn";
import { WelcomeRoom } from "./WelcomeRoom";

const recent = async () => [{ path: "/home/x/病棟.shinsa", name: "病棟" }];

describe("the welcome", () => {
  it("opens a recent project with its passphrase", async () => {
    const projectOpen = vi.fn(async () => PROJECT);
    const onOpen = vi.fn();
    renderRoom(<WelcomeRoom path={null} onOpen={onOpen} />, bridgeOf({ projectRecent: recent, projectOpen }));
    const user = userEvent.setup();
    await user.click(await screen.findByText("病棟"));
    await user.type(screen.getByLabelText("Passphrase"), "ひみつ 1{Enter}");
    await waitFor(() => expect(onOpen).toHaveBeenCalledWith(PROJECT));
    expect(projectOpen).toHaveBeenCalledWith({ path: "/home/x/病棟.shinsa", passphrase: "ひみつ 1" });
  });

  it("says what is wrong by the error's code and lets one try again", async () => {
    const projectOpen = vi.fn(async () => Promise.reject({ code: "wrong-passphrase", args: { message: "The passphrase is wrong." } }));
    renderRoom(<WelcomeRoom path="/home/x/病棟.shinsa" onOpen={() => undefined} />, bridgeOf({ projectRecent: recent, projectOpen }));
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Passphrase"), "nope{Enter}");
    const alert = await screen.findByRole("alert");
    expect(alert.getAttribute("data-error")).toBe("wrong-passphrase");
    expect(screen.getByText("Open", { selector: "span" })).toBeTruthy();
  });

  it("makes a project only once name, folder, lead and both passphrases are there", async () => {
    const projectCreate = vi.fn(async () => PROJECT);
    const bridge = bridgeOf({ projectRecent: recent, projectCreate, pickFolder: async () => "/data" });
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

describe("signing in", () => {
  it("offers the people of the project, the lead first, and takes a new name", async () => {
    const signIn = vi.fn(async () => ({ id: "n", name: "新人", profession: "", role: "rater", passphrase: "none" as const }));
    const project = {
      ...PROJECT,
      me: null,
      raters: [
        { id: "a", name: "評価者A", profession: "看護師", role: "rater", passphrase: "none" as const },
        { id: "b", name: "責任者", profession: "", role: "lead", passphrase: "none" as const },
      ],
    };
    renderRoom(<SignIn onBack={() => undefined} />, bridgeOf({ signIn }), { project, language: "ja" });
    const user = userEvent.setup();
    const people = [...document.querySelectorAll("[data-rater]")].map((one) => one.getAttribute("data-rater"));
    expect(people).toEqual(["責任者", "評価者A"]);
    await user.type(screen.getByLabelText("お名前"), "新人{Enter}");
    await waitFor(() => expect(signIn).toHaveBeenCalledWith({ name: "新人", profession: "", passphrase: null, new_passphrase: null }));
  });

  const person = (name: string, role: string, passphrase: "none" | "once" | "own") => ({ id: name, name, profession: "", role, passphrase });
  const door = (who: ReturnType<typeof person>, signIn: unknown, required = false) =>
    renderRoom(<SignIn onBack={() => undefined} />, bridgeOf({ signIn: signIn as never }), {
      project: { ...PROJECT, me: null, raters: [who], passphrases_required: required },
    });

  it("asks for a person's own passphrase, and again when it is wrong", async () => {
    const signIn = vi.fn(async () => Promise.reject({ code: "person-passphrase-wrong", args: { name: "Lead" } }));
    door(person("Lead", "lead", "own"), signIn);
    const user = userEvent.setup();
    await user.click(document.querySelector("[data-rater=Lead]")!);
    await user.type(screen.getByLabelText("Your passphrase"), "紫の傘と雨の夜{Enter}");
    expect((await screen.findByRole("alert")).getAttribute("data-error")).toBe("person-passphrase-wrong");
    expect(signIn).toHaveBeenCalledWith({ name: "Lead", profession: "", passphrase: "紫の傘と雨の夜", new_passphrase: null });
    // Still at the door, with the way back to the names.
    await user.click(screen.getByText("Back"));
    expect(document.querySelector("[data-rater=Lead]")).toBeTruthy();
  });

  it("lets one choose one's own with the one that was handed out, typed twice", async () => {
    const signIn = vi.fn(async () => person("A", "rater", "own"));
    door(person("A", "rater", "once"), signIn);
    const user = userEvent.setup();
    await user.click(document.querySelector("[data-rater=A]")!);
    await user.type(screen.getByLabelText("The passphrase that you were given"), "ABCD-EFGH-JKLM");
    await user.type(screen.getByLabelText("New passphrase"), "purple rain");
    await user.type(screen.getByLabelText("Passphrase, once more"), "purple");
    expect(document.querySelector<HTMLButtonElement>("[data-enter]")?.disabled).toBe(true);
    await user.type(screen.getByLabelText("Passphrase, once more"), " rain{Enter}");
    await waitFor(() =>
      expect(signIn).toHaveBeenCalledWith({ name: "A", profession: "", passphrase: "ABCD-EFGH-JKLM", new_passphrase: "purple rain" }),
    );
  });

  it("asks whoever has none to choose where the project requires it, a newcomer too", async () => {
    const signIn = vi.fn(async ({ new_passphrase }: { new_passphrase: string | null }) => {
      if (new_passphrase === null) throw { code: "person-passphrase-new", args: { name: "N" } };
      return person("N", "rater", "own");
    });
    door(person("A", "rater", "none"), signIn, true);
    const user = userEvent.setup();
    await user.click(document.querySelector("[data-rater=A]")!);
    expect(screen.queryByLabelText("Your passphrase")).toBeNull();
    expect(screen.getByLabelText("New passphrase")).toBeTruthy();
    await user.click(screen.getByText("Back"));
    await user.type(screen.getByLabelText("Name"), "N{Enter}");
    await user.type(await screen.findByLabelText("New passphrase"), "purple rain");
    await user.type(screen.getByLabelText("Passphrase, once more"), "purple rain{Enter}");
    await waitFor(() => expect(signIn).toHaveBeenCalledTimes(2));
  });
});
