"""Pictures as they were stored, the cues, and what was recalled. python3 strip.py DIR, of hopfield recall."""
import sys, pathlib, numpy, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
arrays = numpy.load(run / "recall.npz")
shown = min(10, len(arrays["originals"]))
figure, axes = plt.subplots(3, shown, figsize=(7.09, 2.3), squeeze=False)
for row, name in zip(axes, ["originals", "cues", "recalled"]):
    for axis, picture in zip(row, arrays[name]):
        axis.imshow(picture, cmap="gray", vmin=-1, vmax=1)
        axis.set(xticks=[], yticks=[])
    row[0].set_ylabel(name)
figure.savefig(run / "strip_recalled.pdf")
