/** What plugins hide over HTTP, beside the access filters. */
import type { Plugin } from "gadwall";
import { type AccessScope, narrow } from "../access/scope.ts";
import type { Identity } from "../accounts/identity.ts";
import { sentenceOf } from "../model/thrown.ts";
import { givenAccess } from "./filters.ts";

export interface Injector {
  /** Path of the plugin. */
  path: string;
  access: NonNullable<Plugin["access"]>;
}

/**
 * The part of a scope for which the filters of all plugins hold as well.
 * @throws when one of them fails: nothing may be seen then.
 */
export function narrowed(
  scope: AccessScope,
  identity: Identity | null,
  injectors: readonly Injector[],
): AccessScope {
  return injectors.reduce((within, { path, access }) => {
    try {
      return narrow(within, givenAccess(access(askerOf(identity))));
    } catch (cause) {
      throw new Error(`the access plugin ${path} failed, so nothing is shown: ${sentenceOf(cause)}`, {
        cause,
      });
    }
  }, scope);
}

/** A copy: what a plugin changes in it changes nothing. */
function askerOf(identity: Identity | null) {
  if (identity === null) return null;
  const { email, groups, admin } = identity;
  return Object.freeze({ email, groups: Object.freeze([...groups]), admin });
}
