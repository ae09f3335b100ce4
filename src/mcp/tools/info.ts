import { z } from "zod";
import type { Json } from "../../model/json.ts";
import { defineTool } from "../define.ts";

export default defineTool({
  name: "info",
  title: "What the database holds",
  description: "What was imported (files, scans, hosts, ports) and how old it is.",
  input: {},
  output: z.record(z.string(), z.unknown()),
  reads: true,
  example: {},
  async handler(_args, { read }) {
    const { info } = await import("../../query/info.ts");
    // Plain data; an interface only hides it from the type checker.
    return { result: (await read(info)) as unknown as Json };
  },
});
