/** A marked stretch of the source, in UTF-16 units as JavaScript counts them. */
export interface Mark {
  start: number;
  end: number;
  /** Whether it belongs to what is being answered now. */
  strong: boolean;
}

/** The part of a hast node that is needed here. */
interface Node {
  type: string;
  tagName?: string;
  value?: string;
  children?: Node[];
  properties?: Record<string, unknown>;
  position?: { start: { offset?: number }; end: { offset?: number } };
}

/** How far a character may lie behind the one before it: an escape, an entity, a line's indent. */
const NEAR = 12;

/** Stretches of the source cut where marks begin and end. */
export function cut(from: number, length: number, marks: readonly Mark[]): { from: number; length: number; mark: "strong" | "pale" | null }[] {
  const end = from + length;
  const edges = marks.flatMap((mark) => [mark.start, mark.end]).filter((edge) => edge > from && edge < end);
  const at = [...new Set([from, ...edges, end])].sort((a, b) => a - b);
  return at.slice(0, -1).map((start, index) => {
    const over = marks.filter((mark) => mark.start <= start && start < mark.end);
    const mark = over.some((one) => one.strong) ? "strong" : over.length > 0 ? "pale" : null;
    return { from: start, length: (at[index + 1] ?? end) - start, mark };
  });
}

/**
 * A rehype plugin that says of every piece of text where it stands in the source, so that
 * what is selected on the screen can be found there. A piece becomes a `span` or `mark`
 * with `dataFrom`; what Markdown itself has put in (and what can't be found) stays bare.
 */
export function located(source: string, marks: readonly Mark[]) {
  return () => (tree: Node) => {
    let cursor = 0;
    const walk = (node: Node, high: number) => {
      node.children = (node.children ?? []).flatMap((child): Node[] => {
        const start = child.position?.start.offset;
        const end = child.position?.end.offset;
        if (start !== undefined) cursor = start;
        const limit = end ?? high;
        let made: Node[] = [child];
        if (child.type === "text" || child.type === "raw") made = place(child.value ?? "", limit, start !== undefined);
        else if (child.children) walk(child, limit);
        if (end !== undefined) cursor = end;
        return made;
      });
    };
    const place = (value: string, limit: number, known: boolean): Node[] => {
      // Line ends that Markdown puts between its elements are not the source's.
      if (!known && value.trim() === "") return [{ type: "text", value }];
      const whole = source.indexOf(value, cursor);
      if (whole >= 0 && whole + value.length <= limit) {
        cursor = whole + value.length;
        return pieces(value, whole);
      }
      const made: Node[] = [];
      let run = "";
      let from = -1;
      const close = () => {
        if (run !== "") made.push(...(from < 0 ? [{ type: "text", value: run }] : pieces(run, from)));
        run = "";
      };
      for (const char of value) {
        const found = source.indexOf(char, cursor);
        const at = found >= 0 && found < limit && found - cursor <= NEAR ? found : -1;
        const joins = at < 0 ? from < 0 : from >= 0 && at === from + run.length;
        if (!joins) {
          close();
          from = at;
        }
        run += char;
        if (at >= 0) cursor = at + char.length;
      }
      close();
      return made;
    };
    const pieces = (value: string, from: number): Node[] =>
      cut(from, value.length, marks).map((piece) => ({
        type: "element",
        tagName: piece.mark ? "mark" : "span",
        properties: { dataFrom: piece.from, ...(piece.mark === "strong" ? { dataStrong: "" } : {}) },
        children: [{ type: "text", value: value.slice(piece.from - from, piece.from - from + piece.length) }],
      }));
    walk(tree, source.length);
  };
}
