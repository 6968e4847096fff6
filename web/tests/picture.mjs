// Compares pictures in the browser itself, which reads PNGs: no library for it.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { readFileSync } from "node:fs";

/** Share of pixels that may differ, by more than a little: fonts are not the same everywhere. */
const DIFFER = 0.03;
const LITTLE = 48;

/** Holds a picture against the one that is kept; SLOTLESS_BLESS=1 keeps it. */
export async function compare(tab, image, kept) {
  if (process.env.SLOTLESS_BLESS === "1") {
    mkdirSync(new URL(".", kept), { recursive: true });
    writeFileSync(kept, image);
    return;
  }
  assert.ok(existsSync(kept), `no picture ${kept}; SLOTLESS_BLESS=1 keeps what is there`);
  const share = await tab.evaluate(
    async ([one, two, little]) => {
      const pixels = async (data) => {
        const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext("2d");
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, bitmap.width, bitmap.height);
      };
      const [a, b] = [await pixels(one), await pixels(two)];
      if (Math.abs(a.width - b.width) > 2 || Math.abs(a.height - b.height) > 8) return 1;
      let differ = 0;
      const [width, height] = [Math.min(a.width, b.width), Math.min(a.height, b.height)];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [p, q] = [4 * (y * a.width + x), 4 * (y * b.width + x)];
          const most = Math.max(...[0, 1, 2].map((k) => Math.abs(a.data[p + k] - b.data[q + k])));
          if (most > little) differ += 1;
        }
      }
      return differ / (width * height);
    },
    [image.toString("base64"), readFileSync(kept).toString("base64"), LITTLE],
  );
  assert.ok(share <= DIFFER, `${(100 * share).toFixed(1)} % of the pixels of ${kept.pathname} differ, ${100 * DIFFER} % may`);
}
