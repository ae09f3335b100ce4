/**
 * The lines of a configuration file. YAML's reader keeps the last of two equal keys without a word: a second `access`
 * block would lift the filters of the first. So a file is taken only when each of its keys has a line of its own.
 */
import { UserError } from "../model/errors.ts";

const BLANK = /^\s*(?:#.*)?$/;
/** Ends and beginnings of documents, items and ends of lists: lines at the margin that hold no key. */
const NO_KEY = /^(?:---|\.\.\.|[-\]}%])/;

/**
 * @param keys how many keys the reader found at the top.
 * @throws UserError when there are more lines with keys than keys.
 */
export function checkKeyLines(text: string, path: string, keys: number): void {
  const seen = new Map<string, number>();
  let lines = 0;
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (BLANK.test(line) || /^\s/.test(line) || NO_KEY.test(line)) continue;
    lines++;
    const key = line.split(":", 1)[0]!.replaceAll(/["'\s]/g, "");
    const first = seen.get(key);
    if (first !== undefined)
      throw new UserError(`${path}:${i + 1}: ${key} stands in line ${first} already; write it once.`);
    seen.set(key, i + 1);
  }
  if (lines !== keys)
    throw new UserError(`${path}:1: write one "key: value" a line, each key once, from the margin on.`);
}

/**
 * @param key a key at the top whose value is a map.
 * @param members how many members the reader found in it.
 * @throws UserError when they are not one a line below the key, or one stands there twice.
 */
export function checkMemberLines(text: string, path: string, key: string, members: number): void {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.replaceAll(/["']/g, "").startsWith(`${key}:`));
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !BLANK.test(line) && !/^\s/.test(line));
  const inside = (end === -1 ? rest : rest.slice(0, end)).filter((line) => !BLANK.test(line));
  // Lines further to the right go on with a value (>-, |).
  const margin = indentOf(inside[0] ?? "");
  const alone = at !== -1 && /:\s*(?:#.*)?$/.test(lines[at]!);
  if (!alone || inside.filter((line) => indentOf(line) <= margin).length !== members)
    throw new UserError(
      `${path}:${at + 1 || 1}: write what ${key} holds one "key: value" a line below it, indented, each key once.`,
    );
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
