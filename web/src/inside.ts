// Station 2: a cue on its way through the K-winner network of station 1.

import { palette, pixels, points, surface } from "./canvas.js";
import { button, command, get, say } from "./dom.js";
import { POINTS, hasPoint, type Engine, type InsideSizes, type Passage, type Picture } from "./engine.js";
import type { State } from "./state.js";

const STEPS = [
  "the cue",
  "1. Potentials: a = W x",
  "2. The k largest win",
  "3. Sums of the winners: b = Wᵀ y",
  "4. The s largest are recalled",
] as const;

export interface Inside {
  /** Takes a copy of the network of station 1 as it is now. */
  refresh(): void;
  draw(): void;
}

export function inside(engine: Engine, state: State, from: { cue(): Picture; drawing(): Picture }, changed: () => void): Inside {
  let sizes: InsideSizes | null = null;
  let passage: Passage | null = null;
  let weights: Uint32Array = new Uint32Array();
  let unit = 0;
  let wires: Uint32Array = new Uint32Array();
  let step = STEPS.length - 1;
  let learned = 0;
  const units = get<HTMLCanvasElement>("inside-units");
  const row = get("inside-play");

  const next = button(row, "inside-step", "One step", () => {
    step = (step + 1) % STEPS.length;
    draw();
    say(STEPS[step]!);
  });
  next.className = "first";
  button(row, "inside-learn", "Learn your drawing once more", () => {
    engine.insideLearn(from.drawing());
    learned += 1;
    look();
    say("The winners' weights have moved towards the drawing");
  });
  button(row, "inside-reset", "As station 1 has it", () => refresh());
  const where = document.createElement("span");
  where.className = "count";
  where.id = "inside-where";
  row.append(where);

  function refresh(): void {
    sizes = engine.insideStart();
    learned = 0;
    // The same network with random patterns, by the program.
    command(get("inside-command"), "Ten such networks, measured",
      `slotless memory run --n-i 256 --n-h ${sizes.hidden} --s ${sizes.ones} --f ${sizes.fanIn / POINTS} --k ${sizes.winners} --eps ${state.eps / 100} ` +
      `--weights u${state.bits} --rounding stochastic --wiring structured --cue 0.5 --trials 10`);
    look();
  }

  function look(): void {
    if (sizes === null) return;
    passage = engine.insideRecall(from.cue(), sizes.hidden);
    weights = engine.insideWeights();
    let best = passage.winners[0] ?? 0;
    for (const winner of passage.winners) if (passage.potentials[winner]! > passage.potentials[best]!) best = winner;
    choose(state.unit >= 0 && state.unit < sizes.hidden ? state.unit : best);
  }

  function choose(hidden: number): void {
    unit = hidden;
    wires = engine.insideUnit(hidden);
    draw();
  }

  /** Units stand in rows as square as the room allows. */
  function layout(width: number, height: number): { columns: number; size: number } {
    const count = sizes?.hidden ?? 1;
    let columns = 1;
    while (Math.ceil(count / columns) * (width / columns) > height) columns += 1;
    return { columns, size: width / columns };
  }

  function at(event: MouseEvent): number | null {
    const box = units.getBoundingClientRect();
    const { columns, size } = layout(box.width, box.height);
    const [column, line] = [Math.floor((event.clientX - box.left) / size), Math.floor((event.clientY - box.top) / size)];
    const hidden = line * columns + column;
    return column < columns && hidden >= 0 && hidden < (sizes?.hidden ?? 0) ? hidden : null;
  }
  units.addEventListener("pointermove", (event) => {
    const hidden = at(event);
    if (hidden !== null && hidden !== unit) choose(hidden);
  });
  units.addEventListener("pointerleave", () => look());
  units.addEventListener("click", (event) => {
    const hidden = at(event);
    if (hidden === null) return;
    state.unit = hidden;
    changed();
    choose(hidden);
  });
  units.addEventListener("keydown", (event) => {
    const { columns } = layout(units.clientWidth, units.clientHeight);
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (move === undefined || sizes === null) return;
    event.preventDefault();
    state.unit = Math.max(0, Math.min(sizes.hidden - 1, unit + move));
    changed();
    choose(state.unit);
    const won = passage?.winners.includes(unit) === true ? "a winner" : "no winner";
    say(`Unit ${unit + 1}, ${won}, potential ${(passage!.potentials[unit]! / sizes.full).toFixed(2)}`);
  });

  function draw(): void {
    if (sizes === null || passage === null) return;
    const c = palette();
    const [cue, own] = [from.cue(), passage];
    const seen = (point: number): boolean => wires[point]! <= 255;
    points(get<HTMLCanvasElement>("inside-cue"), (point) => {
      const base = { colour: c.ink, strength: hasPoint(cue, point) ? 0.85 : 0 };
      return seen(point) ? { ...base, ring: c.accent } : base;
    });
    get("inside-cue").setAttribute("aria-label", `The cue, and outlined the ${sizes.fanIn} points that unit ${unit + 1} sees`);
    get("inside-left").textContent = `Cue; outlined: seen by unit ${unit + 1}`;

    // Hidden units.
    const { context, width, height } = surface(units);
    const { columns, size } = layout(width, height);
    let most = 1;
    for (const potential of own.potentials) most = Math.max(most, potential);
    const winners = new Set(own.winners);
    for (let hidden = 0; hidden < sizes.hidden; hidden++) {
      const [x, y] = [(hidden % columns) * size, Math.floor(hidden / columns) * size];
      const radius = size * 0.4;
      context.beginPath();
      context.arc(x + size / 2, y + size / 2, radius, 0, 2 * Math.PI);
      context.globalAlpha = 1;
      context.fillStyle = c.sunk;
      context.fill();
      const wins = step >= 2 && winners.has(hidden);
      context.globalAlpha = step >= 1 ? (wins ? 1 : (0.75 * own.potentials[hidden]!) / most) : 0;
      context.fillStyle = wins ? c.kinds[1]! : c.quiet;
      context.fill();
      context.globalAlpha = 1;
      if (hidden === unit) {
        context.lineWidth = 2.5;
        context.strokeStyle = c.ink;
        context.stroke();
      }
    }
    units.setAttribute("aria-label", `${sizes.hidden} hidden units, of which ${sizes.winners} win. Arrow keys choose one; unit ${unit + 1} is chosen.`);

    // What comes back.
    // As many of the winners as see a point on average, all sure of it.
    const top = Math.max(sizes.full, (sizes.winners * sizes.fanIn * sizes.full) / POINTS);
    points(get<HTMLCanvasElement>("inside-sums"), (point) => {
      const one = hasPoint(own.pattern, point);
      if (step < 3) return { colour: c.quiet, strength: 0 };
      if (step === 3) return { colour: c.kinds[1]!, strength: Math.min(1, own.sums[point]! / top) };
      return { colour: one ? c.kinds[1]! : c.quiet, strength: one ? 0.35 + 0.65 * Math.min(1, own.sums[point]! / top) : 0.3 * Math.min(1, own.sums[point]! / top) };
    });
    const right = Array.from({ length: POINTS }, (_, point) => point).filter((point) => hasPoint(own.pattern, point) && hasPoint(from.drawing(), point)).length;
    get("inside-sums").setAttribute("aria-label", `The recalled pattern, ${right} of ${sizes.ones} points right`);
    get("inside-right").textContent = step < 3 ? "What the winners say" : step === 3 ? "Sums b" : `Recalled: ${right} of ${sizes.ones} right`;

    where.textContent = step === 0 ? `Shown: ${STEPS[0]}` : STEPS[step]!;
    equation();
    weightsImage();
  }

  function equation(): void {
    if (sizes === null || passage === null) return;
    const full = sizes.full;
    const cue = from.cue();
    const number = (value: number): string => value.toFixed(2).replace(/^0/, "");
    const into = get("inside-equation");
    const [b, i] = [(text: string): HTMLElement => { const e = document.createElement("b"); e.textContent = text; return e; },
      (text: string): HTMLElement => { const e = document.createElement("sub"); e.textContent = text; return e; }];
    if (step <= 2) {
      const terms = [];
      for (let point = 0; point < POINTS; point++) if (wires[point]! <= 255 && hasPoint(cue, point)) terms.push(wires[point]! / 255);
      const shown = terms.slice(0, 10).map(number).join(" + ") + (terms.length > 10 ? " + ..." : "");
      const own = passage.potentials[unit]! / full;
      const least = Math.min(...Array.from(passage.winners, (winner) => passage!.potentials[winner]! / full));
      into.replaceChildren("a", i(String(unit + 1)), ` = sum of the weights from the ${terms.length} points of the cue that unit ${unit + 1} sees = `,
        terms.length === 0 ? "0" : `${shown} = `, b(own.toFixed(2)),
        step < 2 ? "" : passage.winners.includes(unit) ? `: one of the ${sizes.winners} largest, so it wins.` : `: less than ${least.toFixed(2)}, so it is silent.`);
    } else {
      let point = 0;
      for (let other = 0; other < POINTS; other++) if (passage.sums[other]! > passage.sums[point]!) point = other;
      const terms = Array.from(passage.winners, (winner) => engine.insideUnit(winner)[point]!).filter((weight) => weight <= 255).map((weight) => weight / 255);
      const sorted = Array.from(passage.sums).sort((p, q) => q - p);
      into.replaceChildren("b at row ", String((point >> 4) + 1), ", column ", String((point % 16) + 1), ` = sum of the weights to the ${terms.length} winners wired to it = `,
        `${terms.slice(0, 10).map(number).join(" + ")}${terms.length > 10 ? " + ..." : ""} = `, b((passage.sums[point]! / full).toFixed(2)),
        step === 3 ? "." : `. The ${sizes.ones} largest sums, from ${(sorted[sizes.ones - 1]! / full).toFixed(2)} up, are the answer.`,
        learned > 0 ? ` Learning moved each winner's weight by ${state.eps} % of the way to the drawing, ${learned === 1 ? "once" : `${learned} times`}: w += ${(state.eps / 100).toFixed(2)} (x - w).` : "");
    }
  }

  function weightsImage(): void {
    if (sizes === null || passage === null) return;
    const canvas = get<HTMLCanvasElement>("inside-weights");
    const { context, width, height } = surface(canvas);
    const c = palette();
    const [columns, rows] = [sizes.hidden, sizes.fanIn];
    const winners = new Set(passage.winners);
    const own = pixels(columns, rows, (hidden, wire) => ({
      colour: step >= 2 && winners.has(hidden) ? c.kinds[1]! : c.quiet,
      strength: (weights[hidden * rows + wire] ?? 0) / 255,
    }));
    context.imageSmoothingEnabled = false;
    context.drawImage(own, 0, 0, width, height);
    canvas.setAttribute("aria-label", `${columns * rows} weights of ${columns} hidden units, ${rows} each; those of the winners in colour`);
  }

  return { refresh, draw };
}
