/**
 * Derive steps: named, versioned, re-runnable statements that compute facts from the rows of a host. A step
 * replaces what it made before, for the hosts from a given id on (0 = all). A step whose version (or whose
 * reference data) changed since the file was written runs again for all.
 */
import { BIGINT, type DuckDBConnection } from "@duckdb/node-api";
import type { ActivePurpose } from "../model/purpose.ts";
import { FEED_ORIGIN, feedTagStatements } from "./feed-tags.ts";
import type { DeriveOptions } from "./options.ts";
import { TAG_RULES, tagStatements } from "./tags.ts";
import { vulnersStatements } from "./vulners.ts";

export interface DeriveStep {
  name: string;
  version: string;
  /** Statements over schema `s`; `$from` is the first host id. */
  statements: (s: ActivePurpose, options: DeriveOptions) => readonly string[];
}

/** DNS allows 127 labels; longer "names" are noise whose parents would fill the file. */
export const MAX_LABELS = 127;

const domains: DeriveStep = {
  name: "domains",
  version: "1",
  statements: (s) => [
    `DELETE FROM ${s}.domain WHERE host_id >= $from`,
    `INSERT INTO ${s}.domain
     SELECT host_id, seq, len(labels) - skip, array_to_string(labels[skip + 1:], '.')
     FROM (SELECT host_id, seq, labels, unnest(range(len(labels)::INTEGER))::INTEGER AS skip
           FROM (SELECT host_id, seq, string_split(name, '.') AS labels FROM ${s}.hostname WHERE host_id >= $from)
           WHERE len(labels) <= ${MAX_LABELS})
     ORDER BY host_id, seq, skip`,
  ],
};

const openports: DeriveStep = {
  name: "openports",
  version: "1",
  statements: (s) => [
    `UPDATE ${s}.host SET openports = 0, openports_tcp = 0, openports_udp = 0
     WHERE id >= $from AND openports IS DISTINCT FROM 0`,
    `UPDATE ${s}.host AS h
     SET openports = o.total, openports_tcp = o.tcp, openports_udp = o.udp
     FROM (SELECT host_id,
                  count(DISTINCT (protocol, port))::INTEGER AS total,
                  count(DISTINCT port) FILTER (protocol = 'tcp')::INTEGER AS tcp,
                  count(DISTINCT port) FILTER (protocol = 'udp')::INTEGER AS udp
           FROM ${s}.port WHERE state_state = 'open' AND port >= 0 AND host_id >= $from
           GROUP BY host_id) AS o
     WHERE h.id = o.host_id`,
  ],
};

/** The tags that a `vulns` result gives (spec ivre §8.3). */
const vulns: DeriveStep = {
  name: "vulns",
  version: "1",
  statements: (s) => [
    `DELETE FROM ${s}.tag WHERE origin = 'vulns' AND host_id >= $from`,
    `INSERT INTO ${s}.tag
     SELECT DISTINCT host_id, verdict.value, verdict.type, vuln->>'id', 'vulns'
     FROM (SELECT host_id, vuln,
                  CASE WHEN starts_with(vuln->>'state', 'VULNERABLE')
                       THEN {'value': 'Vulnerable', 'type': 'danger'}
                       WHEN starts_with(vuln->>'state', 'LIKELY VULNERABLE')
                       THEN {'value': 'Likely vulnerable', 'type': 'warning'}
                       WHEN starts_with(vuln->>'state', 'UNKNOWN')
                       THEN {'value': 'Cannot test vuln', 'type': 'info'} END AS verdict
           FROM (SELECT host_id, unnest(json_extract(data, '$[*]')) AS vuln
                 FROM ${s}.script WHERE key = 'vulns' AND host_id >= $from))
     WHERE verdict IS NOT NULL
     ORDER BY ALL`,
  ],
};

/** What `vulners` and `vulscan` list counts as vulnerabilities, when that is wanted. */
const vulners: DeriveStep = {
  name: "vulners",
  version: "1",
  statements: (s, { vulnersAsVulns }) => vulnersStatements(s, vulnersAsVulns),
};

const tags: readonly DeriveStep[] = TAG_RULES.map((rule) => ({
  name: rule.name,
  version: rule.version,
  statements: (s) => tagStatements(rule, s),
}));

/** A tag without info is one row with a null info, and only that (tables.ts). */
const tagInfo: DeriveStep = {
  name: "taginfo",
  version: "1",
  statements: (s) => [
    `DELETE FROM ${s}.tag AS t WHERE info IS NULL AND host_id >= $from AND EXISTS
     (FROM ${s}.tag AS other WHERE other.host_id = t.host_id AND other.value = t.value AND other.info IS NOT NULL
      AND NOT starts_with(other.origin, '${FEED_ORIGIN}'))`,
  ],
};

/** The tags that lists give (feed-tags.ts); after `tagInfo`, as these come and go. */
const feedTags: DeriveStep = { name: "feedtags", version: "1", statements: feedTagStatements };

export const DERIVE_STEPS: readonly DeriveStep[] = [
  domains,
  openports,
  vulns,
  vulners,
  ...tags,
  tagInfo,
  feedTags,
];

/** Runs every step for the hosts of a schema from the given id on. */
export async function derive(
  connection: DuckDBConnection,
  schema: ActivePurpose,
  from: number,
  options: DeriveOptions,
): Promise<void> {
  for (const step of DERIVE_STEPS) {
    for (const statement of step.statements(schema, options)) {
      if (statement.includes("$from"))
        await connection.run(statement, { from: BigInt(from) }, { from: BIGINT });
      else await connection.run(statement);
    }
  }
}
