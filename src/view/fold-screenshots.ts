/**
 * Screenshots of a view record (spec ivre §8.2): for each port those of its newest fragment that has any, with the
 * words that were read in them. The pictures themselves are in `main.picture`, which both purposes refer to.
 */
import type { HostTable } from "../store/tables.ts";

const ONE_PORT = "vid, protocol, port";

/**
 * The statements that fill `view.screenshot` and `view.screenword`; `view.port` must be there.
 * @param fragments the rows of a host table of all fragments, with `vid` and `rank`.
 */
export function foldScreenshots(fragments: (table: HostTable) => string): readonly string[] {
  return [
    `CREATE OR REPLACE TEMP TABLE shown AS
   SELECT ${ONE_PORT}, max(rank) AS rank FROM (
     SELECT ${ONE_PORT}, rank FROM ${fragments("screenshot")}
     UNION ALL SELECT ${ONE_PORT}, rank FROM ${fragments("screenword")})
   GROUP BY ${ONE_PORT}`,
    ...["screenshot" as const, "screenword" as const].map((table) => {
      const facts = table === "screenshot" ? "t.kind, t.picture" : "t.seq, t.value";
      return `INSERT INTO view.${table}
   SELECT t.vid, p.id, t.protocol, t.port, ${facts}
   FROM ${fragments(table)} AS t
   JOIN shown AS n ON (n.vid, n.rank, n.port) = (t.vid, t.rank, t.port) AND n.protocol IS NOT DISTINCT FROM t.protocol
   JOIN view.port AS p ON (p.host_id, p.port) = (t.vid, t.port) AND p.protocol IS NOT DISTINCT FROM t.protocol
   ORDER BY ALL`;
    }),
  ];
}
