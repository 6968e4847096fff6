"""Energy along runs. python3 hopfield_energy.py DIR, of reproduce hopfield-energy."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
points = pandas.read_csv(run / "hopfield-energy.csv")
figure, axes = plt.subplots(1, 2, figsize=(7.09, 2.6))
for axis, (network, panel) in zip(axes, points.groupby("network")):
    for number, (_, one) in enumerate(panel.groupby(["memories", "beta", "start"], dropna=False, sort=False)):
        for _, line in one.groupby("run"):
            axis.plot(line.time, line.energy, c=f"C{number}", lw=.7)
    axis.set(title=network, xlabel="steps" if network == "modern" else "updates / $N$", ylabel="energy")
figure.savefig(run / "energy.pdf")
