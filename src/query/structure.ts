/**
 * What DuckDB's `json_structure` says of values, as paths with types: where a question can go, seen the way
 * json-walk.ts walks. Structures come from data, so their names may be anything.
 */
import type { Json } from "../model/json.ts";
import { clean } from "../model/text.ts";

export interface Leaf {
  /** From the root on, without `[]`. */
  path: string;
  type: string;
}

/** Steps below the root that are followed: nothing that scanners say is deeper. */
const MOST_STEPS = 8;

const TYPES: Readonly<Record<string, string>> = {
  UBIGINT: "integer",
  BIGINT: "integer",
  UHUGEINT: "integer",
  HUGEINT: "integer",
  DOUBLE: "float",
  BOOLEAN: "boolean",
  VARCHAR: "string",
};

/** Whether a path can name a member: names from data may hold anything, dots too. */
export function nameable(member: string): boolean {
  return member !== "" && !/\.|\[\]/.test(member) && member.trim() === member && clean(member) === member;
}

/** The value under so many arrays. */
interface Peeled {
  value: Json;
  arrays: number;
}

function peel(structure: Json): Peeled {
  let value = structure;
  let arrays = 0;
  while (Array.isArray(value)) {
    value = value[0] ?? "NULL";
    arrays++;
  }
  return { value, arrays };
}

/** "NULL" says that there was no value, or no element in any list. */
function typeOf(value: Json, arrays: number): string | null {
  if (value === "NULL") return null;
  const type = typeof value === "string" ? (TYPES[value] ?? "any") : "object";
  if (arrays === 0) return type;
  return `array[${arrays === 1 ? type : "any"}]`;
}

/**
 * The leaves of a structure, and how many parts no path leads to: too deep, or with names that cannot be written.
 * @param lists paths of arrays that are unwound; other arrays stay whole.
 */
export function leavesOf(
  root: string,
  structure: Json,
  lists: ReadonlySet<string>,
): { leaves: Leaf[]; unreachable: number } {
  const leaves: Leaf[] = [];
  let unreachable = 0;
  const visit = (path: string, structure: Json, outer: number, steps: number): void => {
    const { value, arrays } = peel(structure);
    const layers = Math.max(outer + arrays - (lists.has(path) ? 1 : 0), 0);
    const members = value !== null && typeof value === "object" ? Object.entries(value) : [];
    // Members of lists in lists cannot be asked for.
    if (members.length === 0 || layers > 1) {
      const type = typeOf(value, layers);
      if (type !== null) leaves.push({ path, type });
    } else if (steps === MOST_STEPS) unreachable++;
    else
      for (const [name, member] of members)
        if (nameable(name)) visit(`${path}.${name}`, member, layers, steps + 1);
        else unreachable++;
  };
  visit(root, structure, 0, 0);
  return { leaves, unreachable };
}

/** The type of a field whose values have both types. */
export function commonType(a: string, b: string): string {
  if (a === b) return a;
  const number = (type: string) => type === "integer" || type === "float";
  return number(a) && number(b) ? "float" : "any";
}
