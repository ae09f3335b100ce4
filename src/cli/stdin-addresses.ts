/** Addresses from standard input: one or more a line, or wherever they stand in any text. */
/** A line is cut here: no log has longer ones, and memory has an end. */
const MOST_LINE = 1_000_000;

/** Text in pieces that end with a line. */
async function* lines(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of input) {
    const text = rest + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) yield text.slice(0, end);
    rest = text.slice(end);
    if (rest.length <= MOST_LINE) continue;
    yield rest;
    rest = "";
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

/** The words of the input; what follows # on a line is a comment. */
export async function* wordsOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  for await (const piece of lines(input)) {
    for (const line of piece.split("\n")) {
      for (const word of line.replace(/#.*/s, "").split(/[\s,;]+/)) if (word !== "") yield word;
    }
  }
}

/** Every address in the input, once however it is written, in the order of their first places. */
export async function distinctAddresses(input: AsyncIterable<Uint8Array | string>): Promise<string[]> {
  const { addressesIn } = await import("../feeds/parse/extract.ts");
  const { formatAddress, parseAddress } = await import("../model/ip.ts");
  const found = new Set<string>();
  // An address in IPv4 form is written in one way only.
  for await (const piece of lines(input))
    for (const { text } of addressesIn(piece))
      found.add(text.includes(":") ? formatAddress(parseAddress(text)!) : text);
  return [...found];
}
