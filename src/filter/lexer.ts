/**
 * The query language cut into words (docs/query-language.md). A word is a term `name:value` or a bare value;
 * the value keeps its structure: alternatives between commas, each of parts between colons, each part plain,
 * quoted or a regular expression.
 */
import { UsageError } from "../model/errors.ts";
import { parseNetwork } from "../model/ip.ts";
import type { Matcher } from "./ast.ts";
import { literal, parseMatcher, regexMatcher } from "./matcher.ts";

/** One part of a value. Only a plain part may be a number, an address or another notation. */
export type Part =
  | { kind: "plain"; text: string }
  | { kind: "quoted"; text: string }
  | { kind: "regex"; text: string; flags: string };

export interface Word {
  kind: "word";
  /** What stands before the first colon; null for a bare word. */
  name: string | null;
  /** The value as written, without quotes. */
  raw: string;
  /** At least one alternative of at least one part. */
  alternatives: Part[][];
  /** The whole word, for messages. */
  text: string;
}

export type Token = Word | { kind: "(" | ")" | "[" | "]" | "!" | "OR" | "AND" };

const SPACE = /\s/;
const NAME = /^[A-Za-z][A-Za-z0-9_-]*(?=:)/;
const REGEX_END = /^[A-Za-z]*(?=[\s,:()[\]]|$)/;

/** A part as a comparison: quoted texts are literal, plain ones too (`\/x` is `/x`). */
export function partMatcher(part: Part): Matcher {
  if (part.kind === "quoted") return literal(part.text);
  return part.kind === "regex" ? regexMatcher(part.text, part.flags) : parseMatcher(part.text);
}

/** A text as it would have to be written to be one value. */
export function quote(text: string): string {
  return /^[^\s"'/,:()[\]!-][^\s,:()[\]]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}

function written(part: Part): string {
  return part.kind === "regex" ? `/${part.text}/${part.flags}` : part.text;
}

class Lexer {
  private at = 0;
  private readonly tokens: Token[] = [];

  /** `spaces`: blanks belong to plain values (one shell argument that is one term). */
  constructor(
    private readonly text: string,
    private readonly spaces: boolean,
  ) {}

  run(): Token[] {
    for (;;) {
      while (this.at < this.text.length && SPACE.test(this.text[this.at]!)) this.at++;
      const c = this.text[this.at];
      if (c === undefined) return this.tokens;
      if (c === "(" || c === ")" || c === "[" || c === "]" || c === "!") {
        this.tokens.push({ kind: c });
        this.at++;
      } else if (c === "-") {
        const word = /^\S*/.exec(this.text.slice(this.at, this.at + 60))![0];
        throw new UsageError(
          `“${word}”: a word cannot begin with “-”; “not” is written “!”, for instance !port:22.`,
        );
      } else this.word();
    }
  }

  private word(): void {
    const start = this.at;
    const chunk = /^[^\s,()[\]]*/.exec(this.text.slice(start, start + 200))![0];
    if (chunk === "OR" || chunk === "AND") {
      this.at += chunk.length;
      this.tokens.push({ kind: chunk });
      return;
    }
    if (chunk === "NOT") {
      this.at += chunk.length;
      this.tokens.push({ kind: "!" });
      return;
    }
    // An IPv6 address is no name with a value.
    const found = parseNetwork(chunk) === null ? NAME.exec(chunk) : null;
    if (found !== null) this.at += found[0].length + 1;
    const alternatives = this.alternatives();
    this.tokens.push({
      kind: "word",
      name: found === null ? null : found[0],
      raw: alternatives.map((parts) => parts.map(written).join(":")).join(","),
      alternatives,
      text: this.text.slice(start, this.at),
    });
  }

  private alternatives(): Part[][] {
    const alternatives: Part[][] = [[this.part()]];
    for (;;) {
      const c = this.text[this.at];
      if (c === "," || c === ":") {
        this.at++;
        if (c === ",") alternatives.push([]);
        alternatives.at(-1)!.push(this.part());
      } else if (c === undefined || SPACE.test(c) || c === ")" || c === "]") return alternatives;
      else {
        const near = this.text.slice(Math.max(0, this.at - 20), this.at + 10);
        throw new UsageError(
          `In “${near}”, “${c}” cannot stand there: quote values that hold it, for instance name:"a(b)".`,
        );
      }
    }
  }

  private part(): Part {
    const c = this.text[this.at];
    if (c === '"' || c === "'") return this.quoted(c);
    if (c === "/" && !this.atPrefixLength()) return this.regex();
    const start = this.at;
    const stop = this.spaces ? /^(?:,(?!\s)|[:()[\]])/ : /^[\s,:()[\]]/;
    while (this.at < this.text.length && !stop.test(this.text.slice(this.at, this.at + 2))) this.at++;
    return { kind: "plain", text: this.text.slice(start, this.at).trim() };
  }

  /** The `/32` of `2001:db8::/32`. */
  private atPrefixLength(): boolean {
    return (
      this.text[this.at - 1] === ":" && /^\/\d{1,3}(?=[\s,)\]]|$)/.test(this.text.slice(this.at, this.at + 5))
    );
  }

  /** A doubled quote stands for one; a backslash is an ordinary character. */
  private quoted(mark: string): Part {
    const start = this.at;
    let text = "";
    for (this.at++; ; this.at++) {
      const end = this.text.indexOf(mark, this.at);
      if (end < 0)
        throw new UsageError(
          `The quote in “${this.text.slice(start, start + 40)}” is not closed: add ${mark} at its end.`,
        );
      text += this.text.slice(this.at, end);
      this.at = end + 1;
      if (this.text[this.at] !== mark) return { kind: "quoted", text };
      text += mark;
    }
  }

  private regex(): Part {
    const start = this.at;
    for (let at = start + 1; at < this.text.length; at++) {
      if (this.text[at] === "\\") at++;
      else if (this.text[at] === "/") {
        const flags = REGEX_END.exec(this.text.slice(at + 1, at + 40));
        if (flags === null) continue;
        this.at = at + 1 + flags[0].length;
        return { kind: "regex", text: this.text.slice(start + 1, at), flags: flags[0] };
      }
    }
    throw new UsageError(
      `The regular expression in “${this.text.slice(start, start + 40)}” is not closed: it ends with “/”; a text that begins with a slash is written \\/… or quoted.`,
    );
  }
}

/** Words and signs of a text. Throws UsageError for what is not closed or out of place. */
export function lex(text: string, options: { spaces: boolean } = { spaces: false }): Token[] {
  return new Lexer(text, options.spaces).run();
}
