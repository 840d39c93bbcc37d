import type { QueueEntry } from "../../bridge/ipc";

/** Which outputs of the queue are shown. */
export type Filter = "all" | "todo" | "draft" | "skipped" | "flagged" | "done";
export const FILTERS: readonly Filter[] = ["all", "todo", "draft", "skipped", "flagged", "done"];

/** Whether an output is shown. What was left for later is neither to do nor a draft. */
export function passes(entry: QueueEntry, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "skipped":
      return entry.skipped;
    case "flagged":
      return entry.flagged;
    case "done":
      return entry.state === "done";
    default:
      return entry.state === filter && !entry.skipped;
  }
}
