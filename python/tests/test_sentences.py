"""Sentences: pairs in a folder, recalled by vectors and words."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from slotless import Answer, Sentences

DIM = 24


def encode(texts: list[str]) -> NDArray[np.float64]:
    """Vectors of texts: alike where texts share words."""
    rows = np.zeros((len(texts), DIM))
    for row, text in zip(rows, texts, strict=True):
        for word in text.lower().split():
            row += np.random.default_rng(sum(map(ord, word)) * 31 + len(word)).normal(size=DIM)
    return rows


def small(folder: Path, **settings: Any) -> Sentences:
    return Sentences(folder / "memory", encode, **settings)


PAIRS = [
    ("tests fail in the cloud", "start postgres first", "the build is red"),
    ("the disk is full", "prune the images"),
    ("certificates expire soon", "renew them by hand"),
]


def test_pairs_are_stored_asked_changed_and_forgotten(tmp_path: Path) -> None:
    before = datetime.now(timezone.utc)
    with small(tmp_path) as memory:
        assert len(memory) == 0
        assert memory.ask("anything") == Answer(None, [])
        assert list(memory) == []
        assert not (tmp_path / "memory").exists()
        assert memory.add_many(PAIRS) == [1, 2, 3]
        assert len(memory) == 3
        answer = memory.ask("the build is red", top=3)
        assert answer.best is not None
        assert (answer.best.id, answer.best.target, answer.best.cue) == (1, PAIRS[0][1], PAIRS[0][2])
        assert answer.best.score == pytest.approx(1, abs=1e-6)
        assert {other.id for other in answer.others} <= {2, 3}
        item = memory[1]
        assert item.cues == [PAIRS[0][0], PAIRS[0][2]]
        assert item.added is not None
        assert item.updated is None
        assert abs((item.added - before).total_seconds()) < 60
        memory.add_cues(2, ["no space left"])
        assert memory.with_cue("no space left") == [2]
        memory.update(3, target="they renew themselves")
        assert memory[3].target == "they renew themselves"
        assert memory[3].cues == ["certificates expire soon"]
        assert memory[3].updated is not None
        memory.update(3, cues=["renewal of certificates"])
        assert memory[3].cues == ["renewal of certificates"]
        memory.forget(1)
        assert [item.id for item in memory] == [2, 3]
        assert memory.compact() > 0
        assert b"postgres" not in (tmp_path / "memory" / "log").read_bytes()
        assert memory.verify() == []
        assert memory.stats()["items"] == 2
        with pytest.raises(LookupError, match="there is no item 1, numbers go from 1 to 3"):
            memory[1]
        with pytest.raises(LookupError, match="there is no item -1"):
            memory[-1]
        with pytest.raises(LookupError, match="no item 9"):
            memory.forget(2, 9)
        assert len(memory) == 2
    with pytest.raises(ValueError, match="the memory is closed"):
        memory.ask("x")
    assert repr(memory).endswith("closed")
    with Sentences(tmp_path / "memory", mode="r") as memory:
        assert [item.id for item in memory] == [2, 3]
        assert memory.settings == {"dim": DIM, "words": 32}


def test_answers_are_those_of_all_cosines(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    cues, targets = rng.normal(size=(2, 400, DIM)).astype("f4")
    questions = cues[:50] + 0.2 * rng.normal(size=(50, DIM))
    with Sentences(tmp_path / "memory") as memory:
        pairs = [(f"cue {number}", f"target {number}") for number in range(400)]
        assert memory.add_many(pairs, vectors=np.stack([cues, targets], axis=1).reshape(800, DIM)) == list(
            range(1, 401)
        )
        answers = memory.ask_many(vectors=questions, top=5, nearest=400, threshold=-1)
        unit = cues / np.linalg.norm(cues, axis=1, keepdims=True)
        cosines = (questions / np.linalg.norm(questions, axis=1, keepdims=True)) @ unit.T
        shares = np.exp(32 * cosines)
        shares /= shares.sum(axis=1, keepdims=True)
        for answer, cosine, share in zip(answers, cosines, shares, strict=True):
            assert answer.best is not None
            found = [answer.best, *answer.others]
            order = np.argsort(-cosine)[:5]
            assert [one.id for one in found] == (order + 1).tolist()
            assert [one.score for one in found] == pytest.approx(cosine[order], abs=1e-5)
            assert [one.share for one in found] == pytest.approx(share[order], abs=1e-5)
            assert memory.ask(vector=questions[answers.index(answer)], top=5, nearest=400, threshold=-1) == answer
        target, stored = memory.vectors(7)
        assert stored.shape == (1, DIM)
        assert stored[0] == pytest.approx(unit[6], abs=1e-6)
        assert target is not None
        assert target == pytest.approx(targets[6] / np.linalg.norm(targets[6]), abs=1e-6)


def test_chains_follow_targets(tmp_path: Path) -> None:
    with small(tmp_path) as memory:
        memory.add_many([("alpha one", "beta two"), ("beta two", "gamma three"), ("gamma three", "delta four")])
        answers = memory.chain("alpha one", threshold=0.9)
        targets = [answer.best.target for answer in answers if answer.best is not None]
        assert targets == ["beta two", "gamma three", "delta four"]
        assert answers[-1].best is None
        assert len(memory.chain("alpha one", hops=2, threshold=0.9)) == 2


def test_words_alone_with_times_and_tags(tmp_path: Path) -> None:
    day = datetime(2026, 3, 5, tzinfo=timezone.utc)
    with Sentences(tmp_path / "memory", words_only=True) as memory:
        numbers = memory.add_many(
            [("I moved to Oslo", "Ann lives in Oslo"), ("I have moved, too", "Ben moved"), ("seven cats", "cats")],
            times=[day, None, None],
            tags=[{"speaker": "Ann"}, {"speaker": "Ben"}, {"speaker": "Ann", "room": "7"}],
        )
        assert numbers == [1, 2, 3]
        for name, number in (("Ann", 1), ("Ben", 2)):
            best = memory.ask(f"Where has {name} moved?").best
            assert best is not None
            assert (best.id, best.words) == (number, best.score)
        assert memory.ask("who plays chess") == Answer(None, [])
        found = memory.ask("moved", where={"speaker": "Ben"}, top=9, threshold=0)
        assert [one.id for one in [found.best, *found.others] if one is not None] == [2]
        assert memory.ask("moved", before=datetime(2026, 4, 1, tzinfo=timezone.utc), threshold=0).best is not None
        assert memory.ask("cats", before=datetime(2026, 4, 1, tzinfo=timezone.utc), threshold=0).best is None
        assert memory[1].time == day
        assert memory[3].tags == {"speaker": "Ann", "room": "7"}
        memory.update(3, tags={"room": "8"}, time=day)
        assert (memory[3].tags, memory[3].time) == ({"speaker": "Ann", "room": "8"}, day)
        memory.update(3, cues=["eight cats"])
        assert memory[3].tags["room"] == "8"
        with pytest.raises(ValueError, match="this memory compares words alone"):
            memory.add("a", "b", vectors=np.ones((1, 3)))
        memory.forget(where={"speaker": "Ann"})
        assert [item.id for item in memory] == [2]
        target, cues = memory.vectors(2)
        assert target is None
        assert cues.size == 0
    with Sentences(tmp_path / "memory") as memory:
        assert memory.ask("moved").best is not None
        assert memory.add("more", "of it") == 4


def test_what_has_a_key_takes_its_place_and_is_remembered(tmp_path: Path) -> None:
    with Sentences(tmp_path / "memory", words_only=True) as memory:
        assert memory.with_key("deploy") is None
        first = memory.add("how do we deploy", "by hand", tags={"key": "deploy", "speaker": "Ann"})
        assert memory.add("how do we ship", "by Actions", tags={"key": "deploy"}) == first
        assert memory.add_many([("a", "x y"), ("b", "z")], tags=[{"key": "deploy", "namespace": "work"}, {}]) == [2, 3]
        assert memory.with_key("deploy") == first
        assert memory.with_key("deploy", "work") == 2
        assert memory.with_key("deploy", "home") is None
        old, new = memory.history(first)
        assert (old.target, old.cues, old.tags["speaker"]) == ("by hand", ["how do we deploy"], "Ann")
        assert (new.target, new.tags) == ("by Actions", {"key": "deploy"})
        assert old.since is not None
        assert new.since is not None
        assert old.since <= new.since
        assert old.time is None
        memory.compact(keep_history=True)
        assert memory.history(first) == [old, new]
        assert memory.compact() > 0
        assert memory.history(first) == [new]
        with pytest.raises(LookupError, match="no item 9"):
            memory.history(9)


def test_a_memory_is_calibrated(tmp_path: Path) -> None:
    items = [[f"w{3 * number + at}" for at in range(8)] for number in range(30)]
    questions = [" ".join(words[1:5]) for words in items] + [f"w{3 * number} of nothing said" for number in range(30)]
    answerable = [True] * 30 + [False] * 30
    with Sentences(tmp_path / "memory", words_only=True) as memory:
        with pytest.raises(ValueError, match="nothing is stored"):
            memory.calibrate(questions, answerable)
        memory.add_many([(" ".join(words), f"t{number}") for number, words in enumerate(items)])
        assert memory.ask("w4").known is None
        made = memory.calibrate(questions, answerable)
        assert set(made) == {"words"}
        assert made["words"]["auc"] > 0.9
        assert made["words"]["answered"] == made["words"]["unanswered"] == 30
        good, bad = memory.ask("w4 w5 w6"), memory.ask("w3 of nothing said")
        assert good.best is not None
        assert good.known is not None
        assert good.known > 0.5
        assert bad.best is None
        assert bad.known is not None
        assert bad.known < 0.5
        assert memory.ask("w3 of nothing said", threshold=0.01).best is not None
        assert memory.remove_calibration()
        assert not memory.remove_calibration()
        assert memory.ask("w4").known is None
        assert memory.calibrate(refuse=0.2)["words"]["answered"] == 30
        for given in ((questions, None), (questions[:20], answerable[:20]), (questions, answerable[:-1])):
            with pytest.raises(ValueError, match=r"together|needed are 10|allowed 60"):
                memory.calibrate(*given)
        with pytest.raises(ValueError, match=r"0 to 0\.5"):
            memory.calibrate(questions, answerable, refuse=0.6)
    with Sentences(tmp_path / "vectors", encode) as memory:
        memory.add_many([(" ".join(words), f"t{number}") for number, words in enumerate(items)])
        made = memory.calibrate(questions, answerable)
        assert set(made) == {"words", "vectors"}
        answer = memory.ask(questions[3])
        assert answer.best is not None
        assert answer.known is not None


def test_one_writes_and_others_read(tmp_path: Path) -> None:
    writer = small(tmp_path)
    writer.add("a b c", "d e f")
    with pytest.raises(BlockingIOError, match="another process is writing"):
        small(tmp_path)
    reader = Sentences(tmp_path / "memory", encode, mode="r")
    writer.add("g h i", "j k l")
    assert len(reader) == 1
    reader.reload()
    assert len(reader) == 2
    with pytest.raises(ValueError, match=r'opened to be read, mode "a" writes'):
        reader.add("m", "n")
    writer.close()
    with small(tmp_path, wait=5.0) as again:
        assert len(again) == 2


def test_a_kill_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    code = f"""
import sys; sys.path.insert(0, {os.path.dirname(__file__)!r})
from pathlib import Path
from test_sentences import small
memory = small(Path({str(tmp_path)!r}))
for number in range(1000):
    memory.add(f"cue {{number}}", f"target {{number}}")
    print(number, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(5)]
        process.kill()
    said += process.stdout.readlines() if not process.stdout.closed else []
    with small(tmp_path) as memory:
        assert len(memory) >= len(said) >= 5
        assert memory[5].target == "target 4"


