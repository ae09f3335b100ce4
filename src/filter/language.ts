/**
 * The query language (docs/query-language.md): juxtaposition is "and", `OR`, parentheses, `!` is "not",
 * `[ ]` binds terms to one port.
 */
import { UsageError, UserError } from "../model/errors.ts";
import { parseNetwork } from "../model/ip.ts";
import { didYouMean } from "../model/nearest.ts";
import { ALL, checkSize, type Filter, MAX_DEPTH, MAX_NODES } from "./ast.ts";
import { searchnet, searchrange } from "./build.ts";
import { and, not, or } from "./combine.ts";
import { lex, quote, type Token, type Word } from "./lexer.ts";
import { type PortLeaf, portsInState, readPorts } from "./ports.ts";
import type { Term } from "./term.ts";
import { KEYWORDS, TERMS } from "./terms.ts";

/** Characters of a whole query. */
const MAX_QUERY = 65_536;

const BY_NAME = new Map<string, Term>(
  TERMS.flatMap((term) => [term.name, ...term.aliases].map((name) => [name, term] as const)),
);
const NAMES = [...BY_NAME.keys()];

function termOf(name: string): Term | undefined {
  return BY_NAME.get(name.toLowerCase());
}

function short(text: string): string {
  return `“${text.length > 80 ? `${text.slice(0, 80)}…` : text}”`;
}

/** A bare word: an address, a network, a range of addresses, ports, or a keyword; null when it is none. */
function bareFilter(raw: string): Filter | null {
  const keyword = KEYWORDS.find(({ name }) => name === raw.toLowerCase());
  if (keyword !== undefined) return keyword.filter;
  const ports = readPorts(raw);
  if (ports !== null) return portsInState(ports, "open");
  const items = raw.split(",");
  if (items.every((item) => parseNetwork(item) !== null))
    return or(...items.map((net) => searchnet({ net })));
  const [first, last, ...more] = raw.split("-");
  if (last !== undefined && more.length === 0 && parseNetwork(first!) !== null && parseNetwork(last) !== null)
    return searchrange({ first: first!, last });
  return termOf(raw)?.alone ?? null;
}

function bare(word: Word): Filter {
  const plain = word.alternatives.every((parts) => parts.every((part) => part.kind === "plain"));
  const filter = plain ? bareFilter(word.raw) : null;
  if (filter !== null) return filter;
  const said = `${short(word.text)} is no address, network, port or name:value`;
  if (!plain)
    throw new UsageError(`${said}: put a name before it, for instance hostname:${word.text.slice(0, 60)}.`);
  if (termOf(word.raw) !== undefined)
    throw new UsageError(`${said}: give it a value, for instance ${termOf(word.raw)!.example}.`);
  if (/^(or|and|not)$/i.test(word.raw))
    throw new UsageError(`${said}: OR, AND and NOT are written in capitals.`);
  if (/^\d+\.[\d.]*(\/\d+)?$/.test(word.raw))
    throw new UsageError(
      `${said}: an address has four numbers from 0 to 255, a network for instance /24 behind it.`,
    );
  throw new UsageError(
    `${said}: write for instance service:${quote(word.raw)} or hostname:${quote(word.raw)}; a value that holds spaces is quoted (product:"Apache httpd").${didYouMean(word.raw, [...NAMES, ...KEYWORDS.map(({ name }) => name)])}`,
  );
}

function named(word: Word): Term {
  const term = termOf(word.name!);
  if (term === undefined)
    throw new UsageError(
      `Unknown name ${short(word.name!)} in ${short(word.text)}.${didYouMean(word.name!, NAMES) || ` Known names: ${TERMS.map(({ name }) => name).join(", ")}.`}`,
    );
  const [first] = word.alternatives[0]!;
  if (word.raw === "" && first!.kind === "plain")
    throw new UsageError(`${short(word.text)} has no value: write for instance ${term.example}.`);
  return term;
}

