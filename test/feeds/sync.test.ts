import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readUserFeeds } from "../../src/feeds/catalogue/read.ts";
import { checkedAddresses } from "../../src/feeds/download.ts";
import { everListed } from "../../src/feeds/ever-listed.ts";
import { type SyncOptions, syncFeeds } from "../../src/feeds/sync.ts";
import { Store } from "../../src/store/reader.ts";

let folder: string;
let db: string;
let round = 0;
let server: ReturnType<typeof Bun.serve>;
let requests: Request[] = [];
let hosts: (string | null)[] = [];
let answer: (request: Request, url: URL) => Response | Promise<Response> = () => new Response();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-sync-test-"));
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      requests.push(request);
      hosts.push(request.headers.get("host"));
      return answer(request, new URL(request.url));
    },
  });
});
afterAll(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  db = join(folder, `${++round}.duckdb`);
  requests = [];
  hosts = [];
});

const NOW = new Date("2026-03-25T12:00:00Z");
const DAY = 86_400_000;

/** Feeds of a catalogue by the paths of their sources. */
function feeds(paths: Readonly<Record<string, string>>, parse = "[comments]", host = "127.0.0.1") {
  const entries = Object.entries(paths).map(
    ([name, path]) =>
      `  - name: ${name}\n    category: scanners\n    frequency: 60\n    source_url: http://${host}:${server.port}${path}\n    parse: ${parse}\n`,
  );
  return readUserFeeds(`feeds:\n${entries.join("")}`, "feeds.yaml", new Map());
}

function sync(names: readonly string[] | "all", options: Partial<SyncOptions>) {
  const catalogue = feeds({ one: "/one" });
  return syncFeeds(names, { db, catalogue, now: NOW, force: false, allowPrivate: true, ...options });
}

async function ask(sql: string): Promise<unknown[][]> {
  const store = new Store(db);
  try {
    return await store.read(
      async ({ connection }) => (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][],
    );
  } finally {
    await store.close();
  }
}

test("a source is downloaded, taken apart by its steps, and asked for news only", async () => {
  const catalogue = feeds({ one: "/one" }, '["csv_column 2"]');
  answer = (request) =>
    request.headers.get("if-none-match") === '"v1"'
      ? new Response(null, { status: 304 })
      : new Response("x,10.0.0.1\ny,10.0.0.2\n", {
          headers: { ETag: '"v1"', "Last-Modified": "Tue, 24 Mar 2026 00:00:00 GMT" },
        });
  const first = await sync(["one"], { catalogue });
  expect(first.files).toMatchObject([{ feed: "one", status: "imported", ips4: 2 }]);
  expect(
    await ask("SELECT strftime(source_date, '%m-%d'), download_failures, last_status FROM feed.feed"),
  ).toEqual([["03-24", 0, "ok"]]);
  const second = await sync(["one"], { catalogue, now: new Date(NOW.getTime() + DAY) });
  expect(second.files).toMatchObject([{ status: "current", message: "the server has nothing newer" }]);
  expect(requests[1]!.headers.get("if-modified-since")).toBe("Tue, 24 Mar 2026 00:00:00 GMT");
  expect(await ask("SELECT strftime(checked, '%m-%d') FROM feed.feed")).toEqual([["03-26"]]);
  expect((await sync(["one"], { catalogue, force: true })).files).toMatchObject([
    { status: "current", ips4: 2 },
  ]);
  expect(requests[2]!.headers.get("if-none-match")).toBeNull();
});

test("new content without a date of its own changed when it was seen", async () => {
  answer = () => new Response("10.0.0.1\n");
  await sync(["one"], {});
  answer = () => new Response("10.0.0.2\n");
  await sync(["one"], { now: new Date(NOW.getTime() + DAY) });
  expect(
    await ask(
      `SELECT lo & 255, strftime(since, '%m-%d'), strftime(until, '%m-%d') FROM ${everListed(4)} ORDER BY lo`,
    ),
  ).toEqual([
    [1, "03-25", "03-26"],
    [2, "03-26", null],
  ]);
  expect(await ask("SELECT strftime(source_date, '%m-%d') FROM feed.feed")).toEqual([["03-26"]]);
});

