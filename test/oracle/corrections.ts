/**
 * Where the specification says that IVRE's answer is poor and what is right, that is what our answer is compared
 * with (the oracle's README: where the specification and the answer disagree, the specification's intent wins).
 * Each correction is checked against IVRE's answer as far as that can be done; docs/differences.md names them.
 */
import type { Json } from "../../src/model/json.ts";
import { type Answer, agrees, canonical, type Question } from "./compare.ts";

interface Correction {
  name: string;
  /** Whether it bears on the question and our answer is right by it. */
  accepts: (question: Question, answer: Answer) => boolean;
}

type Row = { value: Json; count: number };
const rowsOf = (value: Json | undefined): Row[] => (Array.isArray(value) ? (value as Row[]) : []);
const fieldOf = ({ args }: Question): string => (typeof args.field === "string" ? args.field : "");
const isEmpty = (value: Json | undefined): boolean =>
  Array.isArray(value) && value.every((item) => item === null);

/** Names of topvalues that IVRE's schema of active records publishes and passive records lack, and the like. */
const PASSIVE_NAMES = ["service", "product", "version", "ja3-client", "ja3-server", "ja4-client"];

/** What IVRE would answer to a name that it does not know: nothing. */
function unknownToIvre(question: Question): boolean {
  if (question.op !== "topvalues" && question.op !== "distinct") return false;
  if (!isEmpty(question.result)) return false;
  const field = fieldOf(question);
  return question.purpose === "passive" && PASSIVE_NAMES.includes(field.split(".")[0]!);
}

/** Segments of `cpe[.part]:<type>:<vendor>…`; none when the field is another. */
function cpeSegments(field: string): string[] {
  return /^cpe(?:\.[a-z0-9]+)?:(.+)$/.exec(field)?.[1]?.split(":") ?? [];
}

/** Records by the fields that the answer is sorted by: equal ones may come in any order, others take their place at the cut. */
function sortKeys(records: Json | undefined, sort: readonly string[]): string {
  return rowsOf(records)
    .map((record) =>
      sort.map((path) =>
        canonical((record as unknown as { [key: string]: Json })[path.replace(/^-/, "")] ?? null, true),
      ),
    )
    .join("\n");
}

/**
 * The oracle's README says that no address lists were loaded, yet two hosts carry tags of IVRE's own cdncheck list:
 * these.
 */
const LISTED_TAGS: readonly { value: string; info: string }[] = [
  { value: "CLOUD", info: "aws as listed by cdncheck (projectdiscovery)" },
  { value: "CDN", info: "google as listed by cdncheck (projectdiscovery)" },
];

/** What a tag contributes to a field of topvalues or distinct; null for fields that are not about tags. */
function ofTag(field: string, { value, info }: { value: string; info: string }): Json {
  switch (field.replace(/^tags\b/, "tag")) {
    case "tag":
      return [value, info];
    case "tag.value":
      return value;
    case "tag.info":
      return info;
    case "tag.type":
      return "info";
    default:
      return null;
  }
}

/** IVRE's answer without the tags of its list; null when the question is not about tags. */
function withoutListedTags({ op, purpose, filter, args, result }: Question): Json {
  if (purpose !== "view") return null;
  if (op === "count" && typeof result === "number") {
    const { searchtag } = (filter ?? {}) as { searchtag?: { tag?: string; info?: string } };
    if (searchtag === undefined) return null;
    const { tag, info } = searchtag;
    const has = (listed: (typeof LISTED_TAGS)[number]): boolean =>
      (tag === undefined || listed.value === tag) && (info === undefined || listed.info.includes(info));
    return result - LISTED_TAGS.filter(has).length;
  }
  if (filter !== null || !Array.isArray(result)) return null;
  const gone = LISTED_TAGS.map((listed) => canonical(ofTag(String(args.field), listed), false));
  if (gone.includes("null")) return null;
  if (op === "distinct") return result.filter((value) => !gone.includes(canonical(value, false)));
  if (op !== "topvalues") return null;
  return rowsOf(result)
    .map(({ value, count }) => ({
      value,
      count: count - gone.filter((listed) => listed === canonical(value, false)).length,
    }))
    .filter(({ count }) => count > 0);
}

function withoutNullInfo(value: Json): Json {
  return rowsOf(value).filter((row) => !Array.isArray(row.value) || row.value[1] !== null);
}

