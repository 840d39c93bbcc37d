import { Alert, Button, Group, Modal, ScrollArea, SegmentedControl, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useHas, useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { ImportKind, ImportProblem, ImportReply } from "../../bridge/ipc";
import { RubricPick, useRubric } from "../shared/ByRubric";
import { ErrorNote } from "../shared/ErrorNote";

/** File, dry run with every problem named, then one button that says what it will do. */
export function ImportDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const { refresh } = Open.use();
  const [kind, setKind] = useState<ImportKind>("cases");
  const [path, setPath] = useState<string | null>(null);
  const [encoding, setEncoding] = useState<string>("auto");
  const [rater, setRater] = useState("");
  const rubric = useRubric();
  const [reply, setReply] = useState<ImportReply | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function run(of: ImportKind, from: string, as: string, commit: boolean) {
    setBusy(true);
    setError(null);
    try {
      const table = of === "ratings" && isTable(from);
      const got = await bridge.importFile({
        kind: of,
        path: from,
        encoding: as === "auto" ? null : as,
        commit,
        partial: commit,
        rubric: table && rubric ? `${rubric.id}@${rubric.version}` : null,
        rater: table && rater.trim() !== "" ? rater.trim() : null,
      });
      setReply(got);
      if (got.committed) {
        await refresh();
        await client.invalidateQueries();
      }
    } catch (reason) {
      setReply(null);
      setError(reason);
    } finally {
      setBusy(false);
    }
  }

  // Another rubric reads the same table differently.
  useEffect(() => {
    if (path && kind === "ratings" && isTable(path)) void run(kind, path, encoding, false);
  }, [rubric?.id, rubric?.version]);

  async function choose() {
    const picked = await bridge.pickFile("table");
    if (!picked) return;
    setPath(picked);
    await run(kind, picked, encoding, false);
  }

  function close() {
    setReply(null);
    setPath(null);
    setError(null);
    onClose();
  }

  return (
    <Modal opened={opened} onClose={close} size="xl" title={t("ui-import")} closeButtonProps={{ "aria-label": t("ui-close") }}>
      <Stack gap="md">
        <SegmentedControl
          value={kind}
          onChange={(value) => {
            const next = value as ImportKind;
            setKind(next);
            if (path) void run(next, path, encoding, false);
          }}
          data={(["cases", "outputs", "ratings"] as const).map((value) => ({ value, label: t(`ui-import-${value}`) }))}
        />
        <Text size="sm" c="dimmed">
          {t(`ui-import-${kind}-note`)}
        </Text>
        <Group wrap="nowrap">
          <Button variant={path ? "default" : "filled"} onClick={() => void choose()} loading={busy}>
            {t("ui-choose-file")}
          </Button>
          <Text size="sm">{path}</Text>
        </Group>
        {kind === "ratings" && path && isTable(path) ? (
          <Group align="end">
            <RubricPick />
            <TextInput
              size="xs"
              w={260}
              label={t("ui-import-rater")}
              value={rater}
              onChange={(event) => setRater(event.currentTarget.value)}
              onBlur={() => void run(kind, path, encoding, false)}
              data-whose
            />
          </Group>
        ) : null}
        <ErrorNote error={error} />
        {reply && path ? (
          <>
            <Group align="end" justify="space-between">
              <Text>
                {t("ui-import-found", { rows: reply.rows, fresh: reply.new, repeated: reply.repeated, problems: reply.problems.length })}
              </Text>
              <Select
                size="xs"
                label={t("ui-import-encoding", { encoding: reply.encoding })}
                value={encoding}
                data={[
                  { value: "auto", label: t("ui-import-detect") },
                  { value: "utf-8", label: "UTF-8" },
                  { value: "cp932", label: "CP932 (Shift_JIS)" },
                ]}
                onChange={(value) => {
                  if (!value) return;
                  setEncoding(value);
                  void run(kind, path, value, false);
                }}
              />
            </Group>
            <Problems problems={reply.problems} />
            {reply.committed ? (
              <Alert role="status" color="green">{t("ui-import-committed", { fresh: reply.new })}</Alert>
            ) : (
              <Button disabled={reply.new === 0} loading={busy} onClick={() => void run(kind, path, encoding, true)}>
                {t("ui-import-commit", { fresh: reply.new })}
              </Button>
            )}
          </>
        ) : null}
      </Stack>
    </Modal>
  );
}

/** A file whose ratings are rows of a table, which says nothing of the rubric. */
function isTable(path: string): boolean {
  return !/\.(jsonl|ndjson|json)$/i.test(path);
}

function Problems({ problems }: { problems: ImportProblem[] }) {
  const t = useT();
  const has = useHas();
  if (problems.length === 0) return null;
  return (
    <ScrollArea.Autosize mah={280}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-import-row")}</Table.Th>
            <Table.Th>{t("ui-import-column")}</Table.Th>
            <Table.Th>{t("ui-import-problem")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {problems.slice(0, 500).map((problem, at) => (
            <Table.Tr key={at}>
              <Table.Td>{problem.row ?? ""}</Table.Td>
              <Table.Td>{problem.column ?? ""}</Table.Td>
              <Table.Td>
                {has(`error-${problem.code}`) ? t(`error-${problem.code}`, problem.args) : (problem.args.message ?? problem.code)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
