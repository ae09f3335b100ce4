/**
 * `npm run oracle -- DIR [--purpose NAME] [--verbose]`: imports what DIR/imports.json names, asks every
 * question of DIR/queries.json through `dist/gadwall mcp-server`, and compares.
 *
 * Differences that we mean are listed in docs/differences.md; the run fails on a difference that is not
 * listed there and on a listed one that no longer differs.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { Json } from "../../src/model/json.ts";
import { agrees, type Question } from "./compare.ts";

const ROOT = resolve(import.meta.dir, "../..");
const BINARY = join(ROOT, "dist/gadwall");
/** The improvements over IVRE are switched off for the comparison. */
const ENV = { ...process.env, GADWALL_GEO: "false" } as Record<string, string>;

interface ImportEntry {
  file: string;
  source?: string;
  categories?: string[];
  sensor?: string;
}

function importAll(folder: string, db: string): void {
  const entries = JSON.parse(readFileSync(join(folder, "imports.json"), "utf8")) as ImportEntry[];
  for (const entry of entries) {
    // IVRE read only one of the two passive logs, which hold the same observations in two formats.
    if (entry.sensor !== undefined && entry.file.endsWith(".json")) continue;
    const args = ["import", join(dirname(folder), entry.file), "--db", db, "--quiet", "--force"];
    if (entry.sensor !== undefined) args.push("--sensor", entry.sensor);
    if (entry.source !== undefined) args.push("--source", entry.source);
    if (entry.categories?.length) args.push("--category", entry.categories.join(","));
    const done = Bun.spawnSync([BINARY, ...args], { env: ENV });
    const stderr = done.stderr.toString().trim();
    if (done.exitCode !== 0 || stderr !== "")
      console.log(`import ${entry.file}: exit ${done.exitCode} ${stderr}`);
  }
}

/** Asks one tool; its answer as JSON, or its error sentence. */
type Ask = (tool: string, args: Record<string, Json>) => Promise<{ value: Json } | { error: string }>;

async function connect(db: string): Promise<{ ask: Ask; close: () => Promise<void> }> {
  const client = new Client({ name: "oracle", version: "1" });
  await client.connect(
    new StdioClientTransport({ command: BINARY, args: ["mcp-server", "--db", db], env: ENV }),
  );
  const ask: Ask = async (tool, args) => {
    const result = await client.callTool({ name: tool, arguments: args });
    const content = result.content as { text: string }[];
    const text = content[0]?.text ?? "";
    if (result.isError) return { error: text };
    const { structuredContent } = result as { structuredContent?: { result: Json } };
    return { value: structuredContent?.result ?? null };
  };
  return { ask, close: () => client.close() };
}

/** Builds the nested filter of a question with the builder tools. */
async function token(
  ask: Ask,
  purpose: string,
  filter: Question["filter"],
): Promise<string | { error: string }> {
  const [name, body] = Object.entries(filter ?? { empty: {} })[0] as [string, Json];
  let answer: { value: Json } | { error: string };
  if (name === "empty") {
    answer = await ask("flt_empty", { purpose });
  } else if (name === "and" || name === "or") {
    let all: string | null = null;
    for (const part of body as { [tool: string]: Json }[]) {
      const next = await token(ask, purpose, part);
      if (typeof next !== "string") return next;
      if (all === null) {
        all = next;
        continue;
      }
      const joined = await ask(`flt_${name}`, { purpose, flt1: all, flt2: next });
      if ("error" in joined) return joined;
      all = String(joined.value);
    }
    return all ?? { error: "empty combination" };
  } else {
    const args = { ...(body as { [key: string]: Json }) };
    if (name === "searchproduct") {
      args.product ??= null;
      args.version ??= null;
    }
    answer = await ask(name, { purpose, ...args });
  }
  return "error" in answer ? answer : String(answer.value);
}

async function answer(ask: Ask, question: Question): Promise<{ value: Json } | { error: string }> {
  const { purpose, op, args } = question;
  if (op === "nmap_service_values") return ask(op, args);
  if (op === "describe_schema") return ask(op, { purpose, ...args });
  if (question.filter === null) return ask(op, { purpose, ...args });
  const flt = await token(ask, purpose, question.filter);
  return typeof flt === "string" ? ask(op, { purpose, flt, ...args }) : flt;
}

/** Question ids of the first column of the tables in docs/differences.md. */
function listedDifferences(): Set<string> {
  const path = join(ROOT, "docs/differences.md");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const ids = new Set<string>();
  for (const line of text.split("\n")) {
    if (!line.startsWith("| q")) continue;
    for (const id of (line.split("|")[1] ?? "").matchAll(/q\d+/g)) ids.add(id[0]);
  }
  return ids;
}

const { values: flags, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: {
    purpose: { type: "string" },
    verbose: { type: "boolean", default: false },
    db: { type: "string" },
  },
  allowPositionals: true,
});
const folder = resolve(positionals[0] ?? "../shared/oracle");
const scratch = mkdtempSync(join(tmpdir(), "gadwall-oracle-"));
const db = flags.db ?? join(scratch, "oracle.duckdb");
if (flags.db === undefined) importAll(folder, db);

const { ask, close } = await connect(db);
const questions = (JSON.parse(readFileSync(join(folder, "queries.json"), "utf8")) as Question[]).filter(
  (question) => flags.purpose === undefined || question.purpose === flags.purpose,
);
const listed = listedDifferences();
const tally = { agree: 0, better: 0, listed: 0, unlisted: 0, stale: 0 };
for (const question of questions) {
  const actual = await answer(ask, question);
  // Where IVRE fails, an error of our own or an answer are both fine.
  const same = question.error !== undefined || ("value" in actual && agrees(question, actual.value));
  if (same && listed.has(question.id)) {
    tally.stale++;
    console.log(`${question.id}: listed in docs/differences.md, but no longer differs`);
  } else if (same) {
    tally[question.error !== undefined ? "better" : "agree"]++;
  } else if (listed.has(question.id)) {
    tally.listed++;
  } else {
    tally.unlisted++;
    const { id, op, filter, args } = question;
    console.log(`${id} ${op} ${JSON.stringify(filter)} ${JSON.stringify(args)}`);
    if (flags.verbose) {
      const short = (text: string): string => text.slice(0, 40_000);
      console.log(`  theirs ${short(JSON.stringify(question.result ?? null))}`);
      console.log(`  ours   ${short("value" in actual ? JSON.stringify(actual.value) : actual.error)}`);
    }
  }
}
await close();
rmSync(scratch, { recursive: true, force: true });
console.log(
  `${questions.length} questions: ${tally.agree} agree, ${tally.better} where IVRE fails, ` +
    `${tally.listed} listed differences, ${tally.unlisted} unlisted, ${tally.stale} listed without need`,
);
process.exit(tally.unlisted + tally.stale > 0 ? 1 : 0);
