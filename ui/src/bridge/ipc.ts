import { Channel } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { type Answer, type AssignRequest, type AssignUndone, type AssignView, type CarriedReply, type CarryRatings, commands, type Demo, type ExportReply, type ExportRequest, type ImportReply, type ImportRequest, type JobUpdate, type JudgeAtReply, type JudgeEndpoint, type JudgeStart, type Lang, type RubricRef, type TrainPlan, type TrainStart, type TrainSummary, type WriteKind, type WriteStart, type WriteSummary } from "./bindings";

export type * from "./bindings";

/** Answers per criterion id. */
export type Answers = { [criterion in string]: Answer };

type Commands = typeof commands;

/** Files that hang above the window, were dropped onto it, or went away again. */
export type Drop = { kind: "over" } | { kind: "dropped"; paths: string[] } | { kind: "gone" };

/**
 * Every call that a room can make: the generated commands, with a function in
 * the place of the channel for those that report progress. Refusals are thrown;
 * `asFailure` reads them.
 */
export type Bridge = Omit<Commands, "trainRun" | "trainPlan" | "judgeRun" | "judgeGoOn" | "exportRun" | "rubricCarry" | "importFile" | "assignPreview" | "assignPlan" | "assignUndo" | "demoMake" | "writeRun" | "writeGoOn"> & {
  trainPlan(request: TrainStart, on: (update: JobUpdate) => void): Promise<TrainPlan>;
  trainRun(request: TrainStart, on: (update: JobUpdate) => void): Promise<TrainSummary>;
  judgeRun(request: JudgeStart, endpoint: JudgeEndpoint | null, on: (update: JobUpdate) => void): Promise<JudgeAtReply>;
  judgeGoOn(run: string, on: (update: JobUpdate) => void): Promise<JudgeAtReply>;
  exportRun(request: ExportRequest, on: (update: JobUpdate) => void): Promise<ExportReply>;
  importFile(request: ImportRequest, on: (update: JobUpdate) => void): Promise<ImportReply>;
  assignPreview(request: AssignRequest, on: (update: JobUpdate) => void): Promise<AssignView>;
  assignPlan(request: AssignRequest, on: (update: JobUpdate) => void): Promise<AssignView>;
  assignUndo(rubric: RubricRef, on: (update: JobUpdate) => void): Promise<AssignUndone>;
  demoMake(folder: string, lang: Lang, on: (update: JobUpdate) => void): Promise<Demo>;
  writeRun(kind: WriteKind, request: WriteStart, on: (update: JobUpdate) => void): Promise<WriteSummary>;
  writeGoOn(kind: WriteKind, run: string, on: (update: JobUpdate) => void): Promise<WriteSummary>;
  /** Tells of files dragged onto the window, until the returned function is called. */
  onDrop(on: (drop: Drop) => void): Promise<() => void>;
  rubricCarry(request: CarryRatings, on: (update: JobUpdate) => void): Promise<CarriedReply>;
};

/** The shell itself. */
export function connect(): Bridge {
  return {
    ...commands,
    trainPlan: (request, on) => commands.trainPlan(request, channel(on)),
    trainRun: (request, on) => commands.trainRun(request, channel(on)),
    judgeRun: (request, endpoint, on) => commands.judgeRun(request, endpoint, channel(on)),
    judgeGoOn: (run, on) => commands.judgeGoOn(run, channel(on)),
    exportRun: (request, on) => commands.exportRun(request, channel(on)),
    importFile: (request, on) => commands.importFile(request, channel(on)),
    assignPreview: (request, on) => commands.assignPreview(request, channel(on)),
    assignPlan: (request, on) => commands.assignPlan(request, channel(on)),
    assignUndo: (rubric, on) => commands.assignUndo(rubric, channel(on)),
    demoMake: (folder, lang, on) => commands.demoMake(folder, lang, channel(on)),
    writeRun: (kind, request, on) => commands.writeRun(kind, request, channel(on)),
    writeGoOn: (kind, run, on) => commands.writeGoOn(kind, run, channel(on)),
    onDrop: (on) =>
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        if (payload.type === "drop") on({ kind: "dropped", paths: payload.paths });
        else on({ kind: payload.type === "leave" ? "gone" : "over" });
      }),
    rubricCarry: (request, on) => commands.rubricCarry(request, channel(on)),
  };
}

function channel<T>(on: (news: T) => void): Channel<T> {
  const made = new Channel<T>();
  made.onmessage = on;
  return made;
}
