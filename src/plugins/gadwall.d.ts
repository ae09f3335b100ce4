/**
 * What a plugin of gadwall can do (docs/plugins.md), version 1. Printed by `gadwall plugins types`: keep it beside your
 * plugin as gadwall.d.ts. It needs zod 4 for the types of arguments (npm install zod@4); running a plugin does not.
 */
declare module "gadwall" {
  import type { z } from "zod";

  /** A plugin's default export; it may be asynchronous, and has 10 seconds. */
  export type Factory = (api: Api) => Plugin | Promise<Plugin>;

  export interface Plugin {
    /** The version of this interface that it was written for. */
    api: 1;
    tools?: readonly Tool[];
    /** Tools that make a filter, as `searchport` does. */
    filters?: readonly FilterTool[];
    resources?: readonly Resource[];
    importers?: readonly Importer[];
    /**
     * What somebody may see over HTTP, beside what the access filters say: both must hold. Asked at every call, so it
     * must answer at once. What throws denies. Only for plugins that are named by `access-plugin`.
     */
    access?(asker: Asker | null): Filter | string;
  }

  /** What is handed to a plugin; also the default export of the module "gadwall". */
  export interface Api {
    readonly version: 1;
    /** Of zod 4; also there as the module "zod". */
    readonly z: typeof import("zod").z;
    /** An error whose message is told to whoever asked. Of every other error they learn only that there was one. */
    readonly UserError: new (
      message: string,
    ) => Error;
    /** Give a tool the types of its arguments; change nothing. */
    tool<Shape extends z.ZodRawShape>(tool: Tool<Shape>): Tool;
    filter<Shape extends z.ZodRawShape>(filter: FilterTool<Shape>): FilterTool;
    /** A filter in words (docs/query-language.md): `port:443 country:DE`. */
    query(text: string): Filter;
    /** The filters of the tools of the same names (docs/tools.md). */
    readonly filters: Filters;
    and(...filters: readonly (Filter | string)[]): Filter;
    or(...filters: readonly (Filter | string)[]): Filter;
    not(filter: Filter | string): Filter;
    /** The lines of a file, without their ends; those longer than a million bytes are left out. */
    lines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string>;
  }

  /** Which records; made by `query`, `filters`, `and`, `or` and `not`. Wherever one is wanted, a query text does too. */
  export type Filter = { readonly k: string };

  export type Purpose = "view" | "nmap" | "passive";

  export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

  /** Who asks; null for whoever need not say. */
  export interface Asker {
    readonly email: string;
    readonly groups: readonly string[];
    readonly admin: boolean;
  }

  export interface Tool<Shape extends z.ZodRawShape = z.ZodRawShape> {
    /** Lower case with _, unlike every other tool. */
    name: string;
    title: string;
    /** For the model: what it does and what its result is. */
    description: string;
    /** Checked before the handler is called. */
    input: Shape;
    /** What `result` is. */
    output: z.ZodType;
    /** It answers with a list that may be a part of a longer one; `output` is an array. */
    lists?: boolean;
    /** It asks the database. */
    reads?: boolean;
    /** What it does to the world. One that is not `readOnlyHint` is refused to whoever is not signed in. */
    annotations: {
      readOnlyHint: boolean;
      destructiveHint?: boolean;
      idempotentHint?: boolean;
      openWorldHint?: boolean;
    };
    /** A valid call. */
    example: { [argument: string]: Json };
    handler(args: z.output<z.ZodObject<Shape>>, context: Context): Answer | Promise<Answer>;
  }

  export interface Context {
    /** Aborted when whoever asked has gone. */
    readonly signal: AbortSignal;
    /** Asks the database; only for tools that say `reads`, and for resources. `data` is good until `ask` ends. */
    read<T>(ask: (data: Data) => Promise<T>): Promise<T>;
  }

  /** Questions, within what the asker may see. Field names are those of docs/tools.md. */
  export interface Data {
    count(question: Question & { sum?: boolean }): Promise<number>;
    /** Default limit: 10. */
    get(
      question: Question & Page & { skip?: number; sort?: readonly string[]; fields?: readonly string[] },
    ): Promise<{ records: { [field: string]: Json }[]; total: number }>;
    topvalues(
      question: Question & Page & { field: string | readonly string[]; sum?: boolean },
    ): Promise<{ rows: { value: Json; count: number }[]; total: number }>;
    distinct(question: Question & Page & { field: string }): Promise<{ values: Json[]; total: number }>;
    info(): Promise<{ [name: string]: Json }>;
  }

  export interface Question {
    purpose: Purpose;
    /** All records when left out. */
    filter?: Filter | string;
  }

