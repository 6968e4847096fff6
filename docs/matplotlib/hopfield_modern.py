"""Errors of the modern Hopfield network by memories. python3 hopfield_modern.py DIR, of reproduce hopfield-modern."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
points = pandas.read_csv(run / "hopfield-modern.csv")
betas = list(points.groupby("beta"))
figure, axes = plt.subplots(1, len(betas), sharey=True, figsize=(7.09, 2.4))
for axis, (beta, panel) in zip(axes, betas):
    for units, one in panel.groupby("units"):
        axis.errorbar(one.memories, one.error, one.error_se, marker="o", label=f"$N = {units}$")
    axis.set(title=f"$β = {beta}$", xlabel="memories $K$", xscale="log", ylim=(0, .5))
axes[0].set_ylabel("error, (1 − overlap) / 2")
axes[-1].legend()
figure.savefig(run / "modern.pdf")
