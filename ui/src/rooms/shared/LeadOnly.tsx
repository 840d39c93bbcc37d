import { type ReactNode } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { Empty } from "../../parts/Page";
import { GoTo } from "./GoTo";

/** What only the project's lead may do; the store refuses it to anyone else, this says so beforehand. */
export function LeadOnly({ children }: { children: ReactNode }) {
  const t = useT();
  const { project } = Open.use();
  if (project.me?.role === "lead") return children;
  return <Empty title={t("ui-lead-only")} hint={t("ui-lead-only-hint")} action={<GoTo room="rate" />} />;
}
