/**
 * dns.log. The answers stand in the order of the reply without their owners: for an address question they are
 * the aliases one after the other, then the addresses of the last one.
 */
import { formatAddress, parseAddress } from "../model/ip.ts";
import { defineLog, type Fact } from "./zeek-kind.ts";

/** What can be a host name; Zeek's notes (`TXT 12 …`, `RRSIG 1 …`, `<unknown …>`) and escapes cannot. */
const NAME = /^[^\s\\,<>"]{1,255}$/;

const CAPITAL = /[A-Z]/;

function hostName(text: string): string | null {
  if (!NAME.test(text)) return null;
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  // Zeek writes names in lower case; what other tools made of its logs may not be.
  return name === "" ? null : CAPITAL.test(name) ? name.toLowerCase() : name;
}

/** The address that a name of the reverse tree stands for (RFC 1035 §3.5, RFC 3596 §2.5). */
function reversedAddress(name: string): bigint | null {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  if (v4 !== null) return parseAddress(`${v4[4]}.${v4[3]}.${v4[2]}.${v4[1]}`);
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name);
  return v6 === null ? null : BigInt(`0x${v6[1]!.split(".").reverse().join("")}`);
}

interface Answers {
  names: string[];
  addresses: bigint[];
  /** No name comes after an address. */
  inOrder: boolean;
}

function sort(answers: readonly string[]): Answers {
  const sorted: Answers = { names: [], addresses: [], inOrder: true };
  for (const answer of answers) {
    const address = parseAddress(answer);
    if (address !== null) {
      sorted.addresses.push(address);
      continue;
    }
    const name = hostName(answer);
    if (name === null) continue;
    if (sorted.addresses.length > 0) sorted.inOrder = false;
    sorted.names.push(name);
  }
  return sorted;
}

/** Records of names that belong to one name. */
function pairs(type: string, server: string, value: string, targets: readonly string[]): Fact[] {
  return targets.map((targetval) => ({
    targetval,
    recontype: "DNS_ANSWER",
    source: `${type}-${server}`,
    value,
  }));
}

function named(server: string, value: string, addresses: readonly bigint[]): Fact[] {
  return addresses.map((addr) => ({
    addr,
    recontype: "DNS_ANSWER",
    source: `${addr >> 32n === 0xffffn ? "A" : "AAAA"}-${server}`,
    value,
  }));
}

/** An address question: aliases, then addresses. */
function chain(server: string, query: string, answers: Answers): Fact[] {
  const { names, addresses, inOrder } = answers;
  // Of several aliases out of order nobody can say whose they are; the addresses answer the question anyway.
  if (!inOrder && names.length > 1) return named(server, query, addresses);
  const owners = [query, ...names];
  return [
    ...names.flatMap((name, i) => pairs("CNAME", server, owners[i]!, [name])),
    ...named(server, owners.at(-1)!, addresses),
  ];
}

export const DNS = defineLog({
  name: "dns",
  marks: [["query", "answers"], ["qtype_name"], ["trans_id", "rejected"]],
  columns: {
    "id.resp_h": "address",
    "id.resp_p": "port",
    query: "text",
    qtype_name: "text",
    rcode_name: "text",
    rejected: "flag",
    answers: "list",
  },
  needs: ["id.resp_h", "id.resp_p", "query", "answers"],
  read(row) {
    const { query, answers, rejected } = row;
    const resolver = row["id.resp_h"];
    if (query === undefined || answers === undefined || resolver === undefined || rejected === true)
      return [];
    if (row.rcode_name !== undefined && row.rcode_name !== "NOERROR") return [];
    const name = hostName(query);
    if (name === null) return [];
    const server = `${formatAddress(resolver)}-${row["id.resp_p"] ?? 53}`;
    const sorted = sort(answers);
    switch (row.qtype_name) {
      case "A":
      case "AAAA":
        return chain(server, name, sorted);
      case "CNAME":
      case "NS":
      case "MX":
        return pairs(row.qtype_name, server, name, sorted.names);
      case "PTR": {
        const addr = reversedAddress(name);
        if (addr === null) return [];
        // An alias into another part of the reverse tree (RFC 2317) is no name of the host.
        return sorted.names
          .filter((value) => !value.endsWith(".arpa"))
          .map((value) => ({ addr, recontype: "DNS_ANSWER", source: `PTR-${server}`, value }));
      }
      default:
        // Of ANY and of unknown questions only the addresses are certain to belong to the name.
        return row.qtype_name === undefined || row.qtype_name === "*" || row.qtype_name === "ANY"
          ? named(server, name, sorted.addresses)
          : [];
    }
  },
});
