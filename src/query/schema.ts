/** What can be asked for: the catalogue and the pseudo-fields, in the shape of spec ivre §6.5. */
import type { Purpose } from "../model/purpose.ts";
import { fieldsOf } from "./fields.ts";
import { pseudoOf } from "./pseudo.ts";

export interface Schema {
  fields: { path: string; type: string; description: string }[];
  pseudo_fields: { pattern: string; description: string }[];
}

/** What is not in the catalogue: every script and every kind of observation has members of its own. */
const MEMBERS = {
  host: {
    path: "ports[].scripts[].<key>.<path>",
    type: "any",
    description:
      "Structured output of a script under its name (vulns for vulnerability scripts, ls for file lists)",
  },
  passive: {
    path: "infos.<path>",
    type: "any",
    description: "Whatever else was parsed from the value, as client.raw (JA3S), os (P0FV3_SYN, SMB), realm",
  },
};

/** The paths of records and the fields of topvalues that work for a purpose. */
export function describeSchema(purpose: Purpose): Schema {
  return {
    fields: [
      ...fieldsOf(purpose).map(({ path, type, description }) => ({ path, type, description })),
      purpose === "passive" ? MEMBERS.passive : MEMBERS.host,
    ],
    pseudo_fields: pseudoOf(purpose).flatMap(({ forms }) =>
      forms.map(([pattern, description]) => ({ pattern, description })),
    ),
  };
}
