import { Button, Group, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { usePick, useT } from "../../app/locale";
import { Open } from "../../app/open";
import { useBridge } from "../../bridge/context";
import { ErrorNote } from "../shared/ErrorNote";
import styles from "./RubricsRoom.module.css";

/** The rubrics that come with Shinsa and are not in the project yet. */
export function Shipped() {
  const t = useT();
  const pick = usePick();
  const bridge = useBridge();
  const client = useQueryClient();
  const { project, refresh } = Open.use();
  const [error, setError] = useState<unknown>(null);
  const shipped = useQuery({ queryKey: ["shipped"], queryFn: () => bridge.rubricShipped() });
  const missing = (shipped.data ?? []).filter((one) => !project.rubrics.some((has) => has.id === one.id));
  if (missing.length === 0) return <ErrorNote error={shipped.error} />;
  async function add(id: string) {
    setError(null);
    try {
      await bridge.rubricAdd({ shipped: id });
      await refresh();
      await client.invalidateQueries({ queryKey: ["queue"] });
    } catch (reason) {
      setError(reason);
    }
  }
  return (
    <section className={styles.shipped}>
      <Title order={2} size="h5" mb="xs">
        {t("ui-rubrics-shipped")}
      </Title>
      <ErrorNote error={error} />
      {missing.map((one) => (
        <Group key={one.id} justify="space-between" className={styles.offer}>
          <Text>{pick(one.title)}</Text>
          <Button size="xs" variant="default" onClick={() => void add(one.id)} data-add={one.id}>
            {t("ui-rubric-add")}
          </Button>
        </Group>
      ))}
    </section>
  );
}
