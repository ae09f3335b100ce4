/**
 * Patterns of nmap-service-probes, which are PCRE over bytes, as JavaScript ones over strings of characters
 * 0–255. Covers what the file uses (https://nmap.org/book/vscan-fileformat.html); possessive quantifiers
 * become greedy ones.
 */

/** A pattern made ready. */
export interface Translated {
  source: string;
  flags: "" | "i";
  /** A text that every match contains, lower case under flag `i`; "" when none is known. Tried first: it is cheap. */
  literal: string;
}

const END = "(?![^])";
const CLASSES: { [name: string]: string } = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t-\\r ",
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
};
/** Escapes that JavaScript does not know or knows with another meaning; inside and outside of classes. */
const REWRITTEN: { [letter: string]: [inside: string, outside: string] } = {
  a: ["\\x07", "\\x07"],
  e: ["\\x1b", "\\x1b"],
  s: ["\\t-\\r ", "[\\t-\\r ]"],
  // No class of JavaScript's own: \s there knows Unicode.
  S: ["\\x00-\\x08\\x0e-\\x1f!-\\xff", "[^\\t-\\r ]"],
  h: ["\\t ", "[\\t ]"],
  A: ["A", "^"],
  z: ["z", END],
  Z: ["Z", `(?=\\n?${END})`],
};
const LITERAL_ESCAPES: { [letter: string]: string } = {
  n: "\n",
  r: "\r",
  t: "\t",
  f: "\f",
  v: "\v",
  a: "\x07",
  e: "\x1b",
};
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?/;
const LINE_END = /(?<!\\)(\\r\\n|\\r\?\\n|\\n)(\$?)$/;

/** One step of the walk: what to write, how many characters it took, and the character it stands for, if one. */
interface Step {
  out: string;
  length: number;
  char?: string;
}

/** The pattern for JavaScript. Flags are nmap's: `i`, `s`. */
export function translate(pattern: string, flags: string): Translated {
  const insensitive = flags.includes("i");
  const dot = flags.includes("s") ? "[^]" : "[^\\n]";
  // A line end at the end of the pattern also means the end of what was seen.
  const end = LINE_END.exec(pattern);
  const body = end ? pattern.slice(0, end.index) : pattern;
  const runs = new Runs();
  let source = "";
  let at = 0;
  let depth = 0;
  while (at < body.length) {
    const opening = body[at];
    const step = stepAt(body, at, dot);
    at += step.length;
    if (opening === "(") depth++;
    else if (opening === ")") depth--;
    else if (opening === "|" && depth === 0) runs.forget();
    source += step.out;
    const [quantifier = ""] = QUANTIFIER.exec(body.slice(at, at + 16)) ?? [];
    if (depth === 0 && step.char !== undefined) runs.add(step.char, quantifier);
    else runs.stop();
    source += quantifier.endsWith("+") && quantifier.length > 1 ? quantifier.slice(0, -1) : quantifier;
    at += quantifier.length;
  }
  runs.stop();
  if (end) source += `(?:${end[1]}|${END})${end[2] === "$" ? `(?=\\n?${END})` : ""}`;
  const literal = runs.longest;
  return { source, flags: insensitive ? "i" : "", literal: insensitive ? literal.toLowerCase() : literal };
}

/** The runs of plain characters of a pattern, outside of groups. */
class Runs {
  longest = "";
  #run = "";
  #known = true;

  add(char: string, quantifier: string): void {
    if (quantifier === "") {
      this.#run += char;
      return;
    }
    if (quantifier.startsWith("+")) this.#run += char;
    this.stop();
  }

  stop(): void {
    if (this.#known && this.#run.length > this.longest.length) this.longest = this.#run;
    this.#run = "";
  }

  /** One of several alternatives is enough: nothing is certain. */
  forget(): void {
    this.#known = false;
    this.longest = "";
  }
}

function stepAt(pattern: string, at: number, dot: string): Step {
  const char = pattern[at]!;
  switch (char) {
    case "\\":
      return escapeAt(pattern, at);
    case "[":
      return classAt(pattern, at);
    case ".":
      return { out: dot, length: 1 };
    case "$":
      return { out: `(?=\\n?${END})`, length: 1 };
    case "(": {
      const [opening = "("] = /^\(\?(?:[:=!>]|<[=!])/.exec(pattern.slice(at, at + 4)) ?? [];
      return { out: opening === "(?>" ? "(?:" : opening, length: opening.length };
    }
    case ")":
    case "|":
    case "^":
      return { out: char, length: 1 };
    case "{":
    case "}":
    case "]":
    case "/":
      return { out: `\\${char}`, length: 1, char };
    default:
      return { out: char, length: 1, char };
  }
}

function hexEscape(code: number): string {
  return `\\x${code.toString(16).padStart(2, "0")}`;
}

function escapeAt(pattern: string, at: number, inClass = false): Step {
  const letter = pattern[at + 1] ?? "\\";
  const numeric = /^\\(?:x([0-9a-fA-F]{0,2})|(0[0-7]{0,2}))/.exec(pattern.slice(at, at + 4));
  if (numeric) {
    const code =
      numeric[2] === undefined ? Number.parseInt(numeric[1] || "0", 16) : Number.parseInt(numeric[2], 8);
    return { out: hexEscape(code), length: numeric[0].length, char: String.fromCharCode(code) };
  }
  const rewritten = REWRITTEN[letter];
  if (rewritten) {
    const char = LITERAL_ESCAPES[letter];
    return { out: rewritten[inClass ? 0 : 1], length: 2, ...(char === undefined ? {} : { char }) };
  }
  const char = LITERAL_ESCAPES[letter];
  if (char !== undefined) return { out: `\\${letter}`, length: 2, char };
  // Classes, assertions and back references stay; any other character stands for itself.
  if (/[A-Za-z0-9]/.test(letter)) return { out: `\\${letter}`, length: 2 };
  return { out: `\\${letter}`, length: 2, char: letter };
}

function classAt(pattern: string, at: number): Step {
  let end = at + 1;
  let out = "[";
  if (pattern[end] === "^") {
    out += "^";
    end++;
  }
  // A bracket that comes first stands for itself.
  if (pattern[end] === "]") {
    out += "\\]";
    end++;
  }
  while (end < pattern.length && pattern[end] !== "]") {
    const char = pattern[end]!;
    const posix = char === "[" ? /^\[:([a-z]+):\]/.exec(pattern.slice(end, end + 12)) : null;
    if (posix) {
      out += CLASSES[posix[1]!] ?? "";
      end += posix[0].length;
    } else if (char === "\\") {
      const step = escapeAt(pattern, end, true);
      out += step.out;
      end += step.length;
    } else {
      out += char === "[" ? "\\[" : char;
      end++;
    }
  }
  return { out: `${out}]`, length: end + 1 - at };
}
