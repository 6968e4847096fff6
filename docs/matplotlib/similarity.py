"""S5: similarity of tree-structured patterns by bits flipped. python3 similarity.py DIR, of reproduce s5."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
trees = pandas.read_csv(run / "s5.csv")
figure, axis = plt.subplots(figsize=(3.35, 2.4))
axis.errorbar(trees.b, trees.mean_similarity, trees.mean_similarity_se, marker="o")
axis.set(xlabel="bits flipped each way, b", ylabel="mean similarity (overlap / s)", ylim=(0, None))
figure.savefig(run / "similarity.pdf")
