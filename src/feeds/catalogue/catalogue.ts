/** The feeds that gadwall knows by itself. The data files are part of the executable and read when first asked for. */
import { readFileSync } from "node:fs";
import anonymizers from "./data/anonymizers.yaml" with { type: "file" };
import intrusion from "./data/intrusion.yaml" with { type: "file" };
import malwareInfrastructure from "./data/malware_infrastructure.yaml" with { type: "file" };
import messagingAbuse from "./data/messaging_abuse.yaml" with { type: "file" };
import policyRisk from "./data/policy_risk.yaml" with { type: "file" };
import providerInfrastructure from "./data/provider_infrastructure.yaml" with { type: "file" };
import scanners from "./data/scanners.yaml" with { type: "file" };
import serviceAbuse from "./data/service_abuse.yaml" with { type: "file" };
import specialUse from "./data/special_use.yaml" with { type: "file" };
import type { FeedFacts } from "./facts.ts";
import { readCatalogueFile } from "./read.ts";
import type { Category } from "./vocabulary.ts";

/** Paths: to files of the source tree, or into the executable. */
export const CATALOGUE_FILES: Readonly<Record<Category, string>> = {
  intrusion,
  malware_infrastructure: malwareInfrastructure,
  messaging_abuse: messagingAbuse,
  service_abuse: serviceAbuse,
  anonymizers,
  scanners,
  policy_risk: policyRisk,
  provider_infrastructure: providerInfrastructure,
  special_use: specialUse,
};

let known: ReadonlyMap<string, FeedFacts> | null = null;

/** All feeds by name, in the order of names; takes about 25 ms the first time. */
export function catalogue(): ReadonlyMap<string, FeedFacts> {
  known ??= read();
  return known;
}

function read(): Map<string, FeedFacts> {
  const feeds = Object.entries(CATALOGUE_FILES).flatMap(([category, path]) =>
    readCatalogueFile(readFileSync(path, "utf8"), `${category}.yaml`),
  );
  feeds.sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(feeds.map((facts) => [facts.name, facts]));
}
