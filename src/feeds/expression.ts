/**
 * Set expressions over feeds: names joined by `|` (either), `&` (both) and `-` (but not), with parentheses, and
 * presets such as `-private` behind what they are taken from. `&` binds closer than `|` and `-`, which are taken from
 * left to right. Operators stand apart as words; names that hold something else than letters, digits, `_ . -` are quoted.
 */
import { UserError } from "../model/errors.ts";
import { didYouMean } from "../model/nearest.ts";
import { cap, clean } from "../model/text.ts";

export const PRESETS = {
  private: "networks for private use, carriers' NAT, loopback and link-local addresses",
  bogons: "networks that are not in use on the internet, and lists with the role bogons",
  critical: "lists of critical infrastructure, of every tier",
} as const satisfies Record<string, string>;
export type Preset = keyof typeof PRESETS;

/** Where a part stands in the text, [start, end). */
interface Place {
  start: number;
  end: number;
}

export type Expression =
  | ({ k: "feed"; name: string } & Place)
  | ({ k: "preset"; preset: Preset } & Place)
  | ({ k: "union" | "intersection" | "difference"; left: Expression; right: Expression } & Place);

const MOST_CHARACTERS = 20_000;
const MOST_NAMES = 500;
const MOST_DEPTH = 50;

type Token = Place &
  (
    | { k: "name"; name: string }
    | { k: "preset"; preset: Preset }
    | { k: "|" | "&" | "-" | "(" | ")" }
    | { k: "end" }
  );

/** @throws UserError with the place where the expression cannot go on so. */
export function parseExpression(text: string): Expression {
  return new Parser(text).parse();
}

function fail(text: string, at: number, what: string): never {
  const near = clean(text.slice(at, at + 20)).trim();
  const where = near === "" ? "at its end" : `at character ${at + 1} (“${near}”)`;
  throw new UserError(`the set expression ${where}: ${what}`);
}

const WORD = /"[^"]*"|'[^']*'|[|&()]|[^\s|&()"']+/y;

function* tokens(text: string): Generator<Token> {
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? "")) at++;
    if (at >= text.length) break;
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0];
    if (word === undefined) fail(text, at, "a quotation mark is not closed");
    yield token(text, word, at);
    at += word.length;
  }
  yield { k: "end", start: text.length, end: text.length };
}

function token(text: string, word: string, start: number): Token {
  const place = { start, end: start + word.length };
  switch (word) {
    case "|":
    case "&":
    case "(":
    case ")":
    case "-":
      return { k: word, ...place };
  }
  if (word.startsWith('"') || word.startsWith("'")) {
    if (word.length === 2) fail(text, start, "there is no name between the quotation marks");
    return { k: "name", name: word.slice(1, -1), ...place };
  }
  if (!word.startsWith("-")) return { k: "name", name: word, ...place };
  const preset = Object.keys(PRESETS).find((name) => `-${name}` === word.toLowerCase()) as Preset | undefined;
  if (preset !== undefined) return { k: "preset", preset, ...place };
  const near = didYouMean(word.slice(1), Object.keys(PRESETS), "-");
  return fail(
    text,
    start,
    `“${cap(clean(word), 40)}” is no preset (${Object.keys(PRESETS)
      .map((name) => `-${name}`)
      .join(", ")}).${near} To take a feed away, put a blank on both sides of the minus sign`,
  );
}

class Parser {
  readonly #text: string;
  readonly #tokens: Token[];
  #next = 0;
  #names = 0;
  #depth = 0;

  constructor(text: string) {
    if (text.length > MOST_CHARACTERS)
      throw new UserError(`the set expression is longer than ${MOST_CHARACTERS} characters: ask in parts`);
    this.#text = text;
    this.#tokens = [...tokens(text)];
  }

  #token(): Token {
    return this.#tokens[this.#next]!;
  }

  parse(): Expression {
    if (this.#token().k === "end")
      throw new UserError("the set expression is empty: for example firehol_level1 | dshield -private");
    const expression = this.#chain();
    const { k, start } = this.#token();
    if (k === "end") return expression;
    if (k === ")") fail(this.#text, start, "this parenthesis was not opened");
    return fail(this.#text, start, "an operator is missing before it: | (either), & (both) or - (but not)");
  }

  #chain(): Expression {
    let left = this.#both();
    for (;;) {
      const token = this.#token();
      if (token.k === "preset") {
        this.#next++;
        left = { k: "difference", left, right: token, start: left.start, end: token.end };
      } else if (token.k === "|" || token.k === "-") {
        this.#next++;
        const right = this.#both();
        const k = token.k === "|" ? "union" : "difference";
        left = { k, left, right, start: left.start, end: right.end };
      } else return left;
    }
  }

  #both(): Expression {
    let left = this.#one();
    while (this.#token().k === "&") {
      this.#next++;
      const right = this.#one();
      left = { k: "intersection", left, right, start: left.start, end: right.end };
    }
    return left;
  }

  #one(): Expression {
    const token = this.#token();
    if (token.k === "name") {
      if (++this.#names > MOST_NAMES)
        fail(this.#text, token.start, `more than ${MOST_NAMES} names are too many`);
      this.#next++;
      return { k: "feed", name: token.name, start: token.start, end: token.end };
    }
    if (token.k !== "(") return fail(this.#text, token.start, "a feed's name or ( is missing here");
    if (++this.#depth > MOST_DEPTH)
      fail(this.#text, token.start, `parentheses are nested deeper than ${MOST_DEPTH}`);
    this.#next++;
    const inner = this.#chain();
    const close = this.#token();
    if (close.k !== ")") fail(this.#text, close.start, "a closing parenthesis is missing here");
    this.#next++;
    this.#depth--;
    return { ...inner, start: token.start, end: close.end };
  }
}
