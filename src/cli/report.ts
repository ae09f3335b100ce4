import { amount } from "../model/amount.ts";
import type { Json } from "../model/json.ts";
import { clean } from "../model/text.ts";
import { cellText, oneLine } from "./cell.ts";
import { fit } from "./table.ts";
import { type Look, styled } from "./terminal.ts";

/** A record as `get` gives it (spec ivre §6.1). */
export type HostRecord = { [key: string]: Json };

/** Script output can be a book; the whole is in `-o json`. */
const SCRIPT_LINES = 12;
const MAX_HOPS = 32;

/** A record for people: what nmap would have printed of the host, cleaned. */
export function hostReport(record: HostRecord, look: Look): string {
  const lines: string[] = [heading(record, look)];
  const add = (label: string, text: string): void => {
    if (text !== "") lines.push(`  ${styled(label.padEnd(10), "dim", look)} ${text}`);
  };
  add("seen", seen(record));
  add("from", [...texts(record.source), ...texts(record.categories).map((name) => `#${name}`)].join(" "));
  add("place", place(record.infos));
  add("os", operatingSystem(record.os));
  add("mac", texts(member(record.addresses, "mac")).join(", "));
  for (const tag of objects(record.tags)) {
    const info = texts(tag.info);
    add("tag", `${text(tag.value)}${info.length > 0 ? `: ${info.join("; ")}` : ""}`);
  }
  const ports = objects(record.ports);
  lines.push(
    ...portLines(
      ports.filter(({ port }) => port !== -1),
      look,
    ),
  );
  const extra = extraports(record.extraports);
  if (extra !== "") add("others", extra);
  for (const port of ports.filter(({ port }) => port === -1)) {
    lines.push("  Host scripts:");
    lines.push(...scriptLines(objects(port.scripts), "    "));
  }
  for (const trace of objects(record.traces)) lines.push(...traceLines(trace));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function heading(record: HostRecord, look: Look): string {
  const names = [...new Set(objects(record.hostnames).map(({ name }) => text(name)))];
  const shown =
    names.slice(0, 5).join(", ") + (names.length > 5 ? `, and ${names.length - 5} more names` : "");
  const address = styled(text(record.addr), "bold", look);
  const state = record.state === undefined || record.state === "up" ? "" : ` [${text(record.state)}]`;
  return `${address}${shown === "" ? "" : ` (${shown})`}${state}`;
}

function seen(record: HostRecord): string {
  const start = record.starttime === undefined ? "" : text(record.starttime);
  const end = record.endtime === undefined ? "" : text(record.endtime);
  return start === end || start === "" ? end : end === "" ? start : `${start} to ${end}`;
}

function place(infos: Json | undefined): string {
  const part = (name: string): string => {
    const value = member(infos, name);
    return value === undefined || value === null ? "" : cellText(value);
  };
  const number = part("as_num");
  return [
    [part("country_code"), part("country_name"), part("city")].filter((text) => text !== "").join(" "),
    [number === "" ? "" : `AS${number}`, part("as_name")].filter((text) => text !== "").join(" "),
  ]
    .filter((text) => text !== "")
    .join(" · ");
}

function operatingSystem(os: Json | undefined): string {
  const match = objects(member(os, "osmatch"))[0];
  if (match !== undefined) return `${text(match.name)} (${text(match.accuracy)} %)`;
  const found = objects(member(os, "osclass"))[0];
  return found === undefined
    ? ""
    : [found.vendor, found.osfamily, found.osgen].filter(isText).map(oneLine).join(" ");
}

function portLines(ports: HostRecord[], look: Look): string[] {
  if (ports.length === 0) return [];
  const rows = ports.map((port) => ({
    cells: [
      `${cellText(port.port)}/${text(port.protocol)}`,
      text(port.state_state),
      (port.service_tunnel === undefined ? "" : `${text(port.service_tunnel)}/`) +
        (port.service_name === undefined ? "" : text(port.service_name)),
      [port.service_product, port.service_version].filter(isText).map(oneLine).join(" ") +
        (isText(port.service_extrainfo) ? ` (${oneLine(port.service_extrainfo)})` : ""),
    ],
    scripts: objects(port.scripts),
  }));
  const width = [0, 1, 2].map((i) => Math.max(...rows.map(({ cells }) => Bun.stringWidth(cells[i]!))));
  return rows.flatMap(({ cells, scripts }) => {
    const line = `  ${cells.map((cell, i) => cell + " ".repeat(Math.max(0, (width[i] ?? 0) - Bun.stringWidth(cell)))).join("  ")}`;
    const shown = look.width === null ? line : fit(line.trimEnd(), look.width);
    return [cells[1] === "open" ? shown : styled(shown, "dim", look), ...scriptLines(scripts, "      ")];
  });
}

function scriptLines(scripts: HostRecord[], indent: string): string[] {
  return scripts.flatMap((script) => {
    const output = (isText(script.output) ? clean(script.output) : "")
      .split("\n")
      .filter((line) => line.trim() !== "");
    const cut =
      output.length > SCRIPT_LINES
        ? [...output.slice(0, SCRIPT_LINES), `… ${amount(output.length - SCRIPT_LINES, "more line")}`]
        : output;
    const id = text(script.id);
    return cut.length === 1
      ? [`${indent}${id}: ${cut[0]!.trim()}`]
      : [`${indent}${id}:`, ...cut.map((line) => `${indent}  ${line.replaceAll("\t", "  ").trimEnd()}`)];
  });
}

function extraports(value: Json | undefined): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "";
  return Object.entries(value)
    .map(([state, summary]) => `${cellText(member(summary, "total"))} ${oneLine(state)}`)
    .join(", ");
}

function traceLines(trace: HostRecord): string[] {
  const hops = objects(trace.hops);
  const by = [trace.protocol, trace.port]
    .filter((part) => part !== undefined && part !== null)
    .map(cellText)
    .join("/");
  return [
    `  Route${by === "" ? "" : ` (${by})`}:`,
    ...hops.slice(0, MAX_HOPS).map((hop) => {
      const rtt = typeof hop.rtt === "number" ? `${hop.rtt} ms` : "";
      const name = isText(hop.host) ? ` (${oneLine(hop.host)})` : "";
      return `    ${cellText(hop.ttl).padStart(3)}  ${rtt.padStart(10)}  ${text(hop.ipaddr)}${name}`;
    }),
    ...(hops.length > MAX_HOPS ? [`    … ${hops.length - MAX_HOPS} more hops`] : []),
  ];
}

function isText(value: Json | undefined): value is string {
  return typeof value === "string";
}

function text(value: Json | undefined): string {
  return cellText(value);
}

/** One text or a list of texts, cleaned. */
function texts(value: Json | undefined): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(cellText);
}

function objects(value: Json | undefined): HostRecord[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (element): element is HostRecord =>
      element !== null && typeof element === "object" && !Array.isArray(element),
  );
}

function member(value: Json | undefined, name: string): Json | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, name)
    ? value[name]
    : undefined;
}
