import { groupRegistration, registration } from "../command.ts";
import analysisCommand from "./feeds/analysis.ts";
import catalogueCommand from "./feeds/catalogue.ts";
import compareCommand from "./feeds/compare.ts";
import composeCommand from "./feeds/compose.ts";
import exportCommand from "./feeds/export.ts";
import findCommand from "./feeds/find.ts";
import importCommand from "./feeds/import.ts";
import listCommand from "./feeds/list.ts";
import lookupCommand from "./feeds/lookup.ts";
import removeCommand from "./feeds/remove.ts";
import showCommand from "./feeds/show.ts";
import syncCommand from "./feeds/sync.ts";

/** `gadwall feeds …`: one line an action. */
export const addFeedsCommand = groupRegistration("feeds", "Threat feeds: lists of addresses", [
  registration(importCommand),
  registration(syncCommand),
  registration(listCommand),
  registration(findCommand),
  registration(analysisCommand),
  registration(showCommand),
  registration(lookupCommand),
  registration(compareCommand),
  registration(composeCommand),
  registration(exportCommand),
  registration(removeCommand),
  registration(catalogueCommand),
]);
