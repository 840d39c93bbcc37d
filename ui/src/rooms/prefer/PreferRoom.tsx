import { Button, Kbd, Loader, Modal, Progress, Table, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { Preferred } from "../../bridge/ipc";
import { Empty } from "../../parts/Page";
import { SafeMarkdown } from "../../parts/SafeMarkdown";
import { isTyping } from "../rate/keys";
import { CaseBody } from "../rate/Record";
import { useActive } from "../rate/useActive";
import { ErrorNote } from "../shared/ErrorNote";
import { GoTo } from "../shared/GoTo";
import { CHOICES, meaning } from "./keys";
import styles from "./PreferRoom.module.css";
import { Reason } from "./Reason";
import { usePair } from "./usePair";

/** Two outputs of one case side by side: which is better, and why. */
export function PreferRoom() {
  const t = useT();
  const bridge = useBridge();
  const queue = useQuery({ queryKey: ["pairs"], queryFn: () => bridge.preferQueue() });
  if (queue.error) return <ErrorNote error={queue.error} />;
  if (!queue.data) return <Wait />;
  const { entries, done } = queue.data;
  if (entries.length === 0) {
    return <Empty title={t("ui-prefer-empty")} hint={t("ui-prefer-empty-hint")} action={<GoTo room="cases" />} />;
  }
  return <Desk ids={entries.map((entry) => entry.id)} open={entries.find((entry) => entry.choice === null)?.id ?? null} done={done} />;
}

function Wait() {
  const t = useT();
  return (
    <div className={styles.wait}>
      <Loader aria-label={t("ui-wait")} />
    </div>
  );
}

function Desk({ ids, open, done }: { ids: string[]; open: string | null; done: number }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  // The first open one, fixed once chosen: saying something must not move the ground.
  const [current, setCurrent] = useState(open ?? ids[0] ?? null);
  const { item, choice, reason, error, saving, save, flush } = usePair(current);
  useActive(item ? current : null, item?.idle_limit_s);
  const [failure, setFailure] = useState<unknown>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [help, setHelp] = useState(false);
  const words = useRef<HTMLTextAreaElement>(null);
  const room = useRef<HTMLDivElement>(null);
  const shown = item?.id;
  const at = ids.findIndex((id) => id === current);

  const choose = useCallback((next: Preferred) => save(next === choice ? null : next, reason, false), [choice, reason, save]);
  const move = useCallback(
    async (to: string | undefined) => {
      if (to === undefined) return;
      try {
        await flush();
        setSaid(null);
        setFailure(null);
        setCurrent(to);
      } catch (why) {
        setFailure(why);
      }
    },
    [flush],
  );
  const next = useCallback(async () => {
    if (choice === null) setSaid(t("ui-prefer-missing"));
    else if (ids[at + 1] !== undefined) await move(ids[at + 1]);
    else setSaid(t("ui-prefer-end"));
  }, [at, choice, ids, move, t]);
  const undo = useCallback(async () => {
    try {
      await flush();
      const back = await bridge.preferUndo();
      setSaid(t(back === null ? "ui-rate-nothing-to-undo" : "ui-rate-undone"));
      if (back === null) return;
      await client.invalidateQueries({ queryKey: ["pair"] });
      void client.invalidateQueries({ queryKey: ["pairs"] });
      setCurrent(back);
    } catch (why) {
      setFailure(why);
    }
  }, [bridge, client, flush, t]);

  // The keys are the room's: Enter on the way in would still press the button that led here.
  useEffect(() => {
    if (shown !== undefined && !room.current?.contains(document.activeElement)) room.current?.focus({ preventScroll: true });
  }, [shown]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (help) return;
      const action = meaning(event, isTyping(event.target));
      if (!action || (action.do === "write" && event.target instanceof HTMLButtonElement)) return;
      event.preventDefault();
      switch (action.do) {
        case "choose":
          choose(action.choice);
          return;
        case "pair":
          void move(ids[at + action.step]);
          return;
        case "next":
          void next();
          return;
        case "undo":
          void undo();
          return;
        case "write":
          words.current?.focus();
          return;
        case "leave-text":
          words.current?.blur();
          return;
        case "keys":
          setHelp(true);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [at, choose, help, ids, move, next, undo]);

  if (!item) return error ? <ErrorNote error={error} /> : <Wait />;
  const side = (letter: "a" | "b", text: string) => (
    <section className={styles.side} tabIndex={0} aria-label={t(`ui-prefer-output-${letter}`)} data-side={letter} data-better={choice === letter || undefined}>
      <h2 className={styles.letter}>{letter.toUpperCase()}</h2>
      <SafeMarkdown text={text} image={t("ui-rate-image")} />
    </section>
  );
  return (
    <div ref={room} tabIndex={-1} className={styles.room} data-pair={item.id} data-saving={saving}>
      <section className={styles.case} tabIndex={0} aria-label={t("ui-rate-case")}>
        <Text size="sm" c="dimmed" fw={600}>
          {t("ui-rate-case")} {item.case.key}
        </Text>
        <CaseBody text={item.case.text} lang={item.case.lang} />
        {item.prompt && item.prompt.trim() !== item.case.text.what.trim() ? (
          <Text size="sm" mt={6}>
            {item.prompt}
          </Text>
        ) : null}
      </section>
      <div className={styles.both}>
        {side("a", item.a)}
        {side("b", item.b)}
      </div>
      <footer className={styles.foot}>
        <Progress size={3} radius={0} value={(100 * done) / ids.length} aria-label={t("ui-prefer-progress", { done, total: ids.length })} />
        <div className={styles.choices} role="radiogroup" aria-label={t("ui-prefer-which")}>
          {CHOICES.map((one, index) => (
            <button key={one} type="button" role="radio" aria-checked={choice === one} className={styles.choice} data-prefer={one} onClick={() => choose(one)}>
              <Kbd aria-hidden="true">{index + 1}</Kbd>
              {t(`ui-prefer-${one.replace("_", "-")}`)}
            </button>
          ))}
        </div>
        <Reason key={item.id} field={words} reason={reason} onChange={(next) => save(choice, next, true)} />
        <div className={styles.line}>
          <Button variant="default" size="sm" disabled={at <= 0} aria-label={t("ui-prefer-previous")} onClick={() => void move(ids[at - 1])}>
            ←
          </Button>
          <Text size="sm">
            {at + 1} / {ids.length}
          </Text>
          <Button variant="default" size="sm" disabled={at + 1 >= ids.length} aria-label={t("ui-prefer-next")} onClick={() => void move(ids[at + 1])}>
            →
          </Button>
          <Text size="sm" className={styles.grow ?? ""} role="status">
            {said ?? t("ui-prefer-done", { done, total: ids.length })}
          </Text>
          <Button variant="default" size="sm" onClick={() => setHelp(true)} aria-label={t("ui-rate-keys")} data-pair-keys>
            ?
          </Button>
          <Button size="sm" data-next onClick={() => void next()}>
            {t("ui-prefer-next")}
          </Button>
        </div>
        <ErrorNote error={failure ?? error} />
      </footer>
      <Modal opened={help} onClose={() => setHelp(false)} title={t("ui-rate-keys")} closeButtonProps={{ "aria-label": t("ui-close") }}>
        <Table>
          <Table.Tbody>
            {KEYS.map(([key, id]) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Kbd>{key}</Kbd>
                </Table.Td>
                <Table.Td>{t(`ui-prefer-key-${id}`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Modal>
    </div>
  );
}

const KEYS: [string, string][] = [
  ["1 – 4", "choose"],
  ["← →", "pair"],
  ["Enter", "write"],
  ["Esc", "leave"],
  ["Ctrl + Enter", "next"],
  ["Ctrl + Z", "undo"],
];
