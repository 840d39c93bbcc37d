import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../../app/locale";
import { useBridge } from "../../../bridge/context";
import type { DraftView, PublishedRubric } from "../../../bridge/ipc";
import { ErrorNote } from "../../shared/ErrorNote";
import { type Part, partOf } from "./edit";
import { Fits } from "./Fits";
import { Problem } from "./Problem";

/** The last look before a version is published: what is missing, or what it will mean. */
export function Publish({ view, opened, onClose, onJump, onPublished }: {
  view: DraftView;
  opened: boolean;
  onClose: () => void;
  /** To the part where a problem is put right. */
  onJump: (part: Part) => void;
  onPublished: (published: PublishedRubric) => void;
}) {
  const t = useT();
  const bridge = useBridge();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const { problems, rubric, base, fits, unchanged } = view;
  async function publish() {
    setBusy(true);
    setError(null);
    try {
      onPublished(await bridge.rubricDraftPublish(view.id));
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={t("ui-write-publish-title", { version: rubric.version })} closeButtonProps={{ "aria-label": t("ui-close") }}>
      <Stack gap="sm" data-publishing>
        {problems.length > 0 ? (
          <>
            <Text>{t("ui-write-problems", { count: problems.length })}</Text>
            {problems.map((problem) => (
              <Problem key={`${problem.place} ${problem.problem}`} problem={problem} rubric={rubric} onJump={() => onJump(partOf(problem.place, rubric))} />
            ))}
          </>
        ) : unchanged ? (
          <Text>{t("error-rubric-unchanged")}</Text>
        ) : (
          <>
            <Text>{t(base ? "ui-write-publish-next" : "ui-write-publish-first", { version: rubric.version })}</Text>
            {base ? (
              <>
                <Text size="sm" fw={600}>
                  {t("ui-write-fits", { version: base.version })}
                </Text>
                <Fits fits={fits} />
              </>
            ) : null}
            <ErrorNote error={error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t("ui-cancel")}
              </Button>
              <Button data-publish data-autofocus loading={busy} onClick={() => void publish()}>
                {t("ui-write-publish-version", { version: rubric.version })}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}
