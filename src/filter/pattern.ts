/**
 * Regular expressions as users know them (Python, PCRE) brought to what DuckDB runs (RE2). What RE2 writes
 * differently is rewritten, what it lacks is told in words. Nothing is executed here: user patterns never
 * reach JavaScript's own engine.
 *
 * Syntax of RE2: https://github.com/google/re2/wiki/Syntax
 */

/** As in IVRE (spec §1.4). */
export const MAX_PATTERN = 1000;
/** RE2's own limit for {n,m}. */
const MAX_REPEAT = 1000;

const LETTER_ESCAPES = "afntrvAbBzdDsSwW";
const HEX = /^[0-9a-fA-F]+$/;

/** Groups that RE2 lacks, by what follows "(?", longest first. */
const FOREIGN_GROUPS: readonly (readonly [string, string])[] = [
  ["<=", "lookbehind (?<=…)"],
  ["<!", "lookbehind (?<!…)"],
  ["=", "lookahead (?=…)"],
  ["!", "lookahead (?!…)"],
  [">", "an atomic group (?>…)"],
  ["(", "a conditional (?(…)…)"],
  ["P=", "a backreference (?P=name)"],
  ["P>", "recursion (?P>name)"],
  ["R", "recursion (?R)"],
  ["&", "recursion (?&name)"],
  ["|", "branch reset (?|…)"],
];

class Problem extends Error {}

/** Letters that escape a control character. */
const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** A member of a character class: the character that it is, null for several. */
interface Member {
  shown: string;
  code: number | null;
}

/** The character that an escape in RE2's writing stands for, null for several. */
function codeOf(text: string): number | null {
  const hex = /^\\x\{?([0-9a-fA-F]+)\}?$/.exec(text);
  if (hex !== null) return parseInt(hex[1]!, 16);
  const letter = text.replace(/^\\/, "");
  return CONTROLS[letter] ?? (/^[a-zA-Z]/.test(letter) ? null : letter.codePointAt(0)!);
}

/** @throws Problem for a range that RE2 does not take */
function checkRanges(members: readonly Member[]): void {
  for (let i = 0; i + 2 < members.length; i++) {
    const [low, dash, high] = [members[i]!, members[i + 1]!, members[i + 2]!];
    if (low.code === null || dash.shown !== "-") continue;
    const range = `${low.shown}-${high.shown}`;
    if (high.code === null) throw new Problem(`the range “${range}” has no end`);
    if (low.code > high.code) throw new Problem(`the range “${range}” runs backwards`);
    i += 2;
  }
}

class Translator {
  private at = 0;
  private out = "";
  /** Whether something stands before the cursor that a quantifier may repeat, or a quantifier itself. */
  private before: "nothing" | "atom" | "quantifier" = "nothing";
  /** How often counted repetitions repeat what stands before the cursor, and the most of its group so far. */
  private times = 1;
  private most = 1;
  /** That most of the groups around. */
  private readonly around: number[] = [];

  constructor(private readonly pattern: string) {}

  run(): string {
    while (this.at < this.pattern.length) this.step();
    if (this.around.length > 0) throw new Problem("a parenthesis is not closed");
    return this.out;
  }

  private step(): void {
    const c = this.pattern[this.at]!;
    if (c === "\\") this.escape();
    else if (c === "[") this.charClass();
    else if (c === "(") this.open();
    else if (c === ")") this.close();
    else if (c === "|") this.put(c, "nothing");
    else if (c === "*" || c === "+" || c === "?") this.quantify(c, c.length);
    else if (c === "{") this.brace();
    else this.put(c, "atom");
  }

  private put(text: string, before: Translator["before"], length = 1): void {
    this.out += text;
    this.at += length;
    this.before = before;
    if (before === "atom") this.times = 1;
  }

  private close(): void {
    const inside = this.most;
    if (!this.leave()) throw new Problem("a closing parenthesis has no opening one");
    this.put(")", "atom");
    this.repeat(inside);
  }

  private enter(): void {
    this.around.push(this.most);
    this.most = 1;
  }

  /** False when there is no group to leave. */
  private leave(): boolean {
    const most = this.around.pop();
    if (most === undefined) return false;
    this.most = most;
    return true;
  }

  /** What stands before the cursor is repeated so often. RE2 counts repetitions in each other together. */
  private repeat(times: number): void {
    this.times *= times;
    this.most = Math.max(this.most, this.times);
    if (this.times > MAX_REPEAT)
      throw new Problem(`its repetitions in each other come to ${this.times}, above ${MAX_REPEAT}`);
  }

