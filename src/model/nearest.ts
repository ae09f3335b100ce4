/** How many single-character changes (and swaps of neighbours) lie between two words. */
function distance(a: string, b: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      if (i === 0) {
        row.push(j);
        continue;
      }
      const above = rows[i - 1]!;
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
  }
  return rows[a.length]![b.length]!;
}

function score(given: string, name: string): number {
  return name.startsWith(given) || (given.length > 2 && given.startsWith(name)) ? 0.5 : distance(given, name);
}

/**
 * The known names that a mistyped one most likely meant, nearest first, at most three and none much farther than the
 * nearest; [] when none is near.
 */
export function nearest(word: string, known: readonly string[]): string[] {
  const given = word.toLowerCase().slice(0, 64);
  if (given === "") return [];
  const near = known
    .map((name) => ({ name, score: score(given, name.toLowerCase()) }))
    .filter(({ name, score }) => score <= Math.max(1, Math.floor(Math.max(name.length, given.length) / 3)))
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1));
  return near
    .filter(({ score }) => score <= near[0]!.score + 1)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** " Did you mean a, b?" or "". */
export function didYouMean(word: string, known: readonly string[], prefix = ""): string {
  const names = nearest(word, known).map((name) => `${prefix}${name}`);
  return names.length === 0 ? "" : ` Did you mean ${names.join(" or ")}?`;
}
