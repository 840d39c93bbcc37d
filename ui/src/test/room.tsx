import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { type ReactNode, useState } from "react";
import { newClient } from "../app/App";
import { type Language, Locale } from "../app/locale";
import { Open, type Room } from "../app/open";
import { theme } from "../app/theme";
import { BridgeProvider } from "../bridge/context";
import type { Bridge, ProjectView } from "../bridge/ipc";

export const PROJECT: ProjectView = {
  path: "/somewhere/ward.shinsa",
  name: "ward",
  cases: 2,
  outputs: 2,
  ratings: 0,
  gold: 0,
  verdicts: 0,
  rubrics: [{ id: "answer-safety", version: 1, title: { ja: "安全性", en: "Safety" }, criteria: 4 }],
  raters: [],
  me: { id: "r1", name: "評価者A", profession: "", role: "lead", passphrase: "own" },
  passphrases_required: false,
};

/** A bridge with only the calls that a test gives; any other one fails the test by name. */
export function bridgeOf(calls: Partial<Bridge>): Bridge {
  return new Proxy(calls as Bridge, {
    get(target, name) {
      const call = Reflect.get(target, name) as unknown;
      if (call === undefined) throw new Error(`the test's bridge has no ${String(name)}`);
      return call;
    },
  });
}

function Seat({ project, children }: { project: ProjectView; children: ReactNode }) {
  const [now, setProject] = useState(project);
  const [room, setRoom] = useState<Room>("rate");
  const [rubric, setRubric] = useState<string | null>(null);
  const [output, setOutput] = useState<string | null>(null);
  const go = (next: Room, at?: string) => {
    setRoom(next);
    if (at !== undefined) setOutput(at);
  };
  return <Open value={{ project: now, setProject, refresh: async () => undefined, bringIn: () => undefined, atLeave: () => () => undefined, room, go, rubric, setRubric, output, setOutput }}>{children}</Open>;
}

/** A room as it stands in the window, with a test's own calls behind it. */
export function renderRoom(room: ReactNode, bridge: Bridge, { language = "en" as Language, project = PROJECT } = {}) {
  return render(
    <MantineProvider theme={theme} env="test">
      <Locale start={language}>
        <QueryClientProvider client={newClient()}>
          <BridgeProvider bridge={bridge}>
            <Seat project={project}>{room}</Seat>
          </BridgeProvider>
        </QueryClientProvider>
      </Locale>
    </MantineProvider>,
  );
}
