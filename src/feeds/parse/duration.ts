/** Periods as feeds state them. */

/** A century: nobody polls less often, and minutes stay within 32 bits. */
export const LONGEST_PERIOD = 52_560_000;

const MINUTES: Readonly<Record<string, number>> = {
  min: 1,
  minute: 1,
  hour: 60,
  day: 1440,
  week: 10_080,
};

/** "1 min", "12 hours", "7 days" to minutes; null for anything else, such as "none". */
export function minutesOf(text: string): number | null {
  const match = /^(\d{1,7}) ([a-z]{3,7})$/.exec(text.trim().toLowerCase());
  if (match === null) return null;
  const unit = MINUTES[match[2]!.replace(/s$/, "")];
  const minutes = unit === undefined ? null : Number(match[1]) * unit;
  return minutes === null || minutes > LONGEST_PERIOD ? null : minutes;
}
