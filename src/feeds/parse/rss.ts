import { addressesIn } from "./extract.ts";

/**
 * The first address in the title of each item of an RSS document. Looks for the tags only: feeds of this kind are
 * seldom well-formed, and nothing else of them is used.
 */
export function rssTitleAddresses(text: string, found: (text: string) => void): void {
  for (let item = tag(text, "<item", 0); item >= 0; item = tag(text, "<item", item + 1)) {
    const start = tag(text, "<title", item);
    if (start < 0) return;
    const close = text.indexOf("</title", start);
    if (close < 0) return;
    const title = text.slice(start, Math.min(close, start + 2000));
    const [first] = addressesIn(title);
    if (first !== undefined) found(first.text);
    item = close;
  }
}

/** Where a tag of that name begins, not one whose name only begins with it. */
function tag(text: string, name: string, from: number): number {
  let at = text.indexOf(name, from);
  while (at >= 0 && !/[\s>]/.test(text[at + name.length] ?? "")) at = text.indexOf(name, at + 1);
  return at;
}
