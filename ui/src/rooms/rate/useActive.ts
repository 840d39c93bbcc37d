import { useEffect, useState } from "react";
import { BREAK_AFTER_MS, watch } from "./active";

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll"] as const;
/** How often a break may turn out to be due. */
const LOOK_MS = 15_000;

/** Counts active time on what is open, and says when a break is due. `limit` in seconds. */
export function useActive(output: string | null, limit: number | undefined): { due: boolean; later: () => void } {
  const [due, setDue] = useState(() => watch.working >= BREAK_AFTER_MS);
  useEffect(() => {
    watch.open(output, 1000 * (limit ?? 30));
    return () => watch.open(null, 0);
  }, [output, limit]);
  useEffect(() => {
    const alive = () => watch.touch();
    const visible = () => (document.hidden ? watch.pause() : watch.touch());
    for (const sign of SIGNS) window.addEventListener(sign, alive, { capture: true, passive: true });
    document.addEventListener("visibilitychange", visible);
    const look = setInterval(() => setDue(watch.working >= BREAK_AFTER_MS), LOOK_MS);
    return () => {
      for (const sign of SIGNS) window.removeEventListener(sign, alive, { capture: true });
      document.removeEventListener("visibilitychange", visible);
      clearInterval(look);
    };
  }, []);
  const later = () => {
    watch.rested();
    setDue(false);
  };
  return { due, later };
}
