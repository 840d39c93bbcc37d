import type { Preferred } from "../../bridge/ipc";
import { meaning as rated, type Press } from "../rate/keys";

/** What a key means where two outputs are compared. */
export type Action =
  | { do: "choose"; choice: Preferred }
  | { do: "pair"; step: 1 | -1 }
  | { do: "next" }
  | { do: "undo" }
  | { do: "write" }
  | { do: "leave-text" }
  | { do: "keys" };

/** In the order of their keys, 1 to 4. */
export const CHOICES: readonly Preferred[] = ["a", "b", "tie", "cannot_judge"];

/** The rating room's keys, with what they mean here; the rest belongs to the page. */
export function meaning(press: Press, typing: boolean): Action | null {
  const action = rated(press, typing);
  switch (action?.do) {
    case "choose": {
      const choice = CHOICES[action.digit - 1];
      return choice ? { do: "choose", choice } : null;
    }
    case "item":
      return { do: "pair", step: action.step };
    case "done":
      return { do: "next" };
    case "enter-text":
      return { do: "write" };
    case "undo":
    case "leave-text":
    case "keys":
      return { do: action.do };
    default:
      return null;
  }
}
