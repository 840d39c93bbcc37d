import { Box, Button, Group, Stack, Text, TextInput, Title, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { recall } from "../../app/memory";
import { useLanguage, useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { ProjectView } from "../../bridge/ipc";
import { FolderIcon, PlusIcon } from "../../parts/icons";
import { ErrorNote } from "../shared/ErrorNote";
import { Secret } from "../../parts/Secret";
import styles from "./WelcomeRoom.module.css";

type Step = { step: "choose" } | { step: "unlock"; path: string } | { step: "create" };

/** The first thing one sees: recent projects, opening another, making a new one. */
export function WelcomeRoom({ path, onOpen }: {
  path: string | null;
  /** With the passphrase where the user doesn't know it yet. */
  onOpen: (project: ProjectView, passphrase?: string) => void;
}) {
  const t = useT();
  const bridge = useBridge();
  const [step, setStep] = useState<Step>({ step: "choose" });
  const [error, setError] = useState<unknown>(null);
  const [making, setMaking] = useState(false);
  const { language } = useLanguage();
  const recent = useQuery({ queryKey: ["recent"], queryFn: () => bridge.projectRecent() });
  useEffect(() => {
    if (path) setStep({ step: "unlock", path });
  }, [path]);

  async function pick() {
    setError(null);
    try {
      const picked = await bridge.pickFolder();
      if (picked) setStep({ step: "unlock", path: picked });
    } catch (reason) {
      setError(reason);
    }
  }

  async function demo() {
    setError(null);
    setMaking(true);
    try {
      const folder = await bridge.pickFolder();
      if (!folder) return;
      const made = await bridge.demoMake(folder, language);
      onOpen(made.project, made.passphrase);
    } catch (reason) {
      setError(reason);
    } finally {
      setMaking(false);
    }
  }

  const back = () => setStep({ step: "choose" });
  return (
    <div className={styles.room}>
      <div className={styles.sheet}>
        <Group gap="md" align="center" mb={4}>
          <img src="/icon.svg" width={52} height={52} alt="" />
          <div>
            <Title order={1} size="h2">
              {t("ui-app-name")}
            </Title>
            <Text c="dimmed">{t("ui-app-what")}</Text>
          </div>
        </Group>
        {step.step === "choose" ? (
          <Stack gap="lg" mt="lg">
            <Group grow>
              <Choice icon={<FolderIcon />} title={t("ui-welcome-open")} note={t("ui-welcome-open-note")} onClick={() => void pick()} name="open" />
              <Choice
                icon={<PlusIcon />}
                title={t("ui-welcome-create")}
                note={t("ui-welcome-create-note")}
                onClick={() => setStep({ step: "create" })}
                name="create"
              />
            </Group>
            <UnstyledButton className={styles.demo} onClick={() => void demo()} disabled={making} data-welcome="demo">
              <Text size="sm">
                <b>{t("ui-welcome-demo")}</b> {t("ui-welcome-demo-note")}
              </Text>
            </UnstyledButton>
            <ErrorNote error={error ?? recent.error} />
            <section aria-label={t("ui-welcome-recent")}>
              <Title order={2} size="h5" mb={6}>
                {t("ui-welcome-recent")}
              </Title>
              {recent.data?.length ? (
                recent.data.map((one) => (
                  <UnstyledButton key={one.path} className={styles.recent} data-recent={one.name} onClick={() => setStep({ step: "unlock", path: one.path })}>
                    <Text fw={600}>{one.name}</Text>
                    <Text size="xs" c="dimmed" className={styles.path}>
                      {one.path}
                    </Text>
                  </UnstyledButton>
                ))
              ) : (
                <Text size="sm" c="dimmed">
                  {t("ui-welcome-no-recent")}
                </Text>
              )}
            </section>
          </Stack>
        ) : step.step === "unlock" ? (
          <Unlock path={step.path} onBack={back} onOpen={onOpen} />
        ) : (
          <Create onBack={back} onOpen={onOpen} />
        )}
      </div>
    </div>
  );
}

function Choice({ icon, title, note, onClick, name }: {
  icon: React.ReactNode;
  title: string;
  note: string;
  onClick: () => void;
  name: string;
}) {
  return (
    <UnstyledButton className={styles.choice} onClick={onClick} data-welcome={name}>
      {icon}
      <Box>
        <Text fw={650}>{title}</Text>
        <Text size="sm" c="dimmed">
          {note}
        </Text>
      </Box>
    </UnstyledButton>
  );
}

function Unlock({ path, onBack, onOpen }: { path: string; onBack: () => void; onOpen: (project: ProjectView) => void }) {
  const t = useT();
  const bridge = useBridge();
  const [passphrase, setPassphrase] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function open() {
    setBusy(true);
    setError(null);
    try {
      onOpen(await bridge.projectOpen({ path, passphrase }));
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      <Stack gap="md" mt="xl">
        <div>
          <Title order={2} size="h4">
            {t("ui-unlock", { name: nameOf(path) })}
          </Title>
          <Text size="sm" c="dimmed" className={styles.path}>
            {path}
          </Text>
        </div>
        <Secret label={t("ui-passphrase")} value={passphrase} onChange={setPassphrase} autoFocus name="passphrase" />
        <ErrorNote error={error} />
        <Group>
          <Button type="submit" loading={busy} disabled={passphrase === ""} data-submit>
            {t("ui-unlock-do")}
          </Button>
          <Button variant="default" onClick={onBack} data-back>
            {t("ui-back")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Create({ onBack, onOpen }: { onBack: () => void; onOpen: (project: ProjectView) => void }) {
  const t = useT();
  const bridge = useBridge();
  const [name, setName] = useState("");
  const [folder, setFolder] = useState<string | null>(null);
  const [lead, setLead] = useState(recall("rater") ?? "");
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const differs = again !== "" && again !== passphrase;
  async function create() {
    if (!folder) return;
    setBusy(true);
    setError(null);
    try {
      onOpen(await bridge.projectCreate({ parent: folder, name: name.trim(), passphrase, lead: lead.trim() }));
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <Stack gap="md" mt="xl">
        <Title order={2} size="h4">
          {t("ui-welcome-create")}
        </Title>
        <TextInput label={t("ui-project-name")} value={name} onChange={(event) => setName(event.currentTarget.value)} autoFocus required />
        <TextInput
          label={t("ui-rater-name")}
          description={t("ui-project-lead-note")}
          value={lead}
          onChange={(event) => setLead(event.currentTarget.value)}
          maw={440}
          required
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t("ui-project-folder")}
          </Text>
          <Group gap="sm" wrap="nowrap">
            <Button
              variant="default"
              leftSection={<FolderIcon />}
              onClick={() => {
                bridge.pickFolder().then((picked) => picked && setFolder(picked), setError);
              }}
            >
              {t("ui-choose-folder")}
            </Button>
            <Text size="sm" c="dimmed" className={styles.path}>
              {folder ?? t("ui-project-folder-note")}
            </Text>
          </Group>
        </div>
        <Secret label={t("ui-passphrase")} note={t("ui-passphrase-note")} value={passphrase} onChange={setPassphrase} name="passphrase" />
        <Secret
          label={t("ui-passphrase-again")}
          value={again}
          onChange={setAgain}
          name="again"
          {...(differs ? { error: t("ui-passphrase-differs") } : {})}
        />
        <ErrorNote error={error} />
        <Group>
          <Button type="submit" loading={busy} disabled={!folder || name.trim() === "" || lead.trim() === "" || passphrase === "" || again !== passphrase}>
            {t("ui-create-do")}
          </Button>
          <Button variant="default" onClick={onBack} data-back>
            {t("ui-back")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function nameOf(path: string): string {
  const last = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  return last.replace(/\.shinsa$/i, "");
}
