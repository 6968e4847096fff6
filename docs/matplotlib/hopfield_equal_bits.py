"""Memories at equal bits of storage. python3 hopfield_equal_bits.py DIR, of reproduce hopfield-equal-bits."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
points = pandas.read_csv(run / "hopfield-equal-bits.csv")
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.09, 2.8))
for axis, (ones, panel) in zip(axes, points.groupby("ones")):
    for number, (memory, one) in enumerate(panel.groupby("memory", sort=False)):
        # On a symlog axis what recalls nothing is seen at 0.
        axis.plot(one.stored, one.recalled, marker="osD^vP*"[number % 7], label=memory)
    axis.set(title=f"{ones} ones", xlabel="patterns stored", xscale="log")
    axis.set_yscale("symlog", linthresh=1)
axes[0].set_ylabel("patterns recalled")
axes[1].legend()
figure.savefig(run / "equal_bits.pdf")
