/** Names of the query language that only passive records know. */
import { parseNetwork } from "../model/ip.ts";
import type { Filter, Matcher } from "./ast.ts";
import { searchnet } from "./build.ts";
import { and, or } from "./combine.ts";
import { type Part, partMatcher, quote, type Word } from "./lexer.ts";
import type { Term } from "./term.ts";
import { eachAlternative, text, wrong } from "./term-readers.ts";

function ofKind(recontype: string): Filter {
  return { k: "recontype", name: { is: recontype } };
}

function targetval(matcher: Matcher): Filter {
  return { k: "targetval", text: matcher };
}

/**
 * What a DNS query was answered with. Answers that are addresses stand in the address of the record, names (and
 * whatever else) in its second value; of a block list query the answer is the value itself.
 */
function answer(word: Word, parts: readonly Part[]): Filter {
  const written = parts.map((part) => part.text).join(":");
  if (written === "" && parts[0]!.kind === "plain") throw wrong(word, "a value is missing.");
  if (!parts.every((part) => part.kind === "plain") || parseNetwork(written) === null) {
    if (parts.length > 1)
      throw wrong(word, `a colon inside a value is quoted: ${word.name}:${quote(written)}.`);
    return and(ofKind("DNS_ANSWER"), targetval(partMatcher(parts[0]!)));
  }
  const net = searchnet({ net: written });
  const single = net.k === "net" ? /^(.*)\/(?:32|128)$/.exec(net.net)?.[1] : undefined;
  if (single === undefined) return and(ofKind("DNS_ANSWER"), net);
  return or(
    and(ofKind("DNS_ANSWER"), or(net, targetval({ is: single }))),
    and(ofKind("DNS_BLACKLIST"), { k: "value", text: { is: single } }),
  );
}

export const PASSIVE_TERMS: readonly Term[] = [
  {
    name: "recontype",
    aliases: [],
    syntax: "recontype:TEXT[,…]",
    example: "recontype:DNS_ANSWER",
    description: "the kind of a passive record",
    parse: text((name) => ({ k: "recontype", name })),
  },
  {
    name: "sensor",
    aliases: [],
    syntax: "sensor:TEXT[,…]",
    example: "sensor:lan1",
    description: "the sensor of a passive record",
    parse: text((name) => ({ k: "sensor", name })),
  },
  {
    name: "value",
    aliases: [],
    syntax: "value:TEXT[,…]",
    example: "value:/nginx/i",
    description: "the observed value of a passive record",
    parse: text((value) => ({ k: "value", text: value })),
  },
  {
    name: "targetval",
    aliases: [],
    syntax: "targetval:TEXT[,…]",
    example: "targetval:mx.example.com",
    description: "the second value of a passive record, in place of an address",
    parse: text(targetval),
  },
  {
    name: "dns",
    aliases: [],
    syntax: "dns:NAME[,…]",
    example: "dns:example.com",
    description: "a DNS answer for the name, or for a name below it; hostname and domain look elsewhere too",
    parse: text((name) => or({ k: "hostname", name, dns: true }, { k: "domain", name, dns: true })),
  },
  {
    name: "answer",
    aliases: [],
    syntax: "answer:ADDRESS[,…], answer:NETWORK or answer:NAME",
    example: "answer:192.0.2.1",
    description: "a DNS answer that is the address, or leads to the name (CNAME, NS, MX)",
    parse: eachAlternative(answer),
  },
];
