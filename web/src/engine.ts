// The networks: what web/wasm/src/door.rs exports, with types. Longer arguments and answers go through a block of words.

export const SIDE = 16;
export const POINTS = SIDE * SIDE;
export const WORDS = POINTS / 32;
export const KINDS = ["1-winner", "K-winner", "recency", "ring"] as const;

/** A picture of 16 x 16 points: point (row, column) is bit 16 row + column. */
export type Picture = Uint32Array;

export interface FadeSettings {
  bytes: number;
  bits: number;
  fanIn: number;
  winners: number;
  rate: number;
  levels: number;
  before: number;
  seed: number;
}

export type Range = readonly [low: number, high: number];

export interface FadeRanges {
  bytes: Range;
  fanIn: Range;
  winners: Range;
  rate: Range;
  levels: Range;
  before: Range;
  ones: Range;
}

export interface Answer {
  pattern: Picture;
  share: number;
  sure: Uint32Array;
}

export interface Measured {
  age: number;
  recalls: number;
  overlap: number;
}

export interface Sizes {
  since: number;
  memories: { bytes: number; units: number; width: number }[];
}

export interface InsideSizes {
  hidden: number;
  fanIn: number;
  winners: number;
  full: number;
  ones: number;
}

export interface Passage {
  pattern: Picture;
  sums: Uint32Array;
  winners: Uint32Array;
  potentials: Uint32Array;
}

export interface Flip {
  update: number;
  point: number;
  energy: number;
}

export interface Descent {
  start: Picture;
  end: Picture;
  startEnergy: number;
  updates: number;
  kind: "stored" | "inverted" | "mixture" | "spurious";
  distance: number;
  /** Pictures that the end is made of, from 1; negative for an inverted one. */
  parts: number[];
  stored: number[];
  flips: Flip[];
}

export interface ModernStep {
  energy: number;
  state: Float32Array;
  shares: Float32Array;
}

export interface Matrices {
  values: Float32Array;
  queriesKeys: Float32Array;
  keysKeys: Float32Array;
}

/** What a call refuses, in words for the visitor. */
export class Refused extends Error {}

interface Exports {
  memory: WebAssembly.Memory;
  slotless_block(): number;
  slotless_results_version(): number;
  slotless_picture(number: number): number;
  slotless_fade_start(): number;
  slotless_fade_ranges(): number;
  slotless_fade_teach(patterns: number): number;
  slotless_fade_sizes(): number;
  slotless_fade_cue(mode: number, percent: number, seed: number): number;
  slotless_fade_recall(kind: number): number;
  slotless_fade_pattern(age: number): number;
  slotless_fade_measured(kind: number): number;
  slotless_inside_start(): number;
  slotless_inside_recall(): number;
  slotless_inside_unit(hidden: number): number;
  slotless_inside_weights(): number;
  slotless_inside_learn(): number;
  slotless_energy_ranges(): number;
  slotless_energy_classical(stored: number, picture: number, flips: number, seed: number): number;
  slotless_energy_modern(stored: number, picture: number, flips: number, seed: number, beta: number): number;
  slotless_energy_step(number: number): number;
  slotless_training_ranges(): number;
  slotless_training_start(rule: number, letters: number, seed: number): number;
  slotless_training_steps(iterations: number): number;
  slotless_training_matrices(): number;
}

export class Engine {
  private constructor(private readonly wasm: Exports) {}

  static async load(bytes: Uint8Array): Promise<Engine> {
    const { instance } = await WebAssembly.instantiate(bytes as BufferSource, {});
    return new Engine(instance.exports as unknown as Exports);
  }

  private words(from: number, count: number): Uint32Array {
    // A copy: memory that grows leaves views of it empty.
    return new Uint32Array(this.wasm.memory.buffer, this.wasm.slotless_block() + 4 * from, count).slice();
  }

  private reals(from: number, count: number): Float32Array {
    return new Float32Array(this.wasm.memory.buffer, this.wasm.slotless_block() + 4 * from, count).slice();
  }

