/** All tools, in the order clients see them: IVRE's, then ours. */
import type { ToolAnnotations } from "@modelcontextprotocol/server";
import { z } from "zod";
import { READ_ONLY, type Tool } from "./define.ts";
import { RESOURCES, type ServedResource } from "./resources.ts";
import { inputSchema, type ObjectSchema, outputSchema } from "./schema.ts";
import { BUILDERS } from "./tools/builders.ts";
import compareFeeds from "./tools/compare_feeds.ts";
import composeFeeds from "./tools/compose_feeds.ts";
import count from "./tools/count.ts";
import describeSchema from "./tools/describe_schema.ts";
import distinct from "./tools/distinct.ts";
import fetchAnalysis from "./tools/fetch_analysis.ts";
import findFeeds from "./tools/find_feeds.ts";
import fltAnd from "./tools/flt_and.ts";
import fltEmpty from "./tools/flt_empty.ts";
import fltNot from "./tools/flt_not.ts";
import fltOr from "./tools/flt_or.ts";
import get from "./tools/get.ts";
import info from "./tools/info.ts";
import lookupIp from "./tools/lookup_ip.ts";
import nmapServiceValues from "./tools/nmap_service_values.ts";
import topvalues from "./tools/topvalues.ts";

/** What `tools/list` says of a tool. */
export interface Definition {
  name: string;
  title: string;
  description: string;
  inputSchema: ObjectSchema;
  /** None for markdown. */
  outputSchema?: ObjectSchema;
  annotations: ToolAnnotations;
}

export interface Listed {
  tool: Tool;
  definition: Definition;
  /** Checks arguments whose types were already put right. */
  parser: z.ZodType<Record<string, unknown>>;
}

/** Made once for the process: schemas are too dear to make for each connection. */
export const TOOLS: ReadonlyMap<string, Listed> = new Map(
  [
    fltAnd,
    fltOr,
    fltEmpty,
    ...BUILDERS,
    count,
    get,
    topvalues,
    distinct,
    describeSchema,
    nmapServiceValues,
    fltNot,
    info,
    findFeeds,
    fetchAnalysis,
    lookupIp,
    compareFeeds,
    composeFeeds,
  ].map((tool) => [tool.name, listed(tool)]),
);

export const DEFINITIONS: readonly Definition[] = [...TOOLS.values()].map(({ definition }) => definition);

/** What a server offers. */
export interface Catalogue {
  tools: ReadonlyMap<string, Listed>;
  resources: ReadonlyMap<string, ServedResource>;
}

/** Without plugins. */
export const OWN: Catalogue = { tools: TOOLS, resources: RESOURCES };

/** A tool with what is made of it once. */
export function listed(tool: Tool): Listed {
  const output = outputSchema(tool);
  return {
    tool,
    definition: {
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: inputSchema(tool),
      ...(output && { outputSchema: output }),
      annotations: tool.annotations ?? READ_ONLY,
    },
    parser: z.strictObject(tool.input),
  };
}
