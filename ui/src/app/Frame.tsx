import { ActionIcon, Group, Loader, Modal, NavLink, SegmentedControl, Stack, Text, Tooltip, UnstyledButton, useComputedColorScheme, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useBridge } from "../bridge/context";
import type { ProjectView } from "../bridge/ipc";
import { AgreeIcon, CasesIcon, DoorIcon, GavelIcon, JudgeIcon, MoonIcon, PeopleIcon, PreferIcon, RateIcon, ReportIcon, RubricIcon, ShareIcon, SunIcon, TextSizeIcon, TrainIcon, WriteIcon } from "../parts/icons";
import { AdjudicateRoom } from "../rooms/adjudicate/AdjudicateRoom";
import { AgreementRoom } from "../rooms/agreement/AgreementRoom";
import { CasesRoom } from "../rooms/cases/CasesRoom";
import { ExportRoom } from "../rooms/export/ExportRoom";
import { ImportDialog } from "../rooms/shared/ImportDialog";
import { JudgeRoom } from "../rooms/judge/JudgeRoom";
import { OwnPassphrase } from "../rooms/people/OwnPassphrase";
import { PeopleRoom } from "../rooms/people/PeopleRoom";
import { PreferRoom } from "../rooms/prefer/PreferRoom";
import { RateRoom } from "../rooms/rate/RateRoom";
import { ReportRoom } from "../rooms/report/ReportRoom";
import { RubricsRoom } from "../rooms/rubrics/RubricsRoom";
import { TrainRoom } from "../rooms/train/TrainRoom";
import { WriteRoom } from "../rooms/write/WriteRoom";
import { SignIn } from "../rooms/welcome/SignIn";
import { WelcomeRoom } from "../rooms/welcome/WelcomeRoom";
import styles from "./Frame.module.css";
import { JobsProvider, useJobs } from "./jobs";
import { DropZone } from "./DropZone";
import { type Language, useLanguage, useT } from "./locale";
import { Open, type OpenProject, type Room } from "./open";
import { useTextSize } from "./textSize";

const ROOMS: { room: Room; icon: () => ReactNode; body: () => ReactNode }[] = [
  { room: "cases", icon: CasesIcon, body: () => <CasesRoom /> },
  { room: "rubrics", icon: RubricIcon, body: () => <RubricsRoom /> },
  { room: "people", icon: PeopleIcon, body: () => <PeopleRoom /> },
  { room: "rate", icon: RateIcon, body: () => <RateRoom /> },
  { room: "prefer", icon: PreferIcon, body: () => <PreferRoom /> },
  { room: "agreement", icon: AgreeIcon, body: () => <AgreementRoom /> },
  { room: "adjudicate", icon: GavelIcon, body: () => <AdjudicateRoom /> },
  { room: "write", icon: WriteIcon, body: () => <WriteRoom /> },
  { room: "train", icon: TrainIcon, body: () => <TrainRoom /> },
  { room: "judge", icon: JudgeIcon, body: () => <JudgeRoom /> },
  { room: "report", icon: ReportIcon, body: () => <ReportRoom /> },
  { room: "export", icon: ShareIcon, body: () => <ExportRoom /> },
];

