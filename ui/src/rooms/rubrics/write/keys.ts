import type { Press } from "../../rate/keys";

/** What a key means in the rubric editor. */
export type Action =
  | { do: "undo" }
  | { do: "redo" }
  | { do: "publish" }
  | { do: "part"; step: 1 | -1 }
  | { do: "move"; step: 1 | -1 }
  | { do: "add" }
  | { do: "leave-text" }
  | { do: "keys" };

/**
 * The meaning of a key press, or null where it belongs to the page. While an
 * input method composes, nothing is ours. Undo is the draft's, in a text field
 * too: its own would leave what is kept and what is seen apart.
 */
export function meaning(press: Press, typing: boolean): Action | null {
  if (press.isComposing || press.keyCode === 229) return null;
  const command = press.ctrlKey === true || press.metaKey === true;
  const key = press.key.toLowerCase();
  if (command && key === "z") return { do: press.shiftKey ? "redo" : "undo" };
  if (command && key === "y") return { do: "redo" };
  if (command && press.key === "Enter") return { do: "publish" };
  if (press.altKey && !command && (press.key === "ArrowDown" || press.key === "ArrowUp")) {
    const step = press.key === "ArrowDown" ? 1 : -1;
    return press.shiftKey ? { do: "move", step } : { do: "part", step };
  }
  if (press.key === "Escape") return typing ? { do: "leave-text" } : null;
  if (typing || command || press.altKey) return null;
  if (press.key === "n") return { do: "add" };
  if (press.key === "?") return { do: "keys" };
  return null;
}
