import { Alert, Button, Group, Modal, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import { asFailure } from "../../bridge/failure";
import type { ImportKind, ImportReply, JobProgress } from "../../bridge/ipc";
import { RubricPick, useRubric } from "./ByRubric";
import { ErrorNote } from "./ErrorNote";
import { Preview, Problems } from "./ImportPreview";
import { assigned, type Asked, request } from "./importing";
import { Working } from "./Working";

const FIRST: Asked = { kind: "cases", path: null, encoding: "auto", sheet: null, mapping: null, outputs: null, rater: "" };

/** A name is taken as typed after so long, in milliseconds. */
const TYPED_MS = 600;

/** A file that is being looked at, or imported. */
interface Work {
  progress: JobProgress | null;
  commits: boolean;
  stopping: boolean;
}

/** File, a look at its rows and columns, every problem by name, then one button that says what it will do. */
export function ImportDialog({ opened, file, onClose }: {
  opened: boolean;
  /** A file that was dropped onto the window. */
  file: string | null;
  onClose: () => void;
}) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { project, refresh, go } = Open.use();
  const rubric = useRubric();
  const [asked, setAsked] = useState<Asked>(FIRST);
  const [reply, setReply] = useState<ImportReply | null>(null);
  const [work, setWork] = useState<Work | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [stopped, setStopped] = useState(false);
  const turn = useRef(0);
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const busy = work !== null;

  const run = useCallback(
    async (what: Asked, more: { commit?: boolean; failed?: string } = {}) => {
      clearTimeout(typing.current);
      setAsked(what);
      if (what.path === null) return;
      const mine = ++turn.current;
      setWork({ progress: null, commits: more.commit === true, stopping: false });
      setError(null);
      setStopped(false);
      try {
        const got = await bridge.importFile(request(what, rubric, more), (update) => {
          if (mine !== turn.current || update.kind !== "progress") return;
          setWork((now) => now && { ...now, progress: update.data });
        });
        if (mine !== turn.current) return;
        // A file that says what it holds needs no choice; a person's own choice stands.
        if (got.rather && what.guess) {
          await run({ ...what, kind: got.rather, guess: false });
          return;
        }
        setReply(got);
        if (got.committed) {
          await refresh();
          await client.invalidateQueries();
        }
      } catch (reason) {
        if (mine !== turn.current) return;
        // What was seen of the file before an import was stopped still holds.
        if (!more.commit) setReply(null);
        if (asFailure(reason).code === "import-cancelled") setStopped(true);
        else setError(reason);
      } finally {
        if (mine === turn.current) setWork(null);
      }
    },
    [bridge, client, refresh, rubric],
  );

  const start = useCallback(
    // Another file: what was chosen for the last one says nothing about it.
    (path: string) => void run({ ...FIRST, kind: asked.kind, rater: asked.rater, path, guess: true }),
    [asked.kind, asked.rater, run],
  );
  const taken = useRef<string | null>(null);
  useEffect(() => {
    if (opened && file !== null && file !== taken.current) {
      taken.current = file;
      start(file);
    }
    if (!opened) taken.current = null;
  }, [opened, file, start]);
  // Another rubric reads the same table differently.
  const [read, setRead] = useState(rubric);
  useEffect(() => {
    if (read?.id === rubric?.id && read?.version === rubric?.version) return;
    setRead(rubric);
    if (asked.kind === "ratings") void run({ ...asked, mapping: null });
  }, [asked, read, rubric, run]);

  async function attempt(work: () => Promise<void>) {
    try {
      await work();
    } catch (reason) {
      setError(reason);
    }
  }
  const choose = () =>
    attempt(async () => {
      const picked = await bridge.pickFile("table");
      if (picked) start(picked);
    });
  const keepLeftOut = () =>
    attempt(async () => {
      const place = await bridge.pickPlace(`${t("ui-import-left-out-name")}.${reply?.headings.length ? "csv" : "jsonl"}`);
      if (place) await run(asked, { failed: place });
    });

  function stop() {
    setWork((now) => now && { ...now, stopping: true });
    bridge.importCancel().catch(setError);
  }

  function close() {
    // What is going into the project is stopped or waited for, never left alone.
    if (work?.commits) return;
    if (work) stop();
    clearTimeout(typing.current);
    turn.current += 1;
    setReply(null);
    setAsked(FIRST);
    setError(null);
    setWork(null);
    setStopped(false);
    onClose();
  }

  // Where one would go from here.
  const next = project.rubrics.length === 0 ? "rubrics" : project.outputs > 0 ? "rate" : "cases";
  const table = reply !== null && reply.fields.length > 0;
  const name = asked.path?.split(/[\\/]/).at(-1);
  return (
    <Modal opened={opened} onClose={close} size="min(1100px, 94vw)" title={t("ui-import")} closeButtonProps={{ "aria-label": t("ui-close") }}>
      <Stack gap="md" data-import-dialog data-busy={busy || undefined}>
        <SegmentedControl
          aria-label={t("ui-import-kind")}
          value={asked.kind}
          disabled={work?.commits ?? false}
          onChange={(value) => void run({ ...asked, kind: value as ImportKind, mapping: null, outputs: null, guess: false })}
          data={(["cases", "outputs", "ratings"] as const).map((value) => ({ value, label: t(`ui-import-${value}`) }))}
        />
        <Text size="sm" c="dimmed">
          {t(`ui-import-${asked.kind}-note`)}
        </Text>
        <Group wrap="nowrap">
          <Button variant={asked.path ? "default" : "filled"} onClick={() => void choose()} disabled={busy} data-choose>
            {t("ui-choose-file")}
          </Button>
          <Text size="sm" data-file title={asked.path ?? undefined}>
            {name ?? t("ui-import-or-drop")}
          </Text>
        </Group>
        {asked.kind === "ratings" && asked.path ? (
          <Group align="end">
            <RubricPick />
            <TextInput
              size="xs"
              w={260}
              label={t("ui-import-rater")}
              value={asked.rater}
              onChange={(event) => {
                const next = { ...asked, rater: event.currentTarget.value };
                setAsked(next);
                // Not on leaving the field: that would put the button to sleep under the very press that is meant for it.
                clearTimeout(typing.current);
                typing.current = setTimeout(() => void run(next), TYPED_MS);
              }}
              data-whose
            />
          </Group>
        ) : null}
        <ErrorNote error={error} />
        {stopped ? (
          <Alert role="status" color="gray" data-stopped>
            {t("error-import-cancelled")}
          </Alert>
        ) : null}
        {work ? <Working progress={work.progress} stopping={work.stopping} onCancel={stop} /> : null}
        {reply && asked.path ? (
          <>
            <Group align="end" justify="space-between">
              <Text data-found>
                {t("ui-import-found", { rows: reply.rows, fresh: reply.new, repeated: reply.repeated, problems: reply.problems.length })}
              </Text>
              {reply.sheets.length > 0 ? (
                <Select
                  size="xs"
                  label={t("ui-import-sheet")}
                  value={asked.sheet ?? reply.sheet}
                  data={reply.sheets}
                  onChange={(value) => void run({ ...asked, sheet: value, mapping: null, outputs: null })}
                  data-sheet
                />
              ) : (
                <Select
                  size="xs"
                  label={t("ui-import-encoding", { encoding: reply.encoding })}
                  value={asked.encoding}
                  data={[
                    { value: "auto", label: t("ui-import-detect") },
                    { value: "utf-8", label: "UTF-8" },
                    { value: "cp932", label: "CP932 (Shift_JIS)" },
                  ]}
                  onChange={(value) => value && void run({ ...asked, encoding: value, mapping: null, outputs: null })}
                  data-encoding
                />
              )}
            </Group>
            <Preview
              reply={reply}
              onAssign={(heading, field) => void run({ ...asked, ...assigned(reply, heading, field) })}
              locked={!table || reply.committed || (work?.commits ?? false)}
            />
            <Problems problems={reply.problems} />
            {reply.committed ? (
              <Alert role="status" color="green" data-committed>
                <Group justify="space-between">
                  {what(t, "committed", asked.kind, reply)}
                  <Button
                    size="xs"
                    onClick={() => {
                      close();
                      go(next);
                    }}
                    data-next={next}
                  >
                    {t(`ui-import-next-${next}`)}
                  </Button>
                </Group>
              </Alert>
            ) : (
              <Group justify="end">
                {reply.left_out > 0 ? (
                  <Button variant="default" onClick={() => void keepLeftOut()} disabled={busy}>
                    {t("ui-import-keep-left-out")}
                  </Button>
                ) : null}
                <Button disabled={busy || reply.new + reply.new_outputs === 0} loading={work?.commits ?? false} onClick={() => void run(asked, { commit: true })} data-commit>
                  {what(t, "commit", asked.kind, reply)}
                </Button>
              </Group>
            )}
          </>
        ) : null}
      </Stack>
    </Modal>
  );
}

/** What will be done, or was, with its numbers. */
function what(t: ReturnType<typeof useT>, tense: "commit" | "committed", kind: ImportKind, reply: ImportReply): string {
  const both = reply.new_outputs > 0 ? "-with-outputs" : "";
  const action = t(`ui-import-${tense}-${kind}${both}`, { fresh: reply.new, outputs: reply.new_outputs });
  return reply.left_out > 0 ? t("ui-import-but-left-out", { action, left: reply.left_out }) : action;
}
