/** Reading logs for tests: text or bytes in, observations and what is told beside them out. */
import { DEFAULT_LIMITS, type ParseLimits } from "../../src/ingest/limits.ts";
import { parseZeekLog } from "../../src/ingest/zeek-log.ts";
import { formatAddress } from "../../src/model/ip.ts";
import type { Observation } from "../../src/model/passive.ts";
import type { ScanEvent } from "../../src/model/scan.ts";
import { bytesOf, inPieces } from "./read-events.ts";

/** An observation with its address as text. */
export type Told = Omit<Observation, "addr"> & { addr?: string };

export function told(observation: Observation): Told {
  const { addr, ...rest } = observation;
  return addr === undefined ? rest : { addr: formatAddress(addr), ...rest };
}

export interface Logs {
  observations: Told[];
  /** Everything else, in order. */
  others: Exclude<ScanEvent, { kind: "observation" }>[];
}

export async function logs(
  input: string | Uint8Array,
  options: { piece?: number; limits?: Partial<ParseLimits> } = {},
): Promise<Logs> {
  const bytes = typeof input === "string" ? bytesOf(input) : input;
  return readLogs(inPieces(bytes, options.piece ?? 65_536), options.limits);
}

export async function readLogs(
  chunks: AsyncIterable<Uint8Array>,
  limits: Partial<ParseLimits> = {},
): Promise<Logs> {
  const read: Logs = { observations: [], others: [] };
  for await (const batch of parseZeekLog(chunks, { ...DEFAULT_LIMITS, ...limits })) {
    for (const event of batch) {
      if (event.kind === "observation") read.observations.push(told(event.observation));
      else read.others.push(event);
    }
  }
  return read;
}

/** A log in text form; fields of rows are separated by blanks here. */
export function zeekLog(path: string, fields: string, rows: readonly string[]): string {
  const tabs = (text: string): string => text.replaceAll(" ", "\t");
  return [
    "#separator \\x09",
    "#set_separator\t,",
    "#empty_field\t(empty)",
    "#unset_field\t-",
    `#path\t${path}`,
    `#fields\t${tabs(fields)}`,
    ...rows.map(tabs),
    "",
  ].join("\n");
}

/** The JSON lines that Zeek would have written instead of a log in text form. */
export function asJson(text: string): string {
  let names: string[] = [];
  let types: string[] = [];
  const lines: string[] = [];
  const unescaped = (value: string): string =>
    Buffer.from(
      value.replace(/\\\\|\\x([0-9a-f]{2})/g, (run, hex) =>
        run === "\\\\" ? "\\" : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
      "latin1",
    ).toString("utf8");
  const typed = (value: string, type: string): unknown => {
    if (/^(?:set|vector)/.test(type)) return value === "(empty)" ? [] : value.split(",").map(unescaped);
    if (/^(?:count|port|time|interval)$/.test(type)) return Number(value);
    if (type === "bool") return value === "T";
    return value === "(empty)" ? "" : unescaped(value);
  };
  for (const line of text.split("\n")) {
    const values = line.split("\t");
    if (line.startsWith("#fields")) names = values.slice(1);
    else if (line.startsWith("#types")) types = values.slice(1);
    else if (line !== "" && !line.startsWith("#")) {
      const set = values.flatMap((value, i) => (value === "-" ? [] : [[names[i], typed(value, types[i]!)]]));
      lines.push(JSON.stringify(Object.fromEntries(set)));
    }
  }
  return `${lines.join("\n")}\n`;
}
