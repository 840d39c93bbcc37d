/** A stretch of an output's source, in Unicode characters (scalar values) as the store counts them. */
export interface Stretch {
  start: number;
  end: number;
  quote: string;
}

/** UTF-16 units to characters. */
export function toCharacters(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}

/** Characters to UTF-16 units. */
export function toUnits(text: string, characters: number): number {
  let units = 0;
  let left = characters;
  for (const char of text) {
    if (left <= 0) break;
    left -= 1;
    units += char.length;
  }
  return units;
}

/** The pieces of text below `root` that say where they stand in the source. */
function pieces(root: HTMLElement): { text: Text; from: number }[] {
  return [...root.querySelectorAll<HTMLElement>("[data-from]")].flatMap((element) => {
    const text = element.firstChild;
    return text instanceof Text ? [{ text, from: Number(element.dataset.from) }] : [];
  });
}

/**
 * What is selected below `root`, as a stretch of `source`; null where nothing is, or
 * nothing that stands in the source. Of a selection that goes beyond, the part inside.
 */
export function selected(root: HTMLElement, source: string): Stretch | null {
  const selection = window.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  let start = Number.POSITIVE_INFINITY;
  let end = -1;
  for (const { text, from } of pieces(root)) {
    if (!range.intersectsNode(text)) continue;
    const first = range.startContainer === text ? range.startOffset : 0;
    const last = range.endContainer === text ? range.endOffset : text.data.length;
    if (first >= last) continue;
    start = Math.min(start, from + first);
    end = Math.max(end, from + last);
  }
  const quote = source.slice(start, end);
  if (end < 0 || quote.trim() === "") return null;
  return { start: toCharacters(source, start), end: toCharacters(source, end), quote: quote.trim() };
}

/** Moves or stretches the selection by a key; false where the key is none of these. */
export function steer(root: HTMLElement, event: { key: string; shiftKey: boolean; ctrlKey: boolean }): boolean {
  const steps: Record<string, ["backward" | "forward", string]> = {
    ArrowLeft: ["backward", event.ctrlKey ? "word" : "character"],
    ArrowRight: ["forward", event.ctrlKey ? "word" : "character"],
    ArrowUp: ["backward", "line"],
    ArrowDown: ["forward", "line"],
    Home: ["backward", "lineboundary"],
    End: ["forward", "lineboundary"],
  };
  const step = steps[event.key];
  const selection = window.getSelection();
  if (!step || !selection) return false;
  begin(root);
  const before = selection.focusNode && { node: selection.focusNode, offset: selection.focusOffset };
  selection.modify(event.shiftKey ? "extend" : "move", step[0], step[1]);
  // Out of the text is no place to be.
  if (before && !inside(root, selection.focusNode)) {
    if (event.shiftKey) selection.extend(before.node, before.offset);
    else selection.collapse(before.node, before.offset);
  }
  return true;
}

/** Puts the caret at the beginning of the text, unless it is in it already. */
export function begin(root: HTMLElement): void {
  const selection = window.getSelection();
  const first = pieces(root)[0];
  if (selection && first && !inside(root, selection.focusNode)) selection.collapse(first.text, 0);
}

function inside(root: HTMLElement, node: globalThis.Node | null): boolean {
  return node !== null && pieces(root).some(({ text }) => text === node || node.contains(text) && root.contains(node));
}

/** Where the caret is on the screen, null where there is none. */
export function caret(root: HTMLElement): { left: number; top: number; height: number } | null {
  const selection = window.getSelection();
  const node = selection?.focusNode;
  if (!selection || !(node instanceof Text) || !root.contains(node) || node.data === "") return null;
  const range = document.createRange();
  const atEnd = selection.focusOffset >= node.data.length;
  range.setStart(node, atEnd ? node.data.length - 1 : selection.focusOffset);
  range.setEnd(node, atEnd ? node.data.length : selection.focusOffset + 1);
  const rect = range.getBoundingClientRect();
  return { left: atEnd ? rect.right : rect.left, top: rect.top, height: rect.height };
}
