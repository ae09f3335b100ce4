/**
 * Looking at passwords costs 32 MiB and 50 ms of a processor each time, on purpose, also for users whom there are not.
 * So a few are looked at at a time, whoever sends them, some wait, and the others are told to come again.
 */
import { OAuthError } from "./oauth/errors.ts";

const AT_ONCE = 2;
/** One network's tries (sign-in-limits.ts) do not fill it. */
const WAITING = 32;
const RETRY_SECONDS = 5;

let running = 0;
const waiting: (() => void)[] = [];

/** @throws OAuthError (503) when too many wait; then nothing was looked at and nothing counts. */
export async function passwordWork<T>(work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running++;
  else if (waiting.length < WAITING) await new Promise<void>((go) => waiting.push(go));
  else
    throw new OAuthError("temporarily_unavailable", "Too many sign in at this moment: try again", 503, {
      retryAfter: RETRY_SECONDS,
    });
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    // Whoever comes next takes this place over.
    if (next === undefined) running--;
    else next();
  }
}
