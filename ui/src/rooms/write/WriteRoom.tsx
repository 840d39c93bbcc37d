import { Tabs } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import { useJobs } from "../../app/jobs";
import { Page } from "../../parts/Page";
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
  const [part, setPart] = useState<string | null>("outputs");
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
        <Writer kind="outputs" />
      </Tabs.Panel>
      <Tabs.Panel value="incidents">
        <Writer kind="incidents" />
      </Tabs.Panel>
      <Tabs.Panel value="prompts">
        <Prompts />
      </Tabs.Panel>
    </Tabs>
  );
}