  private write(words: ArrayLike<number>): void {
    new Uint32Array(this.wasm.memory.buffer, this.wasm.slotless_block(), words.length).set(words);
  }

  private check(status: number): void {
    if (status !== 0) {
      throw new Refused(String.fromCharCode(...this.words(0, status)));
    }
  }

  resultsVersion(): number {
    return this.wasm.slotless_results_version();
  }

  /** All pictures there are, with their names. */
  pictures(): { name: string; picture: Picture }[] {
    const found = [];
    for (let number = 0; ; number++) {
      const count = this.wasm.slotless_picture(number);
      if (count === 0) return found;
      const words = this.words(0, count);
      found.push({ name: String.fromCharCode(...words.subarray(WORDS)), picture: words.slice(0, WORDS) });
    }
  }

  private writeFade(s: FadeSettings, rest: ArrayLike<number>): void {
    const head = [s.bytes, s.bits, s.fanIn, s.winners, s.rate, s.levels, s.before, s.seed];
    this.write([...head, ...Array.from(rest)]);
  }

  fadeStart(settings: FadeSettings, drawing: Picture): void {
    this.writeFade(settings, drawing);
    this.check(this.wasm.slotless_fade_start());
  }

  fadeRanges(settings: FadeSettings, ones: number): FadeRanges {
    this.writeFade(settings, [ones]);
    const w = this.words(0, this.wasm.slotless_fade_ranges());
    const range = (at: number): Range => [w[2 * at]!, w[2 * at + 1]!];
    return {
      bytes: range(0),
      fanIn: range(1),
      winners: range(2),
      rate: range(3),
      levels: range(4),
      before: range(5),
      ones: range(6),
    };
  }

  fadeTeach(patterns: number): void {
    this.check(this.wasm.slotless_fade_teach(patterns));
  }

  fadeSizes(): Sizes {
    const w = this.words(0, this.wasm.slotless_fade_sizes());
    const memories = KINDS.map((_, kind) => ({
      bytes: w[1 + 3 * kind]!,
      units: w[2 + 3 * kind]!,
      width: w[3 + 3 * kind]!,
    }));
    return { since: w[0]!, memories };
  }

  fadeCue(mode: number, percent: number, seed: number): Picture {
    this.check(this.wasm.slotless_fade_cue(mode, percent, seed));
    return this.words(0, WORDS);
  }

  fadeRecall(kind: number, cue: Picture): Answer {
    this.write(cue);
    this.check(this.wasm.slotless_fade_recall(kind));
    const words = this.words(0, WORDS + 1 + POINTS);
    return { pattern: words.slice(0, WORDS), share: words[WORDS]! / 65536, sure: words.slice(WORDS + 1) };
  }

  fadePattern(age: number): Picture | null {
    return this.wasm.slotless_fade_pattern(age) === 0 ? null : this.words(0, WORDS);
  }

  fadeMeasured(kind: number): Measured[] {
    const words = this.words(0, this.wasm.slotless_fade_measured(kind));
    const rows: Measured[] = [];
    for (let at = 0; at < words.length; at += 3) {
      rows.push({ age: words[at]!, recalls: words[at + 1]!, overlap: words[at + 2]! });
    }
    return rows;
  }

  insideStart(): InsideSizes {
    this.check(this.wasm.slotless_inside_start());
    const [hidden, fanIn, winners, full, ones] = this.words(0, 5);
    return { hidden: hidden!, fanIn: fanIn!, winners: winners!, full: full!, ones: ones! };
  }

  insideRecall(cue: Picture, hidden: number): Passage {
    this.write(cue);
    this.check(this.wasm.slotless_inside_recall());
    const count = this.words(WORDS + POINTS, 1)[0]!;
    const from = WORDS + POINTS + 1;
    return {
      pattern: this.words(0, WORDS),
      sums: this.words(WORDS, POINTS),
      winners: this.words(from, count),
      potentials: this.words(from + count, hidden),
    };
  }

