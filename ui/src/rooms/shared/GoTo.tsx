import { Button } from "@mantine/core";
import { useT } from "../../app/locale";
import { Open, type Room } from "../../app/open";

/** The way to the room where what is missing here gets done. */
export function GoTo({ room }: { room: Room }) {
  const t = useT();
  const { go } = Open.use();
  return (
    <Button onClick={() => go(room)} data-go-to={room}>
      {t("ui-go", { room: t(`ui-room-${room}`) })}
    </Button>
  );
}
