/** What is answered to requests that are not taken on. */
import { plainError, RPC, rpcError } from "./rpc.ts";

/** 503: there is no room for one more at the same time. */
export function busy(): Response {
  return rpcError(503, RPC.refused, "Too many requests are in flight: try again", { "Retry-After": "1" });
}

/** 429: too often. */
export function tooMany(seconds: number, what = "the next one"): Response {
  return rpcError(429, RPC.refused, `Too many requests: ${what} may come in ${seconds} s`, {
    "Retry-After": String(seconds),
  });
}

/** 400: more messages in one body than are ever taken. */
export function batchTooLong(most: number): Response {
  return rpcError(400, RPC.invalid, `A batch may have ${most} messages at most`);
}

/** 404 beside the endpoint. @param path of the endpoint. */
export function nothingHere(path: string): Response {
  return plainError(404, "not_found", `There is nothing here: the MCP endpoint is ${path}`);
}
