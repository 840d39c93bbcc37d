import { Badge, Button, Group, Stack, Text, TextInput, Title, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../app/locale";
import { recall, remember } from "../../app/memory";
import { Open } from "../../app/open";
import { asFailure } from "../../bridge/failure";
import { useBridge } from "../../bridge/context";
import { Secret } from "../../parts/Secret";
import { NewPassphrase } from "../people/OwnPassphrase";
import { ErrorNote } from "../shared/ErrorNote";
import styles from "./WelcomeRoom.module.css";

/** Who wants in, and what the door still asks. */
interface Asked {
  name: string;
  profession: string;
  /** Their own passphrase, or the one that the lead handed out. */
  enter: boolean;
  /** One to have from now on. */
  choose: boolean;
}

/** Asks who is rating: ratings belong to a person. */
export function SignIn({ onBack }: { onBack: () => void }) {
  const t = useT();
  const bridge = useBridge();
  const { project, refresh } = Open.use();
  const last = recall("rater");
  const [name, setName] = useState("");
  const [profession, setProfession] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // The one who was here last comes first, then the lead.
  const rank = (one: { name: string; role: string }) => (one.name === last ? 0 : one.role === "lead" ? 1 : 2);
  const known = [...project.raters].sort((a, b) => rank(a) - rank(b));

  async function go(who: Asked, passphrase: string | null, chosen: string | null) {
    setBusy(true);
    setError(null);
    try {
      await bridge.signIn({ name: who.name, profession: who.profession, passphrase, new_passphrase: chosen });
      remember("rater", who.name);
      await refresh();
    } catch (reason) {
      const { code } = asFailure(reason);
      // The door asks for more before it opens: that is no error yet.
      if (code === "person-passphrase-needed" && !who.enter) setAsked({ ...who, enter: true });
      else if (code === "person-passphrase-new" && !who.choose) setAsked({ ...who, choose: true });
      else setError(reason);
      setBusy(false);
    }
  }
  function come(as: string, does: string, enter: boolean, choose: boolean) {
    const who = { name: as, profession: does, enter, choose };
    setError(null);
    if (enter || choose) setAsked(who);
    else void go(who, null, null);
  }

  return (
    <div className={styles.room}>
      <Stack gap="lg" className={styles.sheet}>
        <div>
          <Title order={1} size="h3">
            {asked ? t("ui-sign-in-as", { name: asked.name }) : t("ui-sign-in")}
          </Title>
          <Text c="dimmed">{t(asked ? "ui-sign-in-as-note" : "ui-sign-in-note")}</Text>
        </div>
        {asked ? (
          <Door
            key={asked.name}
            asked={asked}
            busy={busy}
            error={error}
            onGo={(given, chosen) => void go(asked, given, chosen)}
            onBack={() => {
              setAsked(null);
              setError(null);
            }}
          />
        ) : (
          <>
            {known.length > 0 ? (
              <section aria-label={t("ui-sign-in-known")}>
                <Title order={2} size="h5" mb={6}>
                  {t("ui-sign-in-known")}
                </Title>
                {known.map((one) => (
                  <UnstyledButton
                    key={one.id}
                    className={styles.recent}
                    data-rater={one.name}
                    disabled={busy}
                    onClick={() => come(one.name, "", one.passphrase !== "none", one.passphrase === "once" || (one.passphrase === "none" && project.passphrases_required))}
                  >
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
                come(name.trim(), profession.trim(), false, false);
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
          </>
        )}
      </Stack>
    </div>
  );
}

/** What a person is asked before they are in: their passphrase, a new one, or both. */
function Door({ asked, busy, error, onGo, onBack }: {
  asked: Asked;
  busy: boolean;
  error: unknown;
  onGo: (passphrase: string | null, chosen: string | null) => void;
  onBack: () => void;
}) {
  const t = useT();
  const [given, setGiven] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const ready = (!asked.enter || given !== "") && (!asked.choose || (next !== "" && next === again));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) onGo(asked.enter ? given : null, asked.choose ? next : null);
      }}
      data-door={asked.name}
    >
      <Stack gap="md">
        {asked.enter ? (
          <Secret label={t(asked.choose ? "ui-sign-in-once" : "ui-sign-in-own")} value={given} onChange={setGiven} autoFocus name="own-passphrase" />
        ) : null}
        {asked.choose ? (
          <>
            <Text>{t("ui-sign-in-choose")}</Text>
            <NewPassphrase next={next} again={again} onNext={setNext} onAgain={setAgain} autoFocus={!asked.enter} />
          </>
        ) : null}
        <ErrorNote error={error} />
        <Group>
          <Button type="submit" loading={busy} disabled={!ready} data-enter>
            {t("ui-sign-in-do")}
          </Button>
          <Button variant="default" onClick={onBack} data-other>
            {t("ui-back")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
