// What scripts/page.sh makes, and hands to the bundler under these names.

declare module "built-engine" {
  /** The networks, as WebAssembly. */
  const bytes: Uint8Array;
  export default bytes;
}

declare module "built-worker" {
  /** The source of the worker that trains. */
  const source: string;
  export default source;
}

declare module "built-paper" {
  /** Accuracy by age at the paper's scale, cues of half the ones: [age, K-winner, 1-winner]. */
  const rows: readonly (readonly [number, number, number])[];
  export default rows;
}