test("what fails leaves the stored list, and is counted until it works again", async () => {
  answer = () => new Response("10.0.0.1\n");
  await sync(["one"], {});
  const failures: (() => Response)[] = [
    () => new Response("gone", { status: 404 }),
    () => new Response("<html>\n<p>please log in\n"),
    () => new Response(""),
  ];
  const messages: (string | null)[] = [];
  for (const failure of failures) {
    answer = failure;
    const { files } = await sync(["one"], {});
    expect(files[0]!.status).toBe("failed");
    messages.push(files[0]!.message);
  }
  expect(messages).toEqual([
    "the server answered 404 (Not Found)",
    expect.stringContaining("there is no address in it: 2 lines left out"),
    "the server sent nothing",
  ]);
  expect(await ask("SELECT download_failures, failing_since IS NOT NULL, ips4 FROM feed.feed")).toEqual([
    [3, true, "1"],
  ]);
  answer = () => new Response("10.0.0.1\n");
  await sync(["one"], {});
  expect(await ask("SELECT download_failures, failing_since FROM feed.feed")).toEqual([[0, null]]);
});

test("a feed that was never stored leaves nothing behind when its download fails", async () => {
  answer = () => new Response("", { status: 500 });
  const { files } = await sync(["one"], {});
  expect(files).toMatchObject([{ status: "failed" }]);
  expect(readdirSync(folder).filter((name) => name.startsWith(`${round}.duckdb`))).toEqual([]);
});

test("redirects are followed, up to five of them, and only to where a download may go", async () => {
  answer = (_, { pathname }) => {
    const left = Number(pathname.slice(2));
    if (pathname === "/file") return Response.redirect("file:///etc/passwd");
    if (pathname === "/out") return Response.redirect("http://192.0.43.7/list");
    return left > 0 ? Response.redirect(`/r${left - 1}`) : new Response("10.0.0.1\n");
  };
  const catalogue = feeds({ five: "/r5", six: "/r6", file: "/file", out: "/out" });
  const { files } = await sync(["five", "six", "file", "out"], { catalogue });
  expect(Object.fromEntries(files.map(({ feed, message }) => [feed, message]))).toEqual({
    five: null,
    six: "there are more than 5 redirects",
    file: "file:// is not https, which is all that is downloaded from",
    // Private addresses are allowed here; those of the internet are for https all the same.
    out: "192.0.43.7 is on the internet, from where only https is downloaded",
  });
});

test("link-local addresses are never allowed, and private ones only after a private source", async () => {
  const check = (address: string, inside: boolean, source: boolean) =>
    checkedAddresses(new URL(address), { inside, source }, AbortSignal.timeout(1000));
  for (const host of ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.1.1]"])
    await expect(check(`http://${host}/`, true, true)).rejects.toThrow(
      "a link-local address, from where nothing is downloaded",
    );
  expect(await check("https://192.0.43.7/", true, true)).toEqual({
    addresses: ["192.0.43.7"],
    inside: false,
  });
  expect(await check("https://10.0.0.1/", true, true)).toEqual({ addresses: ["10.0.0.1"], inside: true });
  await expect(check("https://10.0.0.1/", false, false)).rejects.toThrow(
    "10.0.0.1 is at 10.0.0.1, which is not an address of the internet, and only a source that is not one either may redirect there",
  );
});

test("a body that breaks off is none", async () => {
  using broken = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n10.0.0.1\n");
      },
    },
  });
  const text = `feeds:\n  - { name: one, category: scanners, source_url: "http://127.0.0.1:${broken.port}/" }\n`;
  const { files } = await sync(["one"], { catalogue: readUserFeeds(text, "feeds.yaml", new Map()) });
  expect(files[0]).toMatchObject({
    status: "failed",
    message: expect.stringContaining("it broke off "),
  });
});

test("private addresses are for those who allow them, by number or by name", async () => {
  for (const host of ["127.0.0.1", "localhost"]) {
    answer = () => new Response("10.0.0.1\n");
    const catalogue = feeds({ one: "/one" }, "[comments]", host);
    const refused = await sync(["one"], { catalogue, allowPrivate: false });
    // By http it is refused whatever it is.
    expect(refused.files[0]!.message).toBe(
      `http://${host}:${server.port} is not https, which is all that is downloaded from`,
    );
    const text = `feeds:\n  - name: one\n    category: scanners\n    source_url: https://${host}:${server.port}/\n`;
    const secure = await sync(["one"], {
      catalogue: readUserFeeds(text, "feeds.yaml", new Map()),
      allowPrivate: false,
    });
    expect(secure.files[0]!.message).toMatch(
      / is at (?:127\.0\.0\.1|::1), which is not an address of the internet/,
    );
    expect(requests).toEqual([]);
  }
  // The connection goes to the address that was checked; the server still hears the name.
  await sync(["one"], { catalogue: feeds({ one: "/one" }, "[comments]", "localhost") });
  expect(hosts).toEqual([`localhost:${server.port}`]);
});

