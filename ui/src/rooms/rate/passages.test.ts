import { afterEach, describe, expect, it } from "vitest";
import { selected, toCharacters, toUnits } from "./passages";

const TEXT = "𠮷田医師に**報告**する。";

function drawn(): HTMLElement {
  const root = document.createElement("div");
  root.innerHTML =
    '<p><span data-from="0">𠮷田医師に</span><strong><span data-from="8">報告</span></strong><span data-from="12">する。</span></p><p>外</p>';
  document.body.append(root);
  return root;
}

function select(from: Node, start: number, to: Node, end: number) {
  const range = document.createRange();
  range.setStart(from, start);
  range.setEnd(to, end);
  window.getSelection()?.removeAllRanges();
  window.getSelection()?.addRange(range);
}

const inner = (root: HTMLElement, at: number) => root.querySelectorAll("[data-from]")[at]?.firstChild as Text;

describe("a selection as a stretch of the source", () => {
  afterEach(() => document.body.replaceChildren());

  it("counts characters where JavaScript counts units, both ways", () => {
    expect([toCharacters(TEXT, 2), toCharacters(TEXT, 6)]).toEqual([1, 5]);
    for (const characters of [0, 1, 5, 9, 14]) expect(toCharacters(TEXT, toUnits(TEXT, characters))).toBe(characters);
  });

  it("runs over Markdown's signs, which then belong to the passage", () => {
    const root = drawn();
    select(inner(root, 0), 4, inner(root, 1), 2);
    expect(selected(root, TEXT)).toEqual({ start: 3, end: 9, quote: "師に**報告" });
  });

  it("takes the part inside of one that goes beyond, and nothing of one elsewhere", () => {
    const root = drawn();
    select(inner(root, 2), 0, document.body, document.body.childNodes.length);
    expect(selected(root, TEXT)).toEqual({ start: 11, end: 14, quote: "する。" });
    const outside = root.querySelectorAll("p")[1]?.firstChild as Text;
    select(outside, 0, outside, 1);
    expect(selected(root, TEXT)).toBeNull();
    select(inner(root, 0), 2, inner(root, 0), 2);
    expect(selected(root, TEXT)).toBeNull();
  });
});
