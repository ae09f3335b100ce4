/** What can be asked for: the catalogue and the pseudo-fields, in the shape of spec ivre §6.5. */
import { UserError } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import { fieldsOf } from "./fields.ts";
import { PSEUDO_FIELDS } from "./pseudo.ts";

export interface Schema {
  fields: { path: string; type: string; description: string }[];
  pseudo_fields: { pattern: string; description: string }[];
}

/** Structured output is not in the catalogue: every script has its own. */
const STRUCTURED = {
  path: "ports[].scripts[].<key>.<path>",
  type: "any",
  description:
    "Structured output of a script under its name (vulns for vulnerability scripts, ls for file lists)",
};

/** The paths of records and the fields of topvalues that work for a purpose. */
export function describeSchema(purpose: Purpose): Schema {
  if (purpose === "passive") throw new UserError("The purpose passive holds nothing yet: use view or nmap.");
  return {
    fields: [
      ...fieldsOf(purpose).map(({ path, type, description }) => ({ path, type, description })),
      STRUCTURED,
    ],
    pseudo_fields: PSEUDO_FIELDS.flatMap(({ forms }) =>
      forms.map(([pattern, description]) => ({ pattern, description })),
    ),
  };
}
