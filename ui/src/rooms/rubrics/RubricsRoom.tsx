import { Button, Group, SegmentedControl, Select, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { usePick, useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { PublishedRubric, RubricHead, RubricRef } from "../../bridge/ipc";
import { Empty, Page } from "../../parts/Page";
import { ErrorNote } from "../shared/ErrorNote";
import { Hint } from "../shared/Hint";
import { RubricSheet } from "./RubricSheet";
import styles from "./RubricsRoom.module.css";
import { Shipped } from "./Shipped";
import { Carry } from "./write/Carry";
import { Editor } from "./write/Editor";

/** The project's rubrics, read in full; for the lead also written, published and carried on. */
export function RubricsRoom() {
  const { project, refresh, setRubric } = Open.use();
  const bridge = useBridge();
  const client = useQueryClient();
  const [writing, setWriting] = useState<string | null>(null);
  const [carrying, setCarrying] = useState<{ from: RubricRef; to: number } | null>(null);
  const [chosen, setChosen] = useState<RubricRef | null>(null);
  const [error, setError] = useState<unknown>(null);
  const lead = project.me?.role === "lead";

  async function published({ head, base, ratings }: PublishedRubric) {
    setWriting(null);
    await refresh();
    await client.invalidateQueries({ queryKey: ["drafts"] });
    setChosen({ id: head.id, version: head.version });
    setRubric(`${head.id}@${head.version}`);
    if (base && ratings > 0) setCarrying({ from: base, to: head.version });
  }
  async function drop(id: string) {
    try {
      await bridge.rubricDraftDrop(id);
      setWriting(null);
      await client.invalidateQueries({ queryKey: ["drafts"] });
    } catch (reason) {
      setError(reason);
    }
  }

  if (writing !== null && lead) {
    return (
      <>
        <Editor
          key={writing}
          id={writing}
          onClose={() => {
            setWriting(null);
            void client.invalidateQueries({ queryKey: ["drafts"] });
          }}
          onPublished={(done) => void published(done).catch(setError)}
          onDrop={() => void drop(writing)}
        />
        <ErrorNote error={error} />
      </>
    );
  }
  return (
    <>
      <Shelf lead={lead} chosen={chosen} onChoose={setChosen} onWrite={setWriting} onCarry={setCarrying} />
      {carrying ? <Carry from={carrying.from} to={carrying.to} onClose={() => setCarrying(null)} /> : null}
    </>
  );
}

/** What there is, newest versions first in sight. */
function Shelf({ lead, chosen, onChoose, onWrite, onCarry }: {
  lead: boolean;
  chosen: RubricRef | null;
  onChoose: (rubric: RubricRef) => void;
  onWrite: (draft: string) => void;
  onCarry: (carry: { from: RubricRef; to: number }) => void;
}) {
  const t = useT();
  const pick = usePick();
  const bridge = useBridge();
  const { project } = Open.use();
  const [error, setError] = useState<unknown>(null);
  const ids = [...new Set(project.rubrics.map((one) => one.id))];
  const id = ids.find((one) => one === chosen?.id) ?? ids[0];
  const versions = project.rubrics.filter((one) => one.id === id).sort((a, b) => b.version - a.version);
  const head = versions.find((one) => one.version === chosen?.version) ?? versions[0];
  const before = versions.find((one) => head && one.version < head.version);
  const newest = (one: string) => project.rubrics.filter((head) => head.id === one).reduce<RubricHead | null>((a, b) => (a && a.version > b.version ? a : b), null);

  async function begin(from: RubricRef | null) {
    setError(null);
    try {
      onWrite((await bridge.rubricDraftBegin({ from })).id);
    } catch (reason) {
      setError(reason);
    }
  }

  return (
    <Page
      title={t("ui-room-rubrics")}
      note={t("ui-rubrics-note")}
      actions={
        lead ? (
          <>
            {head ? (
              <Button variant="default" onClick={() => void begin({ id: head.id, version: head.version })} data-change>
                {t("ui-rubric-change")}
              </Button>
            ) : null}
            <Button onClick={() => void begin(null)} data-new>
              {t("ui-rubric-new")}
            </Button>
          </>
        ) : null
      }
    >
      <ErrorNote error={error} />
      {lead && head ? <Hint name="rubrics" /> : null}
      {lead ? <Drafts onWrite={onWrite} /> : null}
      {ids.length > 1 ? (
        <SegmentedControl
          mb="lg"
          value={id ?? ""}
          onChange={(next) => onChoose({ id: next, version: newest(next)?.version ?? 1 })}
          data={ids.map((one) => ({ value: one, label: pick(newest(one)?.title) || one }))}
        />
      ) : null}
      {head && versions.length > 1 ? (
        <Group gap="sm" mb="lg" align="end">
          <Select
            size="xs"
            w={180}
            label={t("ui-rubric-which-version")}
            data-version
            value={String(head.version)}
            data={versions.map((one) => ({ value: String(one.version), label: t("ui-rubric-version", { version: one.version }) }))}
            onChange={(next) => next && onChoose({ id: head.id, version: Number(next) })}
          />
          {lead && before ? (
            <Button size="xs" variant="default" onClick={() => onCarry({ from: { id: before.id, version: before.version }, to: head.version })} data-to-carry>
              {t("ui-carry-from", { version: before.version })}
            </Button>
          ) : null}
        </Group>
      ) : null}
      {head ? (
        <Sheet rubric={{ id: head.id, version: head.version }} />
      ) : (
        <Empty title={t("ui-rubrics-empty")} hint={t(lead ? "ui-rubrics-empty-hint" : "ui-rubrics-empty-hint-rater")} />
      )}
      {lead ? <Shipped /> : null}
    </Page>
  );
}

/** What is being written, to go on with. */
function Drafts({ onWrite }: { onWrite: (draft: string) => void }) {
  const t = useT();
  const pick = usePick();
  const bridge = useBridge();
  const drafts = useQuery({ queryKey: ["drafts"], queryFn: () => bridge.rubricDrafts(), staleTime: 0 });
  if (drafts.error) return <ErrorNote error={drafts.error} />;
  return (drafts.data ?? []).map((draft) => (
    <Group key={draft.id} justify="space-between" className={styles.draft} wrap="nowrap">
      <Text>
        {draft.base ? t("ui-rubric-draft-of", { title: pick(draft.title) || draft.base.id, version: draft.base.version }) : t("ui-rubric-draft", { title: pick(draft.title) || t("ui-write-untitled") })}
      </Text>
      <Button size="xs" variant="default" onClick={() => onWrite(draft.id)} data-draft={draft.id}>
        {t("ui-rubric-go-on")}
      </Button>
    </Group>
  ));
}

function Sheet({ rubric }: { rubric: RubricRef }) {
  const bridge = useBridge();
  const found = useQuery({ queryKey: ["rubric", rubric.id, rubric.version], queryFn: () => bridge.rubricGet(rubric) });
  if (found.error) return <ErrorNote error={found.error} />;
  return found.data ? <RubricSheet rubric={found.data} /> : null;
}
