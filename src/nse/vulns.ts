/** Reports of nmap's `vulns` library: `{ID: {title, state, …}}` to a list (spec ivre §7.2). */
import type { Json } from "../model/json.ts";
import { asWritten, type Treatment } from "./treatment.ts";

type JsonObject = { [key: string]: Json };

/** States of nmap's `vulns` library, as far as it prints them. */
const VULN_STATE = /^(?:NOT |LIKELY )?VULNERABLE\b|^UNKNOWN\b/;

/**
 * Whether a table is a report of nmap's `vulns` library: scripts that are not nmap's own use it too, and their
 * findings count as much.
 */
export function isVulnReport(data: Json): boolean {
  if (data === null || typeof data !== "object" || Array.isArray(data)) return false;
  const findings = Object.values(data);
  return (
    findings.length > 0 &&
    findings.every((finding) => {
      if (finding === null || typeof finding !== "object" || Array.isArray(finding)) return false;
      const { title, state } = finding;
      return typeof title === "string" && typeof state === "string" && VULN_STATE.test(state);
    })
  );
}

/** Members of a vulnerability that are lists even when the script gave a single text (spec ivre §7.2). */
const VULN_LISTS = ["ids", "refs", "description", "check_results", "extra_info", "exploit_results"];

/** `{ID: {title, state, …}}` to `[{id: ID, title, state, …}]`; null when it is not of that form. */
function toVulns(data: Json): Json[] | null {
  if (data === null || typeof data !== "object" || Array.isArray(data)) return null;
  const vulns: Json[] = [];
  for (const [id, facts] of Object.entries(data)) {
    if (facts === null || typeof facts !== "object" || Array.isArray(facts)) return null;
    const vuln: JsonObject = Object.assign(Object.create(null) as JsonObject, { id }, facts, { id });
    for (const name of VULN_LISTS) {
      const value = vuln[name];
      if (value !== undefined && !Array.isArray(value)) {
        vuln[name] = typeof value === "object" && value !== null ? Object.values(value) : [value];
      }
    }
    vulns.push(vuln);
  }
  return vulns;
}

/** Stored under `vulns`; under its own name when it is not of that form. */
export const vulns: Treatment = (result) => {
  const list = result.data === undefined ? null : toVulns(result.data);
  if (list === null) return asWritten(result);
  return { scripts: [{ id: result.id, output: result.output, key: "vulns", data: list }] };
};
