"""The memory of sentences."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from errno import ENOENT, ENOTDIR
from os import PathLike, fsdecode
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slotless._slotless import SentenceStore
from slotless._types import FilePath

#: Gives an array with a row for each of some texts, such as ``SentenceTransformer(...).encode``.
Encoder: TypeAlias = Callable[[list[str]], ArrayLike]

_PAGE = 1000


class Found(NamedTuple):
    """An item that was recalled.

    Attributes
    ----------
    id : int
        Its number.
    target : str
        What it recalls.
    cue : str
        The one of its cues that is nearest to the question.
    score : float
        Cosine of the question's vector and that cue's, -1 to 1.
    overlap : int
        Units that their codes share.
    share : float
        Share of the item in the softmax over the cues that took part, 0 to 1.
    """

    id: int
    target: str
    cue: str
    score: float
    overlap: int
    share: float


class Answer(NamedTuple):
    """What a memory of sentences answers.

    Attributes
    ----------
    best : Found or None
        The item recalled; None where nothing stored is close.
    others : list of Found
        The next ones, by their share, close or not.
    """

    best: Found | None
    others: list[Found]


class Item(NamedTuple):
    """An item of a memory of sentences.

    Attributes
    ----------
    id : int
        Its number.
    target : str
        What is recalled.
    cues : list of str
        By what.
    added, updated : datetime or None
        When it was added and updated last, in UTC.
    """

    id: int
    target: str
    cues: list[str]
    added: datetime | None
    updated: datetime | None


class Sentences:
    """A memory of sentences in a folder: pairs of a cue and a target, recalled from something like a cue.

    Texts have vectors, by an encoder or as they are given; vectors have sparse codes by a fixed random
    projection. A question's code finds the nearest stored cues, and a softmax over the cosines of their
    vectors decides. What was added is on disk when the call returns, and safe against a kill at any
    byte. One process writes at a time; any number may read.

    Parameters
    ----------
    folder : str, bytes or os.PathLike
        Folder of the memory. With mode "a" it is made, once something is added, where there is none.
    encoder : callable, optional
        Takes a list of texts and gives an array of float, a row each; such as
        ``SentenceTransformer(...).encode``. Without it, every call takes ``vectors``.
    mode : {"a", "r"}, default "a"
        To read and write, which no other process may do meanwhile; or to read.
    wait : float, optional
        Seconds to wait for another process that writes. Without it such a memory is refused at once.
    units : int, default 16384
        Units of a code, 1 to 65536. This and what follows is of a new memory.
    active : int, default 50
        Active ones of them.
    projection : str, default "gaussian"
        Or "sparse:TAPS": each unit sees so many numbers of a vector.
    seed : int, default 1
        Seed of the projection.

    Raises
    ------
    BlockingIOError
        While another process writes.
    OSError
        For files that cannot be read or written, and a folder that is not there (mode "r").
    ValueError
        For a folder that holds something else, and a damaged memory.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from slotless import Sentences
    >>> def encoder(texts):  # a stand-in for a sentence encoder: letters are counted
    ...     letters = "abcdefghijklmnopqrstuvwxyz"
    ...     return np.array([[text.lower().count(letter) for letter in letters] for text in texts], "f4")
    >>> folder = tempfile.mkdtemp()
    >>> with Sentences(folder + "/memory", encoder) as memory:
    ...     number = memory.add("Let's deploy the new version", "GitHub Actions, then k3s")
    ...     answer = memory.ask("deploy a new version", threshold=0.8)
    >>> answer.best.target
    'GitHub Actions, then k3s'
    """

    def __init__(
        self,
        folder: FilePath,
        encoder: Encoder | None = None,
        *,
        mode: Literal["a", "r"] = "a",
        wait: float | None = None,
        units: int = 16_384,
        active: int = 50,
        projection: str = "gaussian",
        seed: int = 1,
    ) -> None:
        if encoder is not None and not callable(encoder):
            raise TypeError(f"encoder is a {type(encoder).__name__}, allowed: a callable")
        if not isinstance(folder, (str, bytes, PathLike)):
            raise TypeError(f"folder is a {type(folder).__name__}, allowed: str, bytes or os.PathLike")
        if not isinstance(mode, str):
            raise TypeError(f'mode is a {type(mode).__name__}, allowed: "a", "r"')
        folder = fsdecode(folder)
        self._folder = folder
        self._encoder = encoder
        self._mode = mode
        self._wait = wait
        self._new: dict[str, Any] = {"units": units, "active": active, "projection": projection, "seed": seed}
        self._closed = False
        self._store: SentenceStore | None = None
        if mode == "r" and not Path(folder).exists():
            raise FileNotFoundError(ENOENT, "no memory of slotless", folder)
        if Path(folder).exists() and not Path(folder).is_dir():
            raise NotADirectoryError(ENOTDIR, "no folder, which a memory of sentences is", folder)
        if mode != "a" or SentenceStore.is_at(folder):
            self._store = SentenceStore.open(folder, mode, wait)
            for line in self._store.warnings():
                warnings.warn(f"{folder}: {line}", stacklevel=2)

    def add(
        self,
        cue: str,
        target: str,
        *,
        paraphrases: Sequence[str] = (),
        vectors: ArrayLike | None = None,
    ) -> int:
        """Store a pair; it is on disk when this returns.

        Parameters
        ----------
        cue : str
            By what it is recalled.
        target : str
            What is recalled.
        paraphrases : sequence of str, optional
            Further cues.
        vectors : array_like of float, shape (2 + len(paraphrases), dim), optional
            Vectors of cue, target and paraphrases, in this order, of any length but 0; needed without an
            encoder.

        Returns
        -------
        int
            The item's number.

        Raises
        ------
        ValueError
            For empty texts and vectors that cannot be stored; nothing is then written.
        """
        return self.add_many([(cue, target, *paraphrases)], vectors=vectors)[0]

    def add_many(self, pairs: Iterable[Sequence[str]], *, vectors: ArrayLike | None = None) -> list[int]:
        """Store many pairs; they are on disk when this returns.

        Parameters
        ----------
        pairs : iterable of sequences of str
            ``(cue, target)`` or ``(cue, target, *paraphrases)``, each an item.
        vectors : array_like of float, shape (n_texts, dim), optional
            A vector for each text, pair after pair in the order of its texts; needed without an encoder.

        Returns
        -------
        list of int
            The items' numbers.

        Notes
        -----
        All is checked before anything is written. Batches of 256 are written to disk together: if the call
        is interrupted, of each batch all or nothing is stored.
        """
        items = [self._texts(pair) for pair in pairs]
        texts = [text for item in items for text in item]
        if not texts:
            return []
        rows = self._vectors(texts, vectors)
        store = self._writable(rows.shape[1] if rows.ndim == 2 else 0)
        return store.add([item[1] for item in items], [[item[0], *item[2:]] for item in items], rows)

    def add_cues(self, id: int, cues: Sequence[str], *, vectors: ArrayLike | None = None) -> None:
        """Store further cues of an item.

        Parameters
        ----------
        id : int
            Its number.
        cues : sequence of str
            The cues.
        vectors : array_like of float, shape (len(cues), dim), optional
            Their vectors; needed without an encoder.

        Raises
        ------
        LookupError
            Where there is no such item.
        """
        cues = _list_of_texts("cues", cues)
        self._opened().add_cues(id, cues, self._vectors(cues, vectors))

    def update(
        self,
        id: int,
        *,
        target: str | None = None,
        cues: Sequence[str] = (),
        vectors: ArrayLike | None = None,
    ) -> None:
        """Give an item another target, other cues, or both; it keeps its number, and what is not given.

        Parameters
        ----------
        id : int
            Its number.
        target : str, optional
            The new target.
        cues : sequence of str, optional
            The new cues, in place of all that it has.
        vectors : array_like of float, shape (n_texts, dim), optional
            Vectors of the target, if there is one, and of the cues; needed without an encoder.

        Raises
        ------
        LookupError
            Where there is no such item.
        """
        cues = _list_of_texts("cues", cues)
        if target is None and not cues:
            raise ValueError("neither target nor cues are given, allowed: one of them or both")
        texts = cues if target is None else [target, *cues]
        self._opened().update(id, target, cues, self._vectors(texts, vectors))

    def forget(self, *ids: int) -> None:
        """Forget items: they are not recalled any more, and their texts are on disk until :meth:`compact`.

        Parameters
        ----------
        *ids : int
            Their numbers; all of them are forgotten or none.

        Raises
        ------
        LookupError
            Where there is no such item.
        """
        self._opened().forget(list(ids))

    def compact(self) -> int:
        """Write the memory anew without what was forgotten, so that its text is gone.

        Returns
        -------
        int
            By how many bytes it is shorter.
        """
        return self._opened().compact()

    def ask(
        self,
        question: str | None = None,
        *,
        vector: ArrayLike | None = None,
        top: int = 1,
        threshold: float = 0.45,
        nearest: int = 200,
        active: int | None = None,
        beta: float = 32.0,
    ) -> Answer:
        """Ask for the item whose cue is most like a question.

        Parameters
        ----------
        question : str, optional
            The question; without an encoder give ``vector``.
        vector : array_like of float, shape (dim,), optional
            The question's vector, in place of what the encoder gives.
        top : int, default 1
            How many items are wanted, with the answer, 1 to 1000.
        threshold : float, default 0.45
            The least cosine that is an answer, -1 to 1.
        nearest : int, default 200
            How many cues take part in the softmax, 1 to 10000.
        active : int, optional
            Active units of the question's code; a tenth of all unless given.
        beta : float, default 32
            Inverse temperature of the softmax, above 0.

        Returns
        -------
        Answer
        """
        rows = self._question(question, vector)
        settings = (top, threshold, nearest, active, beta)
        if self._is_new():
            return Answer(None, [])
        return _answer(self._opened().ask(rows, *settings)[0])

    def ask_many(
        self,
        questions: Sequence[str] | None = None,
        *,
        vectors: ArrayLike | None = None,
        top: int = 1,
        threshold: float = 0.45,
        nearest: int = 200,
        active: int | None = None,
        beta: float = 32.0,
    ) -> list[Answer]:
        """Ask many questions; see :meth:`ask`.

        Parameters
        ----------
        questions : sequence of str, optional
            The questions.
        vectors : array_like of float, shape (n_questions, dim), optional
            Their vectors, in place of what the encoder gives.
        top, threshold, nearest, active, beta
            As in :meth:`ask`.

        Returns
        -------
        list of Answer
        """
        texts = None if questions is None else _list_of_texts("questions", questions)
        if vectors is None and not texts:
            if texts is None:
                raise ValueError("neither questions nor vectors are given")
            return []
        rows = self._vectors(texts, vectors)
        if texts is not None and len(texts) != len(rows):
            raise ValueError(f"vectors has {len(rows)} rows, allowed {len(texts)} (questions)")
        if self._is_new():
            return [Answer(None, []) for _ in rows]
        return [_answer(answer) for answer in self._opened().ask(rows, top, threshold, nearest, active, beta)]

    def chain(
        self,
        question: str | None = None,
        hops: int = 6,
        *,
        vector: ArrayLike | None = None,
        top: int = 1,
        threshold: float = 0.45,
        nearest: int = 200,
        active: int | None = None,
        beta: float = 32.0,
    ) -> list[Answer]:
        """Ask on with each answer's target as the next question, until nothing is close.

        Parameters
        ----------
        question : str, optional
            The first question.
        hops : int, default 6
            How many times at most, 1 to 1000.
        vector, top, threshold, nearest, active, beta
            As in :meth:`ask`.

        Returns
        -------
        list of Answer
            One for each question that was asked.
        """
        rows = self._question(question, vector)
        if self._is_new():
            return [Answer(None, [])]
        answers = self._opened().chain(rows[0], hops, top, threshold, nearest, active, beta)
        return [_answer(answer) for answer in answers]

    def vectors(self, id: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The vectors of an item, of length 1.

        Parameters
        ----------
        id : int
            Its number.

        Returns
        -------
        target : ndarray of float32, shape (dim,)
        cues : ndarray of float32, shape (n_cues, dim)
        """
        return self._opened().vectors(id)

    def with_cue(self, text: str) -> list[int]:
        """Numbers of the items that have just this text as a cue."""
        return [] if self._is_new() else self._opened().with_cue(text)

    def verify(self) -> list[str]:
        """Read all of the memory: a line for each thing that is damaged, none where all is sound."""
        return [] if self._is_new() else self._opened().verify()

    def stats(self) -> dict[str, Any]:
        """Sizes of the memory: items, cues, bytes on disk and in RAM, and how questions are searched."""
        return {"items": 0, "cues": 0} if self._is_new() else self._opened().stats()

    @property
    def settings(self) -> dict[str, Any]:
        """What the memory was made with, or will be."""
        return dict(self._new) if self._is_new() else self._opened().settings()

    @property
    def folder(self) -> str:
        """Where it is."""
        return self._folder

    def reload(self) -> None:
        """Read what others have written since the memory was opened; for mode "r"."""
        if self._mode == "r":
            self._opened().close()
            self._store = SentenceStore.open(self._folder, "r", None)

    def close(self) -> None:
        """Let the memory go, so that others may write to it."""
        self._closed = True
        if self._store is not None:
            self._store.close()

    def __enter__(self) -> Sentences:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return 0 if self._is_new() else self._opened().count()

    def __iter__(self) -> Iterator[Item]:
        first = 1
        while not self._is_new():
            page = self._opened().items(first, _PAGE)
            yield from map(_item, page)
            if len(page) < _PAGE:
                return
            first = page[-1][0] + 1

    def __getitem__(self, id: int) -> Item:
        if self._is_new() or id < 1:
            raise LookupError(f"{self.folder}: there is no item {id}")
        return _item(self._opened().item(id))

    def __repr__(self) -> str:
        state = "closed" if self._closed else f"{len(self)} items"
        return f"Sentences({self.folder!r}, mode={self._mode!r}): {state}"

    def _is_new(self) -> bool:
        self._check_open()
        return self._store is None

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError(f"{self.folder}: the memory is closed")

    def _opened(self) -> SentenceStore:
        self._check_open()
        if self._store is None:
            raise LookupError(f"{self.folder}: nothing is stored yet")
        return self._store

    def _writable(self, dim: int) -> SentenceStore:
        self._check_open()
        if self._store is None:
            new = self._new
            self._store = SentenceStore.create(
                self._folder, dim, new["units"], new["active"], new["projection"], new["seed"], self._wait
            )
        return self._store

    def _texts(self, pair: Sequence[str]) -> list[str]:
        texts = _list_of_texts("a pair", pair)
        if len(texts) < 2:
            raise ValueError(f"a pair has {len(texts)} texts, allowed: a cue, a target, and further cues")
        return texts

    def _question(self, question: str | None, vector: ArrayLike | None) -> NDArray[Any]:
        if question is None and vector is None:
            raise ValueError("neither question nor vector is given")
        if vector is not None:
            row = np.asarray(vector)
            if row.ndim != 1:
                raise ValueError(f"vector has {row.ndim} axes, allowed 1")
            return row[None]
        return self._vectors(_list_of_texts("the question", [question]), None)

    def _vectors(self, texts: list[str] | None, vectors: ArrayLike | None) -> NDArray[Any]:
        if vectors is not None:
            return np.asarray(vectors)
        if self._encoder is None:
            raise ValueError("no encoder and no vectors: give one of them")
        rows = np.asarray(self._encoder(list(texts or [])))
        if rows.ndim != 2 or len(rows) != len(texts or []):
            wanted = f"({len(texts or [])}, dim)"
            raise ValueError(f"the encoder gave an array of shape {rows.shape}, allowed {wanted}")
        return rows


def _list_of_texts(name: str, texts: Sequence[str | None]) -> list[str]:
    if isinstance(texts, str):
        raise TypeError(f"{name} is a str, allowed: a sequence of them")
    out = []
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{name} has a {type(text).__name__}, allowed: str")
        out.append(text)
    return out


def _answer(parts: tuple[Any, list[Any]]) -> Answer:
    best, others = parts
    return Answer(None if best is None else Found(*best), [Found(*other) for other in others])


def _item(parts: tuple[int, str, list[str], int | None, int | None]) -> Item:
    id, target, cues, added, updated = parts
    return Item(id, target, cues, _time(added), _time(updated))


def _time(milliseconds: int | None) -> datetime | None:
    if milliseconds is None:
        return None
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)
