"""Accuracy by width of the weights. python3 precision.py DIR, of reproduce precision."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
curves = pandas.read_csv(run / "precision.csv")
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.09, 2.8))
for axis, (cue, panel) in zip(axes, curves.groupby("cue", sort=False)):
    for network, one in panel.groupby("network", sort=False):
        axis.plot(one.age, one.accuracy.rolling(10, min_periods=1).mean(), label=network)
    axis.set(title=f"{100 * cue:g}% cues", xlabel="age", ylim=(0, 1))
axes[0].set_ylabel("retrieval accuracy, means of 10 ages")
axes[1].legend()
figure.savefig(run / "precision_accuracy.pdf")
