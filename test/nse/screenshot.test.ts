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
  "../../etc/x.png",
  "/etc/x.png",
  "C:\\x.png",
  ".png",
  "x.png.exe",
  "x.svg",
  "x\0.png",
  "b\u00fcro 2.png",
])("%p is handed on: the import refuses and counts it, or finds it", (name) => {
  expect(treat({ id: "http-screenshot", output: `\n  Saved to ${name}\n  and more` })).toEqual({
    scripts: [],
    screenshot: name,
  });
});

test("text after the name is not part of it, and the name is bounded", () => {
  const named = (output: string) => treat({ id: "http-screenshot", output }).screenshot;
  expect(named("Saved to x.png (12 KB), y.png")).toBe("x.png");
  expect(named(`Saved to ${"x".repeat(300)}.png`)).toBe("x".repeat(251));
});

test.each(["Failed", "", "Saved to ", "Saved to \nx.png"])("%p names none", (output) => {
  expect(treat({ id: "http-screenshot", output })).toEqual({ scripts: [] });
});

test("capitals and IPv6 are fine", () => {
  expect(treat({ id: "vnc-screenshot", output: "Saved to 2001:db8::1-5900.PNG" }).screenshot).toBe(
    "2001:db8::1-5900.PNG",
  );
});
