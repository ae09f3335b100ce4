/**
 * User agents that tell something else at every request, made one.
 */

/** Symantec's reputation look-ups: a random token that ends in a run of `A`. */
const SYMANTEC = /^[A-Za-z0-9+/]{32,}A{5,}=*$/;
const MAX_TOKEN = 1024;
/** Symantec Endpoint Protection: machine, session and sequence numbers follow the version. */
const SEP = /(SEP\/[0-9.]+),? MID\/\{[0-9A-Fa-f-]{36}\}(?:,? S(?:ID|EQ)\/[0-9]+)*/;

/** The user agent without what is random in it. */
export function steadyUserAgent(value: string): string {
  if (value.includes(" MID/")) return value.replace(SEP, "$1");
  if (value.length >= 37 && value.length <= MAX_TOKEN && !value.includes(" ") && SYMANTEC.test(value))
    return "SymantecRandomUserAgent";
  return value;
}
