"""Learning curves, and how every trial ended. python3 learning.py DIR, of reproduce fig7 or s11, transformer train or sweep."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
ended = next(run.glob("*_statistics.csv"))
curves = pandas.read_csv(run / ended.name.replace("_statistics", ""))
trials = pandas.read_csv(ended)
figure, (left, right) = plt.subplots(1, 2, figsize=(7.09, 2.8))
for model, one in curves.groupby("model", sort=False):
    smooth = one.accuracy_median.rolling(20, min_periods=1).mean()
    right.plot(one.iteration, smooth, label=model)
    own = trials[trials.model == model]
    left.plot(own.accuracy, own.model, "o", alpha=.6)
left.set(xlabel="accuracy, last iterations")
right.set(xlabel="iteration", ylabel="median accuracy", ylim=(.4, 1.01))
right.legend()
figure.savefig(run / "learning.pdf")
