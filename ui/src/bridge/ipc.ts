import { Channel } from "@tauri-apps/api/core";
import { type Answer, type CarriedReply, type CarryRatings, commands, type ExportReply, type ExportRequest, type JobUpdate, type JudgeStart, type JudgeSummary, type TrainPlan, type TrainStart, type TrainSummary } from "./bindings";

export type * from "./bindings";

/** Answers per criterion id. */
export type Answers = { [criterion in string]: Answer };

type Commands = typeof commands;

/**
 * Every call that a room can make: the generated commands, with a function in
 * the place of the channel for those that report progress. Refusals are thrown;
 * `asFailure` reads them.
 */
export type Bridge = Omit<Commands, "trainRun" | "trainPlan" | "judgeRun" | "exportRun" | "rubricCarry"> & {
  trainPlan(request: TrainStart, on: (update: JobUpdate) => void): Promise<TrainPlan>;
  trainRun(request: TrainStart, on: (update: JobUpdate) => void): Promise<TrainSummary>;
  judgeRun(request: JudgeStart, on: (update: JobUpdate) => void): Promise<JudgeSummary>;
  exportRun(request: ExportRequest, on: (update: JobUpdate) => void): Promise<ExportReply>;
  rubricCarry(request: CarryRatings, on: (update: JobUpdate) => void): Promise<CarriedReply>;
};

/** The shell itself. */
export function connect(): Bridge {
  return {
    ...commands,
    trainPlan: (request, on) => commands.trainPlan(request, channel(on)),
    trainRun: (request, on) => commands.trainRun(request, channel(on)),
    judgeRun: (request, on) => commands.judgeRun(request, channel(on)),
    exportRun: (request, on) => commands.exportRun(request, channel(on)),
    rubricCarry: (request, on) => commands.rubricCarry(request, channel(on)),
  };
}

function channel<T>(on: (news: T) => void): Channel<T> {
  const made = new Channel<T>();
  made.onmessage = on;
  return made;
}
