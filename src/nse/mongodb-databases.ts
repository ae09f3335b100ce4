/**
 * `mongodb-databases`: the answer of the server, which nmap prints as `name = value` lines, indented by depth.
 */
import type { Json } from "../model/json.ts";
import { integerOf, type Table } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

const NUMBERS: ReadonlySet<string> = new Set(["ok", "sizeOnDisk", "totalSize"]);

/** Deeper than the server's answer ever is: what is below is of the level above. */
const MAX_DEPTH = 16;

function scalar(name: string, text: string): Json {
  if (NUMBERS.has(name) && /^\d{1,15}(?:\.\d{1,6})?$/.test(text)) return Number(text);
  if (name === "empty" && (text === "true" || text === "false")) return text === "true";
  return text;
}

interface Level {
  indent: number;
  name: string;
  members: [name: string, value: Json][];
}

/** A level as it was before printing: what is numbered was a list, whose order nmap loses. */
function close({ name, members }: Level): Json {
  if (name === "shards") return members.map(([shard, size]) => ({ name: shard, size: integerOf(size) }));
  const numbered = members.every(([index]) => /^\d{1,9}$/.test(index));
  if (members.length === 0 || !numbered) return Object.fromEntries(members);
  return members.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}

/** The members that lines of this form are; undefined when there are none. */
function readAnswer(text: string): Table | undefined {
  const root: Level = { indent: -1, name: "", members: [] };
  const open = [root];
  let pairs = 0;
  const closeDownTo = (indent: number): void => {
    while (open.length > 1 && open.at(-1)!.indent >= indent) {
      const level = open.pop()!;
      open.at(-1)!.members.push([level.name, close(level)]);
    }
  };
  for (const line of text.split("\n")) {
    const words = line.trim();
    if (words === "") continue;
    const indent = line.length - line.trimStart().length;
    closeDownTo(indent);
    // Of an empty value, the space after the sign is trimmed.
    const [, name, value] = /^([^=]*?) = ?(.*)$/s.exec(words) ?? [];
    if (name !== undefined) {
      open.at(-1)!.members.push([name, scalar(name, value!)]);
      pairs++;
    } else if (open.length < MAX_DEPTH) {
      open.push({ indent, name: words, members: [] });
    }
  }
  closeDownTo(0);
  return pairs === 0 ? undefined : Object.fromEntries(root.members);
}

export const mongodbDatabases: Treatment = (result) =>
  asWritten(result.data === undefined ? { ...result, data: readAnswer(result.output) } : result);
