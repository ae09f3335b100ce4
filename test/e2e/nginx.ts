/** nginx on loopback as docs/deploy.md has it, with a certificate of its own. */

import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";

export const NGINX = "/usr/sbin/nginx";
export const OPENSSL = "/usr/bin/openssl";

/** The name under which clients know the server; no resolver knows it. */
export const PUBLIC_NAME = "scans.example.org";

/** The paths that the configuration in docs/deploy.md lets through. */
export function documentedPaths(): string[] {
  return [...documented({}).matchAll(/^ *location = (\S+) /gm)].map((match) => match[1]!);
}

/** The configuration that docs/deploy.md shows, with what is another machine's business put right. */
function documented(changes: Readonly<Record<string, string>>): string {
  const page = readFileSync(resolve(import.meta.dir, "../../docs/deploy.md"), "utf8");
  let text = /^```nginx\n([\s\S]*?)^```$/m.exec(page)![1]!;
  for (const [from, to] of Object.entries(changes)) {
    if (text.split(from).length !== 2) throw new Error(`docs/deploy.md must have “${from}” once`);
    text = text.replace(from, to);
  }
  return text;
}

/** A free port of loopback, as nginx cannot tell which one it got. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export interface Nginx {
  /** What clients call the server. */
  readonly origin: string;
  /** Asks as somebody would whose resolver knows the name, and who trusts the certificate. */
  readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** What it wrote to its two logs. */
  logs(): { access: string; error: string };
  stop(): Promise<void>;
}

/**
 * Starts nginx in front of a server.
 * @param folder for everything it writes.
 * @param port on which it listens; @param backend port of the server.
 */
export async function startNginx(folder: string, port: number, backend: number): Promise<Nginx> {
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  await run([
    OPENSSL,
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj".split(" "),
    `/CN=${PUBLIC_NAME}`,
    "-addext",
    `subjectAltName=DNS:${PUBLIC_NAME}`,
    ...["-keyout", key, "-out", certificate],
  ]);
  const site = documented({
    "127.0.0.1:9100": `127.0.0.1:${backend}`,
    "listen 443 ssl": `listen 127.0.0.1:${port} ssl`,
    "/etc/letsencrypt/live/scans.example.org/fullchain.pem": certificate,
    "/etc/letsencrypt/live/scans.example.org/privkey.pem": key,
    "/var/log/nginx/gadwall.log": join(folder, "access.log"),
    "/var/log/nginx/error.log": join(folder, "nginx.log"),
  });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((what) => `${what}_temp_path ${join(folder, what)};`)
    .join("\n");
  const configuration = join(folder, "nginx.conf");
  writeFileSync(
    configuration,
    `daemon off;
master_process off;
pid ${join(folder, "nginx.pid")};
error_log ${join(folder, "nginx.log")} warn;
events {}
http {
access_log off;
${temporary}
${site}
}
`,
  );
  const child = Bun.spawn([NGINX, "-p", folder, "-e", join(folder, "nginx.log"), "-c", configuration], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const ca = readFileSync(certificate, "utf8");
  const ask: Nginx["fetch"] = async (target, init) => {
    const request = target instanceof Request ? target : new Request(target.toString(), init);
    const url = new URL(request.url);
    if (url.hostname !== PUBLIC_NAME) return fetch(request);
    const headers = new Headers(request.headers);
    headers.set("Host", url.host);
    url.hostname = "127.0.0.1";
    return fetch(url, {
      method: request.method,
      headers,
      body: init?.body ?? request.body,
      redirect: init?.redirect ?? request.redirect,
      signal: request.signal,
      tls: { ca, serverName: PUBLIC_NAME },
    } as RequestInit);
  };
  const origin = `https://${PUBLIC_NAME}:${port}`;
  const stop = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  await Promise.race([
    answering(() => ask(origin)),
    child.exited.then((code) => {
      throw new Error(`nginx ended with ${code}: ${readFileSync(join(folder, "nginx.log"), "utf8")}`);
    }),
  ]).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    origin,
    fetch: ask,
    logs: () => ({
      access: readFileSync(join(folder, "access.log"), "utf8"),
      error: readFileSync(join(folder, "nginx.log"), "utf8"),
    }),
    stop,
  };
}

/** As Bun says it in programs and in tests. */
const REFUSED: ReadonlySet<string> = new Set(["ConnectionRefused", "ECONNREFUSED"]);

async function answering(ask: () => Promise<Response>): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (!REFUSED.has((error as { code?: string }).code ?? "")) throw error;
      await Bun.sleep(20);
    }
  }
}

async function run(command: string[]): Promise<void> {
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const [said, code] = await Promise.all([child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(`${command[0]}: ${said}`);
}
