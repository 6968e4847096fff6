// The page: loads the networks, begins the stations, keeps the address.

import bytes from "built-engine";
import { attention, type Attention } from "./attention.js";
import { whenColoursChange } from "./canvas.js";
import { get } from "./dom.js";
import { energy } from "./energy.js";
import { Engine } from "./engine.js";
import { fade } from "./fade.js";
import { inside } from "./inside.js";
import { saving } from "./save.js";
import { readState, writeState } from "./state.js";

const STATIONS = ["fade", "inside", "energy", "attention"];

async function begin(): Promise<void> {
  const engine = await Engine.load(bytes);
  // A plain anchor is a place, not a state.
  const state = readState(location.search, location.hash);
  if (STATIONS.includes(state.only)) {
    document.documentElement.classList.add("only");
    get(state.only).classList.add("chosen");
  }

  let pending: ReturnType<typeof setTimeout> | null = null;
  const changed = (): void => {
    // Once in a while: browsers count how often an address changes.
    if (pending !== null) return;
    pending = setTimeout(() => {
      pending = null;
      const text = writeState(state);
      try {
        history.replaceState(null, "", text === "" ? location.pathname + location.search : `#${text}`);
      } catch {
        // Some browsers refuse it to pages from a file or in a frame; the page works without.
      }
    }, 250);
  };

  // The second station follows the first, but only where it is seen.
  let seen = false;
  let stale = true;
  const first = fade(engine, state, changed, () => {
    stale = true;
  });
  const second = inside(engine, state, first, changed);
  const third = energy(engine, state, changed);
  let fourth: Attention | null = null;
  new IntersectionObserver((entries) => {
    seen = entries.some((entry) => entry.isIntersecting);
  }, { rootMargin: "200px" }).observe(get("inside"));
  // Its worker is a second copy of the networks: only for who comes that far.
  const late = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting) || fourth !== null) return;
    late.disconnect();
    fourth = attention(engine, bytes, state, changed);
    fourth.draw();
  }, { rootMargin: "600px" });
  late.observe(get("attention"));

  for (const [id, name] of [
    ["fade-figure", "draw-and-fade"], ["curve-figure", "accuracy-by-age"], ["inside-figure", "inside"],
    ["classical-figure", "classical"], ["modern-figure", "modern"], ["training-figure", "training"], ["matrices-figure", "matrices"],
  ] as const) saving(id, name);

  const draw = (): void => {
    first.draw();
    second.draw();
    third.draw();
    fourth?.draw();
  };
  whenColoursChange(draw);
  let wide = innerWidth;
  new ResizeObserver(() => {
    if (innerWidth === wide) return;
    wide = innerWidth;
    draw();
  }).observe(document.body);
  addEventListener("hashchange", () => {
    const given = readState(location.search, location.hash);
    // An anchor of the page itself says nothing of a state.
    if (!location.hash.includes("=")) return;
    Object.assign(state, given);
    first.restart();
    second.refresh();
    third.restart();
    fourth?.restart();
  });

  const frame = (now: number): void => {
    first.frame(now);
    third.frame(now);
    if (stale && seen) {
      stale = false;
      second.refresh();
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  get("about").textContent += ` Results version ${engine.resultsVersion()}.`;
  document.documentElement.dataset["ready"] = "yes";
}

begin().catch((error: unknown) => {
  get("broken").textContent = `This page needs a browser with WebAssembly (${error instanceof Error ? error.message : String(error)}).`;
  get("broken").hidden = false;
});
