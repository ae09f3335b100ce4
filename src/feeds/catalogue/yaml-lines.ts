/** Where things stand in a YAML file, as Bun's parser tells no lines. */

export interface EntryLines {
  /** The line (from 1) at which the entry begins. */
  line: number;
  /** The line of each of its fields. */
  fields: Map<string, number>;
  /** Fields that stand there a second time, which YAML parsers accept in silence. */
  twice: { field: string; line: number }[];
}

/**
 * The entries of the list below `key:` at the top of the file, when it is written one field a line (block style);
 * entries written in another style are missing or have no fields.
 */
export function entryLines(text: string, key: string): EntryLines[] {
  const lines = text.split("\n");
  const entries: EntryLines[] = [];
  let indent: number | null = null;
  let fieldIndent: number | null = null;
  const start = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (start < 0) return [];
  for (let i = start + 1; i < lines.length; i++) {
    let line = lines[i]!;
    const column = line.search(/\S/);
    if (column < 0 || line[column] === "#") continue;
    if (column === 0 && line[0] !== "-") break;
    const item = /^( *)-(?: +|\s*$)/.exec(line);
    if (item !== null && column === (indent ?? column)) {
      indent = column;
      entries.push({ line: i + 1, fields: new Map(), twice: [] });
      line = " ".repeat(item[0].length) + line.slice(item[0].length);
      // A dash alone: the fields begin in the next line.
      fieldIndent = line.trim() === "" ? null : item[0].length;
    }
    const entry = entries.at(-1);
    const field = /^( *)(?:([\w-]+)|"([\w-]+)"|'([\w-]+)') *:(?:\s|$)/.exec(line);
    if (entry === undefined || field === null) continue;
    fieldIndent ??= field[1]!.length;
    if (field[1]!.length !== fieldIndent) continue;
    const name = (field[2] ?? field[3] ?? field[4])!;
    if (entry.fields.has(name)) entry.twice.push({ field: name, line: i + 1 });
    else entry.fields.set(name, i + 1);
  }
  return entries;
}
