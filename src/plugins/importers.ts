/** Importers of plugins as formats of ours. What a file holds never throws, and neither does what a plugin makes of it. */
import type { Importer } from "gadwall";
import type { Format } from "../ingest/formats.ts";
import { DamagedInput, type ParseLimits } from "../ingest/limits.ts";
import { UserError } from "../model/errors.ts";
import type { Run, ScanEvent } from "../model/scan.ts";
import { sentenceOf } from "../model/thrown.ts";
import { atOnce, catchPromises } from "./promises.ts";

/** Events of one batch. */
const BATCH = 500;

/** @param path of the plugin, for messages. */
export function formatOf(importer: Importer, path: string): Format {
  const { name } = importer;
  return {
    name,
    sniff(head, bytes) {
      try {
        const isOurs: unknown = importer.sniff(head, bytes);
        atOnce(isOurs, "what sniff finds");
        return isOurs === true;
      } catch (cause) {
        throw new UserError(`${name} of the plugin ${path} failed to look at it: ${sentenceOf(cause)}`, {
          cause,
        });
      }
    },
    parse: (chunks, limits) => parse(importer, path, chunks, limits),
  };
}

async function* parse(
  importer: Importer,
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { maxHosts }: ParseLimits,
): AsyncGenerator<ScanEvent[]> {
  const { eventOf } = await import("./records.ts");
  const input = new Input(chunks);
  const run: Run = { scanner: importer.name, finished: true, scaninfo: [], targets: [], scripts: [] };
  let events: ScanEvent[] = [];
  let [number, stored] = [0, 0];
  let broken: string | null = null;
  try {
    for await (const given of recordsOf(importer.parse(input))) {
      number++;
      const event = eventOf(given);
      if (typeof event === "string")
        events.push({ kind: "warning", message: `record ${number} is left out: ${event}` });
      else {
        if (event.kind !== "warning" && stored === maxHosts) {
          broken = `there are more than ${maxHosts} records in this file; to read more, raise --max-hosts`;
          break;
        }
        if (event.kind !== "warning" && stored++ === 0) events.push({ kind: "run" });
        events.push(event);
      }
      if (events.length < BATCH) continue;
      yield events;
      events = [];
    }
  } catch (error) {
    broken = `${importer.name} of the plugin ${path} failed: ${sentenceOf(error)}`;
  }
  // The plugin may have swallowed it.
  broken = input.damage?.message ?? broken;
  if (broken === null && stored === 0) broken = "there is no record in this file";
  run.finished = broken === null;
  if (broken !== null) events.push({ kind: "broken", message: broken, line: input.line, byte: input.bytes });
  if (stored > 0) events.push({ kind: "runEnd", run });
  yield events;
}

/** The bytes on their way to a plugin, and where it has got to. */
class Input implements AsyncIterable<Uint8Array> {
  bytes = 0;
  line = 1;
  damage: DamagedInput | null = null;
  readonly #chunks: AsyncIterable<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#chunks) {
        // A copy: ours may be used again, and must not be written to.
        yield new Uint8Array(chunk);
        this.bytes += chunk.length;
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.line++;
      }
    } catch (error) {
      if (error instanceof DamagedInput) this.damage = error;
      throw error;
    }
  }
}

/** @throws TypeError for what holds no records one after the other. */
function recordsOf(given: unknown): AsyncIterable<unknown> | Iterable<unknown> {
  const isObject = typeof given === "object" && given !== null;
  if (isObject && (Symbol.asyncIterator in given || Symbol.iterator in given))
    return given as AsyncIterable<unknown>;
  const what = catchPromises(given) ? "a promise" : "nothing to go through";
  throw new TypeError(`parse gave ${what}: write async *parse(chunks) { … yield … }`);
}