  export interface Page {
    /** 1 to 10000; others are refused. */
    limit?: number;
  }

  /** Texts in it are cleaned, and what is long is cut, as in every answer. */
  export interface Answer {
    result: Json;
    /** With `lists`: the elements in all, those left out included. */
    total?: number;
    /** With `lists`: the elements left out before the first. */
    skipped?: number;
    /** With `lists`: the arguments that give what comes after `returned` more elements. */
    next?(returned: number): { [argument: string]: Json };
    /** Said beside the answer. */
    hint?: string;
  }

  export interface FilterTool<Shape extends z.ZodRawShape = z.ZodRawShape> {
    name: string;
    title: string;
    description: string;
    /** Beside `purpose`, which every filter tool has. */
    input: Shape;
    example: { [argument: string]: Json };
    /** At once: a promise is refused. */
    build(args: z.output<z.ZodObject<Shape>>): Filter | string;
  }

  export interface Resource {
    /** Of a scheme of your own, none that clients know. */
    uri: string;
    name: string;
    title: string;
    description: string;
    mimeType: "text/markdown" | "text/plain" | "application/json";
    /** Cleaned and cut as an answer is. */
    read(context: Context): string | Promise<string>;
  }

  /** A format of files that `gadwall import` then knows. gadwall's own are tried first. */
  export interface Importer {
    /** As it stands in the list of imports: lower case with -. */
    name: string;
    /** Whether a file is of this format, by its first bytes (unpacked), which `head` has as text; at once. */
    sniff(head: string, bytes: Uint8Array): boolean;
    /** The records of a file. A record that is none is told of and left out; after an error no more is read. */
    parse(chunks: AsyncIterable<Uint8Array>): AsyncIterable<ImportRecord> | Iterable<ImportRecord>;
  }

  export type ImportRecord =
    | { host: HostRecord }
    | { observation: ObservationRecord }
    | { warning: string; line?: number };

  /** What a scan says of a host. Times are seconds since the epoch; what is not known is left out. */
  export interface HostRecord {
    addr: string;
    starttime?: number;
    endtime?: number;
    hostnames?: { name: string; type?: string }[];
    ports?: PortRecord[];
    /** Results about the host as a whole. */
    scripts?: ScriptRecord[];
    os?: { type?: string; vendor?: string; osfamily?: string; osgen?: string; accuracy?: string }[];
    macs?: { addr: string; vendor?: string }[];
    tags?: { value: string; type?: string; info?: string[] }[];
    categories?: string[];
    sources?: string[];
  }

  export interface PortRecord {
    port: number;
    protocol: "tcp" | "udp" | "sctp";
    /** open when left out. */
    state?: string;
    service?: {
      name?: string;
      product?: string;
      version?: string;
      extrainfo?: string;
      ostype?: string;
      devicetype?: string;
      hostname?: string;
      tunnel?: string;
    };
    scripts?: ScriptRecord[];
  }

  export interface ScriptRecord {
    id: string;
    output: string;
    /** Structured output, found by describe_schema under the id. */
    data?: Json;
  }

  /** What a sensor saw (docs/inputs.md has the kinds). */
  export interface ObservationRecord {
    /** Absent where it is about a name only: then `targetval` is there. */
    addr?: string;
    targetval?: string;
    recontype: string;
    source?: string;
    value: string;
    sensor?: string;
    port?: number;
    firstseen?: number;
    lastseen?: number;
    /** 1 when left out. */
    count?: number;
  }

  export interface Filters {
    searchnet(args: { net: string }): Filter;
    searchhost(args: { host: string }): Filter;
    searchrange(args: { first: string; last: string }): Filter;
    searchhostname(args: { hostname: string }): Filter;
    searchdomain(args: { domain: string }): Filter;
    searchport(args: { port: number; protocol?: string }): Filter;
    searchservice(args: { service: string; port?: number; protocol?: string }): Filter;
    searchproduct(args: {
      product?: string;
      version?: string;
      service?: string;
      port?: number;
      protocol?: string;
    }): Filter;
    searchdevicetype(args: { devtype: string }): Filter;
    searchcountry(args: { country: string }): Filter;
    searchasnum(args: { asnum: number | string }): Filter;
    searchos(args: { os_name: string }): Filter;
    searchscript(args: { name?: string; output?: string; values?: { [path: string]: Json } }): Filter;
    searchcve(args: { cve: string }): Filter;
    searchcategory(args: { category: string }): Filter;
    searchtag(args: { tag?: string; info?: string }): Filter;
    searchrecontype(args: { recontype: string }): Filter;
    searchsensor(args: { sensor: string }): Filter;
  }

  const api: Api;
  export default api;
}
