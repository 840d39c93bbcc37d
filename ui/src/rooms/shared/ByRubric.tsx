import { Select } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { usePick, useT } from "../../app/locale";
import { Open } from "../../app/open";
import type { RubricHead, RubricRef } from "../../bridge/ipc";
import { Empty } from "../../parts/Page";
import { GoTo } from "./GoTo";

const nameOf = (head: RubricHead) => `${head.id}@${head.version}`;

/** The rubric that the rooms are about: the one chosen last in any of them, else the first one's newest version. */
export function useRubric(): RubricRef | null {
  const { project, rubric } = Open.use();
  const first = project.rubrics.filter((one) => one.id === project.rubrics[0]?.id);
  const head = project.rubrics.find((one) => nameOf(one) === rubric) ?? first.sort((a, b) => b.version - a.version)[0];
  return head ? { id: head.id, version: head.version } : null;
}

/** Which rubric; nothing to see where the project has only one. */
export function RubricPick() {
  const t = useT();
  const pick = usePick();
  const { project, setRubric } = Open.use();
  const now = useRubric();
  if (project.rubrics.length < 2 || !now) return null;
  const versions = (id: string) => project.rubrics.filter((one) => one.id === id).length;
  return (
    <Select
      size="xs"
      w={320}
      aria-label={t("ui-room-rubrics")}
      value={`${now.id}@${now.version}`}
      data={project.rubrics.map((one) => ({
        value: nameOf(one),
        label: versions(one.id) > 1 ? `${pick(one.title)} · ${t("ui-rubric-version", { version: one.version })}` : pick(one.title),
      }))}
      onChange={(value) => value && setRubric(value)}
      data-rubric
    />
  );
}

/** What a room shows of one rubric, with the choice above it; where there is none, the way to one. */
export function ByRubric({ pick = true, children }: {
  /** Whether the choice stands here; elsewhere where not. */
  pick?: boolean;
  children: (rubric: RubricRef) => ReactNode;
}) {
  const t = useT();
  const rubric = useRubric();
  if (!rubric) {
    return (
      <Empty
        title={t("ui-rate-no-rubric")}
        hint={t("ui-rate-no-rubric-hint")}
        action={<GoTo room="rubrics" />}
      />
    );
  }
  return (
    <>
      {pick ? <RubricPick /> : null}
      <Fragment key={`${rubric.id}@${rubric.version}`}>{children(rubric)}</Fragment>
    </>
  );
}
