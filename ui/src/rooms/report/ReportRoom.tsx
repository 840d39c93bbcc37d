import { Button, Group, Loader, useComputedColorScheme } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLanguage, useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import { ByRubric, RubricPick, useRubric } from "../shared/ByRubric";
import { ErrorNote } from "../shared/ErrorNote";
import { LeadOnly } from "../shared/LeadOnly";
import { ToGold } from "../shared/ToGold";
import { Empty, Page } from "../../parts/Page";
import styles from "./ReportRoom.module.css";

/** Where the shell serves the report; Windows spells the scheme as a host. */
const PAGE = navigator.userAgent.includes("Windows") ? "http://report.localhost/" : "report://localhost/";

/**
 * The project's report, in a frame of its own: the shell serves the page under
 * its own scheme with its own policy (no scripts), and the frame is sandboxed.
 */
export function ReportRoom() {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { language } = useLanguage();
  const scheme = useComputedColorScheme("light");
  const { project } = Open.use();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const lead = project.me?.role === "lead";
  const rubric = useRubric();
  const there = useQuery({ queryKey: ["report"], queryFn: () => bridge.reportThere(), enabled: lead });

  async function make() {
    if (!rubric) return;
    setBusy(true);
    setError(null);
    try {
      await bridge.reportMake({ rubric, out: null, lang: language });
      await client.invalidateQueries({ queryKey: ["report"] });
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Page
      title={t("ui-room-report")}
      note={t("ui-report-note")}
      wide
      actions={
        lead && rubric && (there.data || project.gold + project.ratings > 0) ? (
          <Group gap="sm" wrap="nowrap">
            <RubricPick />
            <Button variant="default" onClick={() => void make()} loading={busy} data-report>
              {t(there.data ? "ui-report-renew" : "ui-report-make")}
            </Button>
          </Group>
        ) : null
      }
    >
      <LeadOnly>
        <ErrorNote error={error ?? there.error} />
        {there.isPending ? (
          <Loader m="xl" aria-label={t("ui-wait")} />
        ) : there.data ? (
          <iframe key={there.dataUpdatedAt} className={styles.page} sandbox="" src={`${PAGE}?lang=${language}&scheme=${scheme}`} title={t("ui-room-report")} />
        ) : (
          <ByRubric pick={false}>
            {() =>
              project.gold + project.ratings === 0 ? (
                <ToGold title={t("ui-report-empty")} />
              ) : (
                <Empty
                  title={t("ui-report-empty")}
                  hint={t("ui-report-empty-hint")}
                  action={
                    <Button onClick={() => void make()} loading={busy}>
                      {t("ui-report-make")}
                    </Button>
                  }
                />
              )
            }
          </ByRubric>
        )}
      </LeadOnly>
    </Page>
  );
}
