// Drawing: points of pictures, curves, bars, heat maps, in the page's colours.

import { SIDE, hasPoint, type Picture } from "./engine.js";

export interface Colours {
  ink: string;
  quiet: string;
  line: string;
  paper: string;
  sunk: string;
  accent: string;
  kinds: string[];
  low: string;
  high: string;
}

let colours: Colours | null = null;

/** The colours of the page as they are now, light or dark. */
export function palette(): Colours {
  if (colours === null) {
    const style = getComputedStyle(document.documentElement);
    const one = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    colours = {
      ink: one("ink"),
      quiet: one("quiet"),
      line: one("line"),
      paper: one("paper"),
      sunk: one("sunk"),
      accent: one("accent"),
      kinds: [one("kind-0"), one("kind-1"), one("kind-2"), one("kind-3")],
      low: one("low"),
      high: one("high"),
    };
  }
  return colours;
}

/** Calls back whenever light and dark change places. */
export function whenColoursChange(call: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    colours = null;
    call();
  });
}

export interface Surface {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
}

/** A canvas cleared for drawing in units of the page, sharp on any screen. */
export function surface(canvas: HTMLCanvasElement): Surface {
  const scale = Math.min(devicePixelRatio || 1, 3);
  const width = canvas.clientWidth || 1;
  const height = canvas.clientHeight || 1;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no canvas");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

const known = new Map<string, readonly [number, number, number]>();

/** Red, green and blue of a colour as style sheets have it, #rrggbb. */
export function rgb(colour: string): readonly [number, number, number] {
  let found = known.get(colour);
  if (found === undefined) {
    const part = (from: number): number => parseInt(colour.slice(from, from + 2), 16);
    found = [part(1), part(3), part(5)];
    known.set(colour, found);
  }
  return found;
}

/** A picture of its own, a pixel each, to be scaled up. */
export function pixels(width: number, height: number, each: (x: number, y: number) => { colour: string; strength: number }): HTMLCanvasElement {
  const own = document.createElement("canvas");
  [own.width, own.height] = [width, height];
  const image = new ImageData(width, height);
  const below = rgb(palette().sunk);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { colour, strength } = each(x, y);
      const above = rgb(colour);
      for (let k = 0; k < 3; k++) image.data[at++] = below[k]! + Math.min(1, strength) * (above[k]! - below[k]!);
      image.data[at++] = 255;
    }
  }
  own.getContext("2d")!.putImageData(image, 0, 0);
  return own;
}

/** Points of a grid, each with a strength of 0 to 1 and a colour. */
export function points(
  canvas: HTMLCanvasElement,
  each: (point: number) => { colour: string; strength: number; ring?: string },
  cursor: number | null = null,
): void {
  const { context, width } = surface(canvas);
  const c = palette();
  const cell = width / SIDE;
  const gap = cell > 9 ? 1 : 0.5;
  const rings: [number, string][] = [];
  // One picture scaled and a few lines: a frame has six of these.
  const own = pixels(SIDE, SIDE, (x, y) => {
    const point = y * SIDE + x;
    const one = each(point);
    if (one.ring !== undefined) rings.push([point, one.ring]);
    return one;
  });
  context.imageSmoothingEnabled = false;
  context.drawImage(own, 0, 0, width, width);
  context.fillStyle = c.paper;
  for (let line = 0; line <= SIDE; line++) {
    context.fillRect(line * cell - gap / 2, 0, gap, width);
    context.fillRect(0, line * cell - gap / 2, width, gap);
  }
  context.lineWidth = Math.max(1, cell / 9);
  for (const [point, ring] of rings) {
    context.strokeStyle = ring;
    context.strokeRect((point % SIDE) * cell + 1, Math.floor(point / SIDE) * cell + 1, cell - 2, cell - 2);
  }
  if (cursor !== null) {
    context.strokeStyle = c.accent;
    context.lineWidth = 2.5;
    context.strokeRect((cursor % SIDE) * cell, Math.floor(cursor / SIDE) * cell, cell, cell);
  }
}

export function picture(canvas: HTMLCanvasElement, of: Picture, colour: string, cursor: number | null = null): void {
  points(canvas, (point) => ({ colour, strength: hasPoint(of, point) ? 1 : 0 }), cursor);
}

export interface Curve {
  points: readonly (readonly [x: number, y: number])[];
  colour: string;
  dashed?: boolean;
  width?: number;
  name?: string;
}

export interface Axes {
  x: { low: number; high: number; log?: boolean; ticks: number[]; name: string; format?: (value: number) => string };
  y: { low: number; high: number; ticks: number[]; name: string; format?: (value: number) => string };
}

