import { useT } from "../../app/locale";
import { Page } from "../../parts/Page";
import { ByRubric } from "../shared/ByRubric";
import { LeadOnly } from "../shared/LeadOnly";
import { Assignments } from "./Assignments";
import { People } from "./People";
import styles from "./PeopleRoom.module.css";

/** Who is in the project, and who is to rate what. For the lead. */
export function PeopleRoom() {
  const t = useT();
  return (
    <Page title={t("ui-room-people")} note={t("ui-people-note")}>
      <LeadOnly>
        <div className={styles.sections}>
          <People />
          <section aria-label={t("ui-assign")}>
            <ByRubric>{(rubric) => <Assignments rubric={rubric} />}</ByRubric>
          </section>
        </div>
      </LeadOnly>
    </Page>
  );
}
