import { expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { StdioTransport } from "../../src/mcp/stdio-transport.ts";

const ping = (id: number): string => JSON.stringify({ jsonrpc: "2.0", id, method: "ping" });
const pong = (id: number): JSONRPCMessage => ({ jsonrpc: "2.0", id, result: {} });

async function connect() {
  const input = new PassThrough();
  const output = new PassThrough();
  const transport = new StdioTransport(input, output);
  const received: JSONRPCMessage[] = [];
  let written = "";
  output.on("data", (chunk) => {
    written += chunk;
  });
  const errors: string[] = [];
  let closed = false;
  transport.onmessage = (message) => void received.push(message);
  transport.onerror = (error) => void errors.push(error.message);
  transport.onclose = () => {
    closed = true;
  };
  await transport.start();
  return { input, output, transport, received, errors, isClosed: () => closed, written: () => written };
}

/** Lets streams and promises in flight go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

test("reads one message a line, in pieces too, and the last without its newline", async () => {
  const { input, received, transport } = await connect();
  input.write(`${ping(1)}\n${ping(2).slice(0, 10)}`);
  input.write(`${ping(2).slice(10)}\r\n`);
  input.end(ping(3));
  await settle();
  expect(received.map((message) => "id" in message && message.id)).toEqual([1, 2, 3]);
  await transport.close();
});

test("ignores what is no message and reads on", async () => {
  const { input, received, errors, transport } = await connect();
  input.write(`not json\n{"no":"message"}\n${ping(1)}\n`);
  await settle();
  expect(received).toHaveLength(1);
  expect(errors).toEqual(["a line that is no JSON-RPC message was ignored"]);
  await transport.close();
});

test("the end of input closes at once when nothing is open", async () => {
  const { input, transport, isClosed } = await connect();
  input.end();
  await transport.closed;
  expect(isClosed()).toBe(true);
});

test("what was asked before the end of input is still answered", async () => {
  const { input, written, transport, isClosed } = await connect();
  input.end(`${ping(1)}\n${ping(2)}\n`);
  await settle();
  await transport.send(pong(2));
  expect(isClosed()).toBe(false);
  await transport.send(pong(1));
  await transport.closed;
  await settle();
  expect(written()).toBe(`${JSON.stringify(pong(2))}\n${JSON.stringify(pong(1))}\n`);
});

test("a cancelled call is not waited for", async () => {
  const { input, transport } = await connect();
  const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } };
  input.end(`${ping(1)}\n${JSON.stringify(cancelled)}\n`);
  await transport.closed;
});

test("a reader that has gone ends the connection", async () => {
  const { output, transport } = await connect();
  output.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  await transport.closed;
  expect(transport.send(pong(1))).rejects.toThrow("closed");
});

test("a message without end is refused", async () => {
  const { input, errors, transport } = await connect();
  input.write(Buffer.alloc(11 * 1024 * 1024, "x"));
  await transport.closed;
  expect(errors).toHaveLength(1);
});
