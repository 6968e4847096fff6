"""What list A-C costs list A-B, by the context of lists. python3 interference.py DIR, of reproduce interference."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
lists = pandas.read_csv(run / "interference_lists.csv")
lists = lists[(lists["list"] == "A-B") & (lists.data != "pairs")]
figure, axes = plt.subplots(1, 2, figsize=(3.35, 2), sharex=True, layout="constrained")
for number, (name, one) in enumerate(lists.groupby("network", sort=False)):
    for axis, measure in zip(axes, ["accuracy", "intrusions"]):
        axis.plot(one.context, one[measure], marker="osD^vX"[number % 6], ms=3, lw=1, label=name)
for axis, label in zip(axes, ["accuracy of list A-B", "intrusions"]):
    axis.set(xlabel="context (share of the cue)", ylabel=label, ylim=(0, 1.05))
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=6.5)
figure.savefig(run / "interference_lists.pdf")
