import { Badge, Button, Group, Stack, Text, TextInput, Title, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import { recall, remember } from "../../app/memory";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import { ErrorNote } from "../shared/ErrorNote";
import styles from "./WelcomeRoom.module.css";

/** Asks who is rating: ratings belong to a person. */
export function SignIn({ onBack }: { onBack: () => void }) {
  const t = useT();
  const bridge = useBridge();
  const { project, refresh } = Open.use();
  const last = recall("rater");
  const [name, setName] = useState("");
  const [profession, setProfession] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // The one who was here last comes first, then the lead.
  const rank = (one: { name: string; role: string }) => (one.name === last ? 0 : one.role === "lead" ? 1 : 2);
  const known = [...project.raters].sort((a, b) => rank(a) - rank(b));

  async function go(as: string, does: string) {
    setBusy(true);
    setError(null);
    try {
      await bridge.signIn({ name: as, profession: does });
      remember("rater", as);
      await refresh();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  }

  return (
    <div className={styles.room}>
      <Stack gap="lg" className={styles.sheet}>
        <div>
          <Title order={1} size="h3">
            {t("ui-sign-in")}
          </Title>
          <Text c="dimmed">{t("ui-sign-in-note")}</Text>
        </div>
        {known.length > 0 ? (
          <section aria-label={t("ui-sign-in-known")}>
            <Title order={2} size="h5" mb={6}>
              {t("ui-sign-in-known")}
            </Title>
            {known.map((one) => (
              <UnstyledButton key={one.id} className={styles.recent} data-rater={one.name} disabled={busy} onClick={() => void go(one.name, "")}>
                <Group justify="space-between">
                  <Text fw={600}>{one.name}</Text>
                  <Group gap="xs">
                    {one.profession ? (
                      <Text size="sm" c="dimmed">
                        {one.profession}
                      </Text>
                    ) : null}
                    <Badge variant="light" tt="none" color={one.role === "lead" ? "pine" : "gray"}>
                      {t(`ui-role-${one.role}`)}
                    </Badge>
                  </Group>
                </Group>
              </UnstyledButton>
            ))}
          </section>
        ) : null}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void go(name.trim(), profession.trim());
          }}
        >
          <Title order={2} size="h5" mb={6}>
            {t("ui-sign-in-new")}
          </Title>
          <Group align="end">
            <TextInput label={t("ui-rater-name")} name="rater" value={name} maxLength={80} onChange={(event) => setName(event.currentTarget.value)} />
            <TextInput
              label={t("ui-rater-profession")}
              name="profession"
              value={profession}
              maxLength={80}
              onChange={(event) => setProfession(event.currentTarget.value)}
            />
            <Button type="submit" loading={busy} disabled={name.trim() === ""} data-submit>
              {t("ui-sign-in-do")}
            </Button>
          </Group>
        </form>
        <ErrorNote error={error} />
        <Group>
          <Button variant="subtle" onClick={onBack} data-back>
            {t("ui-project-close")}
          </Button>
        </Group>
      </Stack>
    </div>
  );
}
