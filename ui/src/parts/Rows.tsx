import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import styles from "./Rows.module.css";

/** What keys do in a list, in rows. */
const STEPS: { [key in string]?: number } = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY };

/** A long list that draws only what is seen; asks for more when its end comes near. */
export function Rows<T>({ rows, id, height, label, selected, onSelect, onEnd, children }: {
  rows: T[];
  id: (row: T) => string;
  height: number;
  label: string;
  selected?: string | null;
  onSelect?: (row: T) => void;
  onEnd?: () => void;
  children: (row: T) => ReactNode;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 12,
  });
  // Larger text makes higher rows.
  useEffect(() => virtual.measure(), [virtual, height]);
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - 20 && rows.length > 0) onEnd?.();
  }, [last, rows.length, onEnd]);

  const at = rows.findIndex((row) => id(row) === selected);
  function step(event: KeyboardEvent) {
    const by = STEPS[event.key];
    const to = Math.max(0, Math.min(rows.length - 1, at + (by ?? 0)));
    const next = rows[to];
    if (by === undefined || !onSelect || !next) return;
    event.preventDefault();
    onSelect(next);
    virtual.scrollToIndex(to);
  }

  return (
    <div
      ref={frame}
      className={styles.frame}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      onKeyDown={step}
      aria-activedescendant={selected && at >= 0 ? `row-${selected}` : undefined}
    >
      <div className={styles.sheet} style={{ height: virtual.getTotalSize() }}>
        {shown.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = id(row);
          return (
            <div
              key={key}
              id={`row-${key}`}
              className={styles.row}
              role="option"
              aria-selected={key === selected}
              aria-posinset={item.index + 1}
              aria-setsize={rows.length}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              onClick={() => onSelect?.(row)}
            >
              {children(row)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
