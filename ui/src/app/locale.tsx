import { FluentBundle, FluentResource } from "@fluent/bundle";
import { LocalizationProvider, ReactLocalization, useLocalization } from "@fluent/react";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { recall, remember } from "./memory";

export type Language = "ja" | "en";
export const LANGUAGES: readonly Language[] = ["ja", "en"];

// The same files that the command line and the report are compiled with.
const files = import.meta.glob<string>("../../../resources/i18n/*/{ui,errors}.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
});

function bundle(language: Language): FluentBundle {
  // No isolation marks: they show as boxes in some fonts and break copied text.
  const made = new FluentBundle(language, { useIsolating: false });
  for (const [path, text] of Object.entries(files)) {
    if (path.includes(`/${language}/`)) made.addResource(new FluentResource(text), { allowOverrides: true });
  }
  return made;
}

/** Sentences in `language`, with the other language behind for anything missing. */
export function sentences(language: Language): ReactLocalization {
  const other = language === "ja" ? "en" : "ja";
  return new ReactLocalization([bundle(language), bundle(other)], null, () => undefined);
}

const Choice = createContext<{ language: Language; choose: (next: Language) => void } | null>(null);

function first(): Language {
  const kept = recall("language");
  if (kept === "ja" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "ja";
}

export function Locale({ children, start }: { children: ReactNode; start?: Language }) {
  const [language, setLanguage] = useState<Language>(() => start ?? first());
  const l10n = useMemo(() => sentences(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choice = useMemo(
    () => ({
      language,
      choose: (next: Language) => {
        remember("language", next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return (
    <Choice value={choice}>
      <LocalizationProvider l10n={l10n}>{children}</LocalizationProvider>
    </Choice>
  );
}

export function useLanguage() {
  const choice = useContext(Choice);
  if (!choice) throw new Error("useLanguage outside Locale");
  return choice;
}

export type Args = Record<string, string | number>;

/** `t("ui-room-cases")`: one sentence in the chosen language. */
export function useT(): (id: string, args?: Args) => string {
  const { l10n } = useLocalization();
  return (id, args) => l10n.getString(id, args ?? null, id);
}

/** Whether a sentence exists: unknown error codes fall back to a general one. */
export function useHas(): (id: string) => boolean {
  const { l10n } = useLocalization();
  return (id) => l10n.getBundle(id) !== null;
}

/** The text of a pair in the chosen language, or the other where that one is empty. */
export function usePick(): (text: { ja: string; en: string } | null | undefined) => string {
  const { language } = useLanguage();
  return (text) => {
    if (!text) return "";
    return language === "ja" ? text.ja || text.en : text.en || text.ja;
  };
}
