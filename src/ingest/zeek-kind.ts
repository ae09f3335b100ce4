/** What a kind of Zeek log is to gadwall: which columns are read, and the facts about hosts that a row states. */
import type { Observation } from "../model/passive.ts";

/** What a row states; when and how often is added by the reader. */
export type Fact = Omit<Observation, "firstseen" | "lastseen" | "count">;

/** The types of columns, and what a row then holds. */
interface Value {
  address: bigint;
  port: number;
  flag: boolean;
  /** Escapes undone. */
  text: string;
  /** As it is written but for printable characters: the value may be binary. */
  binary: string;
  list: readonly string[];
}

export type Columns = { readonly [name: string]: keyof Value };

/** Unset values, and columns that the log does not have, are undefined; `(empty)` is "" or []. */
export type Row<C extends Columns> = { readonly [K in keyof C]?: Value[C[K]] };

/** Columns that together state something. Rows that agree in them are understood once. */
export interface Part {
  readonly columns: Columns;
  /** Columns without which nothing can be told. */
  readonly needs: readonly string[];
  /** Where one of these is lacking, the log simply has not this part. */
  readonly optional?: readonly string[];
  /** What a row states, its values being of the types of the columns. @throws BadValue when it makes no sense. */
  read(row: { readonly [column: string]: unknown }): Fact[];
}

export interface LogKind {
  /** As Zeek names the log (`#path`, `_path`). */
  readonly name: string;
  /** Columns that tell the log where its name is not given: all of one of these sets. */
  readonly marks: readonly (readonly string[])[];
  /** Several where facts are independent, such as those of client and server: each pair of them is rare. */
  readonly parts: readonly Part[];
}

/** What a part is written as. */
interface Definition<C extends Columns> {
  readonly columns: C;
  readonly needs: readonly (keyof C & string)[];
  readonly optional?: readonly (keyof C & string)[];
  read(row: Row<C>): Fact[];
}

/** A log that states nothing about hosts, or nothing that is kept, and why. */
export interface SkippedKind {
  readonly name: string;
  readonly marks: readonly (readonly string[])[];
  readonly skip: string;
}

/** Checks a part's reading of its rows against its columns. */
export function definePart<const C extends Columns>(part: Definition<C>): Part {
  return part;
}

/** A kind of one part. */
export function defineLog<const C extends Columns>({
  name,
  marks,
  ...part
}: Definition<C> & Pick<LogKind, "name" | "marks">): LogKind {
  return { name, marks, parts: [part] };
}

/** A TCP or UDP port that answered. */
export function openPort(addr: bigint, port: number, protocol: "tcp" | "udp" = "tcp"): Fact {
  return { addr, recontype: "OPEN_PORT", source: protocol.toUpperCase(), value: `${protocol}/${port}`, port };
}
