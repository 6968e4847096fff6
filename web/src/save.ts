// Saves a figure as a PNG: its canvases and titles where they stand, twice as sharp.

import { palette } from "./canvas.js";
import { button, get } from "./dom.js";

const SCALE = 2;
const MARGIN = 16;

/** The figure as a picture. */
export function pictureOfFigure(figure: HTMLElement): HTMLCanvasElement {
  const box = figure.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = SCALE * (box.width + 2 * MARGIN);
  canvas.height = SCALE * (box.height + 2 * MARGIN);
  const context = canvas.getContext("2d")!;
  context.scale(SCALE, SCALE);
  context.fillStyle = palette().paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(MARGIN - box.left, MARGIN - box.top);
  for (const part of figure.querySelectorAll("canvas")) {
    const own = part.getBoundingClientRect();
    if (part.width > 0) context.drawImage(part, own.left, own.top, own.width, own.height);
  }
  context.textBaseline = "alphabetic";
  for (const part of figure.querySelectorAll<HTMLElement>("[data-save]")) {
    const style = getComputedStyle(part);
    context.font = `${style.fontWeight} ${style.fontSize} system-ui, sans-serif`;
    context.fillStyle = style.color;
    const own = part.getBoundingClientRect();
    const height = parseFloat(style.lineHeight) || 1.4 * parseFloat(style.fontSize);
    // Words as they are broken on the page.
    const lines: string[] = [""];
    for (const word of (part.textContent ?? "").trim().split(/\s+/)) {
      const longer = `${lines[lines.length - 1]!} ${word}`.trim();
      if (context.measureText(longer).width > own.width + 2 && lines[lines.length - 1] !== "") lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    lines.forEach((line, at) => context.fillText(line, own.left, own.top + height * (at + 0.78)));
  }
  return canvas;
}

/** A button below a figure that saves it. */
export function saving(id: string, name: string): void {
  const figure = get(id);
  const row = document.createElement("div");
  row.className = "row saving";
  // Where figures stand beside each other, within: below all of them it would be nobody's.
  if (figure.parentElement?.className === "two") figure.append(row);
  else figure.after(row);
  const press = button(row, `save-${id}`, "Save this picture", () => {
    const link = document.createElement("a");
    link.download = `${name}.png`;
    link.href = pictureOfFigure(figure).toDataURL("image/png");
    link.click();
  });
  press.className = "quiet";
}
