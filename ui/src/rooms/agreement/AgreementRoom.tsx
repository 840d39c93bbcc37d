import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { Page } from "../../parts/Page";
import { ByRubric } from "../shared/ByRubric";
import styles from "./AgreementRoom.module.css";
import { Consistency } from "./Consistency";
import { Figures } from "./Figures";
import { GoldMake } from "./GoldMake";
import { MineAndGold } from "./MineAndGold";
import { Team } from "./Team";

/** How far the raters agree, criterion by criterion. */
export function AgreementRoom() {
  const t = useT();
  const { project } = Open.use();
  return (
    <Page title={t("ui-room-agreement")} note={t("ui-agreement-note")}>
      <ByRubric>
        {(rubric) => (
          <>
            <Figures rubric={rubric} />
            <div className={styles.gold}>
              {project.me?.role === "lead" ? <Team rubric={rubric} /> : null}
              {project.me?.role === "lead" ? <GoldMake rubric={rubric} /> : null}
              <MineAndGold rubric={rubric} />
              <Consistency rubric={rubric} />
            </div>
          </>
        )}
      </ByRubric>
    </Page>
  );
}
