/** Request bodies, bounded in size and time. */

/** Why a body was not taken: too large (413), too slow (408), or the client went away. */
export class BodyRefused extends Error {
  override readonly name = "BodyRefused";
  readonly status: 408 | 413 | 499;

  constructor(status: 408 | 413 | 499, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a request's body.
 * @param bytes it may have at most, whatever its Content-Length says.
 * @param milliseconds it may take at most.
 * @throws BodyRefused
 */
export async function readBody(
  request: Request,
  bytes: number,
  milliseconds: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): BodyRefused => new BodyRefused(413, `a request may have ${bytes} bytes at most`);
  if (Number(request.headers.get("content-length") ?? 0) > bytes) throw tooLarge();
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void reader.cancel().catch(() => {});
  }, milliseconds);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw new BodyRefused(408, `a request has ${milliseconds / 1000} seconds to arrive`);
      if (done) return joined(parts, size);
      size += value.length;
      if (size > bytes) throw tooLarge();
      parts.push(value);
    }
  } catch (error) {
    if (error instanceof BodyRefused) throw error;
    throw new BodyRefused(499, "the request was not sent to its end");
  } finally {
    clearTimeout(timer);
    if (size > bytes) void reader.cancel().catch(() => {});
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
