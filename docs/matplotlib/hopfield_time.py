"""Updates until the classical Hopfield network rests. python3 hopfield_time.py DIR, of reproduce hopfield-time."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
points = pandas.read_csv(run / "hopfield-time.csv")
points = points[points.order == "sweeps"]
figure, axes = plt.subplots(1, 2, figsize=(7.09, 2.6))
for (load, start), one in points.groupby(["load", "start"], sort=False):
    for axis, value in zip(axes, ["last_flip", "flips"]):
        axis.errorbar(one.units, one[value], one[value + "_se"], marker="o", label=f"$K/N = {load}$, {start}")
for axis, label in zip(axes, ["updates until nothing changes", "flips"]):
    axis.set(xlabel="units $N$", ylabel=label, xscale="log", yscale="log")
axes[0].legend()
figure.savefig(run / "time.pdf")
