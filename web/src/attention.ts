// Station 4: a transformer whose attention lives in fast weights learns the Case Sequence Task, in a worker.

import source from "built-worker";
import { chart, heat, palette } from "./canvas.js";
import { button, choice, command, get, say, slider, within } from "./dom.js";
import type { Engine, Matrices } from "./engine.js";
import type { State } from "./state.js";
import type { Asked, Stretch, Told } from "./worker.js";

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

export function attention(engine: Engine, bytes: Uint8Array, state: State, changed: () => void): Attention {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url);
  let run = 0;
  let ready = false;
  let playing = false;
  let curve: Stretch[] = [];
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
        if (curve.length > 0 && Math.ceil(curve[curve.length - 1]!.iteration / 10) === Math.ceil(point.iteration / 10)) curve.pop();
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

  const [least, most] = engine.trainingLetters();
  const into = get("attention-controls");
  const model = choice(into, "model", "Model", MODELS, (value) => { state.model = value; restart(); });
  const count = slider(into, "letters", "Letters", within([least, most]), String, (v) => { state.letters = v; restart(); });
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
    state.letters = Math.max(least, Math.min(most, Math.round(state.letters)));
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

  function draw(): void {
    const c = palette();
    const step = [100, 250, 500, 1000, 2500].find((one) => one * 5 >= iteration) ?? 2500;
    const most = Math.max(500, Math.ceil(iteration / step) * step);
    const of = (key: "accuracy" | "loss" | "contrast" | "found"): [number, number][] => {
      // Means of fifty iterations where single batches jump about.
      const back = key === "accuracy" || key === "loss" ? 4 : 0;
      const all = curve.map((point, k): [number, number] => {
        const part = curve.slice(Math.max(0, k - back), k + 1);
        // While attention is spread, values go beyond what they say in the end: known is known.
        return [point.iteration, Math.min(1, part.reduce((sum, one) => sum + one[key], 0) / part.length)];
      });
      const every = Math.ceil(all.length / 400);
      return all.filter((_, k) => k % every === 0 || k === all.length - 1);
    };
    const right = of("accuracy");
    chart(
      get<HTMLCanvasElement>("training-curve"),
      {
        x: { low: 0, high: most, ticks: Array.from({ length: most / step + 1 }, (_, k) => k * step), name: "iterations, 64 sequences each",
          format: (value) => value.toLocaleString("en") },
        y: { low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1], name: "share", format: (value) => `${100 * value} %` },
      },
      [
        { colour: c.kinds[0]!, points: of("loss"), name: "squared error", width: 1.5 },
        { colour: c.kinds[2]!, points: of("contrast"), name: "case known", width: 1.5 },
        { colour: c.kinds[3]!, points: of("found"), name: "letter found", width: 1.5 },
        { colour: c.kinds[1]!, points: right, name: "right" },
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
    heat(get<HTMLCanvasElement>("heat-values"), matrices.values, ["lower", "upper"], all);
    heat(get<HTMLCanvasElement>("heat-queries"), matrices.queriesKeys, lower.map((letter) => `${letter}?`), all);
    heat(get<HTMLCanvasElement>("heat-keys"), matrices.keysKeys, all, all);
    const { contrast, found } = curve[curve.length - 1] ?? { contrast: 0, found: 0 };
    get("heat-values").setAttribute("aria-label", `Values: contrast of the cases ${contrast.toFixed(2)}`);
    get("heat-queries").setAttribute("aria-label", `Products of queries and keys: a query gives ${(100 * found).toFixed(2)} % of its attention to its own letter`);
    get("heat-keys").setAttribute("aria-label", "Products of keys with keys");
    const share = right[right.length - 1]?.[1] ?? 0;
    get("training-curve").setAttribute("aria-label", `After ${iteration} iterations ${Math.round(100 * share)} % right`);
    const knows = contrast > 0.5;
    const finds = found > 0.6;
    get("attention-verdict").textContent =
      iteration === 0 ? "Nothing learned yet: it guesses."
        : !knows && !finds ? "It is learning what case is: the value map splits in two halves."
          : !finds ? "It knows case, but not yet whose: the diagonals of query and key are still to come."
            : share > 0.97 ? "It has learned the task: each query finds its letter, in either case."
              : "Queries have begun to find their letters: the diagonals come out.";
    if (!playing && iteration > 0 && state.iter !== iteration) {
      state.iter = iteration;
      changed();
      say(`${iteration} iterations, ${Math.round(100 * share)} % right`);
    }
  }

  restart();
  return { restart, draw };
}
