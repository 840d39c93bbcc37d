import { Alert, Button, Group, Select } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "../../app/locale";
import { useBridge } from "../../bridge/context";
import { ErrorNote } from "./ErrorNote";
import { bytes, short } from "../../parts/numbers";

/** Which base model: the shipped one, or any that the user has added from a file. */
export function ModelPick({ value, onChange, disabled }: { value: string | null; onChange: (path: string) => void; disabled?: boolean }) {
  const t = useT();
  const bridge = useBridge();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const models = useQuery({ queryKey: ["models"], queryFn: () => bridge.modelList() });
  const chosen = models.data?.find((model) => model.path === value);
  async function add() {
    setError(null);
    try {
      const path = await bridge.pickFile("model");
      if (!path) return;
      const added = await bridge.modelAdd(path);
      await client.invalidateQueries({ queryKey: ["models"] });
      onChange(added.path);
    } catch (reason) {
      setError(reason);
    }
  }
  return (
    <div>
      <Group align="end">
        <Select
          label={t("ui-model")}
          value={value}
          disabled={disabled ?? false}
          w={520}
          data={(models.data ?? []).map((model) => ({
            value: model.path,
            label: `${fileName(model.path)} · ${short(model.parameters)} · ${bytes(model.bytes)}${model.embedded ? ` · ${t("ui-model-shipped")}` : ""}`,
          }))}
          onChange={(path) => path && onChange(path)}
        />
        <Button variant="default" onClick={() => void add()} disabled={disabled ?? false}>
          {t("ui-model-add")}
        </Button>
      </Group>
      {models.data?.length === 0 ? <ErrorNote error={{ code: "no-model", args: {} }} /> : null}
      {chosen?.embedded ? (
        <Alert role="note" variant="light" mt="xs" maw={700} p="xs">
          {t("ui-model-shipped-note")}
        </Alert>
      ) : null}
      <ErrorNote error={error ?? models.error} />
    </div>
  );
}

/** A model goes by its file's name, as its owner knows it: what is written inside is often something else. */
function fileName(path: string): string {
  const last = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  return last.replace(/\.(gguf|safetensors)$/i, "");
}
