import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { Open } from "../../app/open";
import { bridgeOf, PROJECT, renderRoom } from "../../test/room";
import { ToGold } from "./ToGold";

/** Which room one is in. */
function Where() {
  return <p data-where>{Open.use().room}</p>;
}

const shown = (project: typeof PROJECT, note = false) =>
  renderRoom(
    <>
      <ToGold title="No gold" note={note} />
      <Where />
    </>,
    bridgeOf({}),
    { project },
  );
const ways = () => [...document.querySelectorAll<HTMLElement>("[data-go-to]")].map((one) => one.dataset.goTo);

describe("where there is no gold", () => {
  it("the next step is named, and its button goes there", async () => {
    for (const [project, expected] of [
      [{ ...PROJECT, outputs: 0, ratings: 0 }, ["cases", "write"]],
      [{ ...PROJECT, outputs: 2, ratings: 0 }, ["rate"]],
      [{ ...PROJECT, outputs: 2, ratings: 4 }, ["adjudicate", "agreement"]],
    ] as const) {
      const { unmount } = shown(project);
      expect(ways()).toEqual(expected);
      expect(screen.getByRole("heading", { name: "No gold" })).toBeTruthy();
      await userEvent.click(document.querySelector("[data-go-to]")!);
      expect(document.querySelector("[data-where]")?.textContent).toBe(expected[0]);
      unmount();
    }
  });

  it("a note says the same above what can be done without", () => {
    shown({ ...PROJECT, outputs: 2, ratings: 4 }, true);
    expect(screen.getByRole("note").textContent).toContain("There are ratings.");
    expect(ways()).toEqual(["adjudicate", "agreement"]);
  });
});
