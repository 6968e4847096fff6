"""Ending accuracy by winners and length of the context. python3 kwinner_attention.py DIR, of reproduce kwinner-attention."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
ended = pandas.read_csv(run / "kwinner-attention_ending.csv")
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.09, 2.6))
for axis, (choice, panel) in zip(axes, ended.groupby("winner_by", sort=False)):
    for k, one in panel.groupby("hidden_winners"):
        axis.errorbar(one.context, one.accuracy, one.accuracy_se, marker="o", label=f"$K = {k}$")
    axis.set(title=choice, xlabel="items of a context $C$", xscale="log", ylim=(.4, 1.01))
axes[0].set_ylabel("ending accuracy")
axes[0].legend()
figure.savefig(run / "kwinner_attention.pdf")
