// Goes through the page in a real browser, opened from a file: node web/tests/page.mjs PAGE. Prints a line a check; exit code 1 if
// one fails, 3 where there is no browser. What numbers are to be, web/tests/golden.json says, which a Rust test computes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";
import { compare } from "./picture.mjs";

const page = resolve(process.argv[2]);
const address = pathToFileURL(`${page}/index.html`).href;
const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8"));
const commands = readFileSync(new URL("commands.txt", import.meta.url), "utf8").trim().split("\n");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const browser = await launch();
if (browser === null) {
  console.error("no browser: SLOTLESS_BROWSER names a Chromium");
  process.exit(3);
}

let failed = 0;
async function check(name, work) {
  const began = performance.now();
  try {
    await work();
    console.log(`ok   ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n${error.stack}`);
  }
}

/** A tab at a state; whatever it says on the console, or loads from elsewhere, fails the check that closes it. */
async function open(state = "", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  // On a busy machine everything takes longer, and no test is about that.
  context.setDefaultTimeout(180_000);
  const tab = await context.newPage();
  const said = [];
  tab.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  tab.on("pageerror", (error) => said.push(`error: ${error.message}`));
  tab.on("request", (request) => {
    if (!/^(file|blob|data):/.test(request.url())) said.push(`request: ${request.url()}`);
  });
  await tab.goto(state === "" ? address : `${address}#${state}`);
  await tab.waitForSelector("html[data-ready]");
  return {
    tab,
    text: (selector) => tab.locator(selector).textContent(),
    /** Once a thing holds, by asking again. */
    until: async (what, holds) => {
      for (let left = 1200; ; left--) {
        if (await holds()) return;
        assert.ok(left > 0, `waited in vain for ${what}`);
        await tab.waitForTimeout(100);
      }
    },
    close: async () => {
      await context.close();
      assert.deepEqual(said, []);
    },
  };
}

