import { NativeSelect, ScrollArea, Table, Text } from "@mantine/core";
import { useHas, usePick, useT } from "../../app/locale";
import type { ImportField, ImportProblem, ImportReply } from "../../bridge/ipc";
import styles from "./ImportPreview.module.css";

/** Columns of a very wide table that are drawn. */
const DRAWN = 200;
/** Problems that are listed here; the rows left out can be kept as a file. */
const LISTED = 500;

/** The first rows as they stand in the file, with what each column is taken for. */
export function Preview({ reply, onAssign, locked }: {
  reply: ImportReply;
  onAssign: (heading: string, field: string | null) => void;
  locked: boolean;
}) {
  const t = useT();
  const label = useFieldLabel();
  if (reply.sample.length === 0) return null;
  const headings = reply.headings.slice(0, DRAWN);
  const field = new Map(reply.columns.map((column) => [column.heading, column.field]));
  const wrong = new Set(reply.problems.map((problem) => `${problem.row} ${problem.column}`));
  if (headings.length === 0) return <Lines reply={reply} />;
  return (
    <div className={styles.frame} role="region" aria-label={t("ui-import-preview")} tabIndex={0} data-preview>
      <Table withColumnBorders className={styles.table ?? ""}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("ui-import-row")}</Table.Th>
            {headings.map((heading) => (
              <Table.Th key={heading} scope="col" data-taken={field.has(heading) || undefined}>
                <Text size="sm" fw={650} lineClamp={2}>
                  {heading}
                </Text>
                <NativeSelect
                  size="xs"
                  aria-label={t("ui-import-column-is", { heading })}
                  data-column={heading}
                  disabled={locked}
                  value={field.get(heading) ?? ""}
                  onChange={(event) => onAssign(heading, event.currentTarget.value === "" ? null : event.currentTarget.value)}
                  data={[{ value: "", label: t(`ui-import-field-none`) }, ...reply.fields.map((one) => ({ value: one.name, label: label(one) }))]}
                />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reply.sample.map((row) => (
            <Table.Tr key={row.row}>
              <Table.Td>{row.row}</Table.Td>
              {headings.map((heading, at) => (
                <Table.Td key={heading} data-wrong={wrong.has(`${row.row} ${heading}`) || undefined} data-taken={field.has(heading) || undefined}>
                  <Text size="sm" lineClamp={3}>
                    {row.cells[at] ?? ""}
                  </Text>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {reply.headings.length > DRAWN ? (
        <Text size="sm" c="dimmed">
          {t("ui-import-more-columns", { count: reply.headings.length - DRAWN })}
        </Text>
      ) : null}
    </div>
  );
}

/** Lines of JSONL, which name their fields themselves. */
function Lines({ reply }: { reply: ImportReply }) {
  const t = useT();
  return (
    <div className={styles.frame} role="region" aria-label={t("ui-import-preview")} tabIndex={0} data-preview>
      {reply.sample.map((row) => (
        <Text key={row.row} size="sm" lineClamp={2} mb={4}>
          <b>{row.row}</b> {row.cells.join(" · ")}
        </Text>
      ))}
    </div>
  );
}

function useFieldLabel(): (field: ImportField) => string {
  const t = useT();
  const has = useHas();
  const pick = usePick();
  return (field) => {
    if (field.label) return pick(field.label);
    return has(`ui-import-field-${field.name}`) ? t(`ui-import-field-${field.name}`) : field.name;
  };
}

/** Everything wrong, with row and column, and what to do about it. */
export function Problems({ problems }: { problems: ImportProblem[] }) {
  const t = useT();
  const has = useHas();
  if (problems.length === 0) return null;
  return (
    <ScrollArea.Autosize mah={240} viewportProps={{ tabIndex: 0, role: "region", "aria-label": t("ui-import-problems") }} data-problems>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("ui-import-row")}</Table.Th>
            <Table.Th>{t("ui-import-column")}</Table.Th>
            <Table.Th>{t("ui-import-problem")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {problems.slice(0, LISTED).map((problem, at) => (
            <Table.Tr key={at} data-problem={problem.code}>
              <Table.Td>{problem.row ?? ""}</Table.Td>
              <Table.Td>{problem.column ?? ""}</Table.Td>
              <Table.Td>
                {has(`error-${problem.code}`) ? t(`error-${problem.code}`, problem.args) : (problem.args.message ?? problem.code)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
