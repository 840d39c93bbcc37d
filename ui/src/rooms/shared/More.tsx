import { Button, Collapse } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useT } from "../../app/locale";

/** What may be set and needn't be looked at. */
export function More({ children }: { children: ReactNode }) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <div>
      <Button variant="transparent" size="xs" px={0} onClick={() => setShown(!shown)} aria-expanded={shown} data-more>
        {t(shown ? "ui-less-settings" : "ui-more-settings")}
      </Button>
      <Collapse expanded={shown}>{children}</Collapse>
    </div>
  );
}
