/**
 * What users write is never in the text of SQL: two questions of one shape with different values become the same
 * statements. Values of filters, their keys and paths, arguments of fields, paths of records.
 */

import { beforeAll, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { scopeOf } from "../../src/access/scope.ts";
import { ALL, type Filter, leafSchema } from "../../src/filter/ast.ts";
import { compile } from "../../src/filter/compile.ts";
import { UserError } from "../../src/model/errors.ts";
import { PURPOSES } from "../../src/model/purpose.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { count } from "../../src/query/count.ts";
import { distinct } from "../../src/query/distinct.ts";
import { fieldsOf } from "../../src/query/fields.ts";
import { get } from "../../src/query/get.ts";
import { bare } from "../../src/query/path.ts";
import { pseudoOf } from "../../src/query/pseudo.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { randomFilter, randomLeaf, seeded, type Vocabulary } from "../filter/random.ts";
import { generated } from "../support/generated.ts";

/** Two users who ask the same of different things. */
interface User {
  mark: string;
  number: number;
}
const USERS: readonly User[] = [
  { mark: "zqone", number: 1 },
  { mark: "zqtwo", number: 2 },
];

/** Words of the same shapes, different in every value. */
function vocabulary({ mark, number }: User): Vocabulary {
  return {
    texts: [mark, `'${mark}"\\; --`, `?${mark}$1`],
    patterns: [mark, `^(${mark})'\\d+$`],
    addresses: [`198.51.${number}.7`, `203.0.${number}.9`],
    nets: [`198.51.${number}.0/24`, `203.${number}.0.0/16`],
    ports: [40_000 + number, [41_000 + number, 42_000 + number]],
    numbers: [43_000 + number],
    systems: [4_400_000 + number],
    countries: [number === 1 ? "QX" : "QY"],
    protocols: [mark],
    states: [`${mark}'`],
    amounts: [4_500_000 + number],
    instants: [1_460_000_000 + number],
    values: [
      { [mark]: mark },
      { [`${mark}.${mark}'"`]: { $gte: 4_700_000 + number, $lt: mark } },
      { [mark]: { $in: [mark, 4_800_000 + number, [mark, { [mark]: number, [`${mark}'`]: null }]] } },
      { [mark]: { $regex: mark, $options: "i" }, [`${mark}/~`]: { $ne: { [mark]: [mark, true] } } },
    ],
  };
}

/** The text holds nothing of what anybody wrote. */
function expectClean(text: string): void {
  expect(text).not.toMatch(/zqone|zqtwo|4[0-8]\d\d?0*[12]\b|14600000/);
}

for (const purpose of PURPOSES)
  test(`${purpose}: filters`, () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 1500; seed++) {
      const [one, two] = USERS.map((user) => {
        const make =
          seed % 3 === 0
            ? randomFilter(seeded(seed), 3, purpose, vocabulary(user))
            : randomLeaf(seeded(seed), purpose, vocabulary(user));
        kinds.add(make.k);
        return compile(make, purpose, 1_800_000_000_000 + user.number * 86_400_000);
      });
      expect(one!.sql).toBe(two!.sql);
      expectClean(one!.sql);
      expect(one!.sql.split("?").length - 1).toBe(one!.parameters.length);
    }
    const leaves = leafSchema.options.map(({ shape }) => shape.k.value);
    const missing = leaves.filter((k) => !kinds.has(k));
    if (purpose === "passive")
      expect(missing).toEqual(["countports", "city", "os", "script", "cve", "tag", "cpe", "hop", "mac"]);
    else expect(missing).toEqual(["recontype", "sensor", "value", "targetval"]);
  });

/** A connection that writes down what it is asked. */
function overheard(connection: DuckDBConnection, texts: string[]): DuckDBConnection {
  return new Proxy(connection, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        if (typeof args[0] === "string") texts.push(args[0]);
        return member.apply(target, args);
      };
    },
  });
}

let db: QueryContext;
beforeAll(async () => {
  db = await generated(5, 20);
});

type Question = (ctx: QueryContext, user: User) => Promise<unknown>;

