"""Capacity of the classical Hopfield network. python3 hopfield_capacity.py DIR, of reproduce hopfield-capacity."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
points = pandas.read_csv(run / "hopfield-capacity.csv")
figure, (kept, wrong) = plt.subplots(1, 2, figsize=(7.09, 2.6))
for units, one in points.groupby("units"):
    kept.errorbar(one.load, one.kept, one.kept_se, label=f"$N = {units}$")
    wrong.semilogy(one.load, one.wrong_bits.where(one.wrong_bits > 0))
for axis, label in [(kept, "share of patterns kept"), (wrong, "share of wrong bits")]:
    axis.axvline(.138, c="k", ls="--", lw=.8)
    axis.set(xlabel="stored patterns per unit, $K/N$", ylabel=label)
kept.legend()
figure.savefig(run / "capacity.pdf")
