/**
 * `npm run oracle -- DIR [--purpose NAME] [--full]`: imports what DIR/imports.json names, asks every question of
 * DIR/queries.json through `dist/gadwall mcp-server`, and compares; once with our improvements off, once with all
 * of them on.
 *
 * Differences that we mean are listed in docs/differences.md. The run fails on a difference that is not listed
 * there, on a listed one that no longer differs, and on one said to come from an improvement that is still there
 * without that improvement.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "./client.ts";
import { type Answer, agrees, type Question } from "./compare.ts";
import { correctionFor } from "./corrections.ts";
import { expectedDifferences, IMPROVEMENTS } from "./differences.ts";

const ROOT = resolve(import.meta.dir, "../..");
const BINARY = join(ROOT, "dist/gadwall");
/** How much of an answer is printed without --full. */
const SHORT = 1000;

interface ImportEntry {
  file: string;
  source?: string;
  categories?: string[];
  sensor?: string;
}

/** The environment with these improvements on and the others off. */
function environment(on: readonly string[]): Record<string, string> {
  const env = { ...process.env } as Record<string, string>;
  for (const [option, variable] of Object.entries(IMPROVEMENTS)) env[variable] = String(on.includes(option));
  return env;
}

function gadwall(args: string[], env: Record<string, string>): void {
  const done = Bun.spawnSync([BINARY, ...args], { env });
  const stderr = done.stderr.toString().trim();
  if (done.exitCode !== 0) throw new Error(`gadwall ${args.join(" ")}: exit ${done.exitCode} ${stderr}`);
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
    gadwall(args, environment([]));
  }
}

const { values: flags, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: {
    purpose: { type: "string" },
    full: { type: "boolean", default: false },
    /** The database of a run before, with the improvements off: saves the import. */
    db: { type: "string" },
  },
  allowPositionals: true,
});
const folder = positionals[0];
if (folder === undefined || !existsSync(join(folder, "queries.json"))) {
  console.error("usage: npm run oracle -- DIR [--purpose nmap|view|passive] [--full]");
  process.exit(2);
}
const questions = (JSON.parse(readFileSync(join(folder, "queries.json"), "utf8")) as Question[]).filter(
  (question) => flags.purpose === undefined || question.purpose === flags.purpose,
);
const listed = expectedDifferences(join(ROOT, "docs/differences.md"));
const scratch = mkdtempSync(join(tmpdir(), "gadwall-oracle-"));
const off = resolve(flags.db ?? join(scratch, "off.duckdb"));
if (!existsSync(off)) importAll(resolve(folder), off);

/** A copy of the database, derived anew with these improvements. */
function withImprovements(name: string, on: readonly string[]): string {
  const db = join(scratch, `${name}.duckdb`);
  cpSync(off, db);
  gadwall(["view", "rebuild", "--db", db], environment(on));
  return db;
}

type Verdict = { kind: "agrees" | "better" | "differs" } | { kind: "corrected"; by: string };

function judge(question: Question, answer: Answer): Verdict {
  // Where IVRE fails, an error of our own or an answer are both fine.
  if (question.error !== undefined) return { kind: "better" };
  if ("value" in answer && agrees(question, answer.value, answer.cut)) return { kind: "agrees" };
  const by = correctionFor(question, answer);
  return by === null ? { kind: "differs" } : { kind: "corrected", by };
}

let failures = 0;
function fail(question: Question, why: string, answer: Answer): void {
  failures++;
  const cut = (text: string): string =>
    flags.full || text.length <= SHORT ? text : `${text.slice(0, SHORT)} … (${text.length} characters)`;
  const { id, purpose, op, filter, args } = question;
  console.log(`${id} ${why}: ${purpose} ${op} ${JSON.stringify(filter)} ${JSON.stringify(args)}`);
  console.log(`  theirs ${cut(JSON.stringify(question.result ?? question.error ?? null))}`);
  console.log(`  ours   ${cut("value" in answer ? JSON.stringify(answer.value) : answer.error)}`);
}

/** Asks questions with these improvements on; `each` sees every answer. */
async function ask(
  db: string,
  on: readonly string[],
  asked: readonly Question[],
  each: (question: Question, answer: Answer, verdict: Verdict) => void,
): Promise<Record<string, number>> {
  const tally: Record<string, number> = {};
  const oracle = await connect(BINARY, db, environment(on));
  for (const question of asked) {
    const answer = await oracle.answer(question);
    const verdict = judge(question, answer);
    const name = verdict.kind === "corrected" ? `corrected: ${verdict.by}` : verdict.kind;
    tally[name] = (tally[name] ?? 0) + 1;
    each(question, answer, verdict);
  }
  await oracle.close();
  return tally;
}

function print(title: string, tally: Record<string, number>): void {
  const { agrees: same = 0, better = 0, differs = 0, ...corrected } = tally;
  const corrections = Object.values(corrected).reduce((sum, count) => sum + count, 0);
  console.log(
    `${title}: ${questions.length} questions: ${same} agree, ${corrections} agree as corrected by the specification, ` +
      `${better} where IVRE fails, ${differs} differ`,
  );
  for (const [name, count] of Object.entries(corrected)) console.log(`  ${count} ${name}`);
}

const without = await ask(off, [], questions, (question, answer, { kind }) => {
  const known = listed.always.has(question.id);
  if (kind === "differs" && !known) fail(question, "differs and is not listed", answer);
  if (kind !== "differs" && known) fail(question, "is listed but does not differ", answer);
});
print("improvements off", without);

const all = Object.keys(IMPROVEMENTS);
const further: Question[] = [];
const withAll = await ask(withImprovements("on", all), all, questions, (question, answer, { kind }) => {
  if (listed.always.has(question.id)) return;
  const known = listed.improved.has(question.id);
  if (kind === "differs" && !known) fail(question, "differs with the improvements and is not listed", answer);
  if (kind !== "differs" && known) fail(question, "is listed for an improvement but does not differ", answer);
  if (kind === "differs" && known) further.push(question);
});
print("improvements on", withAll);

// Without the improvements that are said to make a difference, it must be gone.
const causes = new Set(further.map(({ id }) => listed.improved.get(id)!.join(" and ")));
for (const cause of causes) {
  const its = further.filter(({ id }) => listed.improved.get(id)!.join(" and ") === cause);
  const others = all.filter((option) => !cause.split(" and ").includes(option));
  await ask(
    withImprovements(cause.replaceAll(" ", ""), others),
    others,
    its,
    (question, answer, { kind }) => {
      if (kind === "differs") fail(question, `differs even without ${cause}, said to make it`, answer);
    },
  );
  console.log(`  ${its.length} differ because of ${cause}`);
}
rmSync(scratch, { recursive: true, force: true });
console.log(failures === 0 ? "every difference is listed" : `${failures} to look at`);
process.exit(failures === 0 ? 0 : 1);
