/** A browser that somebody sits at, without a window: Debian's Chromium. */
import type { Browser } from "puppeteer-core";
import puppeteer from "puppeteer-core";
import { PUBLIC_NAME } from "./nginx.ts";

export const CHROMIUM = "/usr/bin/chromium";

/**
 * Starts Chromium; it asks nobody but this machine.
 * @param profile folder for what it keeps.
 */
export function startBrowser(profile: string): Promise<Browser> {
  return puppeteer.launch({
    executablePath: CHROMIUM,
    userDataDir: profile,
    env: { PATH: process.env.PATH, HOME: profile },
    // Of nginx.ts, made a moment ago.
    acceptInsecureCerts: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=MAP ${PUBLIC_NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ],
  });
}

/**
 * Opens an authorization URL in a browser where nobody is signed in, signs in, and answers the question.
 * @param answer which button is clicked.
 * @returns the text of the consent page.
 */
export async function answerInBrowser(
  browser: Browser,
  url: URL,
  { email, password, answer }: { email: string; password: string; answer: "allow" | "deny" },
): Promise<string> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.goto(url.href);
    // Not by locators: they make functions of texts inside the page, which its Content-Security-Policy forbids.
    await page.type("input[name=email]", email);
    await page.type("input[name=password]", password);
    await Promise.all([page.waitForNavigation(), page.click("form[action='/sign-in'] button")]);
    const consent = await page.$eval("body", (body) => body.innerText);
    await Promise.all([
      page.waitForNavigation(),
      page.click(`form[action='/consent'] button[value=${answer}]`),
    ]);
    return consent;
  } finally {
    await context.close();
  }
}
