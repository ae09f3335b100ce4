/** Durations, counts and percentages as they stand in sentences about feeds (spec feeds §3.12). */

const UNITS: readonly (readonly [name: string, minutes: number])[] = [
  ["yr", 525_600],
  ["mo", 43_200],
  ["d", 1440],
  ["h", 60],
];

/** The two largest units of years (365 d), months (30 d), days, hours: "1yr 2mo", "3d", "3d 4h"; minutes below an hour. */
export function duration(minutes: number): string {
  let left = Math.max(0, Math.floor(minutes));
  if (left < 60) return left === 0 ? "less than 1min" : `${left}min`;
  const first = UNITS.findIndex(([, length]) => left >= length);
  const parts: string[] = [];
  // The second unit is the next smaller one: "1yr 3h" would look exact without being it.
  for (const [name, length] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(left / length);
    if (count > 0) parts.push(`${count}${name}`);
    left -= count * length;
  }
  return parts.join(" ");
}

const SHORT: readonly (readonly [suffix: string, size: number])[] = [
  ["B", 1e9],
  ["M", 1e6],
  ["K", 1e3],
];

/** Thousands separated up to 9,999, from 10,000 on with one decimal: "12.3K", "1.0M". */
export function shortCount(count: number): string {
  if (count < 10_000) return count.toLocaleString("en-US");
  // 999,950 and more would be written as 1000.0K.
  const at = SHORT.findIndex(([, size]) => count >= size * 0.99995);
  const [suffix, size] = SHORT[at]!;
  return `${(count / size).toFixed(1)}${suffix}`;
}

/** As many decimals as tell something: "42%", "97.3%", "4.2%", "0.05%"; what is not all never reads 100%, nor what is something 0%. */
export function percentage(value: number): string {
  if (value <= 0) return "0%";
  if (value < 0.001) return "less than 0.001%";
  if (value >= 99.9 && value < 100) return "99.9%";
  const decimals = value >= 1 ? 1 : value >= 0.1 ? 2 : 3;
  return `${Number(value.toFixed(decimals))}%`;
}
