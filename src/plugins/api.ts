/** What is handed to plugins (gadwall.d.ts), and the two modules that they can import. */
import type { Api } from "gadwall";
import { z } from "zod";
import { and, not, or } from "../filter/combine.ts";
import { parseQuery } from "../filter/language.ts";
import { LineReader } from "../ingest/lines.ts";
import { UserError } from "../model/errors.ts";
import { FILTERS, givenFilter } from "./filters.ts";

export const API_VERSION = 1;

/** Bytes that a line may have. */
const MAX_LINE = 1_000_000;

const API: Api = Object.freeze({
  version: API_VERSION,
  z,
  UserError,
  tool: (tool) => tool as never,
  filter: (filter) => filter as never,
  query: (text) => parseQuery(text),
  filters: FILTERS,
  and: (...filters) => and(...filters.map(givenFilter)),
  or: (...filters) => or(...filters.map(givenFilter)),
  not: (filter) => not(givenFilter(filter)),
  lines,
} satisfies Api);

async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const reader = new LineReader(MAX_LINE);
  const whole = (found: readonly (string | null)[] = []): string[] =>
    found.filter((line) => line !== null).map((line) => line.replace(/\r$/, ""));
  for await (const chunk of chunks) yield* whole(reader.write(chunk)?.lines);
  yield* whole(reader.finish()?.lines);
}

let provided = false;

/** The interface of plugins; from now on `zod` and `gadwall` can be imported by them, who cannot reach our packages. */
export function provideApi(): Api {
  if (!provided) {
    Bun.plugin({
      name: "gadwall",
      setup(build) {
        build.module("zod", () => ({ loader: "object", exports: { ...z, z, default: z } }));
        build.module("gadwall", () => ({ loader: "object", exports: { default: API } }));
      },
    });
    provided = true;
  }
  return API;
}
