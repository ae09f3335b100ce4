/** What one user or client may take of the server. */

/** Bytes of a request body. */
export const MAX_BODY = 1_048_576;

/** Milliseconds that a request body may take to arrive. */
export const BODY_TIME = 15_000;

/**
 * Seconds from the head of a request to its answer, after which Bun closes the connection (1.4.5 counts neither bytes
 * that arrive nor bytes that leave as activity). Above the time limit of a query (store/reader.ts). A connection
 * that has not sent a whole head after 12 seconds is closed by Bun itself, and a head above 16 KiB is refused
 * with 431.
 */
export const REQUEST_TIME = 60;

/** Milliseconds between comments on a stream that has nothing to say: proxies close what is silent for a minute. */
export const HEARTBEAT = 15_000;

/** Milliseconds between looks at what has become idle and who is still welcome. */
export const SWEEP = 15_000;

/** Milliseconds that calls in flight are given to be answered when the server shall end. */
export const GRACE = 10_000;

/** The share of the sessions and of the requests in flight that one user can have, or one network where nobody is known. */
export const CLIENT_SHARE = 0.25;

/** The share of the requests in flight of all who did not say who they are where that is asked: the rest is for users. */
export const STRANGERS_SHARE = 0.5;

/**
 * As many bodies of nobody known may be on their way, as a share of the requests in flight. Below the share of a network:
 * slow ones shall not keep others of the same network out either.
 */
export const BODIES_SHARE = 0.125;

/** Messages of a batch (revision 2025-03-26). The SDK's own bound is the same. */
export const MAX_BATCH = 100;

/** Lines a minute about requests of one user or network that were refused. */
export const REFUSALS_LISTED = 20;

/** Bytes of a form or an OAuth request. */
export const MAX_FORM = 32_768;
