import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Bridge, QueueOrder, QueueSettings } from "../../bridge/ipc";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { OrderPick } from "./OrderPick";

const RUBRIC = { id: "answer-safety", version: 1 };
const SETTINGS: QueueSettings = { way: "random", run: null, raters_choose: false, again_share: 0.1, again_items: 20, again_days: 2 };
const rater = { ...PROJECT, me: { id: "r2", name: "評価者B", profession: "", role: "rater" as const, passphrase: "none" as const } };

function shown(order: QueueOrder | undefined, calls: Partial<Bridge> = {}, project = PROJECT) {
  return renderRoom(<OrderPick rubric={RUBRIC} order={order} />, bridgeOf(calls), { project });
}

describe("the order of a queue", () => {
  it("is told to a rater who may not choose, and is the lead's to set", () => {
    shown({ way: "disagreement", choices: [] }, {}, rater);
    expect(document.querySelector("[data-order=disagreement]")?.textContent).toMatch(/: ./);
    expect(screen.queryByRole("combobox")).toBeNull();
    expect(document.querySelector("[data-order-settings]")).toBeNull();
  });

  it("is nothing before it is known", () => {
    shown(undefined);
    expect(document.querySelector("[data-order]")).toBeNull();
  });

  it("is chosen from what one may choose, and a refusal is said", async () => {
    const queueChoose = vi.fn(async ({ way }: { way: string }) => {
      if (way === "uncertainty") throw { code: "no-judging", message: "", args: {} };
      return { way: "disagreement", choices: [] } as never;
    });
    shown({ way: "random", choices: ["random", "disagreement", "uncertainty"] }, { queueChoose }, rater);
    const user = userEvent.setup();
    const pick = screen.getByRole("combobox");
    expect([...pick.querySelectorAll("option")].map((one) => one.value)).toEqual(["random", "disagreement", "uncertainty"]);
    await user.selectOptions(pick, "disagreement");
    await waitFor(() => expect(queueChoose).toHaveBeenCalledWith({ rubric: RUBRIC, way: "disagreement" }));
    expect(screen.queryByRole("alert")).toBeNull();
    await user.selectOptions(pick, "uncertainty");
    await screen.findByRole("alert");
  });

  it("is set by the lead with a judging of the same rubric and a share of repeats, as it is shown", async () => {
    const queueSet = vi.fn(async (_: { settings: QueueSettings }) => SETTINGS);
    const run = (name: string, id: string) => ({ name, rubric: { id, version: 1 } });
    const judgeRuns = async () => [run("judge-1", "answer-safety"), run("of-another", "drug-suggestion")] as never;
    shown({ way: "random", choices: [] }, { queueSettings: async () => SETTINGS, judgeRuns, queueSet });
    const user = userEvent.setup();
    await user.click(document.querySelector("[data-order-settings]")!);
    const form = await waitFor(() => document.querySelector("[data-order-form]")!);
    await waitFor(() => expect(form.querySelectorAll("select")[1]?.options).toHaveLength(2));
    const [way, judging] = [...form.querySelectorAll("select")];
    await user.selectOptions(way!, "uncertainty");
    await user.selectOptions(judging!, "judge-1");
    await user.click(screen.getByRole("checkbox"));
    // Ten per cent, after twenty others, two days later: as it was stored.
    const [share, items, days] = [...form.querySelectorAll<HTMLInputElement>("input[inputmode]")];
    expect([share?.value, items?.value, days?.value]).toEqual(["10", "20", "2"]);
    await user.clear(share!);
    await user.type(share!, "25");
    await user.click(document.querySelector("[data-order-save]")!);
    await waitFor(() =>
      expect(queueSet).toHaveBeenCalledWith({
        rubric: RUBRIC,
        settings: { ...SETTINGS, way: "uncertainty", run: "judge-1", raters_choose: true, again_share: 0.25 },
      }),
    );
    await waitFor(() => expect(document.querySelector("[data-order-form]")).toBeNull());
  });

  it("stays on the screen with its error when it is refused", async () => {
    const queueSet = async () => Promise.reject({ code: "no-judging", message: "", args: {} });
    shown({ way: "random", choices: [] }, { queueSettings: async () => SETTINGS, judgeRuns: async () => [], queueSet });
    const user = userEvent.setup();
    await user.click(document.querySelector("[data-order-settings]")!);
    await user.click(await waitFor(() => document.querySelector("[data-order-save]")!));
    await screen.findByRole("alert");
    expect(document.querySelector("[data-order-form]")).toBeTruthy();
  });
});
