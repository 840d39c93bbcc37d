import { useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useBridge } from "../../bridge/context";
import type { RateItem, RubricRef, Span } from "../../bridge/ipc";
import type { Mark } from "../../parts/located";
import { watch } from "./active";
import { begin, caret, selected, steer, toUnits } from "./passages";

/** The passages of an output that answers rest on, and selecting them by mouse or keyboard. */
export interface Passages {
  /** The output's text. */
  region: React.RefObject<HTMLElement | null>;
  /** Whether arrow keys select in the text. */
  selecting: boolean;
  /** Where the caret is, while selecting. */
  caret: ReturnType<typeof caret>;
  marks: readonly Mark[];
  /** Uses the selection for the question, or begins to select where there is none. */
  press: () => void;
  remove: (question: string, span: Span) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onBlur: () => void;
}

export function usePassages({ item, rubric, question, flush, onMarked, onError }: {
  item: RateItem | undefined;
  rubric: RubricRef;
  /** The question that a selection is used for. */
  question: string | undefined;
  flush: () => Promise<void>;
  onMarked: (question: string, removed: boolean) => void;
  onError: (error: unknown) => void;
}): Passages {
  const bridge = useBridge();
  const client = useQueryClient();
  const region = useRef<HTMLElement | null>(null);
  const [selecting, setSelecting] = useState(false);
  const [at, setAt] = useState<ReturnType<typeof caret>>(null);
  const evidence = item?.rating.evidence;
  const text = item?.output_text ?? "";

  useEffect(() => {
    if (!selecting) {
      setAt(null);
      return;
    }
    const look = () => setAt(region.current ? caret(region.current) : null);
    look();
    document.addEventListener("selectionchange", look);
    return () => document.removeEventListener("selectionchange", look);
  }, [selecting]);

  const marks = useMemo(
    () =>
      Object.entries(evidence ?? {}).flatMap(([of, spans]) =>
        (spans ?? []).map((span): Mark => ({ start: toUnits(text, span.start), end: toUnits(text, span.end), strong: of === question })),
      ),
    [evidence, question, text],
  );

  const send = useCallback(
    async (of: string, span: Span, remove: boolean) => {
      if (!item) return;
      let active_ms = 0;
      try {
        await flush();
        active_ms = watch.take(item.output_id);
        const { start, end, quote } = span;
        const rating = await bridge.rateMark({ output_id: item.output_id, rubric, question: of, start, end, quote: remove ? null : quote, remove, active_ms });
        client.setQueryData<RateItem>(["rate", rubric.id, rubric.version, item.output_id], (old) => (old ? { ...old, rating } : old));
        if (item.rating.locked) void client.invalidateQueries({ queryKey: ["queue"] });
        onMarked(of, remove);
      } catch (error) {
        watch.giveBack(item.output_id, active_ms);
        onError(error);
      }
    },
    [bridge, client, flush, item, onError, onMarked, rubric],
  );

  const leave = useCallback(() => {
    setSelecting(false);
    window.getSelection()?.removeAllRanges();
    document.querySelector<HTMLElement>("[data-question][data-active]")?.focus();
  }, []);

  const press = useCallback(() => {
    const root = region.current;
    if (!root) return;
    const stretch = selected(root, text);
    if (stretch && question) {
      leave();
      void send(question, stretch, false);
      return;
    }
    root.focus();
    begin(root);
    setSelecting(true);
  }, [leave, question, send, text]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const root = region.current;
    if (!root || event.nativeEvent.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
    const steers = (selecting || event.shiftKey) && steer(root, event);
    if (steers) setSelecting(true);
    else if (selecting && !event.ctrlKey && (event.key === "e" || event.key === "Enter")) press();
    else if (selecting && event.key === "Escape") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return {
    region,
    selecting,
    caret: at,
    marks,
    press,
    remove: (of, span) => void send(of, span, true),
    onKeyDown,
    onBlur: () => setSelecting(false),
  };
}
