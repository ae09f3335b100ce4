/**
 * What somebody may see: one filter for each purpose, which every question is asked within. A filter that a purpose
 * cannot evaluate hides everything there: access that is not clearly given is not given.
 */
import { ALL, type Filter } from "../filter/ast.ts";
import { checkFor } from "../filter/check.ts";
import { and, or } from "../filter/combine.ts";
import { UserError } from "../model/errors.ts";
import { PURPOSES, type Purpose } from "../model/purpose.ts";

export type AccessScope = Readonly<Record<Purpose, Filter>>;

/** No record at all. */
export const NOTHING: Filter = or();

/** The owner's scope: whoever can read the file can read all of it. */
export const EVERYTHING: AccessScope = { nmap: ALL, passive: ALL, view: ALL };

/** The scope that one filter stands for. */
export function scopeOf(filter: Filter): AccessScope {
  return narrow(EVERYTHING, filter);
}

/** The part of a scope for which a filter holds as well. */
export function narrow(scope: AccessScope, filter: Filter): AccessScope {
  const within = (purpose: Purpose): Filter => {
    if (isNothing(scope[purpose]) || isNothing(filter) || !isMeaningful(filter, purpose)) return NOTHING;
    return and(scope[purpose], filter);
  };
  return { nmap: within("nmap"), passive: within("passive"), view: within("view") };
}

function isNothing(filter: Filter): boolean {
  return filter.k === "or" && filter.of.length === 0;
}

/** Whether nothing is hidden. */
export function isEverything(scope: AccessScope): boolean {
  return PURPOSES.every((purpose) => scope[purpose].k === "all");
}

function isMeaningful(filter: Filter, purpose: Purpose): boolean {
  try {
    checkFor(filter, purpose);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
