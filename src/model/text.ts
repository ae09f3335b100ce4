/**
 * Text that came from outside (banners, host names, script output), made safe to show.
 */
import { amount } from "./amount.ts";

/**
 * Controls but newline and tab, format characters (zero-width ones, bidirectional controls and isolates, soft
 * hyphen, tag characters), lone surrogates, line and paragraph separators.
 */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * The text without characters that could command a terminal, hide something or turn its direction round.
 * Each one becomes U+FFFD, so that it shows that something was there; CR LF becomes LF; newline and tab stay.
 */
export function clean(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(UNSAFE, "\ufffd");
}

/** At most `limit` characters (code units, never half a pair), with a visible mark of what is missing. */
export function cap(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = limit;
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end--;
  return `${text.slice(0, end)}… [${amount(text.length - end, "more character")}]`;
}
