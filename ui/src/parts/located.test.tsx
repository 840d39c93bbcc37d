import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { cut, type Mark } from "./located";
import { SafeMarkdown } from "./SafeMarkdown";

const shown = (text: string, marks: Mark[] = []) => render(<SafeMarkdown text={text} image="image" marks={marks} />).container;

/** Every piece on the screen with what stands in the source at the place that it names. */
const pieces = (text: string, marks: Mark[] = []) =>
  [...shown(text, marks).querySelectorAll<HTMLElement>("[data-from]")].map((element) => {
    const from = Number(element.dataset.from);
    const said = element.textContent ?? "";
    return [said, text.slice(from, from + said.length)];
  });

describe("where a rendered text stands in its source", () => {
  it.each([
    "転倒した患者の**意識**を確認し、*医師*に`至急`報告する。",
    "# 対応\n\n1. **医師**へ連絡\n2. 観察\n\n> 引用 𠮷\n\n| 薬 | 量 |\n|---|---|\n| A | 5 mg |\n| A | 6 mg |",
    "一行目\n二行目\n一行目",
    "[指針](https://example.invalid/a) のあと a\na を確認",
    "値は 3 \\* 4、A &amp; B、<b>5 mg</b>",
    "```\nコード 1\nコード 1\n```\nコード 1",
    "- [x] 済\n- [ ] 未",
    "改行\r\nのある\r\n文",
  ])("is exact for every piece of %j", (text) => {
    const found = pieces(text);
    expect(found.length).toBeGreaterThan(0);
    for (const [said, there] of found) expect(said).toBe(there);
  });

  it("finds repeated words each in its own place", () => {
    const text = "報告\n報告\n\n**報告**";
    const from = [...shown(text).querySelectorAll<HTMLElement>("[data-from]")].map((one) => Number(one.dataset.from));
    expect(from).toEqual([0, 3, 9]);
  });

  it("marks what is marked, across Markdown's own signs, and nothing else", () => {
    const text = "患者の**意識**を確認";
    const start = text.indexOf("の");
    const found = shown(text, [{ start, end: text.indexOf("を"), strong: true }]);
    const marked = [...found.querySelectorAll("mark")].map((one) => one.textContent);
    expect(marked).toEqual(["の", "意識"]);
    expect(found.querySelectorAll("mark[data-strong]")).toHaveLength(2);
    expect(found.textContent).toBe("患者の意識を確認");
  });

  it("changes nothing of what is shown and lets nothing else through", () => {
    const text = "# 対応\n\n1. **医師**へ\n\n<img src=x onerror=1> [a](javascript:1)";
    const plain = render(<SafeMarkdown text={text} image="image" />).container;
    const found = shown(text);
    expect(found.textContent).toBe(plain.textContent);
    expect(found.querySelector("a, img, script")).toBeNull();
    for (const element of found.querySelectorAll("*")) {
      for (const { name } of element.attributes) expect(["class", "tabindex", "scope", "start", "data-from", "data-strong"]).toContain(name);
    }
  });

  it("cuts a stretch where marks begin and end, the stronger one on top", () => {
    const marks = [
      { start: 2, end: 6, strong: false },
      { start: 4, end: 8, strong: true },
    ];
    expect(cut(0, 10, marks).map(({ from, length, mark }) => [from, length, mark])).toEqual([
      [0, 2, null],
      [2, 2, "pale"],
      [4, 2, "strong"],
      [6, 2, "strong"],
      [8, 2, null],
    ]);
  });
});
