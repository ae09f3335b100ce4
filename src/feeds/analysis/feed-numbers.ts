/** The sections of a feed's page that are tables of numbers (spec feeds §4.1): where its addresses lie, how it changes. */
import { countryName } from "../country-name.ts";
import type { Update } from "../metrics/changes.ts";
import { RESERVED_NETWORKS, RESERVED_PROVIDER } from "../metrics/reserved.ts";
import { type AgeCount, percentile, type Retention, totalOf } from "../metrics/retention.ts";
import type { Bogons, NamedCount, Overlap } from "./feed-facts.ts";
import { historyOf, intervalsOf } from "./history.ts";
import { blocks, type Inline, Markdown, md, table } from "./markdown.ts";
import { addresses, note } from "./sentences.ts";
import { count, counted, first, percent, time } from "./wording.ts";

const NUMBER = "right" as const;

/** Rows by name with their numbers; what has no room is one row Other. */
function placeTable(
  title: string,
  rows: readonly { label: string; ips: number }[],
  total: number,
  most: number,
): Markdown {
  const shown = first(rows, most);
  const other = shown.rest.reduce((sum, row) => sum + row.ips, 0);
  return table(
    [{ title }, { title: "IPs", align: NUMBER }, { title: "Share", align: NUMBER }],
    [
      ...shown.rows.map((row): Inline[] => [row.label, count(row.ips), percent(row.ips, total)]),
      ...(shown.rest.length === 0
        ? []
        : [[new Markdown(`**Other** (${count(shown.rest.length)})`), count(other), percent(other, total)]]),
    ],
  );
}

export function systemsSection(systems: readonly NamedCount[], ips: number, most: number): Markdown | null {
  if (ips <= 0 || systems.length === 0) return null;
  const unknown = systems.find(({ key }) => key === "0")?.ips ?? 0;
  const known = systems.filter(({ key }) => key !== "0");
  const attributed = known.reduce((sum, row) => sum + row.ips, 0);
  const bogons = Math.max(0, ips - attributed - unknown);
  return blocks([
    md`## AS Composition`,
    new Markdown(
      `${addresses(attributed)} in ${counted(known.length, "autonomous system")} (${count(bogons)} bogons, ${count(unknown)} of no known system).`,
    ),
    note("IPv4, by the built-in AS data; bogons come off first. Shares are of the feed."),
    known.length === 0
      ? null
      : placeTable(
          "ASN / Name",
          known.map(({ key, name, ips: of }) => ({ label: `AS${key} ${name ?? ""}`, ips: of })),
          ips,
          most,
        ),
  ]);
}

export function countriesSection(
  countries: readonly NamedCount[],
  ips: number,
  most: number,
): Markdown | null {
  if (ips <= 0 || countries.length === 0) return null;
  const mapped = countries.reduce((sum, row) => sum + row.ips, 0);
  return blocks([
    md`## Geographic Coverage`,
    new Markdown(
      `${addresses(mapped)} in ${counted(countries.length, "country", "countries")} (${count(Math.max(0, ips - mapped))} of no known country).`,
    ),
    note("IPv4, by the built-in country data. Shares are of the feed."),
    placeTable(
      "Country",
      countries.map(({ key, ips: of }) => ({ label: `${countryName(key)} (${key})`, ips: of })),
      ips,
      most,
    ),
  ]);
}

export function bogonSection(bogons: Bogons, ips: number): Markdown | null {
  if (bogons.ips <= 0) return null;
  const networks = bogons.providers.find(({ provider }) => provider === RESERVED_PROVIDER)?.networks ?? [];
  return blocks([
    md`## Bogon Addresses`,
    new Markdown(`${addresses(bogons.ips)} (${percent(bogons.ips, ips)}) that cannot be on the internet.`),
    note(
      "Counted once, whichever of these says so. Blocking private networks on an inner interface locks people out.",
    ),
    table(
      [{ title: "Provider" }, { title: "IPs", align: NUMBER }, { title: "Share", align: NUMBER }],
      bogons.providers.map((row) => [row.provider, count(row.ips), percent(row.ips, ips)]),
    ),
    networks.length === 0
      ? null
      : table(
          [{ title: "CIDR" }, { title: "Name" }, { title: "RFC" }, { title: "IPs", align: NUMBER }],
          networks.map(({ cidr, ips: of }) => {
            const known = RESERVED_NETWORKS.find((network) => network.cidr === cidr);
            return [cidr, known?.name ?? "", known?.rfc ?? "", count(of)];
          }),
        ),
  ]);
}

