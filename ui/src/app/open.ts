import { createContext, useContext } from "react";
import type { ProjectView } from "../bridge/ipc";

export type Room = "cases" | "rubrics" | "people" | "rate" | "prefer" | "agreement" | "adjudicate" | "write" | "train" | "judge" | "report" | "export";

/** The open project and where the user is in it. */
export interface OpenProject {
  project: ProjectView;
  setProject: (project: ProjectView) => void;
  /** Opens the import, with a file where there is one already. */
  bringIn: (file?: string) => void;
  /** Runs `work` before the project is closed; returns how to take that back. */
  atLeave: (work: () => Promise<void>) => () => void;
  room: Room;
  go: (room: Room, output?: string) => void;
  /** Reads the project's counts and rubrics anew. */
  refresh: () => Promise<void>;
  /** The rubric chosen in any room, as `id@version`. */
  rubric: string | null;
  setRubric: (rubric: string | null) => void;
  /** The output that the rating room is at. */
  output: string | null;
  setOutput: (output: string | null) => void;
}

const Seat = createContext<OpenProject | null>(null);

function use(): OpenProject {
  const open = useContext(Seat);
  if (!open) throw new Error("Open.use outside an open project");
  return open;
}

export const Open = Object.assign(Seat, { use });
