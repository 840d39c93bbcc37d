import type { ImportKind, ImportReply, ImportRequest, RubricRef } from "../../bridge/ipc";

/** What a person chose about a file so far; nothing where it tells by itself. */
export interface Asked {
  kind: ImportKind;
  path: string | null;
  encoding: string;
  sheet: string | null;
  /** Field to heading, empty for no column. */
  mapping: Record<string, string> | null;
  /** Headings of the columns of outputs. */
  outputs: string[] | null;
  rater: string;
  /** Whether the file may say itself what it holds. */
  guess?: boolean;
}

/** The command's request; a dry run unless it is to be committed. */
export function request(asked: Asked, rubric: RubricRef | null, { commit = false, failed }: { commit?: boolean; failed?: string }): ImportRequest {
  const rater = asked.rater.trim();
  return {
    kind: asked.kind,
    path: asked.path ?? "",
    encoding: asked.encoding === "auto" ? null : asked.encoding,
    sheet: asked.sheet,
    mapping: asked.mapping ?? {},
    outputs: asked.outputs,
    rubric: asked.kind === "ratings" && rubric ? `${rubric.id}@${rubric.version}` : null,
    rater: asked.kind === "ratings" && rater !== "" ? rater : null,
    commit,
    partial: commit,
    failed_rows: failed ?? null,
  };
}

/** Every column's field after one column got another; nothing is left to the headings from here on. */
export function assigned(reply: ImportReply, heading: string, field: string | null): { mapping: Record<string, string>; outputs: string[] } {
  const several = new Set(reply.fields.filter((one) => one.several).map((one) => one.name));
  const mapping: Record<string, string> = {};
  for (const one of reply.fields) if (!one.several) mapping[one.name] = "";
  const outputs: string[] = [];
  for (const column of reply.columns) {
    if (column.heading === heading) continue;
    if (several.has(column.field)) outputs.push(column.heading);
    else mapping[column.field] = column.heading;
  }
  if (field !== null && several.has(field)) outputs.push(heading);
  else if (field !== null) mapping[field] = heading;
  return { mapping, outputs };
}
