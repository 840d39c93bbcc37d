import { ActionIcon, Badge, Button, Kbd, Loader, Menu, Modal, Table, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { usePick, useT } from "../../../app/locale";
import type { PublishedRubric } from "../../../bridge/ipc";
import { isTyping } from "../../rate/keys";
import { isAsked } from "../../rate/questions";
import { ErrorNote } from "../../shared/ErrorNote";
import { CriterionForm } from "./CriterionForm";
import { added, KINDS, type KindName, moved, type Part, parts, problemsOf, samePart } from "./edit";
import { GeneralForm } from "./GeneralForm";
import { meaning } from "./keys";
import { Preview } from "./Preview";
import { Problem } from "./Problem";
import { Publish } from "./Publish";
import { ScoringForm } from "./ScoringForm";
import { useDraft } from "./useDraft";
import styles from "./Write.module.css";

/** Writing a rubric: its parts on the left, the part at hand, and the form it makes. */
export function Editor({ id, onClose, onPublished, onDrop }: {
  id: string;
  onClose: () => void;
  onPublished: (published: PublishedRubric) => void;
  /** Throws the draft away. */
  onDrop: () => void;
}) {
  const t = useT();
  const pick = usePick();
  const { view, rubric, saving, error, change, step, flush } = useDraft(id);
  const [part, setPart] = useState<Part>({ at: "general" });
  const [open, setOpen] = useState<"publish" | "keys" | "drop" | null>(null);
  const [adding, setAdding] = useState(false);

  const publish = useCallback(async () => {
    try {
      await flush();
      setOpen("publish");
    } catch {
      // Told by the note on top.
    }
  }, [flush]);

  const add = useCallback(
    (kind: KindName) => {
      if (!rubric) return;
      change(added(rubric, kind));
      setPart({ at: "criterion", index: rubric.criteria.length });
    },
    [change, rubric],
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (open !== null || !rubric) return;
      const action = meaning(event, isTyping(event.target));
      if (!action) return;
      event.preventDefault();
      const all = parts(rubric);
      const at = all.findIndex((one) => samePart(one, part));
      switch (action.do) {
        case "undo":
        case "redo":
          void step(action.do === "redo");
          return;
        case "publish":
          void publish();
          return;
        case "part":
          setPart(all[Math.max(0, Math.min(all.length - 1, at + action.step))] ?? part);
          return;
        case "move":
          if (part.at !== "criterion" || !rubric.criteria[part.index + action.step]) return;
          change({ ...rubric, criteria: moved(rubric.criteria, part.index, action.step) });
          setPart({ at: "criterion", index: part.index + action.step });
          return;
        case "add":
          setAdding(true);
          return;
        case "leave-text":
          if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
          return;
        case "keys":
          setOpen("keys");
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [change, open, part, publish, rubric, step]);

  if (!view || !rubric) return error ? <ErrorNote error={error} /> : <Loader m="xl" aria-label={t("ui-wait")} />;
  // Undo may have taken the criterion away that was being written.
  const here: Part = part.at === "criterion" && !rubric.criteria[part.index] ? { at: "general" } : part;
  const kept = (criterion: string) => view.fits.some((fit) => fit.criterion === criterion && fit.reason !== "new");
  const criterion = here.at === "criterion" ? rubric.criteria[here.index] : undefined;
  return (
    <div className={styles.room} data-writing={id} data-saving={saving}>
      <header className={styles.head}>
        <Button variant="subtle" size="xs" onClick={onClose} data-back>
          ← {t("ui-room-rubrics")}
        </Button>
        <h1 className={styles.title}>{pick(rubric.title) || t("ui-write-untitled")}</h1>
        <Badge variant="light" tt="none">
          {t("ui-rubric-version", { version: rubric.version })}
        </Badge>
        <Text size="xs" c={saving === "failed" ? "var(--alarm)" : "dimmed"} role="status" data-saved={saving}>
          {t(`ui-write-${saving}`)}
        </Text>
        <ActionIcon variant="default" disabled={!view.can_undo && saving === "saved"} aria-label={t("ui-write-undo")} data-undo onClick={() => void step(false)}>
          ↶
        </ActionIcon>
        <ActionIcon variant="default" disabled={!view.can_redo} aria-label={t("ui-write-redo")} data-redo onClick={() => void step(true)}>
          ↷
        </ActionIcon>
        <Button variant="default" size="xs" onClick={() => setOpen("keys")} aria-label={t("ui-rate-keys")} data-write-keys>
          ?
        </Button>
        <Button variant="subtle" color="red" size="xs" onClick={() => setOpen("drop")} data-drop>
          {t("ui-write-drop")}
        </Button>
        <Button size="xs" onClick={() => void publish()} data-to-publish>
          {t("ui-write-publish")}
        </Button>
      </header>
      <ErrorNote error={error} />
      <div className={styles.desk}>
        <nav className={styles.parts} aria-label={t("ui-write-parts")}>
          {parts(rubric).map((one) => {
            const own = one.at === "criterion" ? rubric.criteria[one.index] : undefined;
            const count = problemsOf(one, view.problems, rubric).length;
            return (
              <button
                key={own ? `c ${own.id}` : one.at}
                type="button"
                className={styles.part}
                aria-current={samePart(one, here)}
                data-part={own ? own.id : one.at}
                data-derived={own && !isAsked(own) ? true : undefined}
                onClick={() => setPart(one)}
              >
                <span>{own ? pick(own.label) || own.id : t(`ui-write-${one.at}`)}</span>
                {count > 0 ? (
                  <span className={styles.count} role="img" aria-label={t("ui-write-problems", { count })}>
                    {count}
                  </span>
                ) : null}
              </button>
            );
          })}
          <Menu opened={adding} onChange={setAdding} position="bottom-start" withinPortal>
            <Menu.Target>
              <Button size="xs" variant="default" m="xs" data-add-criterion>
                + {t("ui-write-add-criterion")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {KINDS.map((kind) => (
                <Menu.Item key={kind} onClick={() => add(kind)} data-add-kind={kind}>
                  {t(`ui-kind-${kind}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </nav>
        <div className={styles.form} role="form" aria-label={t("ui-write-form")} key={here.at === "criterion" ? `c${here.index}` : here.at}>
          {problemsOf(here, view.problems, rubric).map((problem) => (
            <Problem key={`${problem.place} ${problem.problem}`} problem={problem} rubric={rubric} />
          ))}
          {here.at === "general" ? (
            <GeneralForm rubric={rubric} kept={view.base !== null} onChange={change} />
          ) : here.at === "scoring" ? (
            <ScoringForm rubric={rubric} onChange={change} />
          ) : (
            <CriterionForm
              rubric={rubric}
              index={here.index}
              kept={criterion !== undefined && kept(criterion.id)}
              onChange={change}
              onMove={(index) => setPart(index === null ? { at: "general" } : { at: "criterion", index })}
            />
          )}
        </div>
        <Preview rubric={rubric} view={view} shown={criterion?.id ?? null} />
      </div>
      <Publish
        view={view}
        opened={open === "publish"}
        onClose={() => setOpen(null)}
        onJump={(to) => {
          setOpen(null);
          setPart(to);
        }}
        onPublished={onPublished}
      />
      <Modal opened={open === "drop"} onClose={() => setOpen(null)} title={t("ui-write-drop")} closeButtonProps={{ "aria-label": t("ui-close") }}>
        <Text mb="md">{t("ui-write-drop-sure")}</Text>
        <Button color="red" onClick={onDrop} data-drop-sure>
          {t("ui-write-drop")}
        </Button>
      </Modal>
      <Keys opened={open === "keys"} onClose={() => setOpen(null)} />
    </div>
  );
}

const KEYS: [string, string][] = [
  ["Alt + ↑ ↓", "part"],
  ["Alt + Shift + ↑ ↓", "move"],
  ["n", "add"],
  ["Ctrl + Z", "undo"],
  ["Ctrl + Shift + Z", "redo"],
  ["Ctrl + Enter", "publish"],
  ["Esc", "leave"],
  ["?", "keys"],
];

function Keys({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Modal opened={opened} onClose={onClose} title={t("ui-rate-keys")} closeButtonProps={{ "aria-label": t("ui-close") }}>
      <Table>
        <Table.Tbody>
          {KEYS.map(([key, id]) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{t(`ui-write-key-${id}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
