/**
 * Comma-separated values (RFC 4180: CRLF, quotes doubled) that are safe to open in a spreadsheet: a text that
 * starts with = + - @ TAB or CR would be taken for a formula, so it gets a ' in front (OWASP "CSV Injection").
 * Numbers keep their sign.
 */
export type CsvCell = string | number | bigint | boolean | null;

function cell(value: CsvCell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One record with its line end. */
export function csvLine(cells: readonly CsvCell[]): string {
  // A record of one empty cell would be an empty line, which readers skip.
  const line = cells.map(cell).join(",");
  return `${line === "" ? '""' : line}\r\n`;
}
