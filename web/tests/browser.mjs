// A browser for the tests: Debian's Chromium, or the one that SLOTLESS_BROWSER names.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** The browser's program; null where there is none. */
export function program() {
  const named = process.env.SLOTLESS_BROWSER;
  const places = named ? [named] : ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
  return places.find((place) => existsSync(place)) ?? null;
}

export async function launch() {
  const executablePath = program();
  if (executablePath === null) return null;
  // As root it has no sandbox; what it opens is this repository's page alone.
  return chromium.launch({ executablePath, timeout: 180_000, args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"] });
}
