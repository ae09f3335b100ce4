/**
 * From what a handler answers to what goes over the wire: the value as JSON text, the same value typed in
 * `structuredContent`, and in words whatever a reader must know beside it. Clients show the model one or the other
 * form, so both say the same.
 */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { Json } from "../model/json.ts";
import { cap, clean } from "../model/text.ts";
import { ANSWER_LIMIT, type Bounded, boundList, boundValue } from "./bounded.ts";
import type { Answer, Listing, Rest } from "./define.ts";

/** What was seen of the database while answering; absent when it was not asked. */
export interface Seen {
  empty: boolean;
  asOf: string | null;
  /** It is about threat feeds, which come in by another command. */
  feeds?: boolean;
}

/** The same whether nothing is there or all of it is hidden: which of the two is not for who asks. */
const NOTHING_IMPORTED = 'nothing imported yet that you may see; "gadwall import FILE" imports';
const NO_FEEDS = 'no feeds imported yet: run "gadwall feeds import PATH"';

/** Characters of an error; ours are shorter. */
const SENTENCE_LIMIT = 1000;

/** The tool result for an answer. */
export function toolResult(answer: Answer, seen?: Seen): CallToolResult {
  if ("markdown" in answer) return markdownResult(answer, seen);
  const listing = "rest" in answer ? answer : undefined;
  const bounded = listing ? boundList(listing.result) : boundValue(answer.result);
  const left = listing && rest(listing, bounded.value as Json[]);
  const remarks = [...said(answer, seen), ...(left ? [left.remark] : []), ...shortened(bounded)];
  const cut = Boolean(answer.cut) || left !== undefined || bounded.lists > 0 || bounded.texts > 0;
  const value = bounded.value;
  // IVRE gives a text as it is, not as JSON: a token is there to be copied.
  const texts = [typeof value === "string" ? value : JSON.stringify(value)];
  if (remarks.length > 0) texts.push(remarks.join("\n"));
  return {
    content: texts.map((text) => ({ type: "text", text })),
    structuredContent: {
      result: value,
      ...(listing && { total: listing.total, returned: (value as Json[]).length }),
      ...(cut && { truncated: true }),
      ...(left?.next && { next: left.next }),
      ...(seen && { as_of: seen.asOf }),
    },
  };
}

/** What is to be said beside any answer. */
function said({ hint, cut }: Answer, seen: Seen | undefined): string[] {
  return [
    ...(seen?.empty ? [seen.feeds ? NO_FEEDS : NOTHING_IMPORTED] : []),
    ...(hint ? [hint] : []),
    ...(cut ? [cut] : []),
  ];
}

/** Markdown as it is; who made it kept it short, and what is too long nevertheless ends between lines. */
function markdownResult(answer: Answer & { markdown: string }, seen: Seen | undefined): CallToolResult {
  const whole = clean(answer.markdown);
  const end = whole.length <= ANSWER_LIMIT ? whole.length : whole.lastIndexOf("\n", ANSWER_LIMIT);
  const left = whole.slice(end).split("\n").length - 1;
  const remarks = [
    ...said(answer, seen),
    ...(left > 0 ? [`${left} more lines were cut off at the end`] : []),
  ];
  const texts = [whole.slice(0, end), ...(remarks.length > 0 ? [remarks.join("\n")] : [])];
  return { content: texts.map((text) => ({ type: "text", text })) };
}

/** The tool result for a failure: a sentence that stands alone. What it quotes of the caller's may be anything. */
export function errorResult(sentence: string): CallToolResult {
  return { content: [{ type: "text", text: cap(clean(sentence), SENTENCE_LIMIT) }], isError: true };
}

/** What was left out after the last element, or undefined when nothing was. */
function rest(listing: Listing, returned: Json[]): (Rest & { remark: string }) | undefined {
  const first = listing.skipped ?? 0;
  if (first + returned.length >= listing.total) return undefined;
  const { next, advice } = listing.rest(returned.length);
  const which = first === 0 ? `first ${returned.length}` : `${first + 1} to ${first + returned.length}`;
  return { next, advice, remark: `${which} of ${listing.total}: ${advice}` };
}

function shortened({ texts, lists }: Bounded<Json>): string[] {
  return [
    ...(lists > 0
      ? [`${lists} list${lists === 1 ? "" : "s"} inside were cut short: the record is too large`]
      : []),
    ...(texts > 0
      ? [`${texts} long text${texts === 1 ? " was" : "s were"} cut short where "more characters" stands`]
      : []),
  ];
}
