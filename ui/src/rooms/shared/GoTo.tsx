import { Button } from "@mantine/core";
import { useT } from "../../app/locale";
import { Open, type Room } from "../../app/open";

/** The way to the room where what is missing here gets done; `quiet` where there is a better one beside it. */
export function GoTo({ room, quiet = false }: { room: Room; quiet?: boolean }) {
  const t = useT();
  const { go } = Open.use();
  return (
    <Button variant={quiet ? "default" : "filled"} onClick={() => go(room)} data-go-to={room}>
      {t("ui-go", { room: t(`ui-room-${room}`) })}
    </Button>
  );
}
