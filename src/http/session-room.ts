/**
 * Whether one more session can be opened, and which one ends for it. Clients often forget to end theirs; so whoever has
 * his share, or finds all places taken, gets that of a session which nobody uses. Pure.
 */
import { part } from "./in-flight.ts";

/** What counts of a session. */
export interface Seat {
  /** Whom it is counted for: a user, or a network where nobody is known. */
  readonly who: string;
  /** Requests and streams in flight. */
  active: number;
  /** When the last of them ended. */
  seen: number;
}

/** The session that ends first, if one must; or why there is no room. */
export type Room = { end: string | null } | { refusal: string };

/**
 * Room for one more session of `who`.
 * @param most sessions at all, and the share of them that one can have.
 */
export function roomFor(
  who: string,
  seats: ReadonlyMap<string, Seat>,
  { most, share }: { most: number; share: number },
): Room {
  const counts = new Map([[who, 0]]);
  for (const seat of seats.values()) counts.set(seat.who, (counts.get(seat.who) ?? 0) + 1);
  const his = counts.get(who)!;
  if (his >= part(most, share)) {
    const end = longestUnused(seats, counts, (seat) => seat.who === who && seat.active === 0);
    return end === null
      ? { refusal: `You have ${his} sessions in use: end one (DELETE), or try again later` }
      : { end };
  }
  if (seats.size < most) return { end: null };
  const idle = longestUnused(seats, counts, ({ active }) => active === 0);
  if (idle !== null) return { end: idle };
  // What is in use ends for somebody who has less than his fair share only; then somebody else has more than that.
  const end = his < Math.floor(most / counts.size) ? longestUnused(seats, counts, () => true) : null;
  return end === null
    ? { refusal: `All ${most} sessions of this server are in use: end one (DELETE), or try again later` }
    : { end };
}

/** Of those that may end: the longest unused one of whoever has most. */
function longestUnused(
  seats: ReadonlyMap<string, Seat>,
  counts: ReadonlyMap<string, number>,
  mayEnd: (seat: Seat) => boolean,
): string | null {
  let found: [string, Seat] | null = null;
  for (const [id, seat] of seats) {
    if (!mayEnd(seat)) continue;
    const more = found === null ? 1 : counts.get(seat.who)! - counts.get(found[1].who)!;
    if (more > 0 || (more === 0 && seat.seen < found![1].seen)) found = [id, seat];
  }
  return found?.[0] ?? null;
}
