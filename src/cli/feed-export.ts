import type { Argv } from "yargs";
import { EXPORT_FORMATS, type ExportFormat } from "../model/export-format.ts";
import { once } from "./question.ts";

export interface ExportArgs {
  format?: string;
  file?: string;
  name?: string;
}

/** How a list is written, and where to. */
export function exportOptions<T>(yargs: Argv<T>): Argv<T & ExportArgs> {
  return yargs
    .option("format", {
      choices: EXPORT_FORMATS,
      requiresArg: true,
      describe: "How to write the list (default: cidr); ipset is for ipset restore, nft for nft -f",
    })
    .option("file", {
      type: "string",
      requiresArg: true,
      describe: "Write it to this file, replaced as a whole (default: standard output)",
    })
    .option("name", {
      type: "string",
      requiresArg: true,
      describe: "Name of the sets of ipset and nft, shortened to the kernel's 31 characters",
    });
}

export function formatOption(args: ExportArgs): ExportFormat {
  const given = once("format", args.format);
  return EXPORT_FORMATS.find((format) => format === given) ?? "cidr";
}
