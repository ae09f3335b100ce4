/** One field of a line, for the forms that lists come in. Fields count from 1. */

const WORDS = /\S+/g;

/** Words between blanks. */
export function words(line: string): string[] {
  return line.match(WORDS) ?? [];
}

/** A field between separators that cannot be quoted, trimmed. */
export function plainField(line: string, separator: string, number: number): string | undefined {
  return line.split(separator, number)[number - 1]?.trim();
}

/**
 * The fields of a line of CSV (RFC 4180, with any one-character separator), quotes taken off, blanks around them
 * too. A quoted field cannot go on in the next line.
 * @param most no more fields than these are wanted.
 */
export function csvFields(line: string, separator: string, most: number): string[] {
  if (line.indexOf('"') < 0) return line.split(separator, most).map((field) => field.trim());
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length && fields.length < most) {
    let start = at;
    while (line[start] === " " || line[start] === "\t") start++;
    let field = "";
    if (line[start] === '"') {
      let from = start + 1;
      let quote = line.indexOf('"', from);
      while (quote >= 0 && line[quote + 1] === '"') {
        field += line.slice(from, quote + 1);
        from = quote + 2;
        quote = line.indexOf('"', from);
      }
      field += line.slice(from, quote < 0 ? line.length : quote);
      at = quote < 0 ? line.length : quote;
    }
    const end = line.indexOf(separator, at);
    const stop = end < 0 ? line.length : end;
    fields.push(line[start] === '"' ? field.trim() : line.slice(at, stop).trim());
    at = stop + 1;
  }
  return fields;
}
