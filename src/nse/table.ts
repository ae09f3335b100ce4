/** Asking nmap's tables for what ought to be in them: any key may be missing and any value of another kind. */
import type { Json } from "../model/json.ts";

export type Table = { [key: string]: Json };

/** The value when it is a table with keys. */
export function tableOf(value: Json | undefined): Table | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** The value when it is a text. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The texts in a list; undefined when it is none. */
export function textsOf(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}

/** A decimal text as integer, also as some versions of Lua write it (`2048.0`); anything else stays what it is. */
export function integerOf<T extends Json>(value: T): T | number {
  return typeof value === "string" && /^\d{1,15}(?:\.0)?$/.test(value) ? Number(value) : value;
}
