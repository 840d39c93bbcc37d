import { usePick, useT } from "../../../app/locale";
import type { Rubric, RubricProblem } from "../../../bridge/ipc";
import { partOf } from "./edit";
import styles from "./Write.module.css";

/** A broken rule in words: where, what, and what to do; a way there where it is elsewhere. */
export function Problem({ problem, rubric, onJump }: { problem: RubricProblem; rubric: Rubric; onJump?: () => void }) {
  const t = useT();
  const name = useName();
  const text = t("error-rubric-invalid", { place: name(problem.place, rubric), problem: problem.problem, message: problem.rule });
  return onJump ? (
    <button type="button" className={`${styles.problem} ${styles.jump}`} data-rule={problem.problem} onClick={onJump}>
      {text}
    </button>
  ) : (
    <div className={styles.problem} role="alert" data-rule={problem.problem}>
      {text}
    </div>
  );
}

/** A place of a rubric as its writer knows it. */
function useName(): (place: string, rubric: Rubric) => string {
  const t = useT();
  const pick = usePick();
  return (place, rubric) => {
    const part = partOf(place, rubric);
    if (part.at === "scoring") return t("ui-write-scoring");
    if (part.at === "general") return t("ui-write-general");
    const criterion = rubric.criteria[part.index];
    if (!criterion) return place;
    const own = pick(criterion.label) || criterion.id;
    const [, inner] = /^criteria\.[^.]+\.([^.]+)$/.exec(place) ?? [];
    const within = criterion.kind.type === "list" ? criterion.kind.each.find((one) => one.id === inner) : undefined;
    return within ? `${own} › ${pick(within.label) || within.id}` : own;
  };
}
