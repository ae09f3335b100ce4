/** The line (from 1) at which a text stops being YAML: it follows the longest beginning that is some. */
export function brokenLine(text: string, parse: (text: string) => unknown): number {
  const lines = text.split("\n");
  let good = 0;
  let bad = lines.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      parse(lines.slice(0, middle).join("\n"));
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return bad;
}
