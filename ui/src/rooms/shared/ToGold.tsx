import { Alert, Group, Text } from "@mantine/core";
import { useT } from "../../app/locale";
import { Open, type Room } from "../../app/open";
import { Empty } from "../../parts/Page";
import { GoTo } from "./GoTo";

/** What comes next on the way to gold, and where it is done: the better way first. */
const STEPS = {
  outputs: ["cases", "write"],
  ratings: ["rate"],
  decide: ["adjudicate", "agreement"],
} as const satisfies { [step in string]: readonly Room[] };

/** Says that there is no gold yet and leads to the next step towards it; as a `note` above what can be done without. */
export function ToGold({ title, note = false }: { title: string; note?: boolean }) {
  const t = useT();
  const { project } = Open.use();
  const step = project.outputs === 0 ? "outputs" : project.ratings === 0 ? "ratings" : "decide";
  const ways = (
    <Group gap="sm" justify={note ? "flex-start" : "center"}>
      {STEPS[step].map((room, at) => (
        <GoTo key={room} room={room} quiet={note || at > 0} />
      ))}
    </Group>
  );
  if (!note) return <Empty title={title} hint={t(`ui-to-gold-${step}`)} action={ways} />;
  return (
    <Alert role="note" variant="light" maw={860} title={title} data-to-gold={step}>
      <Text size="sm" mb="sm">
        {t(`ui-to-gold-${step}`)}
      </Text>
      {ways}
    </Alert>
  );
}