/** The window: the welcome until a project is open, then its rooms. */
export function Frame() {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const [project, setProject] = useState<ProjectView | null>(null);
  const [room, setRoom] = useState<Room>("cases");
  const [rubric, setRubric] = useState<string | null>(null);
  const [output, setOutput] = useState<string | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const [importing, setImporting] = useState<{ file: string | null } | null>(null);
  const start = useQuery({ queryKey: ["start"], queryFn: () => bridge.start(), staleTime: Number.POSITIVE_INFINITY });

  const go = useCallback((next: Room, at?: string) => {
    setRoom(next);
    if (at !== undefined) setOutput(at);
  }, []);
  // The button that led here may be gone: then the room has the focus, not nobody.
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [room]);
  const bringIn = useCallback((file?: string) => setImporting({ file: file ?? null }), []);
  const leaving = useRef(new Set<() => Promise<void>>());
  const atLeave = useCallback((work: () => Promise<void>) => {
    leaving.current.add(work);
    return () => leaving.current.delete(work);
  }, []);
  const close = useCallback(async () => {
    // What can't be saved now is told by the room, which then stays open.
    for (const work of leaving.current) await work();
    await bridge.jobCancel();
    await bridge.projectClose();
    client.removeQueries();
    setProject(null);
    setRubric(null);
    setOutput(null);
    setImporting(null);
  }, [bridge, client]);

  const refresh = useCallback(async () => setProject(await bridge.projectInfo()), [bridge]);
  const open = useMemo<OpenProject | null>(
    () => (project ? { project, setProject, refresh, bringIn, atLeave, room, go, rubric, setRubric, output, setOutput } : null),
    [project, refresh, bringIn, atLeave, room, go, rubric, output],
  );

  return (
    <div className={styles.window} data-ready={start.isFetched ? true : undefined}>
      {open && !open.project.me ? (
        <Open value={open}>
          <main className={styles.room} data-room="sign-in">
            <div className={styles.corner}>
              <Preferences />
            </div>
            <SignIn onBack={() => void close()} />
          </main>
        </Open>
      ) : open ? (
        <Open value={open}>
          <JobsProvider key={open.project.path}>
          <Side onClose={() => void close().catch(() => undefined)} onSkip={() => main.current?.focus({ preventScroll: true })} />
          <main ref={main} tabIndex={-1} className={styles.room} data-room={room}>
            {/* These give all their height to the record and have no head of their own. */}
            {room === "rate" || room === "prefer" || room === "adjudicate" ? <VisuallyHidden component="h1">{t(`ui-room-${room}`)}</VisuallyHidden> : null}
            {ROOMS.find((one) => one.room === room)?.body()}
          </main>
          <Modal opened={note !== null} onClose={() => setNote(null)} title={t("ui-welcome-demo")} closeButtonProps={{ "aria-label": t("ui-close") }}>
            <Text>{t("ui-demo-passphrase", { passphrase: note ?? "" })}</Text>
          </Modal>
          <ImportDialog opened={importing !== null} file={importing?.file ?? null} onClose={() => setImporting(null)} />
          {project?.me?.role === "lead" ? <DropZone onFile={bringIn} /> : null}
          </JobsProvider>
        </Open>
      ) : (
        <main className={styles.room} data-room="welcome">
          <div className={styles.corner}>
            <Preferences />
          </div>
          <WelcomeRoom
            path={start.data?.open ?? null}
            onOpen={(opened, { passphrase, file } = {}) => {
              setProject(opened);
              setRoom(file === undefined ? "rate" : "cases");
              setNote(passphrase ?? null);
              if (file !== undefined) bringIn(file);
            }}
          />
        </main>
      )}
    </div>
  );
}

function Side({ onClose, onSkip }: { onClose: () => void; onSkip: () => void }) {
  const t = useT();
  const open = Open.use();
  const jobs = useJobs();
  const busy = (room: Room) => (room === "train" && jobs.train.running) || (room === "judge" && jobs.judge.running) || (room === "write" && jobs.texts.running) || (room === "export" && jobs.write.running);
  return (
    <nav className={styles.side} aria-label={t("ui-rooms")}>
      <UnstyledButton className={styles.skip ?? ""} onClick={onSkip} data-skip>
        {t("ui-skip")}
      </UnstyledButton>
      <div className={styles.project}>
        <Text fw={650} lineClamp={2} title={open.project.path}>
          {open.project.name}
        </Text>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {open.project.me ? `${t("ui-rater-is", { name: open.project.me.name })} · ${t(`ui-role-${open.project.me.role}`)}` : ""}
        </Text>
      </div>
      <Stack gap={2} className={styles.rooms}>
        {ROOMS.map(({ room, icon: Glyph }) => (
          <NavLink
            key={room}
            component="button"
            data-go={room}
            label={t(`ui-room-${room}`)}
            leftSection={<Glyph />}
            rightSection={busy(room) ? <Loader size="xs" aria-label={t("ui-busy")} data-busy={room} /> : null}
            active={room === open.room}
            aria-current={room === open.room ? "page" : undefined}
            onClick={() => open.go(room)}
            className={styles.link ?? ""}
          />
        ))}
      </Stack>
      <Stack gap="xs" className={styles.foot}>
        <Preferences />
        <OwnPassphrase className={styles.link ?? ""} />
        <NavLink component="button" label={t("ui-project-close")} leftSection={<DoorIcon />} onClick={onClose} data-close className={styles.link ?? ""} />
      </Stack>
    </nav>
  );
}

function Preferences() {
  const t = useT();
  const { language, choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const next = scheme === "dark" ? "light" : "dark";
  const text = useTextSize();
  return (
    <Group gap="xs" justify="space-between" wrap="nowrap">
      <SegmentedControl
        size="xs"
        aria-label={t("ui-language")}
        value={language}
        onChange={(value) => choose(value as Language)}
        data={[
          { value: "ja", label: "日本語" },
          { value: "en", label: "English" },
        ]}
      />
      <Group gap={2} wrap="nowrap">
        <Tooltip label={t(`ui-text-size-${text.next}`)} withinPortal={false}>
          <ActionIcon variant="subtle" size="lg" aria-label={t(`ui-text-size-${text.next}`)} data-text-size-to={text.next} onClick={() => text.choose(text.next)}>
            <TextSizeIcon />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t(`ui-scheme-${next}`)} withinPortal={false}>
          <ActionIcon variant="subtle" size="lg" aria-label={t(`ui-scheme-${next}`)} data-scheme={next} onClick={() => setColorScheme(next)}>
            {next === "dark" ? <MoonIcon /> : <SunIcon />}
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}
