/** Filters from plugins: built by the same functions as those of our tools, and checked like those of a token. */
import type { Filters } from "gadwall";
import { readAccess } from "../access/rules.ts";
import { type Filter, readFilter } from "../filter/ast.ts";
import * as build from "../filter/build.ts";
import { parseQuery } from "../filter/language.ts";
import { atOnce } from "./promises.ts";

export const FILTERS: Filters = Object.freeze({
  searchnet: build.searchnet,
  searchhost: build.searchhost,
  searchrange: build.searchrange,
  searchhostname: build.searchhostname,
  searchdomain: build.searchdomain,
  searchport: build.searchport,
  searchservice: build.searchservice,
  searchproduct: build.searchproduct,
  searchdevicetype: build.searchdevicetype,
  searchcountry: build.searchcountry,
  searchasnum: build.searchasnum,
  searchos: build.searchos,
  searchscript: build.searchscript,
  searchcve: build.searchcve,
  searchcategory: build.searchcategory,
  searchtag: build.searchtag,
  searchrecontype: build.searchrecontype,
  searchsensor: build.searchsensor,
});

/**
 * The filter that a plugin gave: one of ours, or a query text.
 * @throws UserError for a text that does not parse, TypeError for anything else that is no filter.
 */
export function givenFilter(given: unknown): Filter {
  return typeof given === "string" ? parseQuery(given) : madeFilter(given);
}

/** The same for access: a text may also be `full` or `noaccess`. An empty one is an error. */
export function givenAccess(given: unknown): Filter {
  return typeof given === "string" ? readAccess(given) : madeFilter(given);
}

/** @throws TypeError for what is no filter, UserError for one that is too large. */
function madeFilter(given: unknown): Filter {
  atOnce(given, "a filter");
  const filter = readFilter(given);
  if (filter === null) throw new TypeError("what was given for a filter is none");
  return filter;
}
