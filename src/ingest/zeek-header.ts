/** The header of a Zeek log in text form (https://docs.zeek.org/en/master/log-formats.html). */

/** What the directives say; a file may have several headers one after the other. */
export interface Header {
  separator: string;
  setSeparator: string;
  empty: string;
  unset: string;
  path: string | null;
  /** Null before the columns are named. */
  fields: readonly string[] | null;
}

export function newHeader(): Header {
  return { separator: "\t", setSeparator: ",", empty: "(empty)", unset: "-", path: null, fields: null };
}

/** `\x09` as a directive writes it, possibly several. */
function character(text: string): string {
  return text.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Takes over a line that begins with `#`; what is no directive is a comment. */
export function readDirective(header: Header, line: string): Header {
  const separator = /^#separator[ \t]+(\S.{0,63})$/.exec(line)?.[1];
  // Each header begins with its separator, and nothing of the one before holds any more.
  if (separator !== undefined) return { ...newHeader(), separator: character(separator.trimEnd()) };
  const [name, ...values] = line.split(header.separator);
  const value = values.join(header.separator);
  switch (name) {
    case "#set_separator":
      return value === "" ? header : { ...header, setSeparator: character(value) };
    case "#empty_field":
      return { ...header, empty: value };
    case "#unset_field":
      return { ...header, unset: value };
    case "#path":
      return { ...header, path: value };
    case "#fields":
      return { ...header, fields: values };
    default:
      return header;
  }
}

/**
 * What `zeek-cut -m` leaves of a header: one line with the names of the columns, empty for one that the log did not
 * have. Null when a line is none.
 */
export function readMinimalHeader(line: string): Header | null {
  const fields = line.split("\t");
  if (fields.length < 2 || !fields.every((name) => /^[A-Za-z_][A-Za-z0-9_.]{0,63}$|^$/.test(name)))
    return null;
  const known = fields.includes("ts") || fields.includes("uid") || fields.includes("id.orig_h");
  return known ? { ...newHeader(), fields } : null;
}

/** True when the beginning of a file is that of a log with a header. */
export function sniffHeader(head: string): boolean {
  const lines = head.replace(/^\ufeff/, "").split(/\r?\n/, 40);
  // Baselines of Zeek's own tests may hold nothing else.
  if (/^### BTest baseline data /.test(lines[0]!)) return true;
  for (const line of lines) {
    if (/^#(?:separator[ \t]|fields\b|path\b|types\b)/.test(line)) return true;
    if (line !== "" && !line.startsWith("#")) return readMinimalHeader(line) !== null;
  }
  return false;
}
