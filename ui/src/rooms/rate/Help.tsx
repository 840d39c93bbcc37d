import { Kbd, Modal, Table, Text } from "@mantine/core";
import { usePick, useT } from "../../app/locale";
import type { Rubric } from "../../bridge/ipc";
import { SafeMarkdown } from "../../parts/SafeMarkdown";
import { Examples } from "./Examples";
import { isAsked } from "./questions";

const KEYS: [string, string][] = [
  ["1 – 9", "choose"],
  ["↑ ↓", "question"],
  ["← →", "item"],
  ["Enter", "write"],
  ["Esc", "leave"],
  ["Ctrl + Enter", "done"],
  ["Ctrl + Z", "undo"],
  ["s", "skip"],
  ["f", "flag"],
  ["e", "evidence"],
  ["h", "guide"],
  ["?", "keys"],
];

export function Keys({ opened, onClose }: { opened: boolean; onClose: () => void }) {
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
              <Table.Td>{t(`ui-key-${id}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed" mt="sm">
        {t("ui-keys-note")}
      </Text>
    </Modal>
  );
}

export function Guide({ rubric, opened, onClose }: { rubric: Rubric; opened: boolean; onClose: () => void }) {
  const t = useT();
  const pick = usePick();
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={pick(rubric.title)} closeButtonProps={{ "aria-label": t("ui-close") }}>
      <Text mb="md">{pick(rubric.description)}</Text>
      {pick(rubric.guidelines) ? (
        <div data-guidelines>
          <SafeMarkdown text={pick(rubric.guidelines)} image={t("ui-rate-image")} />
        </div>
      ) : null}
      {rubric.criteria
        .filter(isAsked)
        .map((criterion) => (
          <div key={criterion.id}>
            <Text fw={650}>{pick(criterion.label)}</Text>
            <Text size="sm" mb="sm">
              {pick(criterion.help)}
            </Text>
            <Examples criterion={criterion} />
          </div>
        ))}
    </Modal>
  );
}
