"""A measure against one swept parameter, or a heat map over two. python3 sweep.py DIR PARAMETER [PARAMETER], of memory sweep."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run, swept = pathlib.Path(sys.argv[1]), sys.argv[2:]
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
summary = pandas.read_csv(run / "sweep_summary.csv")
measure = "accuracy_age_50" if "accuracy_age_50" in summary else "accuracy_age_10"
cues = list(summary.groupby("cue", sort=False))
figure, axes = plt.subplots(1, len(cues), squeeze=False, figsize=(7.09, 2.6))
for axis, (cue, rows) in zip(axes[0], cues):
    if len(swept) == 1:
        axis.plot(rows[swept[0]].astype(str), rows[measure], marker="o")
        axis.set(xlabel=swept[0], ylabel=measure, ylim=(0, 1))
    else:
        table = rows.pivot(index=swept[0], columns=swept[1], values=measure)
        image = axis.imshow(table, origin="lower", aspect="auto")
        axis.set_xticks(range(len(table.columns)), table.columns)
        axis.set_yticks(range(len(table.index)), table.index)
        axis.set(xlabel=swept[1], ylabel=swept[0])
        figure.colorbar(image, label=measure)
    axis.set_title(f"{100 * cue:g}% cues")
figure.savefig(run / "sweep.pdf")
