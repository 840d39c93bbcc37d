import { memo, type ReactNode } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkBreaks from "remark-breaks";
import remarkGfm from "remark-gfm";
import { located, type Mark } from "./located";
import styles from "./SafeMarkdown.module.css";

/**
 * Text of unknown origin with Markdown's shapes and nothing that acts: raw HTML is
 * shown as the characters it is made of, a link as its text and address, an image as
 * its description. No address ever reaches an attribute, so nothing is fetched,
 * opened or run, whatever the content security policy says.
 */
export const SafeMarkdown = memo(function SafeMarkdown({ text, image, marks }: {
  text: string;
  /** What stands in for an image, before its description. */
  image: string;
  /** Marked stretches of the text; given, each piece says where it stands in it (`data-from`). */
  marks?: readonly Mark[];
}) {
  return (
    <div className={styles.markdown}>
      <Markdown
        remarkPlugins={[
          // One tilde is a range in Japanese (1~2錠), not a deletion.
          [remarkGfm, { singleTilde: false }],
          // A line break that the model wrote is a line break.
          remarkBreaks,
        ]}
        rehypePlugins={marks ? [located(text, marks)] : []}
        remarkRehypeOptions={{ footnoteLabel: "*", footnoteLabelTagName: "p", footnoteBackContent: "" }}
        allowedElements={marks ? [...ALLOWED, "span", "mark"] : ALLOWED}
        unwrapDisallowed
        urlTransform={(address) => address}
        components={components(image)}
      >
        {text}
      </Markdown>
    </div>
  );
});

/** Elements that Markdown may make; of any other one only the text is shown. */
const ALLOWED = [
  "p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "input",
  "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "a", "img", "sup",
];

type Given = { children?: ReactNode };
const heading = ({ children }: Given) => <p className={styles.heading}>{children}</p>;

/** Where a piece of text stands, and nothing else that it may carry. */
function placed(given: object): Record<string, string | number> {
  const from = (given as Record<string, unknown>)["data-from"];
  const strong = "data-strong" in given;
  return { ...(typeof from === "number" || typeof from === "string" ? { "data-from": from } : {}), ...(strong ? { "data-strong": "" } : {}) };
}

/** Every element is made here with attributes of our own only. */
function components(image: string): Components {
  return {
    // The record has headings of its own: those of the text stay out of the page's outline.
    h1: heading,
    h2: heading,
    h3: heading,
    h4: heading,
    h5: heading,
    h6: heading,
    a: ({ children, href }) => (
      <span className={styles.link}>
        {children}
        {href && !href.startsWith("#") && String(children) !== href ? <span className={styles.address}> ({href})</span> : null}
      </span>
    ),
    img: ({ alt, src }) => (
      <span className={styles.address}>
        [{image}
        {alt ? `: ${alt}` : ""}
        {typeof src === "string" && src !== "" ? ` (${src})` : ""}]
      </span>
    ),
    input: ({ checked }) => <span>{checked ? "☑ " : "☐ "}</span>,
    span: (given) => <span {...placed(given)}>{given.children}</span>,
    mark: (given) => <mark {...placed(given)}>{given.children}</mark>,
    p: ({ children }) => <p>{children}</p>,
    ul: ({ children }) => <ul>{children}</ul>,
    ol: ({ children, start }) => <ol start={start}>{children}</ol>,
    li: ({ children }) => <li>{children}</li>,
    sup: ({ children }) => <sup>{children}</sup>,
    code: ({ children }) => <code>{children}</code>,
    pre: ({ children }) => (
      <pre tabIndex={0}>{children}</pre>
    ),
    table: ({ children }) => (
      <div className={styles.wide} tabIndex={0}>
        <table>{children}</table>
      </div>
    ),
    th: ({ children }) => <th scope="col">{children}</th>,
    td: ({ children }) => <td>{children}</td>,
  };
}