const slide = (tab, id, value) =>
  tab.locator(`#${id}`).evaluate((input, to) => {
    input.value = String(to);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, value);

const recalled = (tab) => tab.locator(".panel .right").allTextContents();

await check("draw and fade: numbers are the library's", async () => {
  const { tab, text, close } = await open();
  assert.match(await text("#since"), /^0 learned/);
  for (let ten = 0; ten < 4; ten++) await tab.click("#ten");
  assert.match(await text("#since"), /^40 learned/);
  assert.deepEqual(await recalled(tab), golden.fade.recalled);
  const sizes = await tab.locator(".panel .of").allTextContents();
  assert.deepEqual(sizes, golden.fade.sizes);
  assert.match(await tab.getAttribute("#curve", "aria-label"), new RegExp(golden.fade.curve));
  await close();
});

await check("the address brings the same back, and a broken one does no harm", async () => {
  const first = await open();
  await first.tab.click("#sketch-1");
  await first.tab.click("#ten");
  await slide(first.tab, "keep", 70);
  await first.tab.click("#cue-mode label:nth-of-type(2)");
  const seen = await recalled(first.tab);
  await first.until("the address", () => first.tab.evaluate(() => location.hash.includes("keep=70") && location.hash.includes("cue=1")));
  const hash = await first.tab.evaluate(() => location.hash.slice(1));
  await first.close();
  const second = await open(hash);
  assert.deepEqual(await recalled(second.tab), seen);
  assert.equal(await second.tab.locator("#keep").inputValue(), "70");
  await second.close();
  const third = await open("d=zz&n=-3&bytes=99999999&k=4000&m=-1&bits=7&levels=1e9&stored=77&pic=x&beta=-2&model=9&letters=0&iter=-1&nonsense=1&n=12x");
  assert.equal((await recalled(third.tab)).length, 4);
  await third.close();
});

await check("a drawing by mouse, by touch and by keys", async () => {
  const { tab, text, close } = await open();
  await tab.click("#clear");
  assert.match(await text("#fade-refused"), /empty/);
  const box = await tab.locator("#draw").boundingBox();
  const at = (column, row) => [box.x + ((column + 0.5) * box.width) / 16, box.y + ((row + 0.5) * box.height) / 16];
  await tab.mouse.move(...at(2, 2));
  await tab.mouse.down();
  await tab.mouse.move(...at(12, 2));
  await tab.mouse.move(...at(12, 12));
  await tab.mouse.up();
  assert.equal((await recalled(tab))[3], "21 of 21");
  assert.equal(await tab.locator("#fade-refused").isHidden(), true);
  await tab.focus("#draw");
  await tab.keyboard.press("ArrowDown");
  await tab.keyboard.press("Space");
  assert.equal((await recalled(tab))[3], "22 of 22");
  await close();
  const touched = await open("", { hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });
  await touched.tab.click("#clear");
  const small = await touched.tab.locator("#draw").boundingBox();
  await touched.tab.touchscreen.tap(small.x + small.width / 2, small.y + small.height / 2);
  await touched.tab.touchscreen.tap(small.x + small.width / 4, small.y + small.height / 4);
  assert.equal((await recalled(touched.tab))[3], "2 of 2");
  await touched.close();
});

await check("every control of the memories changes what is recalled or is refused in words", async () => {
  const { tab, text, close } = await open("n=40");
  await tab.click("#fade-more summary");
  for (const [id, value] of [["bytes", 13], ["m", 16], ["k", 2], ["eps", 100], ["levels", 3], ["before", 0], ["seed", 7]]) {
    const before = [await text("#panels"), await text("#fade-facts"), await tab.evaluate(() => document.getElementById("curve").toDataURL())];
    await slide(tab, id, value);
    await tab.click("#ten");
    const after = [await text("#panels"), await text("#fade-facts"), await tab.evaluate(() => document.getElementById("curve").toDataURL())];
    assert.notDeepEqual(after, before, id);
  }
  for (const width of [1, 2, 3, 4]) {
    await tab.click(`#bits label:nth-of-type(${width})`);
    assert.match(await text("#of-0"), new RegExp(`^${[255, 127, 63, 31][width - 1]} units`));
  }
  await tab.click("#defaults");
  assert.deepEqual(await tab.locator(".panel .of").allTextContents(), golden.fade.sizes);
  await close();
});

await check("playing goes on by itself, and pauses", async () => {
  const { tab, text, until, close } = await open("pace=30", { reducedMotion: "no-preference" });
  assert.equal(await text("#play"), "Pause");
  await until("patterns", async () => parseInt(await text("#since"), 10) >= 5);
  await tab.click("#play");
  const now = await text("#since");
  await tab.waitForTimeout(400);
  assert.equal(await text("#since"), now);
  await close();
});

await check("inside: numbers are the library's, each step has its own picture", async () => {
  const { tab, text, until, close } = await open("n=40");
  await tab.locator("#inside").scrollIntoViewIfNeeded();
  await until("the network", async () => (await text("#inside-right")).startsWith("Recalled"));
  assert.equal(await text("#inside-right"), golden.inside.right);
  const seen = new Set();
  for (let step = 0; step < 5; step++) {
    await tab.click("#inside-step");
    seen.add(await tab.evaluate(() => ["inside-units", "inside-sums"].map((id) => document.getElementById(id).toDataURL()).join()));
    if (step === 2) assert.equal((await text("#inside-equation")).match(/ = ([\d.]+): one of/)[1], golden.inside.potential);
  }
  assert.ok(seen.size >= 4, `${seen.size} pictures`);
  await tab.focus("#inside-units");
  await tab.keyboard.press("ArrowRight");
  await until("a unit in the address", () => tab.evaluate(() => /unit=\d+/.test(location.hash)));
  await tab.click("#inside-learn");
  assert.match(await text("#inside-equation"), /Learning moved/);
  await tab.click("#inside-reset");
  assert.equal(await text("#inside-right"), golden.inside.right);
  await close();
});

await check("energy: numbers are the library's, states have names", async () => {
  const { tab, text, close } = await open();
  assert.equal(await text("#classical-verdict"), golden.energy.classical);
  assert.equal(await text("#modern-verdict"), golden.energy.modern);
  assert.match(await text("#modern-equation"), new RegExp(`energy ${golden.energy.energy}:`));
  await slide(tab, "beta", -2);
  assert.match(await text("#modern-verdict"), /mean of all/);
  await slide(tab, "flips", 256);
  assert.match(await text("#classical-verdict"), /inverse/);
  const names = new Set();
  await slide(tab, "stored", 8);
  for (let picture = 0; picture < 8; picture++) {
    await tab.click(`#energy-${picture}`);
    names.add((await text("#classical-verdict")).replace(/^After \d+ flips: /, "").slice(0, 9));
  }
  assert.ok(names.size >= 2, [...names].join());
  await tab.click("#energy-step");
  await close();
});

await check("attention: the training is the library's, and learns", async () => {
  const { tab, text, until, close } = await open("iter=100");
  await tab.locator("#attention").scrollIntoViewIfNeeded();
  await until("100 iterations", async () => (await text("#iteration")).startsWith("100 iter"));
  const label = (id) => tab.getAttribute(`#${id}`, "aria-label");
  assert.equal(await label("heat-values"), golden.training.values);
  assert.equal(await label("heat-queries"), golden.training.queries);
  for (let times = 0; times < 15; times++) await tab.click("#train-some");
  await until("1,600 iterations", async () => (await text("#iteration")).startsWith("1,600 iter"));
  assert.match(await text("#attention-verdict"), /learned the task/);
  await tab.click("#model label:nth-of-type(5)");
  await slide(tab, "letters", 3);
  await slide(tab, "tseed", 2);
  await tab.click("#train-again");
  await until("the start", async () => (await text("#iteration")).startsWith("0 iter"));
  await slide(tab, "speed", 12);
  await tab.click("#train");
  await until("training", async () => parseInt((await text("#iteration")).replace(",", ""), 10) > 500);
  await tab.click("#train");
  await close();
});

await check("the commands are those that a test of the program parses", async () => {
  const { tab, until, text, close } = await open();
  await tab.locator("#attention").scrollIntoViewIfNeeded();
  await tab.locator("#inside").scrollIntoViewIfNeeded();
  await until("all commands", async () => (await text("#inside-command")) !== "" && (await text("#attention-command")) !== "");
  assert.deepEqual(await tab.locator(".command code").allTextContents(), commands);
  await close();
});

await check("pictures can be saved", async () => {
  const { tab, close } = await open("n=20");
  const waiting = tab.waitForEvent("download");
  await tab.click("#save-curve-figure");
  const saved = await waiting;
  assert.equal(saved.suggestedFilename(), "accuracy-by-age.png");
  const bytes = readFileSync(await saved.path());
  assert.deepEqual([...bytes.subarray(1, 4)], [0x50, 0x4e, 0x47]);
  assert.ok(bytes.length > 5000, `${bytes.length} bytes`);
  await close();
});

for (const [width, colorScheme] of [[1280, "light"], [360, "dark"]]) {
  await check(`no violation of accessibility, nothing wider than the page: ${width} px, ${colorScheme}`, async () => {
    const { tab, until, text, close } = await open("n=40&iter=50", { viewport: { width, height: 800 }, colorScheme });
    await tab.locator("#attention").scrollIntoViewIfNeeded();
    await until("training", async () => (await text("#iteration")).startsWith("50"));
    await tab.locator("#inside").scrollIntoViewIfNeeded();
    await tab.click("#fade-more summary");
    assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the page");
    await tab.evaluate(axe);
    const found = await tab.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], preload: false }));
    assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(" ")}`), []);
    await close();
  });
}

await check("the pictures look as they did", async () => {
  const { tab, close } = await open("n=40", { deviceScaleFactor: 1 });
  // What the canvases hold, and not where on the page they stand, which fonts decide.
  for (const id of ["recall-1", "curve", "classical-state"]) {
    const data = await tab.locator(`#${id}`).evaluate((canvas) => canvas.toDataURL());
    const image = Buffer.from(data.slice(data.indexOf(",") + 1), "base64");
    await compare(tab, image, new URL(`shots/${id}.png`, import.meta.url));
  }
  await close();
});

await browser.close();
process.exit(failed > 0 ? 1 : 0);
