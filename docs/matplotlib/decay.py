"""Accuracy by age beside the theory. python3 decay.py DIR, of reproduce decay."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
curves = pandas.read_csv(run / "decay_accuracy.csv")
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.09, 3))
for axis, (cue, panel) in zip(axes, curves.groupby("cue", sort=False)):
    for network, one in panel.groupby("network", sort=False):
        bars = axis.errorbar(one.age, one.accuracy, one.accuracy_se, fmt=".", label=network)
        axis.plot(one.age, one.accuracy_theory, "--", c=bars[0].get_color(), lw=.8)
    axis.set(title=f"cue {cue}", xlabel="age", ylim=(0, 1))
axes[0].set_ylabel("retrieval accuracy (dashed: theory)")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center")
figure.savefig(run / "decay_accuracy.pdf")
