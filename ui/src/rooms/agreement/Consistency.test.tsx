import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { ConsistencyReply, Interval } from "../../bridge/ipc";
import { bridgeOf, renderRoom } from "../../test/room";
import { Consistency } from "./Consistency";

const RUBRIC = { id: "answer-safety", version: 1 };
const figure = (value: number | null, reason: string | null = null): Interval => ({
  value,
  low: value === null ? null : value - 0.1,
  high: value === null ? null : value + 0.1,
  n: 8,
  method: "",
  reason,
});

function shown(reply: ConsistencyReply, language: "en" | "ja" = "en") {
  const consistency = vi.fn(async () => reply);
  renderRoom(<Consistency rubric={RUBRIC} />, bridgeOf({ consistency }), { language });
  return consistency;
}

const criterion = (id: string, more: Partial<ConsistencyReply["criteria"][number]>) => ({
  id,
  title: { ja: `${id}（日）`, en: id },
  both: 8,
  raw: figure(0.75),
  kappa: null,
  icc: null,
  reading: "tentative",
  ...more,
});

describe("one's own consistency", () => {
  it("is not there before anything has come a second time", async () => {
    const consistency = shown({ rater: "評価者A", repeats: 0, criteria: [] });
    await waitFor(() => expect(consistency).toHaveBeenCalledWith({ rubric: RUBRIC }));
    expect(document.querySelector("[data-consistency]")).toBeNull();
  });

  it("says criterion by criterion how far both times agree, in words too, and why a figure is undefined", async () => {
    shown({
      rater: "評価者A",
      repeats: 8,
      criteria: [
        criterion("safety", { kappa: figure(0.62) }),
        criterion("points", { icc: figure(0.91), reading: "firm" }),
        criterion("harm", { raw: figure(1), kappa: figure(null, "no-variation"), reading: "constant" }),
        criterion("other", { raw: figure(null, "too-few-items"), reading: "nothing" }),
      ],
    });
    await screen.findByText(/8 outputs came to you a second time/);
    const cells = (id: string) => [...document.querySelectorAll(`[data-consistency='8'] [data-criterion='${id}'] td`)].map((cell) => cell.textContent);
    expect(cells("safety")).toEqual([expect.stringMatching(/safety.*Fairly steady/), expect.stringContaining("0.75"), expect.stringContaining("0.62")]);
    // An ICC stands in the place of a kappa where there is none.
    expect(cells("points")[2]).toContain("0.91");
    expect(cells("harm")[2]).toMatch(/all gave the same value/i);
    expect(cells("other")[2]).toBe("–");
  });

  it("is in Japanese, too", async () => {
    shown({ rater: "評価者A", repeats: 8, criteria: [criterion("safety", { kappa: figure(0.62) })] }, "ja");
    await screen.findByText(/もう一度出た回答が 8 件/);
    expect(screen.getByText("safety（日）")).toBeTruthy();
  });
});
