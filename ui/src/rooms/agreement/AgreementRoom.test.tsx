import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import rubricFile from "../../../../resources/rubrics/answer-safety.json";
import type { AgreementReply, Interval, MineAndGold, Rubric } from "../../bridge/ipc";
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
  agreement: async () => ({ criteria: [], raters: [], primary: null, drawn: { random: 0, disagreement: 0, uncertainty: 0, not_drawn: 0 } }) as never,
  consistency: async () => ({ rater: "評価者A", repeats: 0, criteria: [] }),
  teamProgress: async () => ({
    raters: [{ name: "評価者B", states: { todo: 3, draft: 1, done: 7, skipped: 2, flagged: 4 } }],
    criteria: [{ id: "safety", title: { ja: "安全性", en: "Safety" }, states: { todo: 4, draft: 0, done: 7, skipped: 2, flagged: 4 } }],
  }),
  mineAndGold: async () => [row("o1", 2, 5), row("o2", 4, 4)],
  rubricGet: async () => rubricFile as unknown as Rubric,
};

const figure = (value: number | null, reason: string | null = null, method = ""): Interval => ({
  value,
  low: value === null ? null : value - 0.1,
  high: value === null ? null : value + 0.1,
  n: 12,
  method,
  reason,
});

const reply = (): AgreementReply => {
  const hand = (rater: number, severity: number) => ({
    rater,
    severity: figure(severity),
    first: figure(0.1),
    second: figure(0.5),
    drift: figure(0.4),
  });
  const row = {
    id: "harm",
    title: { ja: "有害", en: "Harm" },
    of_items: false,
    units: 12,
    raw: figure(0.97),
    alpha: figure(-0.01),
    ac: figure(0.96, null, "gwet-ac1/cluster-bootstrap"),
    kappa: figure(null, "no-variation", "cohen-kappa/cluster-bootstrap"),
    icc: null,
    reading: "paradox",
    pairs: [{ a: 0, b: 1, raw: figure(0.97), kappa: figure(0.5) }],
    hands: [hand(0, 0.4), hand(1, 0.05)],
  };
  const raters = [
    { name: "評価者A", me: true },
    { name: "", me: false },
  ];
  const each = { ...row, id: "drugs[].harm", title: { ja: "薬剤 · 害", en: "Drugs · Harm" }, of_items: true, reading: "firm", units: 30 };
  return { primary: "harm", criteria: [row, each], raters, drawn: { random: 9, disagreement: 2, uncertainty: 1, not_drawn: 0 } };
};

describe("the agreement room", () => {
  it("shows every figure, says what they mean, and why one is undefined", async () => {
    renderRoom(<AgreementRoom />, bridgeOf({ ...calls, agreement: async () => reply() }));
    const line = (await screen.findByText(/prevalence paradox/)).closest("tr");
    expect(document.querySelector("[data-drawn]")?.textContent).toMatch(/^Of 12 ratings, 2 are .* and 1 of outputs/);
    expect(line?.textContent).toMatch(/97 %/);
    expect(line?.textContent).not.toMatch(/Each item/);
    expect(document.querySelector("[data-criterion='drugs[].harm']")?.textContent).toMatch(/Drugs · Harm.*Each item of the list.*30$/);
    expect(line?.textContent).toMatch(/all gave the same value/);
    expect(line?.textContent).toMatch(/0\.96.*AC1/);
    // The heat map names rows and columns, and shows figures beside colour.
    const heat = document.querySelector("[data-heat]");
    expect(heat?.querySelectorAll("th[scope=row]")).toHaveLength(2);
    expect(heat?.querySelector("[data-shade='3']")?.textContent).toMatch(/0\.50.*97% same, 12/);
    expect(heat?.textContent).toMatch(/The others/);
    const hands = document.querySelectorAll("[data-hands] tbody tr");
    expect(hands[0]?.textContent).toMatch(/\+0\.40.*gives more than the others.*gives more than at first/);
    expect(hands[1]?.textContent).toMatch(/no clear difference/);
  });

  it("shows one's own ratings beside gold, those that differ in words", async () => {
    const me = { id: "r2", name: "評価者B", profession: "", role: "rater", passphrase: "none" as const };
    renderRoom(<AgreementRoom />, bridgeOf(calls), { project: { ...PROJECT, me } });
    await screen.findByText(/1 of your 2 ended ratings/);
    const line = document.querySelector("[data-mine] tbody tr");
    expect(line?.textContent).toMatch(/2.*5/);
    expect(document.querySelectorAll("[data-mine] tbody tr")).toHaveLength(1);
    // Gold and the team's progress are the lead's.
    expect(document.querySelector("[data-team]")).toBeNull();
    expect(document.querySelector("[data-gold]")).toBeNull();
  });

  it("tells the lead how far the team has come, by criterion and by rater", async () => {
    renderRoom(<AgreementRoom />, bridgeOf(calls));
    await screen.findByText("Progress of all raters");
    const cells = (name: string) => [...(screen.getByRole("rowheader", { name }).closest("tr")?.querySelectorAll("td") ?? [])].map((cell) => cell.textContent);
    expect(cells("Safety")).toEqual(["4", "0", "7", "2", "4"]);
    expect(cells("評価者B")).toEqual(["3", "1", "7", "2", "4"]);
  });
});
