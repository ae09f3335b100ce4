/** One line a request on standard error. Never query strings, headers, bodies, session ids: secrets live there. */
import { clean } from "../model/text.ts";

export interface LogEntry {
  time: Date;
  client: string;
  user: string | null;
  method: string;
  path: string;
  status: number;
  milliseconds: number;
  /** JSON-RPC method, and the tool of a call. */
  rpc: string | null;
  tool: string | null;
}

const MAX_PATH = 200;

/** The line, without its line end. */
export function logLine(entry: LogEntry, json: boolean): string {
  const path = clean(entry.path).slice(0, MAX_PATH);
  const ms = Math.round(entry.milliseconds);
  if (json)
    return JSON.stringify({
      time: entry.time.toISOString(),
      client: entry.client,
      user: entry.user,
      method: entry.method,
      path,
      status: entry.status,
      ms,
      ...(entry.rpc !== null && { rpc: entry.rpc }),
      ...(entry.tool !== null && { tool: entry.tool }),
    });
  const asked = [entry.rpc, entry.tool].filter((word) => word !== null);
  return [
    entry.time.toISOString(),
    entry.client,
    entry.user ?? "-",
    entry.method,
    path.replaceAll(/\s/g, "%20"),
    entry.status,
    `${ms}ms`,
    ...asked,
  ].join(" ");
}

/** Refusals that were not written one by one. */
export interface LeftOut {
  time: Date;
  /** A network, or a client of it. */
  client: string;
  user: string | null;
  refusals: number;
}

/** Their one line, without its line end. */
export function leftOutLine({ time, client, user, refusals }: LeftOut, json: boolean): string {
  if (json) return JSON.stringify({ time: time.toISOString(), client, user, refusals });
  return `${time.toISOString()} ${client} ${user ?? "-"} ${refusals} more refusals within a minute`;
}
