/** The frame of all pages: no script, no frames, nothing from elsewhere. */
import { createHash } from "node:crypto";
import { Html, html } from "./html.ts";

const STYLE = `
:root{color-scheme:light dark;--line:#8886;--accent:#0a6a5c;--on-accent:#fff;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--accent:#5cc9b5;--on-accent:#06201b;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;display:grid;min-height:100vh;place-items:center;padding:1rem}
main{width:100%;max-width:26rem;border:1px solid var(--line);border-radius:.75rem;padding:1.5rem}
h1{font-size:1.25rem;margin:0 0 1rem;overflow-wrap:anywhere}
p,ul,dl{margin:0 0 1rem;overflow-wrap:anywhere}
ul{padding-left:1.25rem}
dt{font-size:.85rem;opacity:.75}dd{margin:0 0 .5rem}
label{display:block;margin:0 0 1rem}
input{display:block;width:100%;font:inherit;padding:.5rem;margin-top:.25rem;border:1px solid var(--line);border-radius:.4rem}
button{font:inherit;padding:.5rem 1.25rem;border:1px solid var(--line);border-radius:.4rem;background:none;color:inherit;cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.row{display:flex;gap:.75rem;justify-content:flex-end}
.bad{color:var(--bad)}
.quiet{font-size:.85rem;opacity:.75;margin:1rem 0 0}
.quiet form,.inline{display:inline}.quiet button,.inline button{padding:0;border:0;text-decoration:underline;font-size:inherit}
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/**
 * The headers of every page. `same-origin`, since forms of a page without referrers post `Origin: null`. No form-action:
 * browsers hold redirects after a form against it too, and the answer to the consent form is one to the client.
 */
const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`,
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "X-Robots-Tag": "noindex",
  "Cache-Control": "no-store",
};

/** A whole page. */
export function page(
  title: string,
  content: Html,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} - gadwall</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return new Response(whole.text, { status, headers: { ...HEADERS, ...headers } });
}

/** A page that tells what is wrong. */
export function problem(status: number, title: string, why: string): Response {
  return page(title, html`<p>${why}</p>`, { status });
}

/** To another page, or to a client; a form becomes a plain request there. */
export function goTo(location: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({
    Location: location,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
  });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}
