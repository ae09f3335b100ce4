/** Numbers for Prometheus (text format 0.0.4). All labels come from closed sets. */
import type { Asked } from "./rpc.ts";

/** Upper bounds of the durations' buckets, in seconds. */
const BOUNDS = [0.005, 0.025, 0.1, 0.25, 1, 5, 30];

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

interface Histogram {
  /** Observations up to each bound, and above the last one. */
  counts: number[];
  sum: number;
}

/** What is true now rather than counted. */
export interface Gauges {
  sessions: number;
  inFlight: number;
}

export class Metrics {
  readonly #version: string;
  readonly #started = Date.now() / 1000;
  readonly #requests = new Map<string, number>();
  readonly #tools = new Map<string, number>();
  readonly #durations = new Map<string, Histogram>();

  constructor(version: string) {
    this.#version = version;
  }

  /**
   * @param route which kind of page it was: a word of ours, not a path.
   * @param seconds it took; null for a stream that a client kept open.
   * @param asked what its messages asked for.
   */
  count(route: string, status: number, seconds: number | null, asked: readonly Asked[]): void {
    add(this.#requests, `route="${route}",status="${status}"`);
    for (const { tool } of asked) if (tool !== null) add(this.#tools, `tool="${tool}"`);
    if (seconds === null) return;
    const labels = `route="${route}"`;
    const histogram = this.#durations.get(labels) ?? { counts: BOUNDS.map(() => 0).concat(0), sum: 0 };
    this.#durations.set(labels, histogram);
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    histogram.counts[bucket < 0 ? BOUNDS.length : bucket]!++;
    histogram.sum += seconds;
  }

  /** The page that Prometheus reads. */
  page({ sessions, inFlight }: Gauges): string {
    const lines: string[] = [];
    const metric = (name: string, type: string, help: string, samples: Iterable<[string, number]>): void => {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const [labels, value] of samples)
        lines.push(`${name}${labels === "" ? "" : `{${labels}}`} ${value}`);
    };
    metric("gadwall_build_info", "gauge", "Version of gadwall.", [[`version="${this.#version}"`, 1]]);
    metric("gadwall_http_requests_total", "counter", "Requests answered.", this.#requests);
    metric("gadwall_tool_calls_total", "counter", "Tools called.", this.#tools);
    metric("gadwall_sessions", "gauge", "Open sessions of older protocol revisions.", [["", sessions]]);
    metric("gadwall_http_requests_in_flight", "gauge", "Requests and streams in flight.", [["", inFlight]]);
    const name = "gadwall_http_request_duration_seconds";
    lines.push(`# HELP ${name} Time from a request's head to the end of its answer; streams not counted.`);
    lines.push(`# TYPE ${name} histogram`);
    for (const [labels, { counts, sum }] of this.#durations) {
      let total = 0;
      for (const [i, count] of counts.entries()) {
        total += count;
        lines.push(`${name}_bucket{${labels},le="${BOUNDS[i] ?? "+Inf"}"} ${total}`);
      }
      lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}`);
    }
    const { rss } = process.memoryUsage();
    metric("process_resident_memory_bytes", "gauge", "Resident memory.", [["", rss]]);
    metric("process_start_time_seconds", "gauge", "Start since the epoch.", [["", this.#started]]);
    return `${lines.join("\n")}\n`;
  }
}

function add(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
}
