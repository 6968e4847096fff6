"""Content against recognition, a point a memory. python3 frontier.py DIR, of reproduce frontier."""
import sys, pathlib, pandas, matplotlib.pyplot as plt

run = pathlib.Path(sys.argv[1])
plt.style.use(pathlib.Path(__file__).with_name("slotless.mplstyle"))
designs = pandas.read_csv(run / "frontier_designs.csv")
designs = designs[(designs.cue == .5) & ~designs.network.str.contains("kbit|KB|flipped|moved|wrong") & (designs.data == designs.data[0])]
figure, axis = plt.subplots(figsize=(3.35, 3))
for number, one in enumerate(designs.itertuples()):
    axis.scatter(one.recognition_bits, one.content_per_bit, s=14, marker="osD^v"[number % 5])
    axis.annotate(one.network, (one.recognition_bits, one.content_per_bit), fontsize=6.5, xytext=(3, 3), textcoords="offset points")
axis.set(xlabel="recognition (bits of all ages)", ylabel="content per bit of storage", xlim=(0, None), ylim=(0, None))
figure.savefig(run / "frontier_points.pdf")
