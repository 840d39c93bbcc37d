import { Badge, Button, Table, Title } from "@mantine/core";
import { useT } from "../../app/locale";
import type { WriteRunView } from "../../bridge/ipc";

/** Earlier runs: what they wrote, and the way to go on with one that ended early. */
export function Runs({ runs, busy, onGoOn, onShow }: {
  runs: WriteRunView[];
  busy: boolean;
  onGoOn: (id: string) => void;
  onShow: ((name: string) => void) | null;
}) {
  const t = useT();
  if (runs.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t("ui-write-runs")}
      </Title>
      <Table maw={980}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-write-name")}</Table.Th>
            <Table.Th>{t("ui-judge-adapter")}</Table.Th>
            <Table.Th>{t("ui-write-texts")}</Table.Th>
            <Table.Th>{t("ui-write-samples")}</Table.Th>
            <Table.Th>{t("ui-write-state")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((one) => (
            <Table.Tr key={one.id} data-run={one.name} data-state={one.state}>
              <Table.Td>
                {onShow ? (
                  <Button variant="subtle" size="compact-sm" onClick={() => onShow(one.name)} disabled={busy}>
                    {one.name}
                  </Button>
                ) : (
                  one.name
                )}
              </Table.Td>
              <Table.Td>{one.adapter ?? t("ui-judge-no-adapter")}</Table.Td>
              <Table.Td>{one.texts}</Table.Td>
              <Table.Td>{one.samples}</Table.Td>
              <Table.Td>
                {one.state === "done" ? (
                  <Badge variant="light" color="green" tt="none">
                    {t("ui-write-done")}
                  </Badge>
                ) : (
                  <Button variant="default" size="compact-sm" onClick={() => onGoOn(one.id)} disabled={busy} data-go-on={one.name}>
                    {t("ui-write-go-on")}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
