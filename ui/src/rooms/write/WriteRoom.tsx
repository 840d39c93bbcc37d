import { Tabs } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import { useJobs } from "../../app/jobs";
import { Open } from "../../app/open";
import type { WriteKind } from "../../bridge/ipc";
import { Empty, Page } from "../../parts/Page";
import { GoTo } from "../shared/GoTo";
import { LeadOnly } from "../shared/LeadOnly";
import { Prompts } from "./Prompts";
import { Writer } from "./Writer";

/** A model writes about the cases: answers to be rated, or incidents taken apart; and the prompts it is given. */
export function WriteRoom() {
  const t = useT();
  return (
    <Page title={t("ui-room-write")} note={t("ui-write-note")}>
      <LeadOnly>
        <Parts />
      </LeadOnly>
    </Page>
  );
}

function Parts() {
  const t = useT();
  const { texts: job } = useJobs();
  const { project } = Open.use();
  const [part, setPart] = useState<string | null>("outputs");
  const about = (kind: WriteKind) =>
    project.cases === 0 ? <Empty title={t("ui-cases-empty")} hint={t("ui-write-empty-hint")} action={<GoTo room="cases" />} /> : <Writer kind={kind} />;
  return (
    <Tabs value={part} onChange={setPart} keepMounted={false}>
      <Tabs.List mb="lg">
        {(["outputs", "incidents", "prompts"] as const).map((one) => (
          // One job at a time: what it writes stays in sight until it ends.
          <Tabs.Tab key={one} value={one} disabled={job.running && one !== part} data-part={one}>
            {t(`ui-write-${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="outputs">
        {about("outputs")}
      </Tabs.Panel>
      <Tabs.Panel value="incidents">
        {about("incidents")}
      </Tabs.Panel>
      <Tabs.Panel value="prompts">
        <Prompts />
      </Tabs.Panel>
    </Tabs>
  );
}
