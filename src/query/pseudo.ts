/**
 * The pseudo-fields of topvalues (spec ivre §3.2, §3.3) as a table: how they are written, what they mean, and the rows
 * they count. A field is `name`, `name.part`, `name:argument` or both; what no entry takes is a raw path.
 */
import type { Purpose } from "../model/purpose.ts";
import type { Pseudo } from "./pseudo-field.ts";
import { HOST_PSEUDO } from "./pseudo-host.ts";
import { PASSIVE_PSEUDO } from "./pseudo-passive.ts";
import { PORT_PSEUDO } from "./pseudo-port.ts";
import { SCRIPT_PSEUDO } from "./pseudo-script.ts";
import { HTTP_PSEUDO, SSH_PSEUDO } from "./pseudo-ssh-http.ts";
import { TLS_PSEUDO } from "./pseudo-tls.ts";
import type { Rows } from "./row-types.ts";

const ACTIVE_PSEUDO: readonly Pseudo[] = [
  ...HOST_PSEUDO,
  ...PORT_PSEUDO,
  ...SCRIPT_PSEUDO,
  ...TLS_PSEUDO,
  ...SSH_PSEUDO,
  ...HTTP_PSEUDO,
];

/** The pseudo-fields that a purpose has. */
export function pseudoOf(purpose: Purpose): readonly Pseudo[] {
  return purpose === "passive" ? PASSIVE_PSEUDO : ACTIVE_PSEUDO;
}

export type PseudoMatch =
  | { kind: "rows"; pseudo: Pseudo; rows: Rows; argument: { of: string; text: string } | null }
  /** The name is known, but not in this form. */
  | { kind: "malformed"; pseudo: Pseudo }
  | { kind: "none" };

/** The pseudo-field that a text names. `hop>5` and IVRE's published `hop:>5` are the same. */
export function findPseudo(purpose: Purpose, field: string): PseudoMatch {
  const match = /^([a-z0-9_-]+)(?:\.([^:>]*))?(?::([\s\S]*)|(>\d+))?$/.exec(field);
  if (!match) return { kind: "none" };
  const [, name = "", part, argument, beyond] = match;
  const pseudo = pseudoOf(purpose).find((candidate) => candidate.names.includes(name));
  if (!pseudo) return { kind: "none" };
  const text = argument ?? beyond ?? null;
  const rows = part === "" ? null : pseudo.rows({ purpose, part: part ?? "", argument: text });
  if (rows === null) return { kind: "malformed", pseudo };
  return { kind: "rows", pseudo, rows, argument: text === null ? null : { of: pseudo.names[0]!, text } };
}
