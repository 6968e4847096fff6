"""S1: raw differences, logarithmic, with the fitted exponentials. python3 raw_difference.py DIR, of reproduce s1."""
import sys, pathlib, numpy, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
curves, fits = pandas.read_csv(run / "s1.csv"), pandas.read_csv(run / "s1_fits.csv")
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.09, 2.6))
for axis, (cue, panel) in zip(axes, curves.groupby("cue", sort=False)):
    for network, one in panel.groupby("network", sort=False):
        line, = axis.semilogy(one.age, one.raw_difference.where(one.raw_difference > 0), label=network)
        fit = fits[(fits.network == network) & (fits.cue == cue)].iloc[0]
        axis.plot(one.age, fit.amplitude * numpy.exp(-fit.rate * one.age), ":k", lw=.8)
    axis.set(title=f"{100 * cue:g}% cues", xlabel="age", xlim=(0, 350), ylim=(.003, 1))
axes[0].set_ylabel("raw difference in accuracy")
axes[0].legend()
figure.savefig(run / "raw_difference.pdf")
