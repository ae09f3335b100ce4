/** What was thrown, for a person. Code of others throws anything, also what throws again when it is looked at. */
import { cap, clean } from "./text.ts";

/** Characters of a sentence, and of a line of a stack. */
const SENTENCE = 300;
const LINE = 200;
/** Lines of a stack, and errors behind an error. */
const LINES = 10;
const CAUSES = 3;

const UNREADABLE = "something was thrown that cannot be shown";

/** The message, in one line without anything that could command a terminal. Never throws. */
export function sentenceOf(thrown: unknown): string {
  try {
    return cap(clean(messageOf(thrown)).replace(/\s+/g, " ").trim(), SENTENCE);
  } catch {
    return UNREADABLE;
  }
}

/**
 * What lies behind the sentence: where it was thrown, and the same of its causes. Every line is indented, so that
 * none can be taken for one of ours. Never throws.
 */
export function traceOf(thrown: unknown): string[] {
  const lines: string[] = [];
  try {
    let error = thrown;
    for (let depth = 0; depth <= CAUSES && error instanceof Error; depth++, error = error.cause) {
      if (depth > 0) lines.push(`  because of: ${sentenceOf(error)}`);
      const frames = String(error.stack)
        .split("\n")
        .filter((line) => /^\s+at /.test(line));
      lines.push(...frames.slice(0, LINES).map((line) => `    ${cap(clean(line.trim()), LINE)}`));
    }
  } catch {
    lines.push(`    ${UNREADABLE}`);
  }
  return lines;
}

/** Where something stands, as it is written in code: `tools[0].name`. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at > 0 ? "." : ""}${String(part)}`))
    .join("");
}

function messageOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  const { message, name, issues } = thrown as { message?: unknown; name?: unknown; issues?: unknown };
  // zod's own message is the whole of its findings as JSON.
  if (Array.isArray(issues) && issues.length > 0) {
    const [first] = issues as [{ path: readonly PropertyKey[]; message: string }];
    const place = placeOf(first.path);
    return place === "" ? first.message : `${place}: ${first.message}`;
  }
  for (const text of [message, name]) if (typeof text === "string" && text !== "") return text;
  return String(thrown);
}
