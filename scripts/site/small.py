"""Writes the gallery's small pictures, docs/gallery/*.png, from the large ones.

python3 small.py [NAME...]: those of these names, or all.
"""

import pathlib
import sys

from PIL import Image

import gallery

WIDTH = 560
COLOURS = 48


def main(wanted: list[str]) -> int:
    """The exit code: 1 where a figure has no large picture."""
    root = pathlib.Path(__file__).resolve().parents[2]
    missing = []
    for figure in gallery.figures((root / gallery.PAGE).read_text("utf-8")):
        if wanted and figure.name not in wanted:
            continue
        source = gallery.whole(root, figure)
        if source is None:
            missing.append(figure.name)
            continue
        with Image.open(source) as opened:
            picture = opened.convert("RGB")
        height = round(picture.height * WIDTH / picture.width)
        picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
        # Keeps the colours of thin curves, which a median over all pixels loses to the many greys.
        few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        target = root / "docs" / gallery.SMALL / f"{figure.name}.png"
        target.parent.mkdir(exist_ok=True)
        few.save(target, optimize=True)
        print(f"docs/{gallery.SMALL}/{target.name}: {target.stat().st_size} bytes, of {source.relative_to(root)}")
    for name in missing:
        print(f"{name}: not drawn, see scripts/docs.sh gallery", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
