// What the visitor has chosen, and how it stands in the address: behind #, only what differs from the start, so that a link is
// short and a page from a file can have one.

import { POINTS, WORDS, setPoint, type Picture } from "./engine.js";

export const START = {
  // Draw and fade.
  d: "", // the drawing: 64 hexadecimal digits
  n: 0, // patterns taught since
  pace: 6,
  cue: 0,
  keep: 50,
  bytes: 2568,
  bits: 8,
  m: 32,
  k: 16,
  eps: 50, // percent
  levels: 8,
  before: 200,
  seed: 1,
  // Inside.
  unit: -1, // the strongest winner, unless one is chosen
  // Energy.
  stored: 3,
  pic: 0,
  flips: 60,
  beta: 8,
  eseed: 1,
  // Attention.
  model: 4,
  letters: 4,
  tseed: 1,
  speed: 20,
  iter: 0,
  // The page.
  only: "", // one station alone, as where a page embeds it
  play: 1, // whether the first station begins by itself
};

export type State = typeof START;

/** Reads what is behind ? and #, the latter above the former; what is no number where one is wanted is left as it is at the start. */
export function readState(search: string, hash: string): State {
  const state: State = { ...START };
  const given = [search.replace(/^\?/, ""), hash.replace(/^#/, "")].flatMap((text) => [...new URLSearchParams(text)]);
  for (const [key, value] of given) {
    if (!Object.hasOwn(START, key)) continue;
    const name = key as keyof State;
    if (typeof START[name] === "string") {
      (state[name] as string) = value;
    } else if (/^-?\d+(\.\d+)?$/.test(value)) {
      (state[name] as number) = Number(value);
    }
  }
  return state;
}

export function writeState(state: State): string {
  const given = new URLSearchParams();
  for (const key of Object.keys(START) as (keyof State)[]) {
    if (state[key] !== START[key]) given.set(key, String(state[key]));
  }
  return given.toString();
}

export function pictureOf(hex: string): Picture | null {
  if (!/^[0-9a-f]{64}$/.test(hex)) return null;
  return Uint32Array.from({ length: WORDS }, (_, word) => parseInt(hex.slice(8 * word, 8 * word + 8), 16));
}

export function hexOf(picture: Picture): string {
  return Array.from(picture, (word) => word.toString(16).padStart(8, "0")).join("");
}

export function pictureWith(points: Iterable<number>): Picture {
  const picture = new Uint32Array(WORDS);
  for (const point of points) if (point >= 0 && point < POINTS) setPoint(picture, point, true);
  return picture;
}
