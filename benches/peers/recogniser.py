"""Data sets as tables of 8-bit features, a label in the last column: what recognisers are compared on; see README.md.

recogniser.py FOLDER writes NAME.csv for each data set into FOLDER, and prints what is in them. One rule for all of them:

* A series of one channel has 32 points, or as many as it has where all have the same number and that is below 32. One of several
  channels has ceil(32 / channels) points of each, rounded up to a multiple of 8. Points are taken from straight lines between the
  samples, the first and the last where they are. Features are channel after channel.
* One of several channels of more than 64 samples is cut into 4 equal parts, and has the mean of each part and its standard deviation:
  all means channel by channel, then all deviations. Points of a quick motion say little of it.
* A channel goes to 0 to 255 from its 1st to its 99th percentile, what is outside to the ends, and is rounded. The points, means or deviations of a
  series' channel, a measurement of a table, and all pixels of the digits are each a channel. The percentiles are those of the set's own training part, or of
  the first half of a table.
* Labels are numbered in the order of their names. A set's training part comes first; the comparison divides all anew.
"""

import argparse
import importlib.util
import pathlib

import numpy as np
from sklearn import datasets

TABLES = {"digits": datasets.load_digits, "wine": datasets.load_wine, "wdbc": datasets.load_breast_cancer}
SERIES = {
    "vowels": "JapaneseVowels",
    "italy": "ItalyPowerDemand",
    "gunpoint": "GunPoint",
    "motions": "BasicMotions",
    "pickup": "PickupGestureWiimoteZ",
    "arrowhead": "ArrowHead",
    "osuleaf": "OSULeaf",
}
POINTS = 32
# Longer ones of several channels are cut into parts.
LONG, PARTS = 64, 4


def series_of(path):
    """The series of a file, an array of channels and points each, and their labels."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    start = next(at for at, line in enumerate(lines) if line.strip().lower() == "@data")
    series, labels = [], []
    for line in filter(str.strip, lines[start + 1 :]):
        *channels, label = line.strip().split(":")
        series.append(np.array([[float(value) for value in channel.split(",")] for channel in channels]))
        labels.append(label)
    return series, labels


def reduced(series):
    """Channels and points of each, the same number for all."""
    channels, lengths = series[0].shape[0], {one.shape[1] for one in series}
    if channels > 1 and min(lengths) > LONG:
        parts = [np.array_split(one, PARTS, axis=1) for one in series]
        return np.array([np.concatenate([np.stack([f(p, axis=1) for p in of], 1) for f in (np.mean, np.std)]) for of in parts])
    points = POINTS if len(lengths) > 1 else min(min(lengths), POINTS)
    if channels > 1:
        points = (-(-POINTS // channels) + 7) // 8 * 8
    return np.array([resampled(one, points) for one in series])


def resampled(one, points):
    """Each channel at so many points, evenly from its first to its last."""
    length = one.shape[1]
    at = np.linspace(0, length - 1, points)
    return np.array([np.interp(at, np.arange(length), channel) for channel in one])


def bytes_of(values, known):
    """Samples, channels and points of each, as 8 bits by the percentiles of each channel in the first `known` samples."""
    low, high = np.percentile(values[:known], [1, 99], axis=(0, 2), keepdims=True)
    width = np.where(high > low, high - low, 1)
    return np.rint(np.clip((values - low) / width, 0, 1) * 255).astype(np.uint8).reshape(len(values), -1)


def table(name):
    """Features, labels and the number of training samples of a data set."""
    if name in TABLES:
        data, labels = TABLES[name](return_X_y=True)
        channels = data[:, None, :] if name == "digits" else data[:, :, None]
        known = len(data) // 2
    else:
        # Found, and not imported: the package would want its own.
        package = pathlib.Path(importlib.util.find_spec("aeon").origin).parent
        folder = package / "datasets" / "data" / SERIES[name]
        parts = [series_of(folder / f"{SERIES[name]}_{part}.ts") for part in ("TRAIN", "TEST")]
        series, labels = parts[0][0] + parts[1][0], parts[0][1] + parts[1][1]
        channels, known = reduced(series), len(parts[0][0])
    return bytes_of(channels, known), np.unique(labels, return_inverse=True)[1], known


def main():
    """Writes all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    print("| data set | samples | features | classes |\n|---|---:|---:|---:|")
    for name in (*TABLES, *SERIES):
        features, labels, _ = table(name)
        np.savetxt(folder / f"{name}.csv", np.column_stack([features, labels]), fmt="%d", delimiter=",")
        print(f"| {name} | {len(features):,} | {features.shape[1]} | {labels.max() + 1} |")


if __name__ == "__main__":
    main()