function parseWord(word: Word): Filter {
  if (word.name === null) return bare(word);
  return named(word).parse(word);
}

/** The terms between `[` and `]`: all hold for one port, or for one script result of it. */
function bound(words: readonly Word[]): Filter {
  let choices: Partial<PortLeaf>[] = [{}];
  let scripts: Filter | null = null;
  for (const word of words) {
    if (word.name !== null && termOf(word.name)?.name === "script") {
      if (scripts !== null) throw new UsageError("Inside [ ] there can be one script: term only.");
      scripts = parseWord(word);
      continue;
    }
    const alternatives = bindings(word);
    choices = choices.flatMap((choice) => alternatives.map((fields) => merge(choice, fields, word)));
    if (choices.length > MAX_NODES)
      throw new UsageError(
        "The lists inside [ ] have too many combinations: use /regex/ or fewer alternatives.",
      );
  }
  if (scripts === null) return or(...choices.map((choice): PortLeaf => ({ k: "port", ...choice })));
  return or(...choices.flatMap((choice) => scriptsOf(scripts, choice)));
}

function bindings(word: Word): Partial<PortLeaf>[] {
  if (word.name === null) {
    const ports = readPorts(word.raw);
    if (ports === null)
      throw new UsageError(`${short(word.text)} cannot stand inside [ ]: it is no port and no name:value.`);
    return ports.map((group) => ({ ...group, state: "open" }));
  }
  const term = named(word);
  if (term.bind === undefined) {
    const able = TERMS.filter(({ bind }) => bind !== undefined).map(({ name }) => name);
    throw new UsageError(
      `${short(word.text)} cannot stand inside [ ]: only what belongs to one port can (${able.join(", ")}, script).`,
    );
  }
  return term.bind(word);
}

function merge(choice: Partial<PortLeaf>, fields: Partial<PortLeaf>, word: Word): Partial<PortLeaf> {
  if (Object.keys(fields).some((field) => field in choice))
    throw new UsageError(
      `${short(word.text)} says a second time inside [ ] what one port has: alternatives are written with commas.`,
    );
  return { ...choice, ...fields };
}

function scriptsOf(scripts: Filter, choice: Partial<PortLeaf>): Filter[] {
  const { port, protocol, state, ...rest } = choice;
  if (Object.keys(rest).length > 0 || (state !== undefined && state !== "open") || port === undefined)
    throw new UsageError(
      "Inside [ ], script: goes with a port: only, for instance [port:443 script:http-title].",
    );
  return port.map((number) => {
    if (typeof number !== "number")
      throw new UsageError("Inside [ ], script: goes with single ports, not with ranges.");
    const leaves = scripts.k === "or" ? scripts.of : [scripts];
    return or(...leaves.map((leaf) => (leaf.k === "script" ? { ...leaf, port: number, protocol } : leaf)));
  });
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  run(): Filter {
    if (this.tokens.length === 0) return ALL;
    const filter = this.or();
    const rest = this.tokens[this.at];
    if (rest !== undefined)
      throw new UsageError(`“${rest.kind}” closes nothing: remove it, or open it further to the left.`);
    return filter;
  }

  private or(): Filter {
    const parts = [this.and()];
    while (this.tokens[this.at]?.kind === "OR") {
      this.at++;
      parts.push(this.and());
    }
    return or(...parts);
  }

  private and(): Filter {
    const parts = [this.unary()];
    for (;;) {
      const kind = this.tokens[this.at]?.kind;
      if (kind === undefined || kind === "OR" || kind === ")" || kind === "]") return and(...parts);
      if (kind === "AND") this.at++;
      parts.push(this.unary());
    }
  }

  private unary(): Filter {
    let negated = false;
    for (; this.tokens[this.at]?.kind === "!"; this.at++) negated = !negated;
    const filter = this.primary();
    return negated ? not(filter) : filter;
  }

  private primary(): Filter {
    const token = this.tokens[this.at++];
    if (token === undefined)
      throw new UsageError("The query ends where a term is expected: add one, for instance port:443.");
    if (token.kind === "word") return parseWord(token);
    if (token.kind === "[") return this.brackets();
    if (token.kind !== "(")
      throw new UsageError(`“${token.kind}” stands where a term is expected, for instance port:443.`);
    if (++this.depth > MAX_DEPTH)
      throw new UsageError(`Parentheses are nested more than ${MAX_DEPTH} deep: simplify the query.`);
    const filter = this.or();
    this.depth--;
    if (this.tokens[this.at++]?.kind !== ")") throw new UsageError("A parenthesis is not closed: add “)”.");
    return filter;
  }

  private brackets(): Filter {
    const words: Word[] = [];
    for (;;) {
      const token = this.tokens[this.at++];
      if (token === undefined) throw new UsageError("A bracket is not closed: add “]”.");
      if (token.kind === "]") break;
      if (token.kind !== "word")
        throw new UsageError(
          `“${token.kind}” cannot stand inside [ ]: all its terms hold for one port; alternatives are written with commas.`,
        );
      words.push(token);
    }
    if (words.length === 0) throw new UsageError("[ ] is empty: write for instance [port:22 service:ssh].");
    return bound(words);
  }
}

