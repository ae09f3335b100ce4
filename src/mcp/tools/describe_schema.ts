import { z } from "zod";
import type { Json } from "../../model/json.ts";
import type { QueryContext } from "../../query/context.ts";
import type { DataSchema } from "../../query/schema.ts";
import { ANSWER_LIMIT } from "../bounded.ts";
import { defineTool } from "../define.ts";
import { fairShare } from "../fair-share.ts";
import { anyPurpose } from "../parameters.ts";

/** Examples of a field: few in the overview, some more of a part. */
const EXAMPLES = { all: 2, part: 5 };

/** Characters that the examples of one field take about. */
const EXAMPLES_SIZE = { all: 60, part: 150 };

/** Milliseconds for looking up examples, of the time that a call may take. */
const EXAMPLES_TIME = 8000;

/** Characters kept free for braces and member names of the whole. */
const FRAME = 200;

const examples = z.array(z.unknown()).optional();

export default defineTool({
  name: "describe_schema",
  title: "Describe fields",
  description:
    "Paths of the records (for fields, sort, distinct), further names for topvalues; structured: paths that script results here have.",
  input: {
    purpose: anyPurpose,
    field: z.string().nullable().default(null).describe("A part of it: ports.scripts.ssl-cert"),
    examples: z.boolean().default(false),
  },
  output: z.object({
    fields: z.array(z.object({ path: z.string(), type: z.string(), description: z.string(), examples })),
    pseudo_fields: z.array(z.object({ pattern: z.string(), description: z.string() })),
    structured: z.array(
      z.object({
        path: z.string(),
        type: z.string(),
        hosts: z.int().optional(),
        records: z.int().optional(),
        examples,
      }),
    ),
  }),
  reads: true,
  example: { purpose: "view" },
  async handler({ purpose, field, examples }, { read }) {
    const { describeData, exemplary, structuredEntry } = await import("../../query/schema.ts");
    const extent = field?.trim() ? "part" : "all";
    const until = performance.now() + EXAMPLES_TIME;
    return read(async (query) => {
      const data = await describeData(query, purpose, { field });
      const catalogue = await valuesOf(query, exemplary(data.fields));
      const fields = data.fields.map((entry) => ({ ...entry, ...catalogue.of(entry.path) }));
      const { pseudo_fields } = data;
      const taken = JSON.stringify([fields, pseudo_fields]).length + FRAME;
      const entries = data.structured.fields.map((entry) => structuredEntry(purpose, entry));
      const chosen = fairShare(entries, {
        group: ({ path }) => path.split(".", 3).at(purpose === "passive" ? 1 : 2)!,
        weight: (entry) => ("hosts" in entry ? entry.hosts : entry.records),
        size: (entry) => JSON.stringify(entry).length + 1 + (examples ? EXAMPLES_SIZE[extent] : 0),
        limit: ANSWER_LIMIT - taken,
      });
      const inside = await valuesOf(query, exemplary(chosen));
      const structured = chosen.map((entry) => ({ ...entry, ...inside.of(entry.path) }));
      return {
        result: { fields, pseudo_fields, structured },
        cut: cut(data, chosen, catalogue.late + inside.late),
        hint: data.structured.sampled ? SAMPLED : null,
      };
    });

    async function valuesOf(query: QueryContext, paths: string[]) {
      if (!examples) return { of: () => ({}), late: 0 };
      const { examplesOf } = await import("../../query/examples.ts");
      const found = await examplesOf(query, purpose, paths, { each: EXAMPLES[extent], until });
      const of = (path: string): { examples?: Json[] } => {
        const values = found.examples.get(path);
        return values === undefined ? {} : { examples: values };
      };
      return { of, late: found.late.length };
    }
  },
});

const SAMPLED =
  "structured: where there are very many results some of them were looked at; numbers are then estimates, and rare fields may be missing";

/** What the answer lacks, in words; null when nothing. */
function cut(
  { structured: { fields, unreachable } }: DataSchema,
  chosen: readonly { path: string }[],
  late: number,
): string | null {
  const remarks: string[] = [];
  if (chosen.length < fields.length) {
    const told = new Set(chosen.map(({ path }) => path));
    const [part] = fields
      .filter(({ path }) => !told.has(path))
      .map(({ path }) => path.split(".", 3).join("."));
    remarks.push(
      `structured: ${chosen.length} of ${fields.length} fields; name a part to see all of it, such as field: "${part}"`,
    );
  }
  if (unreachable > 0)
    remarks.push(
      `structured: left out ${unreachable} times what is too deep, too much, or has a name that no path can be written with`,
    );
  if (late > 0) remarks.push(`examples: no time for ${late} fields; name a part with field`);
  return remarks.length === 0 ? null : remarks.join("\n");
}
