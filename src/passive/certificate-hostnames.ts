/**
 * Host names in certificates (spec ivre §6.1), for whoever reads them: scripts of nmap in TypeScript, passive
 * records in SQL. Patterns are both JavaScript's and RE2's.
 */
import { OTHER_NAMES } from "./object-identifiers.ts";

/** The type of the names that subjects have as common name. */
export const SUBJECT_NAME_TYPE = "cert-subject-cn";

/** How a kind of alternative name, which starts with `prefix`, names a host. */
export interface AlternativeNameKind {
  type: string;
  prefix: string;
  /** Of the patterns over what follows the prefix the first that matches counts; its group is the name. */
  patterns: readonly string[];
  /** What matches this names no host. */
  refused?: string;
}

const WHOLE = "^(.+)$";
const UPN = "UPN";

export const ALTERNATIVE_NAME_KINDS: readonly AlternativeNameKind[] = [
  { type: "cert-san-dns", prefix: "DNS:", patterns: [WHOLE] },
  { type: "cert-san-uri", prefix: "URI:", patterns: ["^[A-Za-z0-9+.-]+://(?:[^/?#@]*@)?([^/:?#@]+)"] },
  { type: "cert-san-dirname-cn", prefix: "DirName:", patterns: ["(?:^|[,+])CN=([^,+]+)"] },
  ...[...OTHER_NAMES.values()].map((label) => ({
    type: `cert-san-othername-${label.toLowerCase()}`,
    prefix: `othername:${label}:`,
    // A principal is `service/host@REALM`; accounts without a name have their SID.
    ...(label === UPN
      ? { patterns: ["^[^/@]*/([^@]+)@", WHOLE], refused: "^[Ss]-1-" }
      : { patterns: [WHOLE] }),
  })),
];

const COMPILED = ALTERNATIVE_NAME_KINDS.map(({ type, prefix, patterns, refused }) => ({
  type,
  prefix,
  patterns: patterns.map((pattern) => new RegExp(pattern)),
  refused: refused === undefined ? undefined : new RegExp(refused),
}));

/**
 * The host names of a certificate as found: what is no host name (free text, addresses) is for the caller to refuse.
 * @param commonNames of the subject.
 * @param san as in the certificate object: `DNS:a.example` …
 */
export function certificateHostnames(
  commonNames: readonly string[],
  san: readonly string[],
): { name: string; type: string }[] {
  const names = commonNames.map((name) => ({ name, type: SUBJECT_NAME_TYPE }));
  for (const entry of san) {
    const kind = COMPILED.find(({ prefix }) => entry.startsWith(prefix));
    if (kind === undefined) continue;
    const rest = entry.slice(kind.prefix.length);
    if (kind.refused?.test(rest)) continue;
    for (const pattern of kind.patterns) {
      const name = pattern.exec(rest)?.[1];
      if (name === undefined) continue;
      names.push({ name, type: kind.type });
      break;
    }
  }
  return names;
}
