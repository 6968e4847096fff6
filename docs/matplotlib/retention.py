"""Accuracy and d' by age. python3 retention.py DIR, of reproduce fig4, s2, s3, s6, s7 or stack, memory run or memory sweep."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
curves = pandas.read_csv(next(path for path in run.glob("*.csv") if "baseline" in path.open().readline().split(",")))
curves = curves[curves.baseline == curves.baseline.iloc[0]]
panels = list(curves.groupby(["data", "cue"], sort=False))
figure, axes = plt.subplots(2, len(panels), squeeze=False, figsize=(7.09, 3.6), sharey="row")
for column, ((data, cue), panel) in enumerate(panels):
    for network, one in panel.groupby("network", sort=False):
        for axis, value in zip(axes[:, column], ["accuracy", "dprime"]):
            line, = axis.plot(one.age, one[value], label=network)
            axis.fill_between(one.age, one[value] - one[value + "_se"], one[value] + one[value + "_se"], alpha=.24, lw=0)
        axes[0, column].plot(one.age, one.baseline_accuracy, "--", c=line.get_color(), alpha=.6, lw=.8)
    axes[0, column].set(title=f"{data}, {100 * cue:g}% cues", ylim=(0, 1))
    axes[1, column].set(xlabel="age (patterns learned since)", ylim=(-1, 10))
axes[0, 0].set_ylabel("retrieval accuracy")
axes[1, 0].set_ylabel("sensitivity d′")
axes[0, -1].legend()
figure.savefig(run / "retention.pdf")
