import { Button, Group, Select, Table, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { Role } from "../../bridge/ipc";
import { ErrorNote } from "../shared/ErrorNote";

const ROLES: Role[] = ["rater", "adjudicator", "lead"];

/** Who is in the project, and a line to add someone. For the lead. */
export function People() {
  const t = useT();
  const bridge = useBridge();
  const { project, refresh } = Open.use();
  const [name, setName] = useState("");
  const [profession, setProfession] = useState("");
  const [role, setRole] = useState<Role>("adjudicator");
  const [error, setError] = useState<unknown>(null);
  async function add() {
    setError(null);
    try {
      await bridge.personAdd({ name, profession, role });
      await refresh();
      setName("");
      setProfession("");
    } catch (reason) {
      setError(reason);
    }
  }
  return (
    <section aria-label={t("ui-people")}>
      <Title order={2} size="h4" mb="xs">
        {t("ui-people")}
      </Title>
      <Table maw={640}>
        <Table.Tbody>
          {project.raters.map((person) => (
            <Table.Tr key={person.id} data-person={person.name}>
              <Table.Td>{person.name}</Table.Td>
              <Table.Td>{t(`ui-role-${person.role}`)}</Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed">
                  {person.profession}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <Group gap="sm" mt="sm" align="end">
          <TextInput label={t("ui-person-name")} name="person" value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Select
            label={t("ui-person-role")}
            w={180}
            allowDeselect={false}
            value={role}
            data={ROLES.map((one) => ({ value: one, label: t(`ui-role-${one}`) }))}
            onChange={(value) => value && setRole(value as Role)}
          />
          <TextInput label={t("ui-person-profession")} value={profession} onChange={(event) => setProfession(event.currentTarget.value)} />
          <Button type="submit" variant="default" disabled={name.trim() === ""} data-add-person>
            {t("ui-person-add")}
          </Button>
        </Group>
      </form>
      <ErrorNote error={error} />
    </section>
  );
}
