// Station 3: classical and modern Hopfield networks on small pictures.

import { bars, chart, palette, picture, points } from "./canvas.js";
import { button, calm, command, get, make, say, slider, within, type Slider } from "./dom.js";
import { hasPoint, setPoint, type Descent, type Engine, type ModernStep, type Picture, type Range } from "./engine.js";
import type { State } from "./state.js";

export interface Energy {
  restart(): void;
  draw(): void;
  frame(now: number): void;
}

/** How long a fall takes on the screen, in milliseconds. */
const FALL = 2600;

export function energy(engine: Engine, state: State, changed: () => void): Energy {
  // Line drawings are for station 1.
  const pictures = engine.pictures().slice(1);
  const clamp = (value: number, [low, high]: Range): number => Math.max(low, Math.min(high, value));
  const ranges = engine.energyRanges();
  let descent: Descent | null = null;
  let steps: ModernStep[] = [];
  let begun: number | null = null;
  let share = 1;
  let tilesIn: object | null = null;

  const tiles = pictures.map(({ name }, number) => {
    const canvas = make("canvas", { "aria-hidden": "true" });
    const tile = button(get("energy-pictures"), `energy-${number}`, "", () => {
      state.pic = number;
      if (number >= state.stored) state.stored = number + 1;
      restart();
      fall();
    });
    tile.className = "tile";
    tile.setAttribute("aria-label", name);
    tile.append(canvas);
    return { tile, canvas };
  });

  const examples: readonly (readonly [string, Partial<State>])[] = [
    ["It remembers", { stored: 3, pic: 0, flips: 60, beta: 8 }],
    ["Upside down", { stored: 3, pic: 0, flips: 140, beta: 8 }],
    ["Too many: a mixture", { stored: 7, pic: 0, flips: 40, beta: 8 }],
    ["A false memory", { stored: 8, pic: 2, flips: 80, beta: 16 }],
    ["Only an average", { stored: 5, pic: 1, flips: 40, beta: 0.5 }],
  ];
  examples.forEach(([label, values], number) => button(get("energy-examples"), `example-${number}`, label, () => {
    Object.assign(state, values, { eseed: 1 });
    restart();
    fall();
  }));

  const into = get("energy-controls");
  const sliders: Record<"stored" | "flips" | "eseed" | "beta", Slider> = {
    stored: slider(into, "stored", "Pictures stored", within(ranges.stored), String, (v) => { state.stored = v; restart(); fall(); }),
    flips: slider(into, "flips", "Points spoilt", within(ranges.flips), (v) => `${v} of ${ranges.flips[1]}`, (v) => { state.flips = v; restart(); fall(); }),
    eseed: slider(into, "eseed", "Seed", { low: 1, high: 100 }, String, (v) => { state.eseed = v; restart(); fall(); }),
    beta: slider(get("modern-controls"), "beta", "Beta: from averaging to the nearest", { ...within(ranges.beta), power: true },
      (v) => v.toFixed(v < 10 ? 1 : 0), (v) => { state.beta = Math.round(100 * v) / 100; restart(); fall(); }),
  };
  const roll = button(get("energy-play"), "fall", "Let them fall", () => fall());
  roll.className = "first";
  button(get("energy-play"), "energy-step", "One step", () => {
    begun = null;
    const of = Math.max(steps.length - 1, 1);
    const next = share >= 1 ? 0 : (Math.floor(share * of + 1e-9) + 1) / of;
    share = Math.min(1, next);
    draw();
  });

  function restart(): void {
    state.stored = clamp(Math.round(state.stored), ranges.stored);
    state.pic = clamp(Math.round(state.pic), [0, state.stored - 1]);
    state.flips = clamp(Math.round(state.flips), ranges.flips);
    state.eseed = Math.max(0, Math.round(state.eseed));
    state.beta = clamp(state.beta, ranges.beta);
    for (const key of ["stored", "flips", "eseed", "beta"] as const) sliders[key].set(state[key]);
    descent = engine.energyClassical(state.stored, state.pic, state.flips, state.eseed);
    steps = engine.energyModern(state.stored, state.pic, state.flips, state.eseed, state.beta);
    share = 1;
    begun = null;
    changed();
    draw();
  }

  function fall(): void {
    if (calm()) {
      share = 1;
      draw();
    } else {
      share = 0;
      begun = performance.now();
    }
    say(`${verdict()} ${modernVerdict()}`);
  }

  const name = (part: number): string => (part < 0 ? "the inverse of " : "") + `the ${pictures[Math.abs(part) - 1]!.name}`;

  function verdict(): string {
    if (descent === null) return "";
    const { kind, parts, distance, flips } = descent;
    const nearly = distance > 0 ? ` (${distance} points off)` : "";
    const names = parts.map(name);
    const after = `After ${flips.length} flips: `;
    switch (kind) {
      case "stored": return `${after}${name(parts[0]!)}${nearly}.`;
      case "inverted": return `${after}${name(parts[0]!)}${nearly}: it was stored, too.`;
      case "mixture": return `${after}a mixture of ${names.slice(0, -1).join(", ")} and ${names[names.length - 1] ?? ""}${nearly}. Nobody taught it that.`;
      case "spurious": return `${after}a spurious state, ${distance} points from the nearest picture. Nobody taught it that.`;
    }
  }

  function modernVerdict(): string {
    const last = steps[steps.length - 1];
    if (last === undefined) return "";
    let best = 0;
    last.shares.forEach((value, at) => { if (value > last.shares[best]!) best = at; });
    const most = last.shares[best]!;
    const count = `After ${steps.length - 1} ${steps.length === 2 ? "step" : "steps"}: `;
    if (most > 0.95) return `${count}${name(best + 1)}.`;
    if (most < 1.3 / state.stored && state.stored > 1) return `${count}the mean of all pictures. Beta is too small to choose.`;
    return `${count}a blend, mostly ${name(best + 1)}.`;
  }

  function draw(): void {
    if (descent === null) return;
    const c = palette();
    const own = descent;
    // They change with colours and settings, not in a fall.
    if (tilesIn !== c || begun === null) {
      tilesIn = c;
      tiles.forEach(({ tile, canvas }, number) => {
        tile.setAttribute("aria-pressed", String(number === state.pic));
        tile.style.opacity = number < state.stored ? "1" : "0.35";
        tile.title = number < state.stored ? pictures[number]!.name : `${pictures[number]!.name}: not stored yet`;
        picture(canvas, pictures[number]!.picture, c.ink);
      });
    }
    // Classical: flips so far.
    const now: Picture = own.start.slice();
    const done = Math.round(share * own.flips.length);
    for (const flip of own.flips.slice(0, done)) setPoint(now, flip.point, !hasPoint(now, flip.point));
    picture(get<HTMLCanvasElement>("classical-state"), now, c.ink);
    get("classical-state").setAttribute("aria-label", `State after ${done} of ${own.flips.length} flips`);
    const low = Math.min(...own.stored, own.startEnergy, ...own.flips.map((flip) => flip.energy));
    const high = Math.max(own.startEnergy, ...own.stored);
    const room = Math.max(1, (high - low) * 0.08);
    const path: [number, number][] = [[0, own.startEnergy], ...own.flips.slice(0, done).map((flip, at): [number, number] => [at + 1, flip.energy])];
    const thousand = (v: number): string => `${(v / 1000).toFixed(1)}k`;
    const most = Math.max(own.flips.length, 1);
    chart(
      get<HTMLCanvasElement>("classical-energy"),
      {
        x: { low: 0, high: most, ticks: [0, most], name: "flips" },
        y: { low: low - room, high: high + room, ticks: [low, high], name: "energy", format: thousand },
      },
      [
        ...own.stored.map((value) => ({ colour: c.quiet, dashed: true, width: 1, points: [[0, value], [most, value]] as [number, number][] })),
        { colour: c.kinds[0]!, points: path },
      ],
      [{ x: path[path.length - 1]![0], y: path[path.length - 1]![1], colour: c.kinds[0]! }],
    );
    get("classical-energy").setAttribute("aria-label",
      `Energy from ${own.startEnergy} down to ${own.flips[own.flips.length - 1]?.energy ?? own.startEnergy}; dashed, energies of the stored pictures`);
    get("classical-verdict").textContent = share >= 1 ? verdict() : " ";
    // Modern.
    const at = Math.min(steps.length - 1, Math.floor(share * (steps.length - 1) + 1e-9));
    const step = steps[at]!;
    points(get<HTMLCanvasElement>("modern-state"), (point) => ({ colour: c.ink, strength: (step.state[point]! * 16 + 1) / 2 }));
    get("modern-state").setAttribute("aria-label", `State after ${at} of ${steps.length - 1} steps`);
    const shares = pictures.slice(0, state.stored).map((own2, number) => ({ name: own2.name, share: step.shares[number]! }));
    bars(get<HTMLCanvasElement>("modern-shares"), shares, c.kinds[1]!);
    get("modern-shares").setAttribute("aria-label", shares.map((bar) => `${bar.name} ${Math.round(100 * bar.share)} %`).join(", "));
    const last = Math.max(steps.length - 1, 1);
    const [lowest, highest] = [Math.min(...steps.map((one) => one.energy)), Math.max(...steps.map((one) => one.energy))];
    const margin = Math.max(0.01, 0.1 * (highest - lowest));
    chart(
      get<HTMLCanvasElement>("modern-energy"),
      {
        x: { low: 0, high: last, ticks: [0, last], name: "steps" },
        y: { low: lowest - margin, high: highest + margin, ticks: [lowest, highest], name: "energy", format: (v) => v.toFixed(2) },
      },
      [{ colour: c.kinds[1]!, points: steps.slice(0, at + 1).map((one, number): [number, number] => [number, one.energy]) }],
      [{ x: at, y: step.energy, colour: c.kinds[1]! }],
    );
    get("modern-energy").setAttribute("aria-label", `Energy from ${steps[0]!.energy.toFixed(3)} down to ${steps[steps.length - 1]!.energy.toFixed(3)} in ${steps.length - 1} steps`);
    get("modern-verdict").textContent = share >= 1 ? modernVerdict() : " ";
    get("modern-equation").textContent =
      `Step ${at}, energy ${step.energy.toFixed(3)}: shares = softmax(${state.beta.toFixed(state.beta < 10 ? 1 : 0)} × likeness), next state = pictures mixed by these shares. ` +
      "That is attention: the state is the query, the pictures are keys and values.";
  }

  command(get("energy-command"), "At scale", "slotless reproduce hopfield-energy");
  command(get("digits-command"), "With handwritten digits", "slotless hopfield recall --network classical --memories 3 --corrupt noise:0.1");
  restart();
  return {
    restart,
    draw,
    frame: (now) => {
      if (begun === null) return;
      const next = Math.min(1, (now - begun) / FALL);
      if (next >= 1) begun = null;
      share = next;
      draw();
    },
  };
}
