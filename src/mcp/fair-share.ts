/** What a group of rows may take of an answer that has no room for all. */

/**
 * As many rows as fit, in turns from every group, so that a large one does not crowd out the others. Within a group
 * the weightiest come first; the answer keeps the order of the rows.
 * @param limit of the sizes added up.
 */
export function fairShare<T>(
  rows: readonly T[],
  {
    group,
    weight,
    size,
    limit,
  }: { group: (row: T) => string; weight: (row: T) => number; size: (row: T) => number; limit: number },
): T[] {
  const turns = new Map<string, number>();
  const byWeight = rows
    .map((row, at) => ({ row, at, weight: weight(row) }))
    .sort((a, b) => b.weight - a.weight || a.at - b.at)
    .map((entry) => {
      const turn = turns.get(group(entry.row)) ?? 0;
      turns.set(group(entry.row), turn + 1);
      return { ...entry, turn };
    })
    .sort((a, b) => a.turn - b.turn || b.weight - a.weight || a.at - b.at);
  let left = limit;
  const chosen = byWeight.filter(({ row }) => {
    left -= size(row);
    return left >= 0;
  });
  return chosen.sort((a, b) => a.at - b.at).map(({ row }) => row);
}
