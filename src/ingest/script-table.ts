/** Structured script output: nmap's `table` and `elem` elements to plain JSON (spec ivre §7.2). */
import type { Json } from "../model/json.ts";
import type { Script } from "../model/scan.ts";
import { saysNothing, UNSTRUCTURED, VULNS_FAMILY } from "./script-rules.ts";

type JsonObject = { [key: string]: Json };

/**
 * One level while it is being read: an array until a child has a key, then an object. Where nmap mixes both,
 * children without a key are named by their position, as in Lua's own tables (counting from 1).
 */
class Level {
  readonly key: string | undefined;
  #array: Json[] = [];
  #object: JsonObject | null = null;
  #unnamed = 0;

  constructor(key: string | undefined) {
    this.key = key;
  }

  add(key: string | undefined, value: Json): void {
    if (key === undefined || key === "") {
      this.#unnamed++;
      if (this.#object === null) this.#array.push(value);
      else this.#object[String(this.#unnamed)] = value;
      return;
    }
    if (this.#object === null) {
      // No prototype: a key may be anything, "__proto__" too.
      this.#object = Object.create(null) as JsonObject;
      for (const [index, item] of this.#array.entries()) this.#object[String(index + 1)] = item;
      this.#array = [];
    }
    this.#object[key.includes(".") ? key.replaceAll(".", "_") : key] = value;
  }

  value(): Json {
    return this.#object ?? this.#array;
  }

  get empty(): boolean {
    return this.#object === null && this.#array.length === 0;
  }
}

/** Collects one script element; `finish` gives the record, or null when it says nothing. */
export class ScriptReader {
  readonly #id: string;
  readonly #output: string;
  readonly #structured: boolean;
  readonly #levels: Level[] = [new Level(undefined)];
  #elemKey: string | undefined;

  constructor(id: string, output: string) {
    this.#id = id;
    this.#output = output;
    this.#structured = !UNSTRUCTURED.has(id);
  }

  openTable(key: string | undefined): void {
    this.#levels.push(new Level(key));
  }

  closeTable(): void {
    if (this.#levels.length < 2) return;
    const level = this.#levels.pop()!;
    this.#levels.at(-1)!.add(level.key, level.value());
  }

  openElem(key: string | undefined): void {
    this.#elemKey = key;
  }

  closeElem(text: string): void {
    this.#levels.at(-1)!.add(this.#elemKey, text);
  }

  finish(): Script | null {
    const top = this.#levels[0]!;
    const bare = top.empty || !this.#structured;
    if (saysNothing(this.#id, this.#output) && (this.#output !== "" || bare)) return null;
    const script: Script = { id: this.#id, output: this.#output };
    if (bare) return script;
    const data = top.value();
    const vulns = VULNS_FAMILY.has(this.#id) || isVulnReport(data) ? toVulns(data) : null;
    script.key = vulns === null ? this.#id : "vulns";
    script.data = vulns ?? data;
    return script;
  }
}

/** States of nmap's `vulns` library, as far as it prints them. */
const VULN_STATE = /^(?:NOT |LIKELY )?VULNERABLE\b|^UNKNOWN\b/;

/**
 * Whether a table is a report of nmap's `vulns` library: scripts that are not nmap's own use it too, and their
 * findings count as much.
 */
function isVulnReport(data: Json): boolean {
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
