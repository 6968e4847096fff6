// Elements, sliders and buttons.

import type { Range } from "./engine.js";

export function get<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found as T;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export interface Slider {
  value(): number;
  set(value: number): void;
  limits(low: number, high: number): void;
}

/** A range that the networks give, as a slider takes it. */
export function within([low, high]: Range): { low: number; high: number } {
  return { low, high };
}

/** A slider with its label and its value beside it; steps go through `scale`, for ranges that are best taken by factors. */
export function slider(
  into: HTMLElement,
  id: string,
  label: string,
  range: { low: number; high: number; step?: number; power?: boolean },
  show: (value: number) => string,
  changed: (value: number) => void,
): Slider {
  const input = make("input", { type: "range", id });
  const output = make("output", { for: id });
  into.append(make("div", { class: "slider" }, make("label", { for: id }, label), output, input));
  const power = range.power ?? false;
  const to = (value: number): number => (power ? Math.log2(value) : value);
  const from = (at: number): number => (power ? 2 ** at : at);
  const limits = (low: number, high: number): void => {
    input.min = String(to(low));
    input.max = String(to(high));
    input.step = power ? "any" : String(range.step ?? 1);
  };
  const told = (): void => {
    const text = show(from(Number(input.value)));
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  limits(range.low, range.high);
  input.addEventListener("input", () => {
    told();
    changed(from(Number(input.value)));
  });
  if (power) {
    // By factors a step of "any" is too small for keys.
    input.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 0.25, ArrowUp: 0.25, ArrowLeft: -0.25, ArrowDown: -0.25 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      input.value = String(Number(input.value) + step);
      input.dispatchEvent(new Event("input"));
    });
  }
  return {
    value: () => from(Number(input.value)),
    set: (value) => {
      input.value = String(to(value));
      told();
    },
    limits: (low, high) => {
      limits(low, high);
      told();
    },
  };
}

export interface Choice {
  set(value: number): void;
}

/** One of several, as a row of radio buttons. */
export function choice(
  into: HTMLElement,
  id: string,
  label: string,
  names: readonly (readonly [value: number, name: string])[],
  changed: (value: number) => void,
): Choice {
  const field = make("fieldset", { class: "choice", id }, make("legend", {}, label));
  const inputs = names.map(([value, name]) => {
    const input = make("input", { type: "radio", name: id, value: String(value) });
    input.addEventListener("change", () => changed(value));
    field.append(make("label", {}, input, make("span", {}, name)));
    return input;
  });
  into.append(field);
  return {
    set: (value) => {
      for (const input of inputs) input.checked = Number(input.value) === value;
    },
  };
}

export function button(into: HTMLElement, id: string, name: string, pressed: () => void): HTMLButtonElement {
  const element = make("button", { type: "button", id }, name);
  element.addEventListener("click", pressed);
  into.append(element);
  return element;
}

/** Says something to screen readers; the last word within a second stands. */
export function say(text: string): void {
  get("said").textContent = text;
}

/** The command that does a picture with the program, at the paper's scale or as it is here, to be copied. */
export function command(into: HTMLElement, what: string, text: string): void {
  const copy = make("button", { type: "button", class: "quiet" }, "Copy");
  copy.addEventListener("click", () => {
    void navigator.clipboard?.writeText(text).then(
      () => say("Command copied"),
      () => say("The browser does not let this page copy"),
    );
  });
  into.replaceChildren(`${what}: `, make("code", {}, text), " ", copy);
}

export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
