/** Reading and writing the import log (tables `import`, `import_category`, `import_tag`). */
import { BIGINT, type DuckDBConnection } from "@duckdb/node-api";

/** What makes an import the same as another: the bytes, and every label by which its records may be asked for. */
export interface ImportIdentity {
  sha256: string;
  source: string | null;
  sensor: string | null;
  /** Sorted, unique. */
  categories: readonly string[];
  tags: readonly ImportTag[];
}

/** A tag that the hosts of an import get; of type info where none is said. */
export interface ImportTag {
  value: string;
  type?: string;
  info?: string;
}

export interface ImportEntry extends Omit<ImportIdentity, "sha256"> {
  id: number;
  /** Null when the bytes were not read to the end. */
  sha256: string | null;
  path: string;
  bytes: number;
  format: string;
  status: "imported" | "partial";
  message: string | null;
  hosts: number;
  downHosts: number;
  observations: number;
}

/** What is told of an import that is there already. */
export interface KnownImport {
  id: number;
  imported_at: string;
  status: string;
}

function identityKey({ sha256, source, sensor, categories, tags }: ImportIdentity): string {
  const given = tags.map(({ value, type = DEFAULT_TYPE, info }) =>
    JSON.stringify([value, type, info ?? null]),
  );
  return JSON.stringify([sha256, source, sensor, categories, [...new Set(given)].sort()]);
}

const DEFAULT_TYPE = "info";

/** The import log while files are imported: a folder may hold thousands, so look-ups must not be queries. */
export class ImportLog {
  readonly #connection: DuckDBConnection;
  readonly #known = new Map<string, KnownImport>();
  #lastId = 0;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(connection: DuckDBConnection): Promise<ImportLog> {
    const log = new ImportLog(connection);
    const rows = await connection.runAndReadAll(
      `SELECT i.id, sha256, source, sensor, status, strftime(imported_at, '%Y-%m-%dT%H:%M:%SZ') AS imported_at,
              coalesce(c.categories, '[]') AS categories, coalesce(t.tags, '[]') AS tags
       FROM main.import AS i
       LEFT JOIN (SELECT import_id, to_json(list(value ORDER BY value)) AS categories
                  FROM main.import_category GROUP BY import_id) AS c ON c.import_id = i.id
       LEFT JOIN (SELECT import_id, to_json(list({'value': value, 'type': type, 'info': info})) AS tags
                  FROM main.import_tag GROUP BY import_id) AS t ON t.import_id = i.id`,
    );
    for (const row of rows.getRowObjects()) {
      const id = Number(row.id);
      log.#lastId = Math.max(log.#lastId, id);
      if (row.sha256 === null) continue;
      const identity = {
        ...row,
        categories: JSON.parse(String(row.categories)),
        tags: JSON.parse(String(row.tags)),
      } as unknown as ImportIdentity;
      log.#known.set(identityKey(identity), {
        id,
        imported_at: String(row.imported_at),
        status: String(row.status),
      });
    }
    return log;
  }

  /** The import that already brought these bytes under the same labels; null when there is none. */
  find(identity: ImportIdentity): KnownImport | null {
    return this.#known.get(identityKey(identity)) ?? null;
  }

  /** A fresh id. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** The last id that was given. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Writes the entry, with the labels of its records, and knows it from now on. */
  async record(entry: ImportEntry): Promise<void> {
    await recordImport(this.#connection, entry);
    const { id, sha256, status } = entry;
    if (sha256 === null) return;
    const imported_at = new Date().toISOString();
    this.#known.set(identityKey({ ...entry, sha256 }), { id, imported_at, status });
  }
}

/**
 * Writes the entry and gives its labels to every host of the import: categories and tags beside those that the
 * input itself gave, the source only where it gave none.
 */
export async function recordImport(connection: DuckDBConnection, entry: ImportEntry): Promise<void> {
  await connection.run(
    `INSERT INTO main.import BY NAME
     SELECT $id::INTEGER AS id, $path AS path, $sha256::VARCHAR AS sha256, $bytes::BIGINT AS bytes, $format AS format,
            $status AS status, $message::VARCHAR AS message, $source::VARCHAR AS source, $sensor::VARCHAR AS sensor,
            (now() AT TIME ZONE 'UTC')::TIMESTAMP AS imported_at,
            $hosts::BIGINT AS hosts, $down::BIGINT AS down_hosts, $observations::BIGINT AS observations`,
    {
      id: entry.id,
      path: entry.path,
      sha256: entry.sha256,
      bytes: entry.bytes,
      format: entry.format,
      status: entry.status,
      message: entry.message,
      source: entry.source,
      sensor: entry.sensor,
      hosts: entry.hosts,
      down: entry.downHosts,
      observations: entry.observations,
    },
  );
  for (const category of entry.categories) {
    await connection.run("INSERT INTO main.import_category VALUES (?, ?)", [entry.id, category]);
  }
  for (const tag of entry.tags) {
    await connection.run("INSERT INTO main.import_tag VALUES (?, ?, ?, ?)", [
      entry.id,
      tag.value,
      tag.type ?? DEFAULT_TYPE,
      tag.info ?? null,
    ]);
  }
  if (entry.hosts > 0) await labelHosts(connection, entry.id);
}

/** Gives the labels of an import to its hosts. */
async function labelHosts(connection: DuckDBConnection, id: number): Promise<void> {
  const found = await connection.runAndReadAll("SELECT min(id) FROM nmap.host WHERE import_id = ?", [id]);
  const first = found.getRows()[0]?.[0] as bigint | null;
  if (first === null) return;
  // Bounded by the first id, so that labels of earlier imports are not looked at.
  const run = (statement: string) => connection.run(statement, { id, first }, { first: BIGINT });
  await run(
    `INSERT INTO nmap.source
     SELECT h.id, i.source FROM nmap.host AS h JOIN main.import AS i ON i.id = h.import_id
     WHERE i.id = $id AND i.source IS NOT NULL
       AND h.id NOT IN (SELECT host_id FROM nmap.source WHERE host_id >= $first) ORDER BY h.id`,
  );
  await run(
    `INSERT INTO nmap.category
     SELECT h.id, c.value FROM nmap.host AS h JOIN main.import_category AS c USING (import_id) WHERE h.import_id = $id
     EXCEPT SELECT host_id, value FROM nmap.category WHERE host_id >= $first ORDER BY ALL`,
  );
  await run(
    `INSERT INTO nmap.tag
     SELECT h.id, t.value, t.type, t.info, 'import'
     FROM nmap.host AS h JOIN main.import_tag AS t USING (import_id) WHERE h.import_id = $id
     EXCEPT SELECT * FROM nmap.tag WHERE host_id >= $first ORDER BY ALL`,
  );
}