def test_what_is_wrong_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    refused: list[tuple[dict[str, Any], str]] = [
        ({"words": 7}, "words is 7, allowed 0, 8 to 32"),
        ({"words": 33}, "words is 33, allowed 0 to 32"),
    ]
    for settings, line in refused:
        memory = Sentences(tmp_path / "no", encode, **settings)
        with memory, pytest.raises(ValueError, match=line):
            memory.add("a", "b")
        assert not (tmp_path / "no").exists()
    with pytest.raises(ValueError, match='mode is "w", allowed "a", "r"'):
        Sentences(tmp_path / "no", mode="w")  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError, match="no memory of slotless"):
        Sentences(tmp_path / "no", mode="r")
    (tmp_path / "file").write_text("a file")
    with pytest.raises(NotADirectoryError, match="no folder, which a memory of sentences is"):
        Sentences(tmp_path / "file")
    with pytest.raises(ValueError, match="no memory of slotless"):
        Sentences(tmp_path, mode="r")
    with pytest.raises(TypeError, match="encoder is a str, allowed: a callable"):
        Sentences(tmp_path / "no", "model")  # type: ignore[arg-type]
    with small(tmp_path) as memory:
        memory.add("a b", "c d")
        before = (tmp_path / "memory" / "log").read_bytes()
        good = encode(["x", "y"])
        for call, line in [
            (lambda: memory.add("", "y"), "the cue is empty"),
            (lambda: memory.add_many([("x", "y"), ("z", " ")]), "pair 2: the target is empty"),
            (lambda: memory.add_many([("x",)]), "a pair has 1 texts"),
            (lambda: memory.add("x" * (1 << 20) + "x", "y"), "the cue has 1048577 bytes, allowed 1048576 at most"),
            (
                lambda: memory.add("x", "y", vectors=np.ones((3, DIM))),
                r"vectors has shape \[3, 24\], allowed \[1, 24\] or \[2, 24\]",
            ),
            (lambda: memory.add("x", "y", vectors=good[:, :5]), r"vectors has shape \[2, 5\], allowed \[1, 24\]"),
            (lambda: memory.add("x", "y", vectors=good * np.nan), r"vectors\[0, 0\] is NaN, allowed finite numbers"),
            (lambda: memory.add("x", "y", vectors=good * 0), "vectors: row 1 is all zeros"),
            (lambda: memory.add("x", "y", vectors=good * 1e300), r"vectors\[0, 0\] is \S+, allowed finite numbers"),
            (lambda: memory.ask("x", top=0), "top is 0, allowed 1 to 1000"),
            (lambda: memory.ask("x", threshold=2), "threshold is 2, allowed -1 to 1"),
            (lambda: memory.ask("x", beta=0), "beta is 0, allowed above 0"),
            (lambda: memory.ask(vector=np.ones(3)), "the vector has 3 numbers, this memory takes 24"),
            (lambda: memory.ask(vector=np.ones((1, 24))), "vector has 2 axes, allowed 1"),
            (lambda: memory.ask(), "neither question nor vector is given"),
            (lambda: memory.ask_many(["a"], vectors=good), r"vectors has 2 rows, allowed 1 \(questions\)"),
            (lambda: memory.update(1), "neither target nor cues, time or tags are given"),
            (lambda: memory.chain("x", hops=0), "hops is 0, allowed 1 to 1000"),
            (lambda: memory.ask("x", by_words=-1), "words is -1, allowed 0 to 100"),
            (lambda: memory.ask("x", neighbours=2), "neighbours is 2, allowed 0 to 1"),
            (lambda: memory.add("x", "y", tags={"a b": "c"}), 'a tag\'s key is "a b"'),
            (lambda: memory.add("x", "y", time=datetime(1969, 1, 1, tzinfo=timezone.utc)), "time is 1969"),
            (lambda: memory.add_many([("x", "y")], tags=[]), r"tags has 0 entries, allowed 1 \(pairs\)"),
            (lambda: memory.forget(1, where={"a": "b"}), "both ids and where"),
        ]:
            with pytest.raises(ValueError, match=line):
                call()  # type: ignore[no-untyped-call]
        for call, line in [
            (lambda: memory.add("x", 3), "a pair has a int, allowed: str"),  # type: ignore[arg-type]
            (lambda: memory.add_many(["xy"]), "a pair is a str, allowed: a sequence of them"),
            (
                lambda: memory.add("x", "y", vectors=good.astype(int)),
                "vectors is of dtype int64, allowed: float32 or float64",
            ),
        ]:
            with pytest.raises(TypeError, match=line):
                call()  # type: ignore[no-untyped-call]
        assert (tmp_path / "memory" / "log").read_bytes() == before
        assert len(memory) == 1
    with Sentences(tmp_path / "memory") as memory:
        with pytest.raises(ValueError, match="no encoder and no vectors"):
            memory.add("x", "y")
        # Asked by words alone.
        assert [one.id for one in memory.ask("b", threshold=0).others] == []
        assert memory.ask("b", threshold=0).best is not None
    (tmp_path / "memory" / "log").write_bytes(before[:-1])
    with pytest.warns(UserWarning, match="are no whole record and are left out"):
        assert len(Sentences(tmp_path / "memory", mode="r")) == 0
    (tmp_path / "memory" / "log").write_bytes(before)
    with small(tmp_path) as memory:
        memory.add("x y", "z")
    content = (tmp_path / "memory" / "log").read_bytes()
    (tmp_path / "memory" / "log").write_bytes(content[:100] + b"!" + content[101:])
    (tmp_path / "memory" / "snapshot").unlink(missing_ok=True)
    with pytest.raises(ValueError, match="damaged at byte"):
        Sentences(tmp_path / "memory", mode="r")
