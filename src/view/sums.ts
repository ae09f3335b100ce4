/**
 * Sums of unlisted ports (`extraports`), and what they swallow. Sums of two scans cannot be added up: by time they
 * are kept where exactly one fragment has them. IVRE drops those of two and takes them again from a third, and
 * after each merge adds the listed ports of a state to the sum of that state where there is one (spec ivre §8.2,
 * §8.3): such a port is gone, with its service and scripts, until a later scan lists it again.
 */
import type { Fragments, Order } from "./fragments.ts";

const SUMMED_STATES = "('closed', 'filtered')";
/** Later than any step. */
const NEVER = 2 ** 40;

/**
 * The statement that makes `extra_span(vid, host_id, since, until)`: from which step and up to which (NULL: the last)
 * the merged record has the sums of that host.
 */
function spans(fragments: Fragments, order: Order): string {
  const keep = order === "time" ? "count(*) OVER (PARTITION BY vid) = 1" : "row_number() OVER steps % 2 = 1";
  return `CREATE OR REPLACE TEMP TABLE extra_span AS
    SELECT vid, host_id, alone, step AS since, lead(step) OVER steps AS until
    FROM (SELECT DISTINCT vid, host_id, alone, step FROM ${fragments("extraport")})
    WINDOW steps AS (PARTITION BY vid ORDER BY step) QUALIFY ${keep}`;
}

/**
 * The statement that makes `swallowed(vid, protocol, port, before, gone)`: the ports of which everything said before
 * a step is lost, and when they were swallowed in which state.
 */
function swallow(fragments: Fragments): string {
  return `CREATE OR REPLACE TEMP TABLE swallowed AS
    WITH summed AS (
      SELECT s.vid, e.state, s.since, coalesce(s.until, ${NEVER}) AS until
      FROM extra_span AS s JOIN nmap.extraport AS e USING (host_id) WHERE NOT s.alone AND e.state IN ${SUMMED_STATES}
    ), listed AS (
      SELECT vid, protocol, port, step, newer, id, state_state AS state, state_reason AS reason
      FROM ${fragments("port")} WHERE NOT alone AND port >= 0 AND vid IN (SELECT vid FROM summed)
    ), timed AS (
      SELECT l.*, coalesce(min(greatest(s.since, l.step)) FILTER (s.since IS NOT NULL), ${NEVER}) AS ends
      FROM listed AS l LEFT JOIN summed AS s ON s.vid = l.vid AND s.state = l.state AND s.until > l.step
      GROUP BY ALL
    ), each AS (
      SELECT vid, protocol, port, list_reduce(
          list({'step': step, 'newer': newer, 'ends': ends, 'state': state, 'reason': reason, 'before': 0::BIGINT,
                'gone': []::STRUCT(ends BIGINT, state VARCHAR, reason VARCHAR)[]} ORDER BY step, id),
          lambda merged, next: CASE
            WHEN merged.ends < next.step THEN {'step': next.step, 'newer': next.newer, 'ends': next.ends,
              'state': next.state, 'reason': next.reason, 'before': next.step,
              'gone': list_append(merged.gone, {'ends': merged.ends, 'state': merged.state, 'reason': merged.reason})}
            WHEN next.newer THEN {'step': next.step, 'newer': next.newer, 'ends': next.ends,
              'state': next.state, 'reason': next.reason, 'before': merged.before, 'gone': merged.gone}
            ELSE merged END) AS merged
      FROM timed GROUP BY vid, protocol, port HAVING min(ends) < ${NEVER}
    )
    SELECT vid, protocol, port, CASE WHEN merged.ends < ${NEVER} THEN ${NEVER} ELSE merged.before END AS before,
           CASE WHEN merged.ends < ${NEVER}
                THEN list_append(merged.gone, {'ends': merged.ends, 'state': merged.state, 'reason': merged.reason})
                ELSE merged.gone END AS gone
    FROM each WHERE before > 0`;
}

/**
 * The statements that make `extra_span`, and `forgotten` where ports are swallowed.
 */
export function findSums(fragments: Fragments, order: Order): readonly string[] {
  if (order === "time") return [spans(fragments, order)];
  return [
    spans(fragments, order),
    swallow(fragments),
    "CREATE OR REPLACE TEMP TABLE forgotten AS SELECT vid, protocol, port, before FROM swallowed",
  ];
}

/** The statements that fill `view.extraport` and `view.extrareason`. */
export function foldSums(order: Order): readonly string[] {
  const last = "extra_span AS s JOIN nmap";
  const kept = [
    `INSERT INTO view.extraport BY NAME
     SELECT s.vid AS host_id, e.* EXCLUDE (host_id) FROM ${last}.extraport AS e USING (host_id)
     WHERE s.until IS NULL ORDER BY ALL`,
    `INSERT INTO view.extrareason BY NAME
     SELECT s.vid AS host_id, e.* EXCLUDE (host_id) FROM ${last}.extrareason AS e USING (host_id)
     WHERE s.until IS NULL ORDER BY ALL`,
  ];
  if (order === "time") return kept;
  return [
    ...kept,
    `CREATE OR REPLACE TEMP TABLE added AS
     SELECT g.vid AS host_id, gone.state, coalesce(gone.reason, 'unknown') AS reason, count(*)::INTEGER AS count
     FROM (SELECT vid, unnest(gone) AS gone FROM swallowed) AS g
     JOIN extra_span AS s ON s.vid = g.vid AND s.until IS NULL AND gone.ends >= s.since
     GROUP BY ALL`,
    `UPDATE view.extraport AS e SET total = total + a.count
     FROM (SELECT host_id, state, sum(count)::INTEGER AS count FROM added GROUP BY ALL) AS a
     WHERE (e.host_id, e.state) = (a.host_id, a.state)`,
    "INSERT INTO view.extrareason BY NAME FROM added ORDER BY ALL",
  ];
}
