import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import rubricFile from "../../../../resources/rubrics/answer-safety.json";
import type { MineAndGold, Rubric } from "../../bridge/ipc";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { AgreementRoom } from "./AgreementRoom";

const row = (id: string, mine: number, gold: number): MineAndGold => ({
  output_id: id,
  mine: { safety: mine },
  gold: { safety: gold },
  provenance: "adjudicated",
  differing: mine === gold ? [] : ["safety"],
});

const calls = {
  agreement: async () => ({ criteria: [], primary: null }) as never,
  mineAndGold: async () => [row("o1", 2, 5), row("o2", 4, 4)],
  rubricGet: async () => rubricFile as unknown as Rubric,
};

describe("the agreement room", () => {
  it("shows one's own ratings beside gold, those that differ in words", async () => {
    const me = { id: "r2", name: "評価者B", profession: "", role: "rater" };
    renderRoom(<AgreementRoom />, bridgeOf(calls), { project: { ...PROJECT, me } });
    await screen.findByText(/1 of your 2 ended ratings/);
    const line = document.querySelector("[data-mine] tbody tr");
    expect(line?.textContent).toMatch(/2.*5/);
    expect(document.querySelectorAll("[data-mine] tbody tr")).toHaveLength(1);
    // People and gold are the lead's.
    expect(document.querySelector("[data-add-person]")).toBeNull();
  });

  it("lets the lead add an adjudicator, and says why a name is refused", async () => {
    const personAdd = vi.fn(async ({ name }: { name: string }) => {
      if (name === "誰か") throw { code: "person-exists", args: { name } };
      return { id: "x", name, profession: "", role: "adjudicator" };
    });
    renderRoom(<AgreementRoom />, bridgeOf({ ...calls, personAdd: personAdd as never }));
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Name"), "裁定 者子");
    await user.click(screen.getByRole("button", { name: "Add" }));
    await waitFor(() => expect(personAdd).toHaveBeenCalledWith({ name: "裁定 者子", profession: "", role: "adjudicator" }));
    await user.type(screen.getByLabelText("Name"), "誰か");
    await user.click(screen.getByRole("button", { name: "Add" }));
    await screen.findByText(/is in the project already/);
  });
});