  private open(): void {
    this.enter();
    const rest = this.pattern.slice(this.at + 1);
    if (!rest.startsWith("?")) {
      this.put("(", "nothing");
      return;
    }
    const inside = rest.slice(1);
    const foreign = FOREIGN_GROUPS.find(([start]) => inside.startsWith(start));
    if (foreign !== undefined) throw new Problem(`it uses ${foreign[1]}, which RE2 lacks`);
    if (inside.startsWith(":")) {
      this.put("(?:", "nothing", 3);
      return;
    }
    if (inside.startsWith("#")) {
      const end = inside.indexOf(")");
      if (end < 0) throw new Problem("a parenthesis is not closed");
      this.leave();
      this.at += end + 3;
      return;
    }
    const named = /^P?<([A-Za-z_][A-Za-z0-9_]*)>/.exec(inside);
    if (named !== null) {
      this.put(`(?P<${named[1]}>`, "nothing", 2 + named[0].length);
      return;
    }
    const flags = /^([A-Za-z]*)(?:-([A-Za-z]*))?([:)])/.exec(inside);
    if (flags === null) throw new Problem(`the group “(?${inside.slice(0, 4)}” is not understood`);
    this.inlineFlags(flags[1]!, flags[2] ?? "", flags[3] === ")", 2 + flags[0].length);
  }

  /** `(?i)` and `(?i:…)`: Python's a, L and u change nothing in RE2 and fall away. */
  private inlineFlags(on: string, off: string, closed: boolean, length: number): void {
    for (const letter of on + off) {
      if (letter === "x") throw new Problem("the flag x (free spacing) is not available");
      if (!"imsaLu".includes(letter)) throw new Problem(`the flag “${letter}” is not understood`);
    }
    const set = on.replace(/[aLu]/g, "");
    const unset = off.replace(/[aLu]/g, "");
    const text = set + (unset === "" ? "" : `-${unset}`);
    if (closed) {
      this.leave();
      this.put(text === "" ? "" : `(?${text})`, "nothing", length);
    } else this.put(`(?${text}:`, "nothing", length);
  }

  private brace(): void {
    const found = /^\{(\d*)(,?)(\d*)\}/.exec(this.pattern.slice(this.at, this.at + 32));
    if (found === null || (found[1] === "" && found[3] === "")) {
      this.put("\\{", "atom");
      return;
    }
    const [whole, low, comma, high] = found as unknown as [string, string, string, string];
    const most = Math.max(Number(low), Number(high));
    if (most > MAX_REPEAT) throw new Problem(`the repetition ${whole} is above ${MAX_REPEAT}`);
    if (high !== "" && Number(low) > Number(high))
      throw new Problem(`the repetition ${whole} runs backwards`);
    this.quantify(`{${low === "" ? "0" : low}${comma}${high}}`, whole.length);
    this.repeat(Math.max(1, Number(high === "" ? low : high)));
  }

  private quantify(text: string, length: number): void {
    const shown = this.pattern.slice(this.at, this.at + length);
    if (this.before === "nothing") throw new Problem(`there is nothing that “${shown}” could repeat`);
    if (this.before === "quantifier") throw new Problem(`“${shown}” cannot follow another repetition`);
    const next = this.pattern[this.at + length];
    if (next === "+") throw new Problem("it uses possessive repetition (a++), which RE2 lacks");
    const lazy = next === "?";
    this.put(text + (lazy ? "?" : ""), "quantifier", length + (lazy ? 1 : 0));
  }

  private escape(): void {
    const rest = this.pattern.slice(this.at + 1);
    if (rest === "") {
      this.put("", "atom");
      return;
    }
    if (rest[0] === "Q") {
      const end = rest.indexOf("\\E");
      const quoted = end < 0 ? rest : rest.slice(0, end);
      this.put(`\\${quoted}\\E`, "atom", 1 + Math.min(rest.length, quoted.length + 2));
      return;
    }
    if (rest[0] === "Z") {
      this.put("\\z", "atom", 2);
      return;
    }
    const { text, length } = this.escaped(rest, false);
    this.put(text, "atom", length);
  }

  /** One escape, `rest` beginning after its backslash; length counts the backslash. */
  private escaped(rest: string, inClass: boolean): { text: string; length: number } {
    const c = String.fromCodePoint(rest.codePointAt(0)!);
    if (c === "x") {
      const hex = /^x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(rest);
      if (hex === null) throw new Problem("“\\x” wants two hexadecimal digits");
      return { text: `\\x{${this.codePoint(hex[1] ?? hex[2]!)}}`, length: hex[0].length + 1 };
    }
    if (c === "u" || c === "U") {
      const digits = rest.slice(1, c === "u" ? 5 : 9);
      if (digits.length !== (c === "u" ? 4 : 8) || !HEX.test(digits))
        throw new Problem(`“\\${c}” wants ${c === "u" ? 4 : 8} hexadecimal digits`);
      return { text: `\\x{${this.codePoint(digits)}}`, length: digits.length + 2 };
    }
    if (c === "p" || c === "P") {
      const property = /^[pP](?:[A-Z]|\{\^?[A-Za-z_]+\})/.exec(rest);
      if (property === null) throw new Problem(`“\\${c}” wants a Unicode property such as \\p{Greek}`);
      return { text: `\\${property[0]}`, length: property[0].length + 1 };
    }
    if (c >= "0" && c <= "9") {
      const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{2})/.exec(rest);
      if (octal === null) throw new Problem(`it uses a backreference (\\${c}), which RE2 lacks`);
      return { text: `\\x{${parseInt(octal[0], 8).toString(16)}}`, length: octal[0].length + 1 };
    }
    if (inClass && c === "b") return { text: "\\x08", length: 2 };
    if (/[A-Za-z]/.test(c)) {
      const known = inClass ? "afntrvdDsSwW" : LETTER_ESCAPES;
      if (!known.includes(c)) throw new Problem(`the escape “\\${c}” is not available`);
    }
    return { text: c > "\x7f" ? c : `\\${c}`, length: 1 + c.length };
  }

  private codePoint(hex: string): string {
    if (parseInt(hex, 16) > 0x10ffff) throw new Problem(`the character U+${hex} does not exist`);
    return hex;
  }

  private charClass(): void {
    const { pattern } = this;
    let at = this.at + 1;
    let text = "[";
    const members: Member[] = [];
    if (pattern[at] === "^") {
      text += "^";
      at++;
    }
    for (let first = true; ; first = false) {
      const c = pattern[at];
      if (c === undefined) throw new Problem("a character class [ is not closed");
      if (c === "]" && !first) break;
      if (c === "\\") {
        const rest = pattern.slice(at + 1);
        if (rest === "") throw new Problem("a character class [ is not closed");
        const found = this.escaped(rest, true);
        text += found.text;
        members.push({ shown: pattern.slice(at, at + found.length), code: codeOf(found.text) });
        at += found.length;
        continue;
      }
      const posix = c === "[" ? /^\[:\^?[a-z]+:\]/.exec(pattern.slice(at, at + 16)) : null;
      const shown = posix?.[0] ?? String.fromCodePoint(pattern.codePointAt(at)!);
      text += shown === "]" || shown === "[" ? `\\${shown}` : shown;
      members.push({ shown, code: posix === null ? shown.codePointAt(0)! : null });
      at += shown.length;
    }
    checkRanges(members);
    this.put(`${text}]`, "atom", at + 1 - this.at);
  }
}

