import { Alert } from "@mantine/core";
import { useHas, useT } from "../../app/locale";
import { asFailure } from "../../bridge/failure";
import { WarnIcon } from "../../parts/icons";

/** An error in words, with what to do next. */
export function ErrorNote({ error }: { error: unknown }) {
  const t = useT();
  const has = useHas();
  if (error === null || error === undefined) return null;
  const failure = asFailure(error);
  const id = `error-${failure.code}`;
  const known = has(id);
  return (
    <Alert color="red" variant="light" icon={<WarnIcon />} role="alert" data-error={failure.code}>
      {known ? t(id, failure.args) : t("ui-error-unknown", { code: failure.code, detail: detail(failure.args) })}
    </Alert>
  );
}

function detail(args: Record<string, string>): string {
  return args.message ?? Object.values(args).join(" · ");
}
