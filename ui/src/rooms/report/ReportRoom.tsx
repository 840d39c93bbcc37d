import { Button, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLanguage, useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import { ErrorNote } from "../../parts/ErrorNote";
import { Empty, Page } from "../../parts/Page";
import styles from "./ReportRoom.module.css";

/**
 * The project's report, in a frame of its own: the shell serves the page under
 * its own scheme with its own policy (no scripts), and the frame is sandboxed.
 */
export function ReportRoom() {
  const t = useT();
  const bridge = useBridge();
  const { language } = useLanguage();
  const report = useQuery({ queryKey: ["report", language], queryFn: () => bridge.report(language) });
  return (
    <Page
      title={t("ui-room-report")}
      note={t("ui-report-note")}
      wide
      actions={
        <Button variant="default" onClick={() => void report.refetch()} loading={report.isFetching}>
          {t("ui-report-renew")}
        </Button>
      }
    >
      {report.error ? <ErrorNote error={report.error} /> : null}
      {report.isPending ? (
        <Loader m="xl" aria-label={t("ui-wait")} />
      ) : report.data ? (
        <iframe key={report.dataUpdatedAt} className={styles.page} sandbox="" src={report.data} title={t("ui-room-report")} />
      ) : report.error ? null : (
        <Empty title={t("ui-report-empty")} hint={t("ui-report-empty-hint")} />
      )}
    </Page>
  );
}
