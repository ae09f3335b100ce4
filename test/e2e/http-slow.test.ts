/** What takes 15 seconds to be seen, all at once: heartbeats, and bodies that do not arrive. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { bearer, openSession, Place, raw, type Served } from "./serving.ts";

const place = new Place();
let served: Served;
let key = "";
let stream: Response;
let slowBody: Promise<string>;

beforeAll(async () => {
  await place.addUser("ann@example.org");
  key = await place.createKey("ann@example.org");
  served = await place.serve();
  slowBody = raw(
    served.port,
    `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
  );
  const session = await openSession(served.url, key);
  stream = await fetch(served.url, { headers: { ...bearer(key), Accept: "text/event-stream", ...session } });
});
afterAll(() => place.remove());

test("a stream with nothing to say has a heartbeat, and ends with the server", async () => {
  expect(stream.status).toBe(200);
  const reader = stream.body!.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.split("\n\n").length < 3) text += decoder.decode((await reader.read()).value);
  // Comments: clients pass over them.
  expect(text).toMatch(/^: open\n\n:.*\n\n$/);
  expect(await slowBody).toStartWith("HTTP/1.1 408");
  expect(await served.stop()).toBe(0);
  expect((await reader.read()).done).toBe(true);
});
