/** The section about critical infrastructure on a feed's page (spec feeds §3.11, §4.1). */
import { CONTEXT_SYSTEMS } from "../metrics/context-systems.ts";
import type { Critical, NamedCount } from "./feed-facts.ts";
import { blocks, Markdown, md, table } from "./markdown.ts";
import { addresses, more, note } from "./sentences.ts";
import { count, first, percent } from "./wording.ts";

const NUMBER = "right" as const;

interface Size {
  /** IPv4 addresses of the feed. */
  ips: number;
  most: number;
}

/**
 * What of a feed is on lists of critical infrastructure, and what in systems that explain it; nothing for nothing.
 * @param systems of the feed; none for feeds that are such lists themselves.
 */
export function criticalSection(
  critical: Critical,
  systems: readonly NamedCount[],
  size: Size,
): Markdown | null {
  const parts = [lists(critical, size), context(systems, size)].filter((part) => part !== null);
  return parts.length === 0 ? null : blocks([md`## Critical Infrastructure`, ...parts]);
}

function lists(critical: Critical, { ips, most }: Size): Markdown | null {
  if (critical.ips <= 0) return null;
  const providers = first(critical.providers, most);
  return blocks([
    new Markdown(
      `${addresses(critical.ips)} (${percent(critical.ips, ips)}) on lists of critical infrastructure.`,
    ),
    note(
      "What else these addresses are, not that they are harmless: blocking them may cost more than the threat. An address on several lists counts once in a tier and once in all.",
    ),
    table(
      [
        { title: "Tier" },
        ...["Critical IPs", "Share", "Providers"].map((title) => ({ title, align: NUMBER })),
      ],
      critical.tiers.map((row) => [row.tier, count(row.ips), percent(row.ips, ips), count(row.providers)]),
    ),
    table(
      [{ title: "Provider" }, { title: "Critical IPs", align: NUMBER }, { title: "Share", align: NUMBER }],
      providers.rows.map((row) => [row.name, count(row.ips), percent(row.ips, ips)]),
    ),
    more(providers.rest.length, "provider"),
  ]);
}

function context(systems: readonly NamedCount[], { ips }: Size): Markdown | null {
  const rows = systems.flatMap(({ key, name, ips: held }) => {
    const known = CONTEXT_SYSTEMS.find(({ asn }) => String(asn) === key);
    return known === undefined
      ? []
      : [[`AS${key}`, name ?? "", known.of, count(held), percent(held, ips)] as const];
  });
  if (rows.length === 0) return null;
  return blocks([
    md`### ASN Context`,
    note(
      "Systems of single providers that many people use. What lies there is not on a list for that: it counts as no tier.",
    ),
    table(
      [
        { title: "ASN" },
        { title: "Name" },
        { title: "Of" },
        ...["IPs", "Share"].map((title) => ({ title, align: NUMBER })),
      ],
      rows,
    ),
  ]);
}
