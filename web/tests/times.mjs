// How fast the page is in a browser: node web/tests/times.mjs PAGE. A line a station: frames a second while it moves, and what a frame
// takes of a processor. It asserts nothing; times are those of the machine and of what else it does.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

/** How long frames are counted, in milliseconds. */
const FOR = 2400;

const page = pathToFileURL(`${resolve(process.argv[2])}/index.html`).href;
const browser = await launch();
if (browser === null) {
  console.error("no Chromium: SLOTLESS_BROWSER names one");
  process.exit(3);
}
console.log(`Chromium ${browser.version()}, 1280 x 900`);
for (const [name, state, station, press] of [
  ["1 fade, 6 patterns a second", "", null, null],
  ["1 fade, 60 patterns a second", "pace=60", null, null],
  ["2 inside, 6 patterns a second", "", "inside", null],
  ["3 energy falling", "play=0", "energy", "#fall"],
  ["4 attention, 20 iterations a second", "play=0", "attention", "#train"],
  ["4 attention, as fast as it goes", "play=0&speed=20000", "attention", "#train"],
]) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const tab = await context.newPage();
  const session = await context.newCDPSession(tab);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () => (await session.send("Performance.getMetrics")).metrics.find((one) => one.name === "TaskDuration").value;
  await tab.goto(state === "" ? page : `${page}#${state}`);
  await tab.waitForSelector("html[data-ready]");
  const [drawn, ready] = await tab.evaluate(() => [
    performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN, performance.now(),
  ]);
  if (station !== null) {
    await tab.locator(`#${station}`).scrollIntoViewIfNeeded();
    // Until its worker stands.
    await tab.waitForTimeout(1000);
    if (press !== null) await tab.click(press);
  }
  const before = await busy();
  const gaps = await tab.evaluate((length) => new Promise((done) => {
    const found = [];
    let last = performance.now();
    const end = last + length;
    const frame = () => {
      const now = performance.now();
      found.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(frame);
      else done(found.sort((a, b) => a - b));
    };
    requestAnimationFrame(frame);
  }), FOR);
  const each = (1000 * ((await busy()) - before)) / gaps.length;
  console.log(
    `${name}: first paint after ${Math.round(drawn)} ms, all of it after ${Math.round(ready)} ms, ${(gaps.length / (FOR / 1000)).toFixed(1)} frames a second, ` +
    `19 of 20 within ${gaps[Math.floor(0.95 * gaps.length)].toFixed(1)} ms, ${each.toFixed(1)} ms of a processor each` +
    (station === "attention" ? `, ${await tab.textContent("#iteration")}` : ""),
  );
  await context.close();
}
await browser.close();
