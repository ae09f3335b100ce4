/** Longer addresses are none of ours. */
const LONGEST = 2048;

/**
 * Where to go after signing in: the path given as `next`, or `/` when it is none of this server. Browsers take `//x` and
 * `/\x` for other hosts, and leave out tabs and line ends before they look. Our own paths are of ASCII characters, and no
 * header holds others.
 */
export function safeNext(next: string | null): string {
  const good = next !== null && next.length <= LONGEST && /^\/(?![/\\])[!-[\]-~]*$/.test(next) && isOwn(next);
  return good ? next : "/";
}

function isOwn(next: string): boolean {
  const base = "https://here.invalid";
  return URL.canParse(next, base) && new URL(next, base).origin === base;
}

/** The sign-in page, which leads on to a path of this server. */
export function signInPage(next: string): string {
  return next === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ next })}`;
}
