/** Recognising JSON by its beginning. */

/** A string (cut off or with what follows it), or one character that changes the nesting. */
const TOKEN = /"((?:[^"\\]|\\[\s\S]?)*)(?:"(\s*:)?|$)|[{}[\]]/g;

/**
 * The member names of the first object of a text that may be cut off anywhere, or of the first object of an
 * array of objects. Null when the text does not begin like JSON of that form.
 */
export function firstMembers(head: string): ReadonlySet<string> | null {
  if (!/^[\s\ufeff]*(?:\[\s*)?\{/.test(head)) return null;
  const names = new Set<string>();
  let depth = 0;
  let array = 0;
  TOKEN.lastIndex = head.indexOf("{");
  for (let token = TOKEN.exec(head); token !== null; token = TOKEN.exec(head)) {
    const [text, name, colon] = token;
    if (text === "{") depth++;
    else if (text === "}") depth--;
    else if (text === "[") array++;
    else if (text === "]") array--;
    else if (colon !== undefined && depth === 1 && array === 0) names.add(name!);
    if (depth === 0) break;
  }
  return names;
}

/**
 * True when the objects stand on a line each (JSON lines); false for an array, and for objects spread over
 * several lines. The text may be cut off anywhere.
 */
export function isJsonLines(head: string): boolean {
  const text = head.replace(/^[\s\ufeff]+/, "");
  if (!text.startsWith("{")) return false;
  const end = text.indexOf("\n");
  return end < 0 || text.slice(0, end).trimEnd().endsWith("}");
}
