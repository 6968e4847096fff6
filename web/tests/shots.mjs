// Pictures of the page to be looked at: node web/tests/shots.mjs PAGE OUT.

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const [page, out] = process.argv.slice(2).map((path) => resolve(path));
mkdirSync(out, { recursive: true });
const browser = await launch();
if (browser === null) {
  console.error("no Chromium: SLOTLESS_BROWSER names one");
  process.exit(3);
}
for (const [width, height] of [[1280, 900], [360, 740]]) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const tab = await context.newPage();
    tab.on("console", (message) => console.log(message.type(), message.text()));
    tab.on("pageerror", (error) => console.log("error", error.message));
    await tab.goto(`${pathToFileURL(`${page}/index.html`)}#play=0&n=40&iter=1500`);
    await tab.waitForSelector("html[data-ready]");
    for (const id of ["fade", "inside", "energy", "attention"]) {
      const section = tab.locator(`#${id}`);
      await section.scrollIntoViewIfNeeded();
      await tab.waitForTimeout(id === "attention" ? 2500 : 300);
      await section.screenshot({ path: `${out}/${width}-${colorScheme}-${id}.png` });
    }
    await tab.evaluate(() => scrollTo(0, 0));
    await tab.screenshot({ path: `${out}/${width}-${colorScheme}-top.png` });
    await context.close();
  }
}
await browser.close();
