// Station 1: a drawing among other patterns in four memories of equal bytes.

import paper from "built-paper";
import { chart, palette, picture, points, type Curve } from "./canvas.js";
import { button, calm, choice, command, get, make, say, slider, type Slider } from "./dom.js";
import {
  KINDS, POINTS, Refused, SIDE, countOnes, hasPoint, overlap, setPoint,
  type Engine, type FadeRanges, type FadeSettings, type Picture, type Sizes,
} from "./engine.js";
import { hexOf, pictureOf, type State } from "./state.js";

/** Patterns after which playing ends by itself. */
const ENOUGH = 250;
/** Patterns that a link may stand for: more would keep a visitor waiting. */
const MOST_TAUGHT = 1000;

const ABOUT = [
  "one unit holds a pattern, until it wins for another",
  "many units hold a little of each: the paper's network",
  "rows of cells that newer patterns take over, cell by cell",
  "slots, the oldest overwritten: perfect, then gone",
] as const;

export interface Fade {
  /** Takes up what the state says, from the beginning. */
  restart(): void;
  draw(): void;
  /** Called about once a frame. */
  frame(now: number): void;
  cue(): Picture;
  drawing(): Picture;
}

export function fade(engine: Engine, state: State, changed: () => void, taught: () => void): Fade {
  const pictures = engine.pictures();
  const start = pictures[0]!.picture;
  let drawing: Picture = pictureOf(state.d) ?? start.slice();
  let learned = drawing.slice();
  let cue: Picture = new Uint32Array(drawing.length);
  let sizes: Sizes | null = null;
  let playing = false;
  let due = 0;
  let last = 0;
  let cursor = 0;
  let pen: boolean | null = null;
  let ranges: FadeRanges | null = null;

  const settings = (): FadeSettings => ({
    bytes: Math.round(state.bytes),
    bits: state.bits,
    fanIn: state.m,
    winners: state.k,
    rate: Math.max(1, Math.round((state.eps * 65536) / 100)),
    levels: state.levels,
    before: state.before,
    seed: state.seed,
  });

  // Panels of the four memories.
  const panels = KINDS.map((name, kind) => {
    const canvas = make("canvas", { class: "grid", role: "img", id: `recall-${kind}` });
    const right = make("p", { class: "right", id: `right-${kind}`, "data-save": "" });
    const of = make("p", { class: "of", id: `of-${kind}`, "data-save": "" });
    const title = make("h3", { "data-save": "", title: ABOUT[kind]! }, name);
    const panel = make("div", { class: "panel", style: `--own: var(--kind-${kind})` }, title, canvas, right, of);
    get("panels").append(panel);
    return { canvas, right, of };
  });

  // Playing.
  const play = button(get("fade-play"), "play", "", () => {
    if (!playing && (sizes?.since ?? 0) >= ENOUGH) restart(true);
    setPlaying(!playing);
  });
  play.className = "first";
  button(get("fade-play"), "one", "One more", () => teach(1));
  button(get("fade-play"), "ten", "Ten more", () => teach(10));
  button(get("fade-play"), "again", "Learn it again", () => restart(true));
  const count = make("span", { class: "count", id: "since" });
  get("fade-play").append(count);
  const pace = slider(
    get("fade-play"), "pace", "Pace", { low: 1, high: 60 }, (v) => `${v} a second`,
    (v) => { state.pace = v; changed(); },
  );

  function setPlaying(on: boolean): void {
    playing = on;
    last = 0;
    play.textContent = on ? "Pause" : (sizes?.since ?? 0) >= ENOUGH ? "Play again" : "Teach others";
    if (!on) changed();
  }

  function teach(patterns: number): void {
    engine.fadeTeach(patterns);
    state.n += patterns;
    sizes = engine.fadeSizes();
    draw();
    if (!playing) {
      changed();
      say(`${state.n} others learned. ${panels.map((panel, kind) => `${KINDS[kind]}: ${panel.right.textContent}`).join(", ")}`);
    }
    taught();
  }

  // Drawing.
  const canvas = get<HTMLCanvasElement>("draw");
  const at = (event: PointerEvent): number => {
    const box = canvas.getBoundingClientRect();
    const place = (of: number, low: number, size: number): number =>
      Math.max(0, Math.min(SIDE - 1, Math.floor(((of - low) / size) * SIDE)));
    return place(event.clientY, box.top, box.height) * SIDE + place(event.clientX, box.left, box.width);
  };
  const put = (point: number, on: boolean): void => {
    if (hasPoint(drawing, point) === on) return;
    setPoint(drawing, point, on);
    picture(canvas, drawing, palette().ink);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    setPlaying(false);
    cursor = at(event);
    pen = !hasPoint(drawing, cursor);
    put(cursor, pen);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (pen === null) return;
    // All points between the last place and this one: a fast pen leaves no gaps.
    const to = at(event);
    const [x0, y0, x1, y1] = [cursor % SIDE, cursor >> 4, to % SIDE, to >> 4];
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let step = 1; step <= steps; step++) {
      const [x, y] = [Math.round(x0 + ((x1 - x0) * step) / steps), Math.round(y0 + ((y1 - y0) * step) / steps)];
      put(y * SIDE + x, pen);
    }
    cursor = to;
  });
  const lift = (): void => {
    if (pen === null) return;
    pen = null;
    redrawn();
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE }[event.key];
    if (move !== undefined) {
      const [row, column] = [cursor >> 4, cursor % SIDE];
      const fits = Math.abs(move) === 1 ? column + move >= 0 && column + move < SIDE : row + move / SIDE >= 0 && row + move / SIDE < SIDE;
      if (fits) cursor += move;
    } else if (event.key === " " || event.key === "Enter") {
      setPlaying(false);
      put(cursor, !hasPoint(drawing, cursor));
      redrawn();
    } else {
      return;
    }
    event.preventDefault();
    say(`Row ${(cursor >> 4) + 1}, column ${(cursor % SIDE) + 1}, ${hasPoint(drawing, cursor) ? "drawn" : "empty"}`);
    picture(canvas, drawing, palette().ink, cursor);
  });
  canvas.addEventListener("blur", () => picture(canvas, drawing, palette().ink));

  function redrawn(): void {
    state.d = hexOf(drawing) === hexOf(start) ? "" : hexOf(drawing);
    restart(true);
  }

  let tilesIn: object | null = null;
  const tiles: { canvas: HTMLCanvasElement; of: Picture }[] = [];
  for (const { name, picture: of } of pictures.filter(({ picture: p }) => countOnes(p) <= 80)) {
    const tile = make("canvas", { "aria-hidden": "true" });
    const press = button(get("sketches"), `sketch-${tiles.length}`, "", () => {
      setPlaying(false);
      drawing = of.slice();
      redrawn();
    });
    press.className = "tile";
    press.setAttribute("aria-label", `Draw a ${name}`);
    press.append(tile);
    tiles.push({ canvas: tile, of });
  }
  button(get("sketches"), "clear", "Clear", () => {
    setPlaying(false);
    drawing = new Uint32Array(drawing.length);
    redrawn();
    canvas.focus();
  });

  // The cue.
  const kindOfCue = choice(get("cue-controls"), "cue-mode", "", [[0, "Part"], [1, "Noise"], [2, "Cut off"]], (value) => {
    state.cue = value;
    changed();
    draw();
  });
  get("cue-mode").querySelector("legend")!.append(make("span", { class: "unseen" }, "How it is spoilt"));
  const keep = slider(
    get("cue-controls"), "keep", "What is left", { low: 0, high: 100, step: 5 }, (v) => `${v} %`,
    (v) => { state.keep = v; changed(); draw(); },
  );

  // The memories.
  const more = get("fade-controls");
  const later = (set: (value: number) => void) => (value: number): void => {
    set(value);
    restart(true);
  };
  const sliders: Record<"bytes" | "m" | "k" | "eps" | "levels" | "before" | "seed", Slider> = {
    bytes: slider(more, "bytes", "Bytes of each memory", { low: 1024, high: 32768, power: true }, (v) => `${Math.round(v)}`,
      later((v) => { state.bytes = Math.round(v); })),
    m: slider(more, "m", "K-winner: points that a unit sees", { low: 4, high: 128 }, String, later((v) => { state.m = v; })),
    k: slider(more, "k", "K-winner: winners", { low: 1, high: 64 }, String, later((v) => { state.k = v; })),
    eps: slider(more, "eps", "K-winner: learning rate", { low: 1, high: 100 }, (v) => `${v} %`, later((v) => { state.eps = v; })),
    levels: slider(more, "levels", "Recency: levels", { low: 1, high: 24 }, String, later((v) => { state.levels = v; })),
    before: slider(more, "before", "Learned before yours", { low: 0, high: 1000, step: 10 }, String, later((v) => { state.before = v; })),
    seed: slider(more, "seed", "Seed", { low: 1, high: 100 }, String, later((v) => { state.seed = v; })),
  };
  const bits = choice(more, "bits", "Bits of a weight, both networks", [[1, "1"], [2, "2"], [4, "4"], [8, "8"]],
    later((v) => { state.bits = v; }));
  button(more, "defaults", "As at the start", () => {
    Object.assign(state, { bytes: 2568, bits: 8, m: 32, k: 16, eps: 50, levels: 8, before: 200, seed: 1 });
    restart(true);
  });

  function refuse(text: string): void {
    get("fade-refused").textContent = text;
    get("fade-refused").hidden = text === "";
  }

  /** Learns the drawing anew; `fresh` forgets how many others came after it. */
  function restart(fresh: boolean): void {
    const ones = countOnes(drawing);
    // What the sliders may say depends on each other, and the library knows how.
    ranges = engine.fadeRanges(settings(), ones);
    const clamp = (value: number, [low, high]: readonly [number, number]): number => Math.max(low, Math.min(high, value));
    state.bytes = clamp(Math.round(state.bytes), ranges.bytes);
    state.m = clamp(Math.round(state.m), ranges.fanIn);
    ranges = engine.fadeRanges(settings(), ones);
    state.k = clamp(Math.round(state.k), ranges.winners);
    state.levels = clamp(Math.round(state.levels), ranges.levels);
    state.before = clamp(Math.round(state.before), ranges.before);
    state.keep = clamp(state.keep, [0, 100]);
    state.eps = clamp(state.eps, [1, 100]);
    state.pace = clamp(Math.round(state.pace), [1, 60]);
    if (![1, 2, 4, 8].includes(state.bits)) state.bits = 8;
    if (![0, 1, 2].includes(state.cue)) state.cue = 0;
    sliders.m.limits(...ranges.fanIn);
    sliders.k.limits(...ranges.winners);
    sliders.levels.limits(...ranges.levels);
    for (const key of ["bytes", "m", "k", "eps", "levels", "before", "seed"] as const) sliders[key].set(state[key]);
    bits.set(state.bits);
    kindOfCue.set(state.cue);
    keep.set(state.keep);
    pace.set(state.pace);
    try {
      engine.fadeStart(settings(), drawing);
      learned = drawing.slice();
      refuse("");
    } catch (error) {
      // What stands is the last drawing that was learned.
      if (!(error instanceof Refused)) throw error;
      refuse(error.message[0]!.toUpperCase() + error.message.slice(1) + ".");
      draw();
      return;
    }
    state.n = fresh ? 0 : clamp(Math.floor(state.n), [0, MOST_TAUGHT]);
    if (state.n > 0) engine.fadeTeach(state.n);
    sizes = engine.fadeSizes();
    changed();
    draw();
    taught();
  }

  function curves(): [curves: Curve[], marks: { x: number; y: number; colour: string }[]] {
    const c = palette();
    const ones = countOnes(learned);
    const scale = sizes === null ? 1 : (sizes.memories[1]!.units * sizes.memories[1]!.width) / POINTS / 100;
    const behind = [0, 1].map((kind): Curve => ({
      colour: c.kinds[kind]!,
      dashed: true,
      width: 1.5,
      points: paper
        .map((row): [number, number] => [row[0] * (kind === 0 ? (sizes?.memories[0]!.units ?? 100) / 100 : scale), row[kind === 0 ? 2 : 1]])
        .filter(([age]) => age >= 1 && age <= 250),
    }));
    const own = KINDS.map((name, kind): Curve => ({
      name,
      colour: c.kinds[kind]!,
      points: engine
        .fadeMeasured(kind)
        .filter((row) => row.recalls > 0)
        .map((row): [number, number] => [row.age, row.overlap / row.recalls / ones]),
    }));
    const age = (sizes?.since ?? 0) + 1;
    const marks = KINDS.map((_, kind) => ({
      x: Math.min(age, 250),
      y: Number(panels[kind]!.right.dataset["share"] ?? 0),
      colour: c.kinds[kind]!,
    }));
    // As many points of a pattern as of any other are hit by who recalls anything.
    const chance: Curve = { name: "by chance", colour: c.quiet, dashed: true, width: 1, points: [[1, ones / POINTS], [250, ones / POINTS]] };
    return [[chance, ...behind, ...own], marks];
  }

  function draw(): void {
    const c = palette();
    picture(canvas, drawing, c.ink);
    // They change with the colours alone.
    if (tilesIn !== c) {
      tilesIn = c;
      for (const tile of tiles) picture(tile.canvas, tile.of, c.quiet);
    }
    if (sizes === null) return;
    cue = engine.fadeCue(state.cue, state.keep, state.seed);
    points(get<HTMLCanvasElement>("cue"), (point) => {
      const [has, should] = [hasPoint(cue, point), hasPoint(learned, point)];
      return { colour: should ? c.ink : c.kinds[0]!, strength: has ? 1 : should ? 0.13 : 0 };
    });
    const ones = countOnes(learned);
    const kept = overlap(cue, learned);
    get("cue").setAttribute("aria-label", `The cue has ${kept} of the ${ones} points of the drawing and ${countOnes(cue) - kept} others`);
    get("fade-asked").textContent = state.cue === 1
      ? `${kept} of its ${ones} points and ${countOnes(cue) - kept} wrong ones` : `${kept} of its ${ones} points`;
    panels.forEach(({ canvas: own, right, of }, kind) => {
      const answer = engine.fadeRecall(kind, cue);
      const found = overlap(answer.pattern, learned);
      points(own, (point) => {
        const one = hasPoint(answer.pattern, point);
        return {
          colour: one ? c.kinds[kind]! : c.quiet,
          strength: one ? 0.35 + (0.65 * answer.sure[point]!) / 255 : (0.35 * answer.sure[point]!) / 255,
        };
      });
      own.setAttribute("aria-label", `${KINDS[kind]}: ${found} of ${ones} points right`);
      right.textContent = `${found} of ${ones}`;
      right.dataset["share"] = String(found / ones);
      const { units, width, bytes } = sizes!.memories[kind]!;
      const what = [`${units} units`, `${units} units of ${width} wires`, `${units} rows of ${width} levels`, `${units} slots`][kind]!;
      of.textContent = `${what}, ${bytes.toLocaleString("en")} bytes`;
    });
    count.replaceChildren(make("b", {}, String(sizes.since)), ` learned since`);
    const ticks = [1, 2, 5, 10, 20, 50, 100, 200];
    chart(
      get<HTMLCanvasElement>("curve"),
      {
        x: { low: 1, high: 250, log: true, ticks, name: "patterns learned since" },
        y: { low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1], name: "recalled", format: (v) => `${100 * v} %` },
      },
      ...curves(),
    );
    get("curve").setAttribute("aria-label", `Accuracy by age. ${KINDS.map((name, kind) => {
      const row = engine.fadeMeasured(kind).find(({ age }) => age === 10);
      return row === undefined || row.recalls === 0 ? "" : `${name}: ${Math.round((100 * row.overlap) / row.recalls / ones)} % after ten`;
    }).filter((text) => text !== "").join(", ")}`);
    const [m, hidden] = [sizes.memories[1]!.width, sizes.memories[1]!.units];
    get("fade-facts").textContent = `The 1-winner network has ${sizes.memories[0]!.units} hidden units that see all points, the K-winner network ${hidden} ` +
      `that see ${m} each, ${state.k} of which win. Every memory has at most ${Math.round(state.bytes).toLocaleString("en")} bytes, with all it needs but code. ` +
      "For slots it is the patterns that count: at equal bytes a ring holds more of them than a network, and knows nothing beyond.";
    if (!playing) play.textContent = sizes.since >= ENOUGH ? "Play again" : "Teach others";
  }

  command(get("fade-command"), "At the paper's scale", "slotless reproduce fig4");
  command(get("frontier-command"), "All memories in the same bits", "slotless reproduce frontier");
  setPlaying(false);
  restart(false);
  if (state.play === 1 && state.n === 0 && !calm()) setPlaying(true);

  return {
    restart: () => {
      setPlaying(false);
      drawing = pictureOf(state.d) ?? start.slice();
      restart(false);
    },
    draw,
    frame: (now) => {
      if (!playing) return;
      if (last === 0) last = now;
      due += Math.min((now - last) / 1000, 0.2) * state.pace;
      last = now;
      // A machine that is slower than the pace teaches fewer, and does not fall ever further behind.
      const patterns = Math.min(Math.floor(due), 4);
      if (patterns === 0) return;
      due = Math.min(due - patterns, 1);
      teach(patterns);
      if ((sizes?.since ?? 0) >= ENOUGH) setPlaying(false);
    },
    cue: () => cue,
    drawing: () => learned,
  };
}
