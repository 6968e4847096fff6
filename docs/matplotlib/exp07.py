"""Recall from another wording by the size of the background. python3 exp07.py DIR, of reproduce exp07."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
rows = pandas.read_csv(run / "exp07.csv")
rows = rows[(rows.varied == "cue") & (rows.value == "paraphrase") & (rows.background == rows.background[0]) & (rows.active == rows.active[0])]
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.09, 2.8))
for axis, measure in zip(axes, rows.measure.unique()[[0, -1]]):
    for method in ["nearest-neighbour", "flat", "attractor", "hopfield-beta8", "two-stage"]:
        one = rows[(rows.measure == measure) & (rows.method == method)]
        axis.errorbar(one.pairs, one["mean"], one.mean_se, marker="o", label=method)
    axis.set(title=measure.replace("_", " "), xlabel="background pairs", ylim=(0, 1))
    axis.set_xscale("symlog", linthresh=10)
axes[0].set_ylabel("share right")
axes[1].legend()
figure.savefig(run / "exp07_size.pdf")
