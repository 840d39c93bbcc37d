/** What a command refuses with: a stable code and what to fill into its sentence. */
export interface Failure {
  code: string;
  args: Record<string, string>;
}

export class Refused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code);
    this.name = "Refused";
    this.failure = failure;
  }
}

/**
 * Any thrown thing as a failure. Bad arguments and commands that the window
 * may not call are refused with plain strings.
 */
export function asFailure(error: unknown): Failure {
  if (error instanceof Refused) return error.failure;
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string") {
    const args = "args" in error && typeof error.args === "object" ? (error.args as Record<string, string>) : {};
    return { code: error.code, args };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { code: "unexpected", args: { detail } };
}
