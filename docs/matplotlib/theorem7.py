"""Theorem 7: distance of W_V from the case columns by length of keys. python3 theorem7.py DIR, of reproduce theorem7."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
rows = pandas.read_csv(run / "theorem7_distance.csv")
rows = rows[(rows.rate_v == .001) & (rows.iteration >= rows.iteration.max() / 2) & (rows.kind != "uniform attention")]
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.09, 2.6))
for axis, ((letters, context), panel) in zip(axes, rows.groupby(["letters", "context"])):
    value = "distance_without_offsets" if letters == context else "distance"
    for kind, one in panel.groupby("kind", sort=False):
        axis.loglog(one.groupby("n")[value].median(), marker="o", label=kind)
    axis.set(title=f"$L = {letters}$, $C = {context}$", xlabel="length of keys $N$")
axes[0].set_ylabel("distance from the case columns")
axes[1].legend()
figure.savefig(run / "theorem7_keys.pdf")
