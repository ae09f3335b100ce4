/**
 * Markdown of which only we write the syntax. Whatever comes from data (names, descriptions, addresses of pages) goes
 * in as text: on one line, without characters that command a terminal, and escaped, so that it can neither end a
 * table cell nor begin a heading, link, list, tag or entity.
 */
import { cap, clean } from "../../model/text.ts";

/** A piece of markdown that is safe to put together with others. Made by `md`, `text`, `link` and `table` only. */
export class Markdown {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** What may stand in a piece: texts and numbers are escaped. */
export type Inline = string | number | Markdown;

/** Characters of one text from data. */
const TEXT_LIMIT = 2000;
const URL_LIMIT = 500;

/**
 * Syntax within a line. `_` counts between other characters than letters and digits only: feed names stay as they are.
 * `<` begins a tag or an address before a letter only. `://`, `www.` and `@` make links where bare addresses are linked;
 * `&` begins an entity.
 */
const SYNTAX =
  /[\\`*[\]|~]|<(?=[a-z/!?])|(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])|(?<=\bwww)\.|:(?=\/\/)|@|&(?=#?\w+;)/giu;
/** What makes something else than a paragraph of the line that it begins. */
const AT_START = /^(?:[#+=>-]|\d{1,9}(?=[.)](?:\s|$)))/;

function escaped(line: string): string {
  const inside = line.replace(SYNTAX, (found) => [...found].map((character) => `\\${character}`).join(""));
  return inside.replace(AT_START, (found) => (/\d/.test(found) ? `${found}\\` : `\\${found}`));
}

/** One line of at most `limit` characters, without the blanks around. */
export function oneLine(value: string, limit = TEXT_LIMIT): string {
  return cap(clean(value).replace(/\s+/g, " ").trim(), limit);
}

/** Text of data. */
export function text(value: string, limit = TEXT_LIMIT): Markdown {
  return new Markdown(escaped(oneLine(value, limit)));
}

/** Text of data in which links are written out: `[name](address)` reads `name (address)`. */
export function prose(value: string): Markdown {
  return text(value.replace(/\[([^[\]]{1,200})\] ?\(([^()]{1,600})\)/g, "$1 ($2)"));
}

/** Puts pieces together: what is between the pieces is ours, strings in `${}` are not. */
export function md(ours: TemplateStringsArray, ...values: readonly Inline[]): Markdown {
  return new Markdown(ours.reduce((sum, part, i) => sum + sourceOf(values[i - 1]!) + part));
}

function sourceOf(value: Inline): string {
  if (value instanceof Markdown) return value.source;
  return typeof value === "number" ? String(value) : text(value).source;
}

/** Pieces in a row, with ours between them. */
export function join(pieces: readonly Inline[], between: string): Markdown {
  return new Markdown(pieces.map(sourceOf).join(between));
}

/** A link to a web page; the text alone where the address is none. */
export function link(label: string, address: string | null): Markdown {
  const shown = text(label);
  const url = address === null || address.length > URL_LIMIT ? null : URL.parse(address);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return shown;
  if (url.username !== "" || url.password !== "") return shown;
  // URL.parse leaves these in paths and queries; none means anything else when it is written in hex.
  const safe = url.href.replace(
    /[()<>[\]\\|`*_~"'\s]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return new Markdown(`[${shown.source}](${safe})`);
}

export interface Column {
  title: string;
  /** Numbers stand at the right. */
  align?: "right";
}

/** A table; rows are as long as the columns. */
export function table(columns: readonly Column[], rows: readonly (readonly Inline[])[]): Markdown {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return new Markdown(
    [
      line(columns.map(({ title }) => text(title).source)),
      line(columns.map(({ align }) => (align === "right" ? "---:" : ":---"))),
      ...rows.map((cells) => line(cells.map(sourceOf))),
    ].join("\n"),
  );
}

/** A list with a bullet before each. */
export function bullets(items: readonly Inline[]): Markdown {
  return new Markdown(items.map((item) => `- ${sourceOf(item)}`).join("\n"));
}

/** Blocks below each other; null leaves one out. */
export function blocks(parts: readonly (Markdown | null)[]): Markdown {
  return new Markdown(
    parts
      .filter((part) => part !== null && part.source !== "")
      .map((part) => part!.source)
      .join("\n\n"),
  );
}