/** Whether a word of a shell argument shows that the argument is a query of several terms. */
function isTerm(word: string): boolean {
  if (/^(OR|AND|NOT)$|^[!([]|[)\]]$/.test(word)) return true;
  const name = /^([A-Za-z][A-Za-z0-9_-]*):/.exec(word);
  return (name !== null && termOf(name[1]!) !== undefined) || bareIsTerm(word);
}

function bareIsTerm(word: string): boolean {
  try {
    return bareFilter(word) !== null;
  } catch (error) {
    if (error instanceof UserError) return true;
    throw error;
  }
}

/** Whether tokens make a query of their own. */
function reads(tokens: () => Token[]): boolean {
  try {
    new Parser(tokens()).run();
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/**
 * One argument as the shell gave it. `'product:Apache httpd'` is one term although it holds a blank: an
 * argument is one term when it begins with a known name, its value is neither quoted nor a regular
 * expression, and nothing behind the first blank is clearly a term of its own.
 */
function lexArgument(argument: string): Token[] {
  const head = /^!?([A-Za-z][A-Za-z0-9_-]*):[^\s"'/]/.exec(argument);
  const [first, ...tail] = argument.trim().split(/\s+/);
  if (head === null || termOf(head[1]!) === undefined || tail.length === 0) return lex(argument);
  const number = /^\d+$/;
  if (tail.some((word) => !number.test(word) && isTerm(word))) return lex(argument);
  if (!reads(() => lex(argument, { spaces: true }))) return lex(argument);
  if (tail.every((word) => number.test(word)) && reads(() => lex(argument))) {
    const value = argument.slice(head[0].length - 1).trim();
    throw new UsageError(
      `${short(argument)} can be read in two ways: write ${head[0].slice(0, -1)}"${value}" for the text, or ${first} port:${tail.join(",")} for two terms.`,
    );
  }
  return lex(argument, { spaces: true });
}

function parse(query: string | readonly string[]): Filter {
  const length = typeof query === "string" ? query.length : query.reduce((sum, part) => sum + part.length, 0);
  if (length > MAX_QUERY)
    throw new UsageError(`The query is too long: ${length} characters, at most ${MAX_QUERY} are read.`);
  const tokens = typeof query === "string" ? lex(query) : query.flatMap(lexArgument);
  const filter = new Parser(tokens).run();
  checkSize(filter);
  return filter;
}

/**
 * A query to its filter; the empty query is everything. An array holds the arguments as the shell gave them:
 * each is a query of its own or one term whose value may hold blanks, and together they are read as one query.
 * Throws UsageError that names the word and what to write instead.
 */
export function parseQuery(query: string | readonly string[]): Filter {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof UserError && !(error instanceof UsageError)) throw new UsageError(error.message);
    throw error;
  }
}
