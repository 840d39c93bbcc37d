import { Button, Group, Modal, NavLink, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import { KeyIcon } from "../../parts/icons";
import { Secret } from "../../parts/Secret";
import { ErrorNote } from "../shared/ErrorNote";

/** One's own passphrase: whether there is one, and the way to choose or change it. */
export function OwnPassphrase({ className }: { className: string }) {
  const t = useT();
  const { project } = Open.use();
  const [opened, setOpened] = useState(false);
  const { me } = project;
  if (!me) return null;
  const none = me.passphrase === "none";
  return (
    <>
      <NavLink
        component="button"
        label={t(none ? "ui-own-passphrase-choose" : "ui-own-passphrase")}
        description={none ? t(me.role === "lead" ? "ui-own-passphrase-none-lead" : "ui-own-passphrase-none") : undefined}
        leftSection={<KeyIcon />}
        onClick={() => setOpened(true)}
        className={className}
        data-own-passphrase={me.passphrase}
      />
      <Modal opened={opened} onClose={() => setOpened(false)} title={t("ui-own-passphrase")} closeButtonProps={{ "aria-label": t("ui-close") }}>
        <Form asksOld={!none} onDone={() => setOpened(false)} />
      </Modal>
    </>
  );
}

function Form({ asksOld, onDone }: { asksOld: boolean; onDone: () => void }) {
  const t = useT();
  const bridge = useBridge();
  const { refresh } = Open.use();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function change() {
    setBusy(true);
    setError(null);
    try {
      await bridge.passphraseChange({ old: asksOld ? old : null, new: next });
      await refresh();
      onDone();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  }
  const ready = next !== "" && next === again && (!asksOld || old !== "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void change();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t("ui-own-passphrase-note")}</Text>
        {asksOld ? <Secret label={t("ui-own-passphrase-old")} value={old} onChange={setOld} autoFocus name="own-old" /> : null}
        <NewPassphrase next={next} again={again} onNext={setNext} onAgain={setAgain} autoFocus={!asksOld} />
        <ErrorNote error={error} />
        <Group>
          <Button type="submit" loading={busy} disabled={!ready} data-own-do>
            {t("ui-own-passphrase-do")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A new passphrase, typed twice. */
export function NewPassphrase({ next, again, onNext, onAgain, autoFocus }: {
  next: string;
  again: string;
  onNext: (value: string) => void;
  onAgain: (value: string) => void;
  autoFocus?: boolean;
}) {
  const t = useT();
  const differs = again !== "" && again !== next;
  return (
    <>
      <Secret label={t("ui-own-passphrase-new")} note={t("ui-own-passphrase-new-note")} value={next} onChange={onNext} autoFocus={autoFocus ?? false} name="own-new" />
      <Secret label={t("ui-passphrase-again")} value={again} onChange={onAgain} {...(differs ? { error: t("ui-passphrase-differs") } : {})} name="own-again" />
    </>
  );
}
