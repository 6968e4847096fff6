"""Matrices of a run. python3 matrices.py DIR, of reproduce s9 or s10."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
cells = pandas.read_csv(next(run.glob("*_matrices.csv")))
figure, axes = plt.subplots(1, 3, figsize=(7.09, 2.4))
for axis, (name, one) in zip(axes, cells.groupby("matrix", sort=False)):
    table = one.pivot(index="row", columns="column", values="value")
    table = table.loc[one["row"].unique(), one["column"].unique()]
    most = table.abs().max().max()
    figure.colorbar(axis.imshow(table, cmap="RdBu_r", vmin=-most, vmax=most), shrink=.6)
    axis.set_xticks(range(table.shape[1]), table.columns)
    axis.set_yticks(range(table.shape[0]), table.index)
    axis.set_title(f"${name.replace('^T', '^{T}')}$")
figure.savefig(run / "matrices.pdf")