/** The statements of a question; one that ends in a sentence for the user has asked, too. */
async function statements(
  question: Question,
  user: User,
): Promise<{ texts: string[]; refused: UserError | null }> {
  const texts: string[] = [];
  const ctx = { ...db, connection: overheard(db.connection, texts) };
  try {
    await question(ctx, user);
    return { texts, refused: null };
  } catch (error) {
    if (error instanceof UserError) return { texts, refused: error };
    throw error;
  }
}

/** What stands for a part of a field that must be a number or one of few words. */
const PARTS: Readonly<Record<string, (user: User) => string>> = {
  mask: ({ number }) => String(20 + number),
  level: ({ number }) => String(1 + number),
  port: ({ number }) => String(40_000 + number),
  ttl: ({ number }) => String(100 + number),
};
/** Closed lists: their words choose among statements. */
const WORDS = ["value", "ja4_a", "vendor", "md5", "open", "ports", "bits", "name"];

const named = (pattern: string, user: User, word: string | null): string =>
  pattern.replace(/<(\w+)>/g, (_, part: string) => PARTS[part]?.(user) ?? word ?? `${user.mark}'`);

/** Same statements for both users. Gives whether the question was asked at all. */
async function expectSame(what: string, question: Question): Promise<boolean> {
  const [one, two] = await Promise.all(USERS.map((user) => statements(question, user)));
  expect({ what, texts: one!.texts }).toEqual({ what, texts: two!.texts });
  for (const text of one!.texts) expectClean(text);
  return one!.texts.length > 0;
}

for (const purpose of PURPOSES) {
  test(`${purpose}: fields of topvalues`, async () => {
    const patterns = pseudoOf(purpose).flatMap(({ forms }) => forms.map(([pattern]) => pattern));
    for (const pattern of patterns) {
      const ask = (word: string | null) =>
        expectSame(pattern, (ctx, user) =>
          topvalues(ctx, purpose, ALL, { field: named(pattern, user, word), limit: 5 }),
        );
      let asked = await ask(null);
      for (const word of WORDS) if (!asked) asked = await ask(word);
      expect({ pattern, asked }).toEqual({ pattern, asked: true });
    }
  });

  test(`${purpose}: paths of records, in every question`, async () => {
    const own =
      purpose === "passive"
        ? ["infos.<any>", "infos.a.<any>"]
        : ["ports.scripts.<key>", "ports.scripts.ssl-cert.<any>.<more>"];
    const paths = [
      ...fieldsOf(purpose)
        .map(({ path }) => bare(path))
        .filter((path) => path.includes("<")),
      ...own,
    ];
    for (const pattern of paths) {
      const path = (user: User) => named(pattern, user, null);
      const filter = (user: User): Filter => ({ k: "category", name: { is: user.mark } });
      const questions: Question[] = [
        (ctx, user) => distinct(ctx, purpose, ALL, { field: path(user), limit: 40_000 + user.number }),
        (ctx, user) => topvalues(ctx, purpose, filter(user), { field: ["addr", path(user)], limit: 5 }),
        (ctx, user) =>
          topvalues(ctx, purpose, filter(user), { field: path(user), limit: 40_000 + user.number }),
        (ctx, user) =>
          get(ctx, purpose, ALL, {
            limit: 40_000 + user.number,
            skip: user.number,
            sort: [`-${path(user)}`],
          }),
        (ctx, user) => get(ctx, purpose, ALL, { limit: 40_000 + user.number, skip: 0, fields: [path(user)] }),
      ];
      for (const question of questions) await expectSame(pattern, question);
      expect(await expectSame(pattern, questions[0]!)).toBe(true);
    }
  });

  test(`${purpose}: access scope`, async () => {
    const scope = (user: User): Filter => ({
      k: "or",
      of: [
        { k: "category", name: { is: user.mark } },
        { k: "net", net: `198.51.${user.number}.0/24` },
      ],
    });
    await expectSame("count", (ctx, user) => count({ ...ctx, scope: scopeOf(scope(user)) }, purpose, ALL));
  });
}
