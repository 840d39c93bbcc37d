import { describe, expect, it } from "vitest";
import { BREAK_AFTER_MS, Stopwatch } from "./active";

function made() {
  const clock = { now: 0 };
  const watch = new Stopwatch(() => clock.now);
  const live = (seconds: number, every = 10) => {
    for (let passed = 0; passed < seconds; passed += every) {
      clock.now += every * 1000;
      watch.touch();
    }
  };
  return { clock, watch, live };
}

describe("active time", () => {
  it("counts between signs of life, and after the last one up to the limit only", () => {
    const { clock, watch, live } = made();
    watch.open("a", 60_000);
    live(30);
    clock.now += 3_600_000; // Lunch.
    expect(watch.take("a")).toBe(30_000 + 60_000);
    expect(watch.take("a")).toBe(0);
    watch.touch();
    live(20);
    expect(watch.take("a")).toBe(20_000);
  });

  it("keeps each output's time apart, and what could not be stored goes with the next change", () => {
    const { watch, live } = made();
    watch.open("a", 60_000);
    live(10);
    watch.open("b", 60_000);
    live(20);
    watch.open("a", 60_000);
    live(30);
    const taken = watch.take("a");
    expect([taken, watch.take("b")]).toEqual([40_000, 20_000]);
    watch.giveBack("a", taken);
    live(10);
    expect(watch.take("a")).toBe(50_000);
  });

  it("stands still while the window is hidden or no output is open", () => {
    const { clock, watch, live } = made();
    watch.open("a", 60_000);
    live(10);
    watch.pause();
    clock.now += 20_000;
    watch.touch();
    live(10);
    watch.open(null, 60_000);
    live(40);
    expect(watch.take("a")).toBe(20_000);
  });

  it("counts up to a break, and five minutes away are one", () => {
    const { clock, watch, live } = made();
    watch.open("a", 60_000);
    live(50 * 60);
    expect(watch.working).toBe(BREAK_AFTER_MS);
    clock.now += 4 * 60_000;
    watch.touch();
    expect(watch.working).toBeGreaterThan(BREAK_AFTER_MS);
    clock.now += 5 * 60_000;
    watch.touch();
    expect(watch.working).toBe(0);
    live(10);
    watch.rested();
    expect(watch.working).toBe(0);
  });
});
