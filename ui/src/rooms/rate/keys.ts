/** What a key means in the rating room. */
export type Action =
  | { do: "choose"; digit: number }
  | { do: "question"; step: 1 | -1 }
  | { do: "item"; step: 1 | -1 }
  | { do: "done" }
  | { do: "undo" }
  | { do: "skip" }
  | { do: "flag" }
  | { do: "passage" }
  | { do: "leave-text" }
  | { do: "enter-text" }
  | { do: "guide" }
  | { do: "keys" };

/** The part of a keyboard event that decides. */
export interface Press {
  key: string;
  keyCode?: number;
  isComposing?: boolean;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  shiftKey?: boolean;
}

/**
 * The meaning of a key press, or null where it belongs to the page.
 *
 * While an input method composes, nothing is ours: some engines report the
 * confirming Enter with `isComposing`, WebKit's only with key code 229.
 * While a text field has the focus, only Ctrl+Enter and Esc are.
 */
export function meaning(press: Press, typing: boolean): Action | null {
  if (press.isComposing || press.keyCode === 229) return null;
  const command = press.ctrlKey === true || press.metaKey === true;
  if (command && press.key === "Enter") return { do: "done" };
  if (press.key === "Escape") return typing ? { do: "leave-text" } : null;
  if (typing) return null;
  if (command && !press.shiftKey && press.key.toLowerCase() === "z") return { do: "undo" };
  if (command || press.altKey) return null;
  if (/^[1-9]$/.test(press.key)) return { do: "choose", digit: Number(press.key) };
  switch (press.key) {
    case "ArrowDown":
      return { do: "question", step: 1 };
    case "ArrowUp":
      return { do: "question", step: -1 };
    case "ArrowRight":
      return { do: "item", step: 1 };
    case "ArrowLeft":
      return { do: "item", step: -1 };
    case "Enter":
      return { do: "enter-text" };
    case "s":
      return { do: "skip" };
    case "f":
      return { do: "flag" };
    case "e":
      return { do: "passage" };
    case "h":
      return { do: "guide" };
    case "?":
      return { do: "keys" };
    default:
      return null;
  }
}

/** Whether the focus is where letters are meant as letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) return !["button", "checkbox", "radio", "submit"].includes(target.type);
  return ["textbox", "combobox", "searchbox", "spinbutton"].includes(target.getAttribute("role") ?? "");
}
