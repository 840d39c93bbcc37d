import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { FluentResource } from "@fluent/bundle";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "..");
const I18N = join(SRC, "..", "..", "resources", "i18n");

function sources(folder = SRC): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const name = (path: string) => relative(SRC, path).split(sep).join("/");

describe("the window's sources", () => {
  it("reach the shell through the bridge only", () => {
    const importers = sources()
      .filter((path) => /from "@tauri-apps|import\("@tauri-apps/.test(readFileSync(path, "utf8")))
      .map(name)
      .filter((path) => !path.startsWith("test/"));
    // The generated file calls, ipc.ts wraps it; no room does.
    expect(importers.sort()).toEqual(["bridge/bindings.ts", "bridge/ipc.ts"]);
  });

  it("keep parts free of rooms", () => {
    const wrong = sources(join(SRC, "parts")).filter((path) => /from "\.\.\/rooms/.test(readFileSync(path, "utf8")));
    expect(wrong.map(name)).toEqual([]);
  });

  it("say nothing that is not in both languages", () => {
    const used = new Set(
      sources()
        .filter((path) => !path.includes(".test."))
        .flatMap((path) => [...readFileSync(path, "utf8").matchAll(/["`](ui-[a-z0-9-]*[a-z0-9])["`]/g)].map((match) => match[1] ?? "")),
    );
    for (const language of ["ja", "en"]) {
      const resource = new FluentResource(readFileSync(join(I18N, language, "ui.ftl"), "utf8"));
      const known = new Set(resource.body.map((message) => message.id));
      expect([...used].filter((id) => !known.has(id))).toEqual([]);
    }
  });

  it("set no style by an attribute in markup, and make no HTML from text", () => {
    const wrong = sources().filter((path) => !path.includes(".test.") && /dangerouslySetInnerHTML|\.innerHTML/.test(readFileSync(path, "utf8")));
    expect(wrong.map(name)).toEqual([]);
  });
});
