import { Alert, Button, Group, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLanguage, useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import type { HostsView, JudgeEndpoint } from "../../bridge/ipc";
import { WarnIcon } from "../../parts/icons";
import { ErrorNote } from "../shared/ErrorNote";

const HOSTS = ["judge-hosts"];

/** A judge elsewhere: its address, whether its host is allowed, and everything that was sent. */
export function HostsPanel({ endpoint, set, disabled, onAllowed }: {
  endpoint: JudgeEndpoint;
  set: (endpoint: JudgeEndpoint) => void;
  disabled: boolean;
  /** Whether the address is one that something may be sent to. */
  onAllowed: (allowed: boolean) => void;
}) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const hosts = useQuery({ queryKey: HOSTS, queryFn: () => bridge.hostList() });
  const check = useQuery({
    queryKey: [...HOSTS, "check", endpoint.url],
    queryFn: () => bridge.hostCheck(endpoint.url),
    enabled: endpoint.url.trim() !== "",
    retry: false,
    gcTime: 0,
    staleTime: 0,
  });

  async function change(to: Promise<HostsView>) {
    setError(null);
    try {
      await to;
    } catch (reason) {
      setError(reason);
    }
    await client.invalidateQueries({ queryKey: HOSTS });
  }

  const found = endpoint.url.trim() === "" ? undefined : check.data;
  const allowed = found?.allowed ?? false;
  useEffect(() => onAllowed(allowed), [allowed, onAllowed]);
  return (
    <Stack gap="sm" maw={980} data-hosts>
      <Text size="sm" c="dimmed">
        {t("ui-host-note")}
      </Text>
      <Group align="end" gap="md">
        <TextInput
          label={t("ui-host-url")}
          value={endpoint.url}
          placeholder={`http://${hosts.data?.proposed ?? ""}`}
          w={340}
          disabled={disabled}
          onChange={(event) => set({ ...endpoint, url: event.currentTarget.value })}
          data-endpoint-url
        />
        <TextInput
          label={t("ui-host-model")}
          value={endpoint.model}
          w={260}
          disabled={disabled}
          onChange={(event) => set({ ...endpoint, model: event.currentTarget.value })}
          data-endpoint-model
        />
      </Group>
      {endpoint.url.trim() === "" ? null : <ErrorNote error={check.error} />}
      {found?.readable ? (
        <Alert color="orange" variant="light" icon={<WarnIcon />} role="alert" data-readable={found.host}>
          {t("ui-host-plain", { host: found.host })}
        </Alert>
      ) : null}
      {found ? (
        <Group gap="md">
          <Text size="sm" role="status" data-allowed={found.allowed}>
            {t(found.allowed ? "ui-host-allowed-now" : "ui-host-not-allowed", { host: found.host })}
          </Text>
          {found.allowed ? null : (
            <Button variant="default" disabled={disabled} onClick={() => void change(bridge.hostAllow(found.host))} data-allow-host={found.host}>
              {t("ui-host-allow", { host: found.host })}
            </Button>
          )}
        </Group>
      ) : null}
      <ErrorNote error={error ?? hosts.error} />
      {hosts.data ? <Allowed view={hosts.data} disabled={disabled} onDeny={(host) => void change(bridge.hostDeny(host))} /> : null}
    </Stack>
  );
}

function Allowed({ view, disabled, onDeny }: { view: HostsView; disabled: boolean; onDeny: (host: string) => void }) {
  const t = useT();
  const { language } = useLanguage();
  const time = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" });
  return (
    <>
      <Title order={3} size="h6">
        {t("ui-host-list")}
      </Title>
      {view.hosts.length === 0 ? <Text size="sm">{t("ui-host-none")}</Text> : null}
      {view.hosts.map((host) => (
        <Group key={host} gap="md" data-host={host}>
          <Text size="sm">{host}</Text>
          <Button variant="default" size="compact-sm" disabled={disabled} aria-label={`${t("ui-host-deny")}: ${host}`} onClick={() => onDeny(host)} data-deny={host}>
            {t("ui-host-deny")}
          </Button>
        </Group>
      ))}
      {view.lines === 0 ? null : (
        <details data-sent={view.lines}>
          <summary>{t("ui-host-log", { lines: view.lines, shown: view.latest.length })}</summary>
          <Text size="xs" c="dimmed">
            {t("ui-host-log-file", { path: view.log })}
          </Text>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("ui-host-at")}</Table.Th>
                <Table.Th>{t("ui-host-host")}</Table.Th>
                <Table.Th>{t("ui-host-item")}</Table.Th>
                <Table.Th>{t("ui-host-bytes")}</Table.Th>
                <Table.Th>{t("ui-host-status")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {view.latest.map((line, at) => (
                <Table.Tr key={view.lines - at} data-request={line.status}>
                  <Table.Td>{time.format(line.at)}</Table.Td>
                  <Table.Td>{line.host}</Table.Td>
                  <Table.Td>
                    {line.item} #{line.sample}.{line.attempt}
                  </Table.Td>
                  <Table.Td>{line.bytes}</Table.Td>
                  <Table.Td>{line.status === "sent" ? t("ui-host-sent") : line.status}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </details>
      )}
    </>
  );
}
