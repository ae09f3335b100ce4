/** What one client may take of the server. */

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

/** The share of the sessions and of the requests in flight that one client can have. */
export const CLIENT_SHARE = 0.25;

/** Bytes of a form or an OAuth request. */
export const MAX_FORM = 65_536;
