import { Autocomplete, Button, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { recall, remember } from "../../app/memory";
import { useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import { ErrorNote } from "../../parts/ErrorNote";
import styles from "./WelcomeRoom.module.css";

/** Asks once who is rating: ratings belong to a person. */
export function SignIn() {
  const t = useT();
  const bridge = useBridge();
  const { setProject } = Open.use();
  const [name, setName] = useState(recall("rater") ?? "");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function go() {
    setBusy(true);
    setError(null);
    try {
      const project = await bridge.signIn(name.trim());
      remember("rater", name.trim());
      setProject(project);
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  }
  return (
    <div className={styles.room}>
      <form
        className={styles.sheet}
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <Stack gap="md" maw={460}>
          <div>
            <Title order={1} size="h3">
              {t("ui-sign-in")}
            </Title>
            <Text c="dimmed">{t("ui-sign-in-note")}</Text>
          </div>
          <Autocomplete
            label={t("ui-rater-name")}
            value={name}
            onChange={setName}
            data={[]}
            name="rater"
            maxLength={80}
            autoFocus
          />
          <ErrorNote error={error} />
          <Button type="submit" loading={busy} disabled={name.trim() === ""} data-submit>
            {t("ui-sign-in-do")}
          </Button>
        </Stack>
      </form>
    </div>
  );
}
