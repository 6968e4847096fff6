"""Tables S1 to S3: distance from the published ones. python3 tables.py DIR, of reproduce tables."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
cells = pandas.concat(pandas.read_csv(run / f"table_s{number}.csv") for number in (1, 2, 3))
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.09, 2.6))
for axis, source in zip(axes, ["published", "independent"]):
    axis.plot(cells[source + "_z"], cells.model, "o", alpha=.6)
    [axis.axvline(z, c="grey", lw=.6) for z in (-3, 0, 3)]
    axis.set(xlabel=f"z, against the {source} figures", xlim=(-5, 5))
figure.savefig(run / "distances.pdf")
