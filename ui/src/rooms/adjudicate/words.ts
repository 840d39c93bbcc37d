import { usePick, useT } from "../../app/locale";
import type { Answer } from "../../bridge/ipc";
import { isDeclined, options, type Question } from "../rate/questions";

/** An answer in the rubric's words. */
export function useWords(): (question: Question, answer: Answer | undefined) => string {
  const t = useT();
  const pick = usePick();
  return ({ criterion: { kind } }, answer) => {
    if (answer === undefined || answer === null) return "–";
    if (isDeclined(answer)) return t(`ui-declined-${answer.declined.replaceAll("_", "-")}`);
    const option = options(kind).find((one) => one.answer === answer);
    if (option) return kind.type === "scale" ? `${String(option.answer)} ${pick(option.label)}` : pick(option.label);
    if (kind.type === "deductions" && Array.isArray(answer)) {
      const named = kind.items.filter((item) => answer.some((id) => id === item.id)).map((item) => pick(item.label));
      return named.length > 0 ? named.join("、") : t("ui-rate-none-apply");
    }
    return String(answer);
  };
}