const CORRECTIONS: readonly Correction[] = [
  {
    name: "tags of an address list that was not loaded are left out",
    accepts: (question, answer) => {
      const result = withoutListedTags(question);
      if (result === null || !("value" in answer)) return false;
      // The specification recommends [value, null] for tags without info, which IVRE drops.
      const ours = fieldOf(question) === "tag" ? withoutNullInfo(answer.value) : answer.value;
      return agrees({ ...question, result }, ours);
    },
  },
  {
    name: "the order of records with equal sort keys is free",
    accepts: ({ op, args, result }, answer) => {
      if (op !== "get" || !Array.isArray(args.sort) || !("value" in answer)) return false;
      const sort = args.sort as string[];
      return (
        sort.every((path) => !path.includes(".")) && sortKeys(result, sort) === sortKeys(answer.value, sort)
      );
    },
  },
  {
    name: "one value is one row",
    accepts: (question, answer) => {
      if (question.op !== "topvalues" || !("value" in answer)) return false;
      const theirs = rowsOf(question.result);
      const sums = new Map<string, number>();
      for (const { value, count } of theirs) {
        const key = canonical(value, false);
        sums.set(key, count + (sums.get(key) ?? 0));
      }
      if (sums.size === theirs.length) return false;
      const ours = new Map(rowsOf(answer.value).map(({ value, count }) => [canonical(value, false), count]));
      // One more row of a value may lie beyond IVRE's cut.
      const rarest = theirs.at(-1)?.count ?? 0;
      return [...sums].every(([key, sum]) => {
        const count = ours.get(key) ?? 0;
        return sum <= rarest || (count >= sum && count <= sum + rarest);
      });
    },
  },
  {
    name: "an unknown service is null everywhere",
    accepts: (question, answer) => {
      if (question.op !== "topvalues" || !/^service:\d+$/.test(fieldOf(question)) || !("value" in answer))
        return false;
      const result = rowsOf(question.result).map(({ value, count }) => ({
        value: value === "" ? null : value,
        count,
      }));
      return agrees({ ...question, result }, answer.value);
    },
  },
  {
    name: "cpe:<spec> counts the CPEs that match",
    accepts: (question, answer) => {
      const segments = cpeSegments(fieldOf(question));
      if (question.op !== "topvalues" || segments.length === 0 || !("value" in answer)) return false;
      const matching = (value: Json): boolean =>
        Array.isArray(value) && segments.every((segment, index) => value[index] === segment);
      const ours = rowsOf(answer.value);
      const text = ({ value, count }: Row): string => `${count} ${canonical(value, false)}`;
      const have = new Set(ours.map(text));
      // Rows as rare as our last one may be cut away, as everywhere.
      const rarest = ours.length === Number(question.args.topnbr ?? 10) ? (ours.at(-1)?.count ?? 0) : 0;
      return (
        ours.every(({ value }) => matching(value)) &&
        rowsOf(question.result)
          .filter(({ value, count }) => matching(value) && count > rarest)
          .every((row) => have.has(text(row)))
      );
    },
  },
  {
    name: "a /regex/ is one for sensors, too",
    accepts: ({ op, filter, result }, answer) => {
      const { searchsensor } = (filter ?? {}) as { searchsensor?: { sensor?: string } };
      return (
        op === "count" && result === 0 && searchsensor?.sensor?.startsWith("/") === true && "value" in answer
      );
    },
  },
  {
    name: "a misspelled field is an error, not an empty answer",
    accepts: (question, answer) =>
      (question.op === "topvalues" || question.op === "distinct") &&
      isEmpty(question.result) &&
      "error" in answer &&
      answer.error.includes(fieldOf(question)),
  },
  {
    name: "services and fingerprints of passive records are counted",
    accepts: (question, answer) => unknownToIvre(question) && "value" in answer,
  },
  {
    name: "tags of nmap records are computed from the record",
    accepts: (question, answer) =>
      question.purpose === "nmap" &&
      /^tags?\b/.test(fieldOf(question)) &&
      isEmpty(question.result) &&
      "value" in answer,
  },
];

/** The correction by which our answer is right though IVRE's is another; null when there is none. */
export function correctionFor(question: Question, answer: Answer): string | null {
  return CORRECTIONS.find(({ accepts }) => accepts(question, answer))?.name ?? null;
}