  /** Weights of a hidden unit by point, in 1/255 of the largest; 256 where there is no wire. */
  insideUnit(hidden: number): Uint32Array {
    this.check(this.wasm.slotless_inside_unit(hidden));
    return this.words(0, POINTS);
  }

  insideWeights(): Uint32Array {
    return this.words(0, this.wasm.slotless_inside_weights());
  }

  insideLearn(pattern: Picture): void {
    this.write(pattern);
    this.check(this.wasm.slotless_inside_learn());
  }

  energyRanges(): { stored: Range; flips: Range; beta: Range } {
    const count = this.wasm.slotless_energy_ranges();
    const [words, reals] = [this.words(0, count), this.reals(0, count)];
    return { stored: [words[0]!, words[1]!], flips: [words[2]!, words[3]!], beta: [reals[4]!, reals[5]!] };
  }

  energyClassical(stored: number, picture: number, flips: number, seed: number): Descent {
    this.check(this.wasm.slotless_energy_classical(stored, picture, flips, seed));
    const w = this.words(0, 8192);
    const signed = new Int32Array(w.buffer);
    let at = 2 * WORDS;
    const next = (): number => signed[at++]!;
    const [startEnergy, updates, kind, distance] = [next(), next(), next(), next()];
    const list = (): number[] => Array.from({ length: next() }, next);
    const [parts, energies] = [list(), list()];
    const flipped = Array.from({ length: next() }, () => ({ update: next(), point: next(), energy: next() }));
    return {
      start: w.slice(0, WORDS),
      end: w.slice(WORDS, 2 * WORDS),
      startEnergy,
      updates,
      kind: (["stored", "inverted", "mixture", "spurious"] as const)[kind]!,
      distance,
      parts,
      stored: energies,
      flips: flipped,
    };
  }

  energyModern(stored: number, picture: number, flips: number, seed: number, beta: number): ModernStep[] {
    this.check(this.wasm.slotless_energy_modern(stored, picture, flips, seed, beta));
    const count = this.words(0, 1)[0]!;
    return Array.from({ length: count }, (_, number) => {
      const reals = this.reals(0, this.wasm.slotless_energy_step(number));
      return { energy: reals[0]!, state: reals.slice(1, 1 + POINTS), shares: reals.slice(1 + POINTS) };
    });
  }

  trainingLetters(): Range {
    const [low, high] = this.words(0, this.wasm.slotless_training_ranges());
    return [low!, high!];
  }

  trainingStart(rule: number, letters: number, seed: number): void {
    this.check(this.wasm.slotless_training_start(rule, letters, seed));
  }

  trainingSteps(iterations: number): { iteration: number; accuracy: number; loss: number } {
    this.check(this.wasm.slotless_training_steps(iterations));
    const [accuracy, loss] = this.reals(1, 2);
    return { iteration: this.words(0, 1)[0]!, accuracy: accuracy!, loss: loss! };
  }

  trainingMatrices(letters: number): Matrices {
    this.check(this.wasm.slotless_training_matrices());
    const [v, q, k] = [4 * letters, 2 * letters * letters, 4 * letters * letters];
    return {
      values: this.reals(0, v),
      queriesKeys: this.reals(v, q),
      keysKeys: this.reals(v + q, k),
    };
  }
}

export function hasPoint(picture: Picture, point: number): boolean {
  return ((picture[point >> 5]! >>> (point & 31)) & 1) === 1;
}

export function setPoint(picture: Picture, point: number, on: boolean): void {
  const bit = (1 << (point & 31)) >>> 0;
  picture[point >> 5] = on ? picture[point >> 5]! | bit : picture[point >> 5]! & ~bit;
}

export function countOnes(picture: Picture): number {
  let count = 0;
  for (let point = 0; point < POINTS; point++) count += hasPoint(picture, point) ? 1 : 0;
  return count;
}

export function overlap(a: Picture, b: Picture): number {
  let count = 0;
  for (let point = 0; point < POINTS; point++) count += hasPoint(a, point) && hasPoint(b, point) ? 1 : 0;
  return count;
}