/** Curves over axes; names stand at their right ends, moved apart. `marks` are dots with a colour. */
export function chart(
  canvas: HTMLCanvasElement,
  axes: Axes,
  curves: readonly Curve[],
  marks: readonly { x: number; y: number; colour: string }[] = [],
): void {
  const { context, width, height } = surface(canvas);
  const c = palette();
  const small = width < 460;
  context.font = `${small ? 11 : 12.5}px system-ui, sans-serif`;
  const named = curves.filter((curve) => curve.name !== undefined && curve.points.length > 0);
  const margin = {
    left: 50,
    right: named.length > 0 ? 12 + Math.max(...named.map((curve) => context.measureText(curve.name!).width)) : 10,
    top: 30,
    bottom: 36,
  };
  const [w, h] = [width - margin.left - margin.right, height - margin.top - margin.bottom];
  const scale = (value: number): number => (axes.x.log === true ? Math.log(value) : value);
  const x = (value: number): number =>
    margin.left + (w * (scale(value) - scale(axes.x.low))) / (scale(axes.x.high) - scale(axes.x.low));
  const y = (value: number): number => margin.top + h * (1 - (value - axes.y.low) / (axes.y.high - axes.y.low));
  context.lineWidth = 1;
  context.strokeStyle = c.line;
  context.fillStyle = c.quiet;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of axes.y.ticks) {
    context.beginPath();
    context.moveTo(margin.left, y(tick));
    context.lineTo(margin.left + w, y(tick));
    context.stroke();
    context.fillText((axes.y.format ?? String)(tick), margin.left - 6, y(tick));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of axes.x.ticks) {
    context.fillText((axes.x.format ?? String)(tick), x(tick), margin.top + h + 6);
  }
  context.fillText(axes.x.name, margin.left + w / 2, margin.top + h + 21);
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillText(axes.y.name, 2, 11);
  context.save();
  context.beginPath();
  context.rect(margin.left - 4, margin.top - 6, w + 8, h + 12);
  context.clip();
  context.lineJoin = "round";
  for (const curve of curves) {
    context.beginPath();
    curve.points.forEach(([px, py], at) => (at === 0 ? context.moveTo(x(px), y(py)) : context.lineTo(x(px), y(py))));
    context.strokeStyle = curve.colour;
    context.lineWidth = curve.width ?? 2.5;
    context.setLineDash(curve.dashed === true ? [3, 4] : []);
    context.globalAlpha = curve.dashed === true ? 0.75 : 1;
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  for (const mark of marks) {
    context.beginPath();
    context.arc(x(mark.x), y(mark.y), 5, 0, 2 * Math.PI);
    context.fillStyle = mark.colour;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = c.paper;
    context.stroke();
  }
  context.restore();
  // Names from below upwards, at least a line apart, and then down again where they came out at the top.
  context.textBaseline = "middle";
  const ends = named.map((curve) => ({ curve, at: y(curve.points[curve.points.length - 1]![1]) }));
  ends.sort((a, b) => b.at - a.at);
  const line = 14;
  let last = height - 30;
  for (const end of ends) last = end.at = Math.min(end.at, last - line);
  last = 8 - line;
  for (const end of ends.reverse()) {
    last = end.at = Math.max(end.at, last + line);
    context.fillStyle = end.curve.colour;
    context.fillText(end.curve.name!, margin.left + w + 7, end.at);
  }
}

export interface Bar {
  name: string;
  share: number;
}

/** Shares as bars, 0 to 1. */
export function bars(canvas: HTMLCanvasElement, of: readonly Bar[], colour: string): void {
  const { context, width, height } = surface(canvas);
  const c = palette();
  const row = Math.min(30, height / Math.max(of.length, 1));
  context.font = `${row < 15 ? 10.5 : 12.5}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  const left = 8 + Math.max(...of.map((bar) => context.measureText(bar.name).width));
  const full = width - left - 54;
  of.forEach((bar, at) => {
    const middle = row * (at + 0.5);
    context.fillStyle = c.quiet;
    context.textAlign = "left";
    context.fillText(bar.name, 0, middle);
    context.fillStyle = c.sunk;
    context.fillRect(left, middle - row * 0.32, full, row * 0.64);
    context.fillStyle = colour;
    context.fillRect(left, middle - row * 0.32, full * bar.share, row * 0.64);
    context.fillStyle = c.ink;
    context.fillText(`${(100 * bar.share).toFixed(0)} %`, left + full + 6, middle);
  });
}

/** A heat map of numbers about zero, with the names of rows and columns. */
export function heat(
  canvas: HTMLCanvasElement,
  numbers: ArrayLike<number>,
  rows: readonly string[],
  columns: readonly string[],
): void {
  const { context, width, height } = surface(canvas);
  const c = palette();
  context.font = "12px system-ui, sans-serif";
  const [left, top] = [8 + Math.max(...rows.map((name) => context.measureText(name).width)), 20];
  const size = Math.min((width - left) / columns.length, (height - top) / rows.length);
  let most = 0.05;
  for (let at = 0; at < numbers.length; at++) most = Math.max(most, Math.abs(numbers[at]!));
  context.font = `${size < 16 ? 9 : 12}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  rows.forEach((name, row) => {
    columns.forEach((_, column) => {
      const value = numbers[row * columns.length + column]! / most;
      const [px, py] = [left + column * size, top + row * size];
      context.globalAlpha = 1;
      context.fillStyle = c.sunk;
      context.fillRect(px + 0.5, py + 0.5, size - 1, size - 1);
      context.globalAlpha = Math.abs(value);
      context.fillStyle = value < 0 ? c.low : c.high;
      context.fillRect(px + 0.5, py + 0.5, size - 1, size - 1);
    });
    context.globalAlpha = 1;
    context.fillStyle = c.quiet;
    context.textAlign = "right";
    context.fillText(name, left - 5, top + (row + 0.5) * size);
  });
  context.textAlign = "center";
  columns.forEach((name, column) => context.fillText(name, left + (column + 0.5) * size, top - 9));
}
