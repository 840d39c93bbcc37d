import { Textarea } from "@mantine/core";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useT } from "../../app/locale";

/** Why, in one's own words: the writer's own text while an input method composes. */
export function Reason({ field, reason, onChange }: {
  field: RefObject<HTMLTextAreaElement | null>;
  reason: string;
  onChange: (reason: string) => void;
}) {
  const t = useT();
  const [text, setText] = useState(reason);
  const sent = useRef(reason);
  const composing = useRef(false);
  useEffect(() => {
    if (reason !== sent.current) {
      sent.current = reason;
      setText(reason);
    }
  }, [reason]);
  function send(next: string) {
    if (next === sent.current) return;
    sent.current = next;
    onChange(next);
  }
  return (
    <Textarea
      ref={field}
      autosize
      minRows={1}
      maxRows={5}
      maxLength={2000}
      aria-label={t("ui-prefer-reason")}
      placeholder={t("ui-prefer-reason")}
      data-write="reason"
      value={text}
      onCompositionStart={() => {
        composing.current = true;
      }}
      onCompositionEnd={(event) => {
        composing.current = false;
        send(event.currentTarget.value);
      }}
      onChange={(event) => {
        setText(event.currentTarget.value);
        if (!composing.current) send(event.currentTarget.value);
      }}
      onBlur={(event) => send(event.currentTarget.value)}
    />
  );
}
