// Station 4: a transformer whose attention lives in fast weights learns the Case Sequence Task, in a worker.

import source from "built-worker";
import { chart, heat, palette } from "./canvas.js";
import { button, choice, command, get, say, slider } from "./dom.js";
import type { Matrices } from "./engine.js";
import type { State } from "./state.js";
import type { Asked, Told } from "./worker.js";

const MODELS = [
  [4, "QK + projections"],
  [3, "QK"],
  [2, "MHN"],
  [1, "fixed keys"],
  [0, "with slots"],
] as const;
const COMMANDS = ["baseline", "fixed", "mhn", "qk", "qk --winner-by projections"] as const;
/** Iterations of the paper. */
const PAPER = 5000;

export interface Attention {
  restart(): void;
  draw(): void;
}

export function attention(bytes: Uint8Array, state: State, changed: () => void): Attention {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url);
  let run = 0;
  let ready = false;
  let playing = false;
  let curve: [number, number, number][] = [];
  let matrices: Matrices | null = null;
  let iteration = 0;
  let speed = 0;
  let letters = state.letters;
  let asked = false;

  const ask = (message: Asked): void => worker.postMessage(message);
  worker.addEventListener("message", (event: MessageEvent<Told>) => {
    const told = event.data;
    if (told.kind === "ready") {
      ready = true;
      restart();
    } else if (told.kind === "refused") {
      get("attention-verdict").textContent = told.text;
    } else if (told.run === run) {
      iteration = told.iteration;
      letters = told.letters;
      matrices = told.matrices;
      for (const point of told.curve) {
        // A stretch that was told in two parts is one point: the last word of it stands.
        if (curve.length > 0 && Math.ceil(curve[curve.length - 1]![0] / 10) === Math.ceil(point[0] / 10)) curve.pop();
        curve.push(point);
      }
      if (told.curve.length >= 3) speed = told.speed;
      if (!asked) {
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          draw();
        });
      }
      if (playing && iteration >= PAPER) setPlaying(false);
    }
  });
  ask({ kind: "load", bytes });

  const into = get("attention-controls");
  const model = choice(into, "model", "Model", MODELS, (value) => { state.model = value; restart(); });
  const count = slider(into, "letters", "Letters", { low: 2, high: 10 }, String, (v) => { state.letters = v; restart(); });
  const seed = slider(into, "tseed", "Seed", { low: 1, high: 100 }, String, (v) => { state.tseed = v; restart(); });
  const pace = slider(into, "speed", "Speed", { low: 10, high: 20000, power: true }, (v) => (v >= 20000 ? "as fast as it goes" : `${Math.round(v)} iterations a second`), (v) => {
    state.speed = Math.round(v);
    changed();
    if (playing) ask({ kind: "pace", perSecond: state.speed });
  });
  const row = get("attention-play");
  const play = button(row, "train", "Train", () => {
    if (iteration >= PAPER && !playing) { state.iter = 0; restart(); }
    setPlaying(!playing);
  });
  play.className = "first";
  button(row, "train-some", "100 iterations", () => { setPlaying(false); ask({ kind: "steps", count: 100 }); });
  button(row, "train-again", "From the start", () => { setPlaying(false); state.iter = 0; restart(); });
  const where = document.createElement("span");
  where.className = "count";
  where.id = "iteration";
  row.append(where);

  function setPlaying(on: boolean): void {
    playing = on;
    play.textContent = on ? "Pause" : "Train";
    ask({ kind: "pace", perSecond: on ? state.speed : 0 });
    if (!on) {
      state.iter = iteration;
      changed();
    }
  }

  function restart(): void {
    state.letters = Math.max(2, Math.min(10, Math.round(state.letters)));
    state.speed = Math.max(10, Math.min(20000, state.speed));
    state.iter = Math.max(0, Math.min(2 * PAPER, Math.floor(state.iter)));
    if (![0, 1, 2, 3, 4].includes(state.model)) state.model = 4;
    model.set(state.model);
    count.set(state.letters);
    seed.set(state.tseed);
    pace.set(state.speed);
    command(get("attention-command"), "Ten trials of it", `slotless transformer train --model ${COMMANDS[state.model]!} --letters ${state.letters} --seed ${state.tseed}`);
    changed();
    if (!ready) return;
    run += 1;
    curve = [];
    iteration = 0;
    ask({ kind: "start", run, rule: state.model, letters: state.letters, seed: state.tseed, until: state.iter });
  }

  /** Mean of the diagonal less the mean beside it, of an L x L block of a matrix. */
  function alignment(numbers: Float32Array, columns: number, from: number): number {
    let [on, off] = [0, 0];
    for (let r = 0; r < letters; r++) {
      for (let col = 0; col < letters; col++) {
        const value = numbers[r * columns + from + col]!;
        if (r === col) on += value / letters;
        else off += value / (letters * (letters - 1));
      }
    }
    return on - off;
  }

  function draw(): void {
    const c = palette();
    const most = Math.max(500, Math.ceil(iteration / 500) * 500);
    // Means of fifty iterations: single batches jump about.
    const smooth = (at: 1 | 2): [number, number][] =>
      curve.map((point, k): [number, number] => {
        const part = curve.slice(Math.max(0, k - 4), k + 1);
        return [point[0], part.reduce((sum, one) => sum + one[at], 0) / part.length];
      });
    const thin = (of: [number, number][]): [number, number][] => of.filter((_, k) => k % Math.ceil(of.length / 400) === 0 || k === of.length - 1);
    chart(
      get<HTMLCanvasElement>("training-curve"),
      {
        x: { low: 0, high: most, ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => share * most), name: "iterations, 64 sequences each" },
        y: { low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1], name: "share, squared error" },
      },
      [
        { colour: c.kinds[0]!, points: thin(smooth(2)), name: "error", width: 1.5 },
        { colour: c.kinds[1]!, points: thin(smooth(1)), name: "right" },
      ],
    );
    where.replaceChildren();
    const b = document.createElement("b");
    b.textContent = iteration.toLocaleString("en");
    where.append(b, " iterations", playing && speed > 0 ? `, ${Math.round(speed / 100) * 100} a second possible` : "");
    if (matrices === null) return;
    const lower = Array.from({ length: letters }, (_, k) => String.fromCharCode(97 + k));
    const upper = lower.map((letter) => letter.toUpperCase());
    const all = [...lower, ...upper];
    heat(get<HTMLCanvasElement>("heat-values"), matrices.values, ["a", "A"].map((_, k) => ["low", "up"][k]!), all);
    heat(get<HTMLCanvasElement>("heat-queries"), matrices.queriesKeys, lower.map((letter) => `${letter}?`), all);
    heat(get<HTMLCanvasElement>("heat-keys"), matrices.keysKeys, all, all);
    let contrast = 0;
    for (let token = 0; token < 2 * letters; token++) {
      const own = token < letters ? 0 : 1;
      contrast += (matrices.values[own * 2 * letters + token]! - matrices.values[(1 - own) * 2 * letters + token]!) / (2 * letters);
    }
    const aligned = (alignment(matrices.queriesKeys, 2 * letters, 0) + alignment(matrices.queriesKeys, 2 * letters, letters)) / 2;
    get("heat-values").setAttribute("aria-label", `Values: contrast of the cases ${contrast.toFixed(2)}`);
    get("heat-queries").setAttribute("aria-label", `Products of queries and keys: ${aligned.toFixed(2)} more for the same letter`);
    get("heat-keys").setAttribute("aria-label", "Products of keys with keys");
    const right = curve.length === 0 ? 0 : smooth(1)[curve.length - 1]![1];
    get("training-curve").setAttribute("aria-label", `After ${iteration} iterations ${Math.round(100 * right)} % right`);
    const knows = contrast > 0.5;
    const finds = aligned > 1;
    get("attention-verdict").textContent =
      iteration === 0 ? "Nothing learned yet: it guesses."
        : !knows && !finds ? "It is learning what case is: the value map splits in two halves."
          : !finds ? "It knows case, but not yet whose: the diagonals of query and key are still to come."
            : right > 0.97 ? "It has learned the task: each query finds its letter, in either case."
              : "Queries have begun to find their letters: the diagonals come out.";
    if (!playing && iteration > 0 && state.iter !== iteration) {
      state.iter = iteration;
      changed();
      say(`${iteration} iterations, ${Math.round(100 * right)} % right`);
    }
  }

  restart();
  return { restart, draw };
}
