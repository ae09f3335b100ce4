/**
 * The name of the root element of an XML document, from its beginning: "" when it has not come yet, null when
 * this is no XML. Comments, processing instructions and the document type are stepped over, nothing is read
 * from them.
 */
export function xmlRoot(head: string): string | null {
  let at = /^[\s\ufeff]*/.exec(head)![0].length;
  if (head[at] !== "<") return null;
  while (at < head.length) {
    if (head[at] !== "<") return null;
    let end: number;
    if (head.startsWith("<?", at)) {
      end = after(head, "?>", at);
    } else if (head.startsWith("<!--", at)) {
      end = after(head, "-->", at);
    } else if (head.startsWith("<!", at)) {
      const type = /^<!DOCTYPE\s+([^\s>[]+)/.exec(head.slice(at, at + 200));
      // With an internal subset it is left to the parser, which refuses it.
      const subset = head.indexOf("[", at);
      end = after(head, ">", at);
      if (subset >= 0 && subset < end) return type?.[1] ?? null;
    } else {
      const name = /^<([A-Za-z_:][\w:.-]*)([\s/>]?)/.exec(head.slice(at, at + 200));
      if (name === null) return head.length - at < 2 ? "" : null;
      return name[2] === "" && at + name[0].length >= head.length ? "" : name[1]!;
    }
    at = end;
    while (at < head.length && /\s/.test(head[at]!)) at++;
  }
  return "";
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}
