// What this window remembers between starts: never anything of a project's content.
const PREFIX = "shinsa.";

export type Kept = "language" | "rater" | "text-size" | "hints";

export function recall(key: Kept): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function remember(key: Kept, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // A full or forbidden storage costs only a preference.
  }
}
