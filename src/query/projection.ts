/** Which parts of a record an answer holds: an inclusion projection of dotted paths (spec ivre §5). */

import { about, UserError } from "../model/errors.ts";
import type { Json } from "../model/json.ts";
import type { Purpose } from "../model/purpose.ts";
import { parsePath } from "./path.ts";

export type JsonObject = { [key: string]: Json };

/** The paths asked for, without `[]`, each once; null for everything. */
export type Projection = readonly string[] | null;

/**
 * The projection that `fields` asks for; none or an empty list = everything.
 * @throws UserError for an unknown path, and for a path together with its ancestor.
 */
export function parseFields(purpose: Purpose, fields: readonly string[] | undefined): Projection {
  if (fields === undefined || fields.length === 0) return null;
  return about("fields", () => pathsOf(purpose, fields));
}

function pathsOf(purpose: Purpose, fields: readonly string[]): readonly string[] {
  const paths = [...new Set(fields.map((field) => parsePath(purpose, field).text))];
  for (const path of paths) {
    const ancestor = paths.find((other) => path.startsWith(`${other}.`));
    if (ancestor !== undefined)
      throw new UserError(
        `fields names ${path} and also ${ancestor}, which contains it: leave one of them out.`,
      );
  }
  return paths;
}

/** True when the projection holds the member or something inside it. */
export function wants(projection: Projection, member: string): boolean {
  return projection?.some((path) => path === member || path.startsWith(`${member}.`)) ?? false;
}

/**
 * The parts of a value that the paths lead to. Parents keep their structure: an array keeps one element for
 * each of its objects. Paths are compared as text, since names of scripts hold dots too.
 */
export function project(value: JsonObject, paths: readonly string[]): JsonObject {
  const kept: [string, Json][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (paths.includes(name)) {
      kept.push([name, member]);
      continue;
    }
    const inner = paths
      .filter((path) => path.startsWith(`${name}.`))
      .map((path) => path.slice(name.length + 1));
    if (inner.length === 0) continue;
    const part = projectInner(member, inner);
    if (part !== undefined) kept.push([name, part]);
  }
  return Object.fromEntries(kept);
}

function projectInner(value: Json, paths: readonly string[]): Json | undefined {
  if (Array.isArray(value))
    return value.flatMap((element) => {
      const part = projectInner(element, paths);
      return part === undefined ? [] : [part];
    });
  return value !== null && typeof value === "object" ? project(value, paths) : undefined;
}
