/** Asking the questions of the oracle through the binary's own MCP tools. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { Json } from "../../src/model/json.ts";
import type { Answer, Question } from "./compare.ts";

/** `get` never gives more records than this. */
const MOST_RECORDS = 100;

/** Asks one tool. */
type Ask = (tool: string, args: Record<string, Json>) => Promise<Answer>;

export interface Oracle {
  answer: (question: Question) => Promise<Answer>;
  close: () => Promise<void>;
}

/** A session with `gadwall mcp-server` over a database. */
export async function connect(binary: string, db: string, env: Record<string, string>): Promise<Oracle> {
  const client = new Client({ name: "oracle", version: "1" });
  await client.connect(new StdioClientTransport({ command: binary, args: ["mcp-server", "--db", db], env }));
  const ask: Ask = async (tool, args) => {
    const result = await client.callTool({ name: tool, arguments: args });
    const content = result.content as { text: string }[];
    const text = content[0]?.text ?? "";
    if (result.isError) return { error: text };
    const { structuredContent } = result as {
      structuredContent?: { result: Json; truncated?: boolean; next?: Record<string, Json> };
    };
    const value = structuredContent?.result ?? null;
    const { truncated, next } = structuredContent ?? {};
    // Records are asked for until all that were wanted are there.
    if (tool === "get" && truncated === true && typeof next?.skip === "number" && Array.isArray(value)) {
      const limit = Math.min(Number(args.limit ?? 10), MOST_RECORDS) - value.length;
      if (limit <= 0) return { value };
      const rest = await ask(tool, { ...args, ...next, limit });
      return "error" in rest ? rest : { value: [...value, ...(rest.value as Json[])] };
    }
    const asked = Number(args.topnbr ?? 10);
    return { value, cut: truncated === true && Array.isArray(value) && value.length < asked };
  };
  return { answer: (question) => answer(ask, question), close: () => client.close() };
}

/** Builds the nested filter of a question with the builder tools. */
async function token(
  ask: Ask,
  purpose: string,
  filter: Question["filter"],
): Promise<string | { error: string }> {
  const [name, body] = Object.entries(filter ?? { empty: {} })[0] as [string, Json];
  let answer: Answer;
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
    // IVRE's schema demands them; null means any.
    if (name === "searchproduct") {
      args.product ??= null;
      args.version ??= null;
    }
    answer = await ask(name, { purpose, ...args });
  }
  return "error" in answer ? answer : String(answer.value);
}

async function answer(ask: Ask, question: Question): Promise<Answer> {
  const { purpose, op, args } = question;
  if (op === "nmap_service_values") return ask(op, args);
  if (op === "describe_schema") return ask(op, { purpose, ...args });
  if (question.filter === null) return ask(op, { purpose, ...args });
  const flt = await token(ask, purpose, question.filter);
  return typeof flt === "string" ? ask(op, { purpose, flt, ...args }) : flt;
}