/**
 * The pattern in RE2's own writing, or what is wrong with it in words. Brings over `\Z`, `\uXXXX`,
 * `(?<name>…)`, `(?#…)` and `{,n}`.
 */
function translate(pattern: string): { re2: string } | { problem: string } {
  if (pattern.length > MAX_PATTERN)
    return { problem: `it is longer than ${MAX_PATTERN} characters (${pattern.length})` };
  try {
    return { re2: new Translator(pattern).run() };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

/** Why a pattern cannot be used, as half a sentence; null when nothing speaks against it. */
export function patternProblem(pattern: string): string | null {
  const result = translate(pattern);
  return "problem" in result ? result.problem : null;
}

/**
 * What `regexp_matches` gets: explicit flags (spec §2.1: case-sensitive unless i, `^ $` at lines only with m,
 * dot without newline unless s), then the pattern in RE2's writing, in a group that captures: without it DuckDB
 * turns `a.*b` with flag s into LIKE '%a%b%', whose matcher goes back and forth for ever. The pattern must have no
 * `patternProblem`.
 */
export function toRe2(pattern: string, flags: string): string {
  const result = translate(pattern);
  if ("problem" in result) throw new Error(`unchecked pattern: ${result.problem}`);
  const off = [..."ims"].filter((flag) => !flags.includes(flag)).join("");
  return `(?${flags}${off === "" ? "" : `-${off}`})(${result.re2})`;
}
