import { Alert, Badge, Button, Code, Group, Modal, Select, Stack, Switch, Table, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import type { IssuedPassphrase, Role } from "../../bridge/ipc";
import { WarnIcon } from "../../parts/icons";
import { ErrorNote } from "../shared/ErrorNote";
import styles from "./PeopleRoom.module.css";

const ROLES: Role[] = ["rater", "adjudicator", "lead"];

/** Who is in the project and has a passphrase, and a line to add someone. For the lead. */
export function People() {
  const t = useT();
  const bridge = useBridge();
  const { project, setProject, refresh } = Open.use();
  const [name, setName] = useState("");
  const [profession, setProfession] = useState("");
  const [role, setRole] = useState<Role>("adjudicator");
  const [asked, setAsked] = useState<string | null>(null);
  const [issued, setIssued] = useState<IssuedPassphrase | null>(null);
  const [error, setError] = useState<unknown>(null);
  const openLeads = project.raters.filter((one) => one.role === "lead" && one.passphrase === "none");
  const without = project.raters.some((one) => one.name === asked && one.passphrase === "none");
  async function doing(work: () => Promise<void>) {
    setError(null);
    try {
      await work();
    } catch (reason) {
      setError(reason);
    }
  }
  const add = () =>
    doing(async () => {
      await bridge.personAdd({ name, profession, role });
      await refresh();
      setName("");
      setProfession("");
    });
  const reset = (whose: string) =>
    doing(async () => {
      setAsked(null);
      setIssued(await bridge.passphraseReset(whose));
      await refresh();
    });
  return (
    <section aria-label={t("ui-people")}>
      <Title order={2} size="h4" mb="xs">
        {t("ui-people")}
      </Title>
      {openLeads.length > 0 ? (
        <Alert role="note" color="yellow" variant="light" icon={<WarnIcon />} mb="sm" maw={760} data-open-lead>
          {t("ui-people-open-lead", { name: openLeads.map((one) => one.name).join("・") })}
        </Alert>
      ) : null}
      <Table maw={760}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-person-name")}</Table.Th>
            <Table.Th>{t("ui-person-role")}</Table.Th>
            <Table.Th>{t("ui-person-profession")}</Table.Th>
            <Table.Th>{t("ui-passphrase")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
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
              <Table.Td>
                <Group gap="sm" wrap="nowrap">
                  <Badge variant="light" tt="none" color={person.passphrase === "own" ? "pine" : "gray"} data-passphrase={person.passphrase}>
                    {t(`ui-own-passphrase-is-${person.passphrase}`)}
                  </Badge>
                  {person.id === project.me?.id ? null : (
                    <Button size="compact-sm" variant="subtle" aria-label={t(person.passphrase === "none" ? "ui-person-give-to" : "ui-person-reset-of", { name: person.name })} onClick={() => setAsked(person.name)} data-reset={person.name}>
                      {t(person.passphrase === "none" ? "ui-person-give" : "ui-person-reset")}
                    </Button>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        mt="sm"
        label={t("ui-passphrases-required")}
        description={t("ui-passphrases-required-note")}
        checked={project.passphrases_required}
        onChange={(event) => {
          const required = event.currentTarget.checked;
          void doing(async () => setProject(await bridge.passphraseRequire(required)));
        }}
        data-require
      />
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
      <Modal opened={asked !== null} onClose={() => setAsked(null)} title={t(without ? "ui-person-give-to" : "ui-person-reset-of", { name: asked ?? "" })} closeButtonProps={{ "aria-label": t("ui-close") }}>
        <Stack gap="md">
          <Text>{t("ui-person-reset-note", { name: asked ?? "" })}</Text>
          <Group>
            <Button onClick={() => asked !== null && void reset(asked)} data-reset-do data-autofocus>
              {t(without ? "ui-person-give" : "ui-person-reset")}
            </Button>
            <Button variant="default" onClick={() => setAsked(null)}>
              {t("ui-cancel")}
            </Button>
          </Group>
        </Stack>
      </Modal>
      <Modal opened={issued !== null} onClose={() => setIssued(null)} title={t("ui-person-issued", { name: issued?.name ?? "" })} closeButtonProps={{ "aria-label": t("ui-close") }}>
        <Stack gap="md">
          <Code className={styles.code ?? ""} data-issued>
            {issued?.passphrase}
          </Code>
          <Text>{t("ui-person-issued-note")}</Text>
        </Stack>
      </Modal>
    </section>
  );
}
