"""What a step costs against each size. python3 scaling.py DIR, of reproduce scaling."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
rows = pandas.read_csv(run / "scaling.csv")
axes_of = [(axis, one) for axis, one in rows.groupby("axis", sort=False) if one.weights_touched.notna().all()]
figure, axes = plt.subplots(1, len(axes_of), sharey=True, figsize=(7.09, 2.4))
for panel, (axis, rows) in zip(axes, axes_of):
    for operation, one in rows.groupby("operation", sort=False):
        panel.loglog(one.value, one.min_us, marker="o", label=operation)
    panel.set(xlabel=axis)
axes[0].set_ylabel("microseconds")
axes[-1].legend()
figure.savefig(run / "scaling_axes.pdf")
