/** Derive steps of the passive purpose; as in derive.ts, for the records from a given id on (0 = all). */
import { BIGINT, type DuckDBConnection } from "@duckdb/node-api";
import { MAX_LABELS } from "./derive.ts";

interface PassiveStep {
  name: string;
  version: string;
  /** `$from` is the first record id. */
  statements: readonly string[];
}

/** The name in a HOST header: without the port and the final dot, in the case that names are kept in. */
const HOST_OF_HEADER = "rtrim(lower(regexp_replace(value, ':[0-9]+$', '')), '.')";

/** A host's own certificate, whole or as Zeek tells of it (its fingerprint or subject, with names in infos). */
const OWN_CERTIFICATE =
  "recontype IN ('SSL_SERVER', 'SSL_CLIENT') AND (source = 'cert' OR starts_with(source, 'cert-'))";

const PASSIVE_STEPS: readonly PassiveStep[] = [
  {
    name: "services",
    version: "1",
    statements: [
      `UPDATE passive.record
       SET service_name = infos->>'service_name', service_product = infos->>'service_product',
           service_version = infos->>'service_version'
       WHERE id >= $from AND infos IS NOT NULL`,
    ],
  },
  {
    name: "names",
    version: "1",
    statements: [
      "DELETE FROM passive.name WHERE record_id >= $from",
      `INSERT INTO passive.name
       SELECT DISTINCT id, origin, name FROM (
         SELECT id, 'answer' AS origin, value AS name FROM passive.record
         WHERE recontype = 'DNS_ANSWER' AND id >= $from
         UNION ALL
         SELECT id, 'blacklist', regexp_replace(source, '-[A-Z]+-[^-]+-[0-9]+$', '') FROM passive.record
         WHERE recontype = 'DNS_BLACKLIST' AND id >= $from
         UNION ALL
         SELECT id, 'target', targetval FROM passive.record WHERE recontype = 'DNS_ANSWER' AND id >= $from
         UNION ALL
         SELECT id, 'http-host', ${HOST_OF_HEADER} FROM passive.record
         WHERE recontype = 'HTTP_CLIENT_HEADER_SERVER' AND source = 'HOST' AND id >= $from
         UNION ALL
         SELECT id, 'tls-sni', rtrim(lower(value), '.') FROM passive.record
         WHERE recontype = 'SSL_SERVER' AND source = 'sni' AND id >= $from
         UNION ALL
         SELECT id, 'cert', infos->'subject'->>'commonName' FROM passive.record
         WHERE ${OWN_CERTIFICATE} AND id >= $from
         UNION ALL
         SELECT id, 'cert', san[5:] FROM (
           SELECT id, unnest(from_json(infos->'san', '["VARCHAR"]')) AS san FROM passive.record
           WHERE ${OWN_CERTIFICATE}
             AND json_type(infos, '$.san') = 'ARRAY' AND id >= $from)
         WHERE starts_with(san, 'DNS:'))
       WHERE name <> '' AND NOT regexp_full_match(name, '[0-9.]+|.*:.*')
       ORDER BY ALL`,
      "DELETE FROM passive.domain WHERE record_id >= $from",
      `INSERT INTO passive.domain
       SELECT record_id, origin, len(labels) - skip, array_to_string(labels[skip + 1:], '.')
       FROM (SELECT record_id, origin, labels, unnest(range(len(labels)::INTEGER))::INTEGER AS skip
             FROM (SELECT record_id, origin, string_split(name, '.') AS labels
                   FROM passive.name WHERE record_id >= $from)
             WHERE len(labels) <= ${MAX_LABELS})
       ORDER BY record_id, origin, skip`,
    ],
  },
];

/** Names and versions of the steps, for telling whether a file was derived by the same. */
export const PASSIVE_RECIPE = PASSIVE_STEPS.map((step) => `passive ${step.name} ${step.version}`);

/** Runs every step for the records from the given id on. */
export async function derivePassive(connection: DuckDBConnection, from: number): Promise<void> {
  for (const step of PASSIVE_STEPS) {
    for (const statement of step.statements) {
      await connection.run(statement, { from: BigInt(from) }, { from: BIGINT });
    }
  }
}
