"""What is learned first. python3 stages.py DIR, of reproduce s12 or s13."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
structure = pandas.read_csv(next(run.glob("*_structure.csv")))
figure, axis = plt.subplots(figsize=(3.35, 2.4))
for name in ["case", "query_key", "upper_lower"]:
    table = structure.pivot(index="iteration", columns="trial", values=name)
    share = table / table.iloc[-1]
    line, = axis.plot(share.index, share.median(axis=1), label=name.replace("_", "-"))
    axis.fill_between(share.index, share.quantile(.25, axis=1), share.quantile(.75, axis=1), color=line.get_color(), alpha=.24, lw=0)
axis.set(xlabel="iteration", ylabel="share of its last value", ylim=(-.1, 1.3))
axis.legend()
figure.savefig(run / "stages.pdf")
