// Firefox shows the same numbers: node --experimental-websocket web/tests/firefox.mjs PAGE. Over WebDriver BiDi, which Firefox speaks by
// itself: no driver has to be had. Exit code 3 where there is no Firefox.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8"));
const program = [process.env.SLOTLESS_FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"]
  .find((path) => path !== undefined && existsSync(path));
if (program === undefined || typeof WebSocket === "undefined") {
  console.error(program === undefined ? "no Firefox: SLOTLESS_FIREFOX names one" : "no WebSocket in this Node: --experimental-websocket, or Node 22");
  process.exit(3);
}
const profile = mkdtempSync(join(tmpdir(), "slotless-firefox-"));
const firefox = spawn(program, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"], { stdio: ["ignore", "ignore", "pipe"] });
let code = 1;
try {
  const address = await new Promise((found, lost) => {
    let said = "";
    firefox.stderr.on("data", (data) => {
      said += data;
      const line = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said);
      if (line !== null) found(line[1]);
    });
    firefox.on("exit", () => lost(new Error(`Firefox ended: ${said}`)));
  });
  const socket = new WebSocket(`${address}/session`);
  await new Promise((open, failed) => {
    socket.onopen = open;
    socket.onerror = failed;
  });
  const waiting = new Map();
  const errors = [];
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.method === "log.entryAdded" && ["error", "warn"].includes(message.params.level)) errors.push(message.params.text);
    const call = waiting.get(message.id);
    if (message.type === "success") call?.done(message.result);
    if (message.type === "error") call?.failed(new Error(`${message.error}: ${message.message}`));
  };
  let number = 0;
  const ask = (method, params) =>
    new Promise((done, failed) => {
      number += 1;
      waiting.set(number, { done, failed });
      socket.send(JSON.stringify({ id: number, method, params }));
    });
  await ask("session.new", { capabilities: {} });
  await ask("session.subscribe", { events: ["log.entryAdded"] });
  const { contexts } = await ask("browsingContext.getTree", {});
  const context = contexts[0].context;
  const url = `${pathToFileURL(resolve(process.argv[2], "index.html")).href}#play=0&n=40&iter=100`;
  await ask("browsingContext.navigate", { context, url, wait: "complete" });
  const run = async (expression) => {
    const { result, exceptionDetails } = await ask("script.evaluate", { expression: `JSON.stringify(${expression})`, target: { context }, awaitPromise: true });
    assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
    return JSON.parse(result.value);
  };
  const until = async (what, expression) => {
    for (let left = 1200; !(await run(expression)); left--) {
      assert.ok(left > 0, `waited in vain for ${what}`);
      await new Promise((go) => setTimeout(go, 100));
    }
  };
  const texts = (selector) => run(`[...document.querySelectorAll("${selector}")].map((one) => one.textContent)`);
  await until("the page", `document.documentElement.dataset.ready === "yes"`);
  assert.deepEqual(await texts(".panel .right"), golden.fade.recalled);
  assert.deepEqual(await texts(".panel .of"), golden.fade.sizes);
  assert.deepEqual(await texts("#classical-verdict"), [golden.energy.classical]);
  await run(`(document.getElementById("attention").scrollIntoView(), 0)`);
  await until("100 iterations", `document.getElementById("iteration")?.textContent.startsWith("100 iter") === true`);
  assert.equal(await run(`document.getElementById("heat-values").getAttribute("aria-label")`), golden.training.values);
  assert.equal(await run(`document.getElementById("heat-queries").getAttribute("aria-label")`), golden.training.queries);
  assert.deepEqual(errors, []);
  console.log("ok   Firefox: the same numbers, no errors");
  code = 0;
} catch (error) {
  console.log(`FAIL Firefox\n${error.stack}`);
} finally {
  firefox.kill();
  await new Promise((gone) => (firefox.exitCode === null ? firefox.on("exit", gone) : gone()));
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(code);
