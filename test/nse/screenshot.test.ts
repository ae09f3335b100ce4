import { expect, test } from "bun:test";
import { treat } from "../../src/nse/treatments.ts";

test.each(["http", "mainframe", "rdp", "rtsp", "vnc", "x11"])("%s-screenshot names its file", (service) => {
  expect(
    treat({ id: `${service}-screenshot`, output: "\n  Saved to screenshot-192.0.2.1-80.jpg\n" }),
  ).toEqual({
    scripts: [],
    screenshot: "screenshot-192.0.2.1-80.jpg",
  });
});

test.each([
  "Saved to ../../etc/x.png",
  "Saved to /etc/x.png",
  "Saved to C:\\x.png",
  "Saved to .png",
  "Saved to .hidden.png",
  "Saved to x.png.exe",
  "Saved to x.svg",
  "Saved to x\0.png",
  `Saved to ${"x".repeat(300)}.png`,
  "Failed",
  "",
])("%p names none", (output) => {
  expect(treat({ id: "http-screenshot", output })).toEqual({ scripts: [] });
});

test("capitals and IPv6 are fine", () => {
  expect(treat({ id: "vnc-screenshot", output: "Saved to 2001:db8::1-5900.PNG" }).screenshot).toBe(
    "2001:db8::1-5900.PNG",
  );
});
