import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { SafeMarkdown } from "./SafeMarkdown";

const shown = (text: string) => render(<SafeMarkdown text={text} image="image" />).container;

/** What an attacker might have a model write. */
const HOSTILE = [
  "<script>window.intruder = 1</script>",
  "before <script>window.intruder = 1</script> after",
  '<img src=x onerror="window.intruder = 1">',
  '<svg onload="window.intruder = 1"><a xlink:href="javascript:window.intruder=1">x</a></svg>',
  '<iframe src="https://example.invalid/"></iframe>',
  '<a href="javascript:window.intruder=1">press</a>',
  '<div style="position:fixed;inset:0;background:url(https://example.invalid/t.png)">over all</div>',
  "<style>body { display: none }</style>",
  '<form action="https://example.invalid/"><input name="q"><button>send</button></form>',
  "[press](javascript:window.intruder=1)",
  "[press](JaVaScRiPt:window.intruder=1)",
  "[press](java&#x0A;script:window.intruder=1)",
  "[press](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "[press](vbscript:window.intruder)",
  "[press](https://example.invalid/ \"title\")",
  "[press][ref]\n\n[ref]: javascript:window.intruder=1",
  "<javascript:window.intruder=1>",
  "<https://example.invalid/>",
  "https://example.invalid/ and www.example.invalid and a@example.invalid",
  "![a picture](https://example.invalid/pixel.png)",
  "![a picture](data:image/svg+xml;base64,PHN2Zy8+)",
  "![x](x\"onerror=\"window.intruder=1)",
  "![a picture][ref]\n\n[ref]: https://example.invalid/pixel.png",
  "| a | b |\n|:-:|--:|\n| <img src=x onerror=1> | [x](javascript:1) |",
  "footnote[^1]\n\n[^1]: [x](javascript:window.intruder=1)",
  "- [x] <input autofocus onfocus=window.intruder=1>",
  "`<script>window.intruder=1</script>`",
  "```html\n<script>window.intruder=1</script>\n```",
];

describe("Markdown of unknown origin", () => {
  it.each(HOSTILE)("makes nothing that acts of %j", (text) => {
    const found = shown(text);
    expect(found.querySelector("a, img, script, style, iframe, object, embed, svg, form, input, button, link, base, meta, video, audio")).toBeNull();
    for (const element of found.querySelectorAll("*")) {
      for (const { name } of element.attributes) expect(["class", "tabindex", "scope", "start"]).toContain(name);
    }
    expect("intruder" in window).toBe(false);
  });

  it("shows raw HTML as it was written, so that nothing of the output is hidden from its rater", () => {
    expect(shown("dose: <b>5 mg</b>").textContent).toBe("dose: <b>5 mg</b>");
    expect(shown("<details>hidden advice</details>").textContent).toContain("hidden advice");
  });

  it("shows where a link or an image would lead, as text", () => {
    expect(shown("[guideline](https://example.invalid/g)").textContent).toBe("guideline (https://example.invalid/g)");
    expect(shown("![chart](https://example.invalid/c.png)").textContent).toBe("[image: chart (https://example.invalid/c.png)]");
    expect(shown("[press](javascript:x)").textContent).toBe("press (javascript:x)");
  });

  it("keeps the shapes that answers have: lists, emphasis, tables, code, line breaks", () => {
    const found = shown("# 対応\n\n1. **医師**へ連絡\n2. 観察\n\n| 薬 | 量 |\n|---|---|\n| A | 5 mg |\n\n一行目\n二行目\n\n`code`");
    expect(found.querySelectorAll("ol > li")).toHaveLength(2);
    expect(found.querySelector("strong")?.textContent).toBe("医師");
    expect(found.querySelectorAll("tbody td")).toHaveLength(2);
    expect(found.querySelector("br")).not.toBeNull();
    expect(found.querySelector("code")?.textContent).toBe("code");
    expect(found.querySelector("h1, h2, h3")).toBeNull();
    expect(shown("5. 五番から").querySelector("ol")?.getAttribute("start")).toBe("5");
  });

  it("leaves a Japanese range of doses alone", () => {
    expect(shown("1~2錠を3~4回").textContent).toBe("1~2錠を3~4回");
  });

  it("shows deep nesting and long texts without failing", () => {
    expect(shown(`${">".repeat(200)} deep`).textContent).toContain("deep");
    expect(shown("a ".repeat(20_000)).textContent?.length).toBeGreaterThan(39_000);
  });
});