test.skipIf(Bun.which("openssl") === null)("a certificate must be of the name, and trusted", async () => {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = Bun.spawnSync(
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost
     -addext subjectAltName=DNS:localhost -keyout ${key} -out ${cert}`.split(/\s+/),
  );
  expect(made.exitCode).toBe(0);
  const ca = readFileSync(cert, "utf8");
  const names: (string | null)[] = [];
  const secure = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { cert: ca, key: readFileSync(key, "utf8") },
    fetch(request) {
      names.push(request.headers.get("host"));
      return new Response("10.0.0.1\n");
    },
  });
  const { port } = secure;
  const at = (host: string) =>
    readUserFeeds(
      `feeds:\n  - { name: one, category: scanners, source_url: "https://${host}:${port}/" }\n`,
      "feeds.yaml",
      new Map(),
    );
  const messages: (string | null)[] = [];
  for (const [host, options] of [
    ["localhost", {}],
    ["127.0.0.1", { ca }],
    ["localhost", { ca }],
  ] as const) {
    const { files } = await sync(["one"], { catalogue: at(host), ...options });
    messages.push(files[0]!.message);
  }
  await secure.stop(true);
  expect(messages).toEqual([
    "it cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)",
    "it cannot be reached (ERR_TLS_CERT_ALTNAME_INVALID)",
    null,
  ]);
  expect(names).toEqual([`localhost:${port}`]);
});

test("size and time are bounded", async () => {
  answer = async (_, { pathname }) => {
    if (pathname === "/slow") await Bun.sleep(2000);
    return new Response("10.0.0.1\n".repeat(1000));
  };
  const catalogue = feeds({ large: "/large", slow: "/slow" });
  const { files } = await sync(["large", "slow"], { catalogue, size: 1000, time: 300 });
  expect(Object.fromEntries(files.map(({ feed, message }) => [feed, message]))).toEqual({
    large: "it is larger than 1000 bytes",
    slow: "it took longer than 0.3 seconds",
  });
});

test("at most four downloads at a time", async () => {
  let [now, most] = [0, 0];
  answer = async () => {
    most = Math.max(most, ++now);
    await Bun.sleep(20);
    now--;
    return new Response("10.0.0.1\n");
  };
  const names = Array.from({ length: 12 }, (_, i) => `feed_${i}`);
  const catalogue = feeds(Object.fromEntries(names.map((name) => [name, `/${name}`])));
  const summary = await sync(names, { catalogue });
  expect(summary.imported).toBe(12);
  expect(most).toBe(4);
});

test("--all downloads what is stored and due", async () => {
  answer = () => new Response("10.0.0.1\n");
  const catalogue = feeds({ one: "/one", two: "/two" });
  await sync(["one"], { catalogue });
  requests = [];
  await sync("all", { catalogue, now: new Date(NOW.getTime() + 30 * 60_000) });
  expect(requests).toEqual([]);
  await sync("all", { catalogue, now: new Date(NOW.getTime() + 60 * 60_000) });
  expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(["/one"]);
});

test("what has no source says why, and an unknown name is an error with the nearest ones", async () => {
  const text = `
feeds:
  - { name: both, category: scanners, merge: { include: [one, two] } }
  - { name: one_7d, category: scanners, parent: one, window_minutes: 10080 }
  - { name: names, category: scanners, source_url: "https://lists.example/x", parse: [hostnames] }
  - { name: fixed, category: special_use, ranges: [192.0.2.0/24] }
`;
  const catalogue = readUserFeeds(text, "feeds.yaml", new Map());
  const { files } = await sync(["both", "one_7d", "names", "fixed"], { catalogue });
  expect(files.map(({ feed, status, message }) => [feed, status, message])).toEqual([
    ["both", "failed", "it is put together of other feeds (one, two), and has no source of its own"],
    ["one_7d", "failed", "it is what one listed over time, and has no source of its own"],
    ["names", "failed", "its source holds host names, and gadwall resolves none"],
    ["fixed", "imported", null],
  ]);
  await expect(sync(["fixd"], { catalogue })).rejects.toThrow(
    "no source of fixd is known. Did you mean fixed?",
  );
});
