import { Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useBridge } from "../bridge/context";
import styles from "./DropZone.module.css";
import { useT } from "./locale";

/** Takes a file that is dragged onto the window, and says so while it hangs above it. */
export function DropZone({ onFile }: { onFile: (path: string) => void }) {
  const t = useT();
  const bridge = useBridge();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const listening = bridge.onDrop((drop) => {
      setOver(drop.kind === "over");
      const [file] = drop.kind === "dropped" ? drop.paths : [];
      if (file !== undefined) onFile(file);
    });
    return () => void listening.then((stop) => stop());
  }, [bridge, onFile]);
  return over ? (
    <div className={styles.over} role="status" data-drop>
      <Text fw={650} size="lg">
        {t("ui-import-drop-here")}
      </Text>
    </div>
  ) : null;
}
