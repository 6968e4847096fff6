"""The modern Hopfield network by inverse temperature. python3 hopfield_beta.py DIR, of reproduce hopfield-beta."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
points = pandas.read_csv(run / "hopfield-beta.csv")
figure, axes = plt.subplots(1, 3, figsize=(7.09, 2.4))
for axis, value, scale in zip(axes, ["effective", "to_nearest", "steps"], ["log", "linear", "log"]):
    for memories, one in points.groupby("memories"):
        axis.errorbar(one.beta, one[value], one[value + "_se"], label=f"$K = {memories}$")
    axis.set(xlabel="inverse temperature $β$", ylabel=value.replace("_", " "), xscale="log", yscale=scale)
axes[0].legend()
figure.savefig(run / "beta.pdf")
