import { useSyncExternalStore } from "react";
import { recall, remember } from "./memory";

/** How large text is, with what it is multiplied by; styles.css says the same in percent. */
export const TEXT_SIZES = { normal: 1, large: 1.1875, larger: 1.375 } as const;
export type TextSize = keyof typeof TEXT_SIZES;

const ORDER = Object.keys(TEXT_SIZES) as TextSize[];
const told = new Set<() => void>();
let now: TextSize = ORDER.find((one) => one === recall("text-size")) ?? "normal";
show();

function show() {
  document.documentElement.dataset.textSize = now;
}

function listen(tell: () => void): () => void {
  told.add(tell);
  return () => told.delete(tell);
}

/** The chosen size of text, the one that comes after it, and the way to choose. */
export function useTextSize(): { size: TextSize; scale: number; next: TextSize; choose: (size: TextSize) => void } {
  const size = useSyncExternalStore(listen, () => now);
  const next = ORDER[(ORDER.indexOf(size) + 1) % ORDER.length] ?? "normal";
  return { size, scale: TEXT_SIZES[size], next, choose };
}

function choose(size: TextSize) {
  now = size;
  remember("text-size", size);
  show();
  for (const tell of told) tell();
}
