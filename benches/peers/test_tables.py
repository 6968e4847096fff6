"""Of what makes the tables: python3 -m unittest discover -s benches/peers. Needs nothing but Python's library."""

import pathlib
import tempfile
import unittest

import compare
import machine
import table

ABOUT = {
    "date": "2026-11-29",
    "quick": False,
    "isa": "avx2",
    "machine": {
        "processor": "A Processor (family 6, model 207)",
        "cores": 2,
        "best": "avx512",
        "flags": ["avx2", "avx512f"],
        "caches": ["L1d 48 KiB", "L2 2 MiB"],
        "virtual": True,
    },
    "python": "3.11.7",
    "versions": {"numba": "0.68.1", "usearch": "2.26.6"},
    "used": {"numba": "ymm", "faiss": "AVX2"},
    "not_held": ["usearch"],
    "left_out": {"torch": "torch cannot be imported"},
    "load": [1.25, 1.5],
    "indexes": [
        {"network": "search_s", "program": "faiss", "build_s": 0.004, "bytes": 12_800_000, "recall_at_1": 1.0, "width": ""},
        {"network": "search_s", "program": "faiss_hnsw", "build_s": 91.5, "bytes": 28e6, "recall_at_1": 0.956, "width": 512},
    ],
}


def peer(program, network, operation, least):
    return {"program": program, "network": network, "operation": operation, "min_us": str(least)}


def own(network, weights, operation, least, size=""):
    times = {"min_us": str(least), "median_us": str(2 * least)}
    return {"network": network, "weights": weights, "operation": operation, "backend": "avx2", **times, "bytes": size}


PEERS = [
    peer("numba", "kw", "learn", 12),
    peer("scipy", "kw", "learn", 1_234.4),
    peer("faiss", "search_s", "single", 500),
    peer("faiss_hnsw", "search_s", "single", 1_000),
    peer("numba", "tf", "iteration", 3),
]
OURS = [
    own("kw", "u8", "learn", 8),
    own("kw", "u16", "learn", 10),
    own("kw", "u8", "recall", 1),
    own("search_s", "bits", "single", 250),
    own("search_s", "bits", "keeping", 120_000, "13000000"),
    own("tf", "f32", "iteration", 6),
    own("recall_1000", "f32", "ask", 99.4),
]


class Tables(unittest.TestCase):
    def test_a_table_for_each_set_of_peers(self):
        networks, searches, transformers = compare.tables(PEERS, OURS, "u8", "min_us")
        self.assertEqual(networks[0], "| network | operation | ours, u8 | ours, u16 | numba | scipy |")
        # Ratios are to the 8-bit weights, and a row that no peer has is none.
        self.assertEqual(networks[2:], ["| kw | learn | **8.00** | **10.0** | 12.0 (1.50x) | 1,234 (154x) |"])
        self.assertEqual(searches[2:], ["| search_s | single | **250** | 500 (2.00x) | 1,000 (4.00x) |"])
        # A peer that is ahead is shown to be.
        self.assertEqual(transformers[2:], ["| tf | iteration | **6.00** | 3.00 (0.50x) |"])

    def test_other_bases_and_other_backends(self):
        (networks,) = compare.tables(PEERS[:1], OURS, "u16", "min_us")
        self.assertEqual(networks[2], "| kw | learn | **8.00** | **10.0** | 12.0 (1.20x) |")
        (networks,) = compare.tables(PEERS[:1], OURS, "u8", "min_us", backend="neon")
        self.assertEqual(networks[2], "| kw | learn | 12.0 |")

    def test_the_title_says_what_a_table_is_worth_nothing_without(self):
        expected = "# 29 November 2026, A Processor (family 6, model 207), 2 cores, AVX2 (of AVX-512), L1d 48 KiB, L2 2 MiB"
        self.assertEqual(table.title(ABOUT), expected)
        best = {**ABOUT, "isa": "avx512", "machine": {**ABOUT["machine"], "cores": 1}}
        self.assertIn(", 1 core, AVX-512, L1d", table.title(best))

    def test_a_report(self):
        lines = table.report(ABOUT, PEERS, OURS).splitlines()
        for line in (
            "Python 3.11.7, numba 0.68.1, usearch 2.26.6.",
            "Instructions that programs use: numba: ymm; faiss: AVX2.",
            "Not held to them, and perhaps the faster for it: usearch.",
            "Left out: torch (torch cannot be imported).",
            "| search_s | single | **250** | 500 (2.00x) | 1,000 (4.00x, recall 0.956) |",
            "| search_s | ours | 0.12 | 13.0 | 1 | |",
            "| search_s | faiss | 0.00 | 12.8 | 1 | |",
            "| search_s | faiss_hnsw | 91.50 | 28.0 | 0.956 | 512 |",
            "| recall_1000 | ask | 99.4 | 199 |",
        ):
            self.assertIn(line, lines)
        self.assertFalse(any("quick" in line for line in lines))
        quick = table.report({**ABOUT, "quick": True}, PEERS, OURS)
        self.assertIn("no measurement", quick)

    def test_recall_that_is_nearly_whole_is_not_called_whole(self):
        row = {**ABOUT["indexes"][1], "recall_at_1": 0.996}
        self.assertIn("| 0.996 |", table.indexes([row], [])[2])


class Machines(unittest.TestCase):
    def test_the_first_processor(self):
        text = "processor\t: 0\nmodel name\t: A: B\nflags\t\t: avx2 fma\n\nprocessor\t: 1\nmodel name\t: C\n"
        self.assertEqual(machine.fields(text), {"processor": "0", "model name": "A: B", "flags": "avx2 fma"})

    def test_sets_are_those_that_our_program_asks_for(self):
        wide = ["avx2", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512vbmi", "avx512_vbmi2", "avx512_vpopcntdq"]
        self.assertEqual(machine.best_set(wide, "x86_64"), "avx512")
        for flag in wide[1:]:
            self.assertEqual(machine.best_set([one for one in wide if one != flag], "x86_64"), "avx2")
        self.assertEqual(machine.best_set(["sse2"], "x86_64"), "portable")
        self.assertEqual(machine.best_set([], "aarch64"), "neon")

    def test_caches(self):
        with tempfile.TemporaryDirectory() as folder:
            for number, (level, kind, size) in enumerate(
                [(1, "Data", "48K"), (1, "Instruction", "32K"), (2, "Unified", "2048K"), (3, "Unified", "1280K")]
            ):
                index = pathlib.Path(folder) / f"index{number}"
                index.mkdir()
                for name, value in (("level", level), ("type", kind), ("size", size)):
                    (index / name).write_text(f"{value}\n")
            self.assertEqual(machine.caches(folder), ["L1d 48 KiB", "L2 2 MiB", "L3 1280 KiB"])
        self.assertEqual(machine.caches("/nowhere"), [])

    def test_the_set_asked_for(self):
        self.assertEqual(machine.asked(["peers.py", "--quick", "--isa", "avx2"]), "avx2")
        self.assertEqual(machine.asked(["peers.py", "--isa=neon"]), "neon")
        self.assertIsNone(machine.asked(["peers.py", "--isa"]))


if __name__ == "__main__":
    unittest.main()