export function behaviorSection(
  updates: readonly Update[],
  { frequency, most }: { frequency: number | null; most: number },
): Markdown {
  const { resolution, rows } = historyOf(updates, frequency);
  const shown = rows.slice(-2 * most);
  const samples = updates.filter(({ added, removed }) => added !== null || removed !== null).length;
  return blocks([
    md`## Behavior`,
    md`### Churn and Added/Removed Updates`,
    rows.length === 0
      ? new Markdown(
          "No content-changing updates are retained for this feed: one version of it, or a history without changes, was imported. That does not mean that it never changes.",
        )
      : blocks([
          new Markdown(
            `${counted(samples, "content-changing update")} retained, up to the last 500: a window, not the life of the feed. Resolution: **${resolution}**; times without changes have no row, added and removed are sums, sizes are means, and churn is what was added and removed of the size.${shown.length < rows.length ? ` The last ${shown.length} of ${rows.length} rows.` : ""}`,
          ),
          table(
            [
              { title: "Date" },
              ...["IPs", "Entries", "Added", "Removed", "Churn"].map((title) => ({ title, align: NUMBER })),
            ],
            shown.map((row) => [
              time(row.at),
              row.ips === null ? "" : count(row.ips),
              row.entries === null ? "" : count(row.entries),
              count(row.added),
              count(row.removed),
              row.churn === null ? "" : `${row.churn.toFixed(1)}%`,
            ]),
          ),
        ]),
    updates.length < 2
      ? null
      : blocks([
          md`### Cadence Between Updates`,
          table(
            [{ title: "Interval" }, { title: "Updates", align: NUMBER }],
            intervalsOf(updates).map((bin) => [new Markdown(bin.interval), count(bin.updates)]),
          ),
        ]),
  ]);
}

const DAYS = 365;

/** IPs by day of age, counted from 1; then what is older than a year. Days without any are left out. */
function ages(histogram: readonly AgeCount[]): { day: Inline; ips: number }[] {
  const days = new Map<number, number>();
  for (const { hours, ips } of histogram) {
    const day = Math.min(DAYS + 1, Math.floor(hours / 24) + 1);
    if (ips > 0) days.set(day, (days.get(day) ?? 0) + ips);
  }
  return [...days]
    .sort(([a], [b]) => a - b)
    .map(([day, ips]) => ({ day: day > DAYS ? new Markdown(`>${DAYS} days`) : String(day), ips }));
}

function agesTable(title: string, histogram: readonly AgeCount[], most: number): Markdown | null {
  const rows = ages(histogram);
  if (rows.length === 0) return null;
  const shown = first(rows, 8 * most);
  const rest = shown.rest.reduce((sum, row) => sum + row.ips, 0);
  return table(
    [{ title: "Age (days)" }, { title, align: NUMBER }],
    [
      ...shown.rows.map((row): Inline[] => [row.day, count(row.ips)]),
      ...(rest === 0 ? [] : [[`older (${count(shown.rest.length)} rows)`, count(rest)]]),
    ],
  );
}

export function retentionSection(retention: Retention, most: number): Markdown | null {
  const { current, past, observedHours } = retention;
  if (totalOf(current) === 0 && totalOf(past) === 0) return null;
  if (observedHours <= 0)
    return blocks([
      md`## Retention`,
      new Markdown(
        "How long addresses stay is not known: one version of the feed was imported, so all that it lists counts from then.",
      ),
    ]);
  const days = (histogram: readonly AgeCount[]): string =>
    `${(percentile(histogram, 0.5)! / 24).toFixed(1)} d`;
  const medians = [
    ...(totalOf(current) > 0 ? [`of listed IPs ${days(current)}`] : []),
    ...(totalOf(past) > 0 ? [`of removed IPs, when they left, ${days(past)}`] : []),
  ];
  return blocks([
    md`## Retention`,
    new Markdown(`Median age ${medians.join("; ")}. Observed for ${(observedHours / 24).toFixed(1)} days.`),
    note(
      `Removed IPs are those that came while the feed was observed.${retention.incomplete === true ? " Some of the listed ones were there from the start and may be older than this says." : ""} Day 1 is the first 24 hours; one year of days, **days that are not shown have zero IPs**.`,
    ),
    agesTable("Current IPs", current, most),
    agesTable("Past IPs", past, most),
  ]);
}

export function overlapSection(
  overlaps: readonly Overlap[],
  { ips, compared, family, most }: { ips: number; compared: number; family: 4 | 6; most: number },
): Markdown | null {
  if (ips <= 0) return null;
  const shown = first(overlaps, most);
  const largest = shown.rest[0];
  return blocks([
    md`## Overlap with Other Feeds`,
    overlaps.length === 0
      ? new Markdown(`It has nothing in common with any of ${counted(compared, "other feed")}.`)
      : blocks([
          new Markdown(
            `It has addresses in common with **${count(overlaps.length)}** of ${counted(compared, "other feed")}.`,
          ),
          note(
            `This % is the share of this feed that the other lists, Their % the share of the other that this one lists; largest This % first. Related feeds are made of the same lists.${family === 6 ? " Of IPv6 addresses: this feed has no IPv4." : ""}`,
          ),
          table(
            [
              { title: "Feed" },
              { title: "Category" },
              ...["IPs", "Common", "This %", "Their %"].map((title) => ({ title, align: NUMBER })),
              { title: "Related" },
            ],
            shown.rows.map((row) => [
              row.name,
              row.category ?? "",
              count(row.ips),
              count(row.common),
              percent(row.common, ips),
              percent(row.common, row.ips),
              row.related ? "yes" : "",
            ]),
          ),
          largest === undefined
            ? null
            : new Markdown(
                `${counted(shown.rest.length, "more feed")}, none with more than ${percent(largest.common, ips)} of this one.`,
              ),
        ]),
  ]);
}
