// The worker of station 4: trains, and tells the page about sixty times a second how far it is.

import { Engine, Refused, type Matrices } from "./engine.js";

/** What the page asks. */
export type Asked =
  | { kind: "load"; bytes: Uint8Array }
  | { kind: "start"; run: number; rule: number; letters: number; seed: number; until: number }
  | { kind: "pace"; perSecond: number }
  | { kind: "steps"; count: number };

/** What it is told. */
export type Told =
  | { kind: "ready" }
  | { kind: "refused"; text: string }
  | {
      kind: "trained";
      run: number;
      iteration: number;
      letters: number;
      curve: Stretch[];
      matrices: Matrices;
      /** Iterations a second, while training as fast as it can. */
      speed: number;
    };

/** How a stretch of iterations went, and what the weights were then. */
export interface Stretch {
  /** Its last iteration. */
  iteration: number;
  accuracy: number;
  loss: number;
  /** What the values say of the case: 1 of what they should, 0 of what they should not. */
  contrast: number;
  /** The share of attention that a query gives to its own letter, among all letters of one case. */
  found: number;
}

/** Milliseconds between two words to the page. */
const EVERY = 16;
/** Iterations of a point of the curve. */
const STRETCH = 10;

let engine: Engine | null = null;
let run = 0;
let letters = 4;
let pace = 0;
let iteration = 0;
let timer: ReturnType<typeof setTimeout> | null = null;
let due = 0;

const tell = (told: Told): void => self.postMessage(told);

function train(count: number): void {
  if (engine === null) return;
  const curve: Stretch[] = [];
  const began = performance.now();
  for (let left = count; left > 0; ) {
    // Stretches end at multiples, however the iterations are asked for.
    const now = Math.min(left, STRETCH - (iteration % STRETCH));
    const done = engine.trainingSteps(now);
    iteration = done.iteration;
    left -= now;
    curve.push({ ...done, ...learned(engine.trainingMatrices(letters)) });
  }
  // At the start there is no stretch, but there are weights.
  if (count === 0) curve.push({ iteration, accuracy: 0.5, loss: 0.5, ...learned(engine.trainingMatrices(letters)) });
  const speed = (1000 * count) / Math.max(performance.now() - began, 0.1);
  tell({ kind: "trained", run, iteration, letters, curve, matrices: engine.trainingMatrices(letters), speed });
}

/** What can be read off the weights. */
function learned({ values, queriesKeys }: Matrices): { contrast: number; found: number } {
  const tokens = 2 * letters;
  let [contrast, found] = [0, 0];
  for (let token = 0; token < tokens; token++) {
    const own = token < letters ? 0 : 1;
    contrast += (values[own * tokens + token]! - values[(1 - own) * tokens + token]!) / tokens;
    const [query, from] = [token % letters, own * letters];
    const row = queriesKeys.slice(query * tokens + from, query * tokens + from + letters);
    const most = Math.max(...row);
    const shares = row.map((product) => Math.exp(product - most));
    found += shares[query]! / shares.reduce((sum, share) => sum + share, 0) / tokens;
  }
  return { contrast, found };
}

function beat(): void {
  timer = null;
  if (pace <= 0) return;
  due += (pace * EVERY) / 1000;
  const began = performance.now();
  let count = Math.floor(due);
  due -= count;
  // As many as there is time for, where the pace is more than this machine has.
  if (count > 0) {
    const piece = Math.max(1, Math.min(count, 200));
    count = piece;
    train(count);
  }
  timer = setTimeout(beat, Math.max(0, EVERY - (performance.now() - began)));
}

self.onmessage = (event: MessageEvent<Asked>): void => {
  const asked = event.data;
  switch (asked.kind) {
    case "load":
      void Engine.load(asked.bytes).then((loaded) => {
        engine = loaded;
        tell({ kind: "ready" });
      });
      break;
    case "start":
      try {
        engine?.trainingStart(asked.rule, asked.letters, asked.seed);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        tell({ kind: "refused", text: error.message });
        return;
      }
      ({ run, letters } = asked);
      iteration = 0;
      due = 0;
      train(asked.until);
      break;
    case "pace":
      pace = asked.perSecond;
      if (pace > 0 && timer === null) beat();
      break;
    case "steps":
      train(asked.count);
      break;
  }
};
