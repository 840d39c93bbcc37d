import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useT } from "../../app/locale";

/** Reasons that come up most, one click each. */
const USUAL = { skip: ["time", "unclear", "ask"], flag: ["case", "output", "rubric"] } as const;

/** Asks why an output is left for later, or what should be looked at. */
export function Aside({ kind, onClose, onGive }: {
  kind: "skip" | "flag" | null;
  onClose: () => void;
  onGive: (kind: "skip" | "flag", words: string) => void;
}) {
  const t = useT();
  const [words, setWords] = useState("");
  const composing = useRef(false);
  useEffect(() => setWords(""), [kind]);
  const give = (text: string) => {
    if (kind && text.trim() !== "") onGive(kind, text.trim());
  };
  return (
    <Modal opened={kind !== null} onClose={onClose} title={kind ? t(`ui-rate-why-${kind}`) : ""} closeButtonProps={{ "aria-label": t("ui-close") }}>
      {kind ? (
        <Stack gap="sm" data-asking={kind}>
          <Group gap="xs">
            {USUAL[kind].map((one) => (
              <Button key={one} variant="default" size="sm" data-usual={one} onClick={() => give(t(`ui-rate-${kind}-${one}`))}>
                {t(`ui-rate-${kind}-${one}`)}
              </Button>
            ))}
          </Group>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!composing.current) give(words);
            }}
          >
            <Group gap="sm" align="end">
              <TextInput
                data-autofocus
                style={{ flex: 1 }}
                maxLength={500}
                label={t("ui-rate-own-words")}
                value={words}
                onChange={(event) => setWords(event.currentTarget.value)}
                onCompositionStart={() => {
                  composing.current = true;
                }}
                onCompositionEnd={() => {
                  composing.current = false;
                }}
              />
              <Button type="submit" disabled={words.trim() === ""}>
                OK
              </Button>
            </Group>
          </form>
        </Stack>
      ) : null}
    </Modal>
  );
}
