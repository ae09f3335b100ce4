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

/** The paths and patterns of a schema, with the types of the paths. */
function schemaEntries(schema: Json | undefined): string[] {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return ["no schema"];
  const { fields, pseudo_fields } = schema as { fields: Row[]; pseudo_fields: Row[] };
  return [
    ...fields.map((field) => {
      const { path, type } = field as unknown as { path: string; type: string };
      return `${path}: ${type}`;
    }),
    ...pseudo_fields.map((field) => (field as unknown as { pattern: string }).pattern),
  ];
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

const CORRECTIONS: readonly Correction[] = [
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
      return (
        ours.every(({ value }) => matching(value)) &&
        rowsOf(question.result)
          .filter(({ value }) => matching(value))
          .every((row) => have.has(text(row)))
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
  {
    name: "describe_schema has IVRE's paths, types and patterns, described in our words",
    accepts: ({ op, result }, answer) => {
      if (op !== "describe_schema" || !("value" in answer)) return false;
      const ours = new Set(schemaEntries(answer.value));
      return schemaEntries(result).every((entry) => ours.has(entry));
    },
  },
];

/** The correction by which our answer is right though IVRE's is another; null when there is none. */
export function correctionFor(question: Question, answer: Answer): string | null {
  return CORRECTIONS.find(({ accepts }) => accepts(question, answer))?.name ?? null;
}
