/** Times as they are given on the command line and by agents. */
import { UserError } from "../model/errors.ts";
import { cap, clean } from "../model/text.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/;

/** The calendar has it: a Date takes 30 February for 2 March. */
function isDay(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}

/**
 * A day (its end, of today what was of it until now) or a moment, UTC unless it says otherwise; null when none is given.
 * @throws UserError for what is no time, and for one that is still to come.
 */
export function timeArgument(text: string | null | undefined, now: Date): Date | null {
  const given = text?.trim() ?? "";
  if (given === "") return null;
  const zoned = /(Z|[+-]\d{2}:\d{2})$/.test(given) ? given : `${given}Z`;
  const full = DAY.test(given) ? `${given}T23:59:59.999Z` : zoned.replace(" ", "T");
  const time = DAY.test(given) || MOMENT.test(given) ? new Date(full) : null;
  if (time === null || Number.isNaN(time.getTime()) || !isDay(given.slice(0, 10)))
    throw new UserError(
      `“${cap(clean(given), 40)}” is no time: for example 2026-01-31 or 2026-01-31T12:00:00Z`,
    );
  if (time <= now) return time;
  if (DAY.test(given) && given === now.toISOString().slice(0, 10)) return now;
  throw new UserError(
    `${given} is still to come: give a time in the past, for example ${new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10)}`,
  );
}
