import { Box, Button, Group, SimpleGrid, Stack, Text, TextInput, Title, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { DropZone } from "../../app/DropZone";
import { recall } from "../../app/memory";
import { useLanguage, useT } from "../../app/locale";
import { useJob } from "../../app/useJob";
import { useBridge } from "../../bridge/context";
import type { Demo, ProjectView } from "../../bridge/ipc";
import { FolderIcon, ImportIcon, PlusIcon, RateIcon } from "../../parts/icons";
import { ErrorNote } from "../shared/ErrorNote";
import { Working } from "../shared/Working";
import { Secret } from "../../parts/Secret";
import styles from "./WelcomeRoom.module.css";

type Step = { step: "choose" } | { step: "unlock"; path: string } | { step: "create"; file: string | null };

/** What else there is to say of a project just opened. */
export interface Opened {
  /** The passphrase, where the user doesn't know it yet. */
  passphrase?: string;
  /** A file to be brought in. */
  file?: string;
}

/** The first thing one sees: recent projects, opening another, making a new one, from a file or to try things out. */
export function WelcomeRoom({ path, onOpen }: {
  path: string | null;
  onOpen: (project: ProjectView, more?: Opened) => void;
}) {
  const t = useT();
  const bridge = useBridge();
  const [step, setStep] = useState<Step>({ step: "choose" });
  const [error, setError] = useState<unknown>(null);
  const making = useJob<Demo>();
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
    try {
      const folder = await bridge.pickFolder();
      if (!folder) return;
      await making.start(async (on) => {
        const made = await bridge.demoMake(folder, language, on);
        onOpen(made.project, { passphrase: made.passphrase });
        return made;
      });
    } catch (reason) {
      setError(reason);
    }
  }

  async function fromFile() {
    setError(null);
    try {
      const file = await bridge.pickFile("table");
      if (file) setStep({ step: "create", file });
    } catch (reason) {
      setError(reason);
    }
  }
  // A project's folder is opened, anything else is what a new project starts from.
  const onDropped = useCallback(
    (dropped: string) => setStep(/\.shinsa[\\/]?$/i.test(dropped) ? { step: "unlock", path: dropped } : { step: "create", file: dropped }),
    [],
  );

  const back = () => setStep({ step: "choose" });
  return (
    <div className={styles.room}>
      <DropZone onFile={onDropped} />
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
            <SimpleGrid cols={2}>
              <Choice name="open" icon={<FolderIcon />} disabled={making.running} onClick={() => void pick()} />
              <Choice name="create" icon={<PlusIcon />} disabled={making.running} onClick={() => setStep({ step: "create", file: null })} />
              <Choice name="file" icon={<ImportIcon />} disabled={making.running} onClick={() => void fromFile()} />
              <Choice name="demo" icon={<RateIcon />} disabled={making.running} onClick={() => void demo()} />
            </SimpleGrid>
            {making.running ? <Working progress={making.progress} stopping={making.stopping} onCancel={making.cancel} /> : null}
            <ErrorNote error={error ?? making.error ?? recent.error} />
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
          <Create file={step.file} onBack={back} onOpen={onOpen} />
        )}
      </div>
    </div>
  );
}

/** One way to begin. */
function Choice({ name, icon, disabled, onClick }: {
  name: "open" | "create" | "file" | "demo";
  icon: React.ReactNode;
  disabled: boolean;
  onClick: () => void;
}) {
  const t = useT();
  return (
    <UnstyledButton className={styles.choice} onClick={onClick} disabled={disabled} data-welcome={name}>
      {icon}
      <Box>
        <Text fw={650}>{t(`ui-welcome-${name}`)}</Text>
        <Text size="sm" c="dimmed">
          {t(`ui-welcome-${name}-note`)}
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

function Create({ file, onBack, onOpen }: {
  /** What the project is to start from. */
  file: string | null;
  onBack: () => void;
  onOpen: (project: ProjectView, more?: Opened) => void;
}) {
  const t = useT();
  const bridge = useBridge();
  const [name, setName] = useState(file === null ? "" : stem(file));
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
      const made = await bridge.projectCreate({ parent: folder, name: name.trim(), passphrase, lead: lead.trim() });
      onOpen(made, file === null ? {} : { file });
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
        <div>
          <Title order={2} size="h4">
            {t("ui-welcome-create")}
          </Title>
          {file === null ? null : (
            <Text size="sm" c="dimmed" className={styles.path} data-from={file}>
              {t("ui-welcome-from", { file: last(file) })}
            </Text>
          )}
        </div>
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
          <Text size="sm" fw={600} mb={4}>
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

function last(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

function nameOf(path: string): string {
  return last(path).replace(/\.shinsa$/i, "");
}

/** A file's name without its ending. */
function stem(path: string): string {
  return last(path).replace(/\.[^.]+$/, "");
}
