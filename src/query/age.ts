/** How long ago something was, in words: a question's answer is only as good as the data is fresh. */
const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** "3 days ago", "just now"; "in the future" for a time later than now. Rounded down; months from 60 days on. */
export function age(then: Date, now: Date = new Date()): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < -60) return "in the future";
  for (const [unit, length] of UNITS) {
    if (seconds < (unit === "month" ? 2 * length : length)) continue;
    const count = Math.floor(seconds / length);
    return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}
