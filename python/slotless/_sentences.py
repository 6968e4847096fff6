"""The memory of sentences."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
        How close that is, which decides whether anything is: the cosine of the question's vector and that
        cue's, -1 to 1; where words alone are compared, as `words`.
    words : float or None
        The share of the question's words that the item's cues have, by their inverse document frequencies; None
        where words are not compared.
    rank : float
        What decides the order: the cosine, what the words of the item's cues count beside it, and what the
        item gains by its speaker and its neighbours.
    share : float
        Share of the item in the softmax over the cues that took part, 0 to 1.
    """

    id: int
    target: str
    cue: str
    score: float
    words: float | None
    rank: float
    share: float


class Answer(NamedTuple):
    """What a memory of sentences answers.

    Attributes
    ----------
    best : Found or None
        The item recalled; None where nothing stored is close.
    others : list of Found
        The next ones, by their share, close or not.
    known : float or None
        How likely it is that the memory has the answer, 0 to 1, by what it was calibrated with
        (:meth:`Sentences.calibrate`); None without that.
    """

    best: Found | None
    others: list[Found]
    known: float | None = None


class Version(NamedTuple):
    """What an item of a memory of sentences was.

    Attributes
    ----------
    since : datetime or None
        When it became that, in UTC.
    target : str
        What was recalled.
    cues : list of str
        By what.
    time : datetime or None
        When it happened, if that was said.
    tags : dict of str to str
        What else was known of it.
    """

    since: datetime | None
    target: str
    cues: list[str]
    time: datetime | None
    tags: dict[str, str]


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
    time : datetime or None
        When it happened, in UTC.
    tags : dict of str
        What else is known of it: ``speaker``, ``session``, ``namespace`` and whatever was given.
    """

    id: int
    target: str
    cues: list[str]
    added: datetime | None
    updated: datetime | None
    time: datetime | None
    tags: dict[str, str]


class Sentences:
    """A memory of sentences in a folder: pairs of a cue and a target, recalled from something like a cue.

    Cues have vectors, by an encoder or as they are given, and words. A question finds the cues whose
    vectors are nearest to its own and whose words are its own, rare ones before common ones; either
    alone will do. What was added is on disk when the call returns, and safe against a kill at any byte.
    One process writes at a time; any number may read.

    Parameters
    ----------
    folder : str, bytes or os.PathLike
        Folder of the memory. With mode "a" it is made, once something is added, where there is none.
    encoder : callable, optional
        Takes a list of texts and gives an array of float, a row each; such as
        ``SentenceTransformer(...).encode``. Without it, every call takes ``vectors``, unless words alone
        are compared.
    mode : {"a", "r"}, default "a"
        To read and write, which no other process may do meanwhile; or to read.
    wait : float, optional
        Seconds to wait for another process that writes. Without it such a memory is refused at once.
    words_only : bool, default False
        Make a memory without vectors, in which words alone are compared. This and what follows is of a new
        memory.
    words : int, default 32
        Bits of a word's unit, 8 to 32; 0 where words are not compared.

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
    >>> with Sentences(folder + "/notes", words_only=True) as notes:
    ...     number = notes.add("I moved to Oslo", "Ann lives in Oslo", tags={"speaker": "Ann"})
    ...     answer = notes.ask("Where has Ann moved?", where={"speaker": "Ann"})
    >>> answer.best.target
    'Ann lives in Oslo'
    """

    def __init__(
        self,
        folder: FilePath,
        encoder: Encoder | None = None,
        *,
        mode: Literal["a", "r"] = "a",
        wait: float | None = None,
        words_only: bool = False,
        words: int = 32,
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
        if not isinstance(words_only, bool):
            raise TypeError(f"words_only is a {type(words_only).__name__}, allowed: bool")
        if words_only and encoder is not None:
            raise ValueError("words_only and encoder are given, allowed: one of them")
        self._words_only = words_only
        self._new: dict[str, Any] = {"words": words}
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
            if self._store.settings()["dim"] == 0:
                self._words_only = True

    def add(
        self,
        cue: str,
        target: str,
        *,
        paraphrases: Sequence[str] = (),
        vectors: ArrayLike | None = None,
        time: datetime | None = None,
        tags: Mapping[str, str] | None = None,
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
        vectors : array_like of float, shape (1 + len(paraphrases), dim), optional
            Vectors of cue and paraphrases, in this order, of any length but 0; needed without an encoder.
            With a row more, behind the first, the target has a vector, too, with which :meth:`chain` asks
            on.
        time : datetime, optional
            When it happened; one without a zone is of this machine's.
        tags : mapping of str, optional
            What else is known of it. ``speaker`` is who said it and ``session`` the conversation that it is
            of: a question that names the speaker finds it before others, and neighbours in a session help
            each other. With a ``key`` it takes the place of the item of that key (in its ``namespace``), if
            there is one, which keeps its number; :meth:`history` has what that was.

        Returns
        -------
        int
            The item's number.

        Raises
        ------
        ValueError
            For empty texts and vectors that cannot be stored; nothing is then written.
        """
        known = {} if tags is None else tags
        return self.add_many([(cue, target, *paraphrases)], vectors=vectors, times=[time], tags=[known])[0]

    def add_many(
        self,
        pairs: Iterable[Sequence[str]],
        *,
        vectors: ArrayLike | None = None,
        times: Sequence[datetime | None] | None = None,
        tags: Sequence[Mapping[str, str]] | None = None,
    ) -> list[int]:
        """Store many pairs; they are on disk when this returns.

        Parameters
        ----------
        pairs : iterable of sequences of str
            ``(cue, target)`` or ``(cue, target, *paraphrases)``, each an item.
        vectors : array_like of float, shape (n_cues, dim) or (n_texts, dim), optional
            A vector for each cue, pair after pair, or for each text in the order cue, target, paraphrases;
            needed without an encoder.
        times : sequence of datetime or None, optional
            When each happened.
        tags : sequence of mappings of str, optional
            What else is known of each; see :meth:`add`.

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
        if not items:
            return []
        known = _known_of_all(len(items), times, tags)
        cues = [[item[0], *item[2:]] for item in items]
        rows = self._vectors([cue for of in cues for cue in of], vectors)
        dim = rows.shape[1] if rows is not None and rows.ndim == 2 else 0
        store = self._writable(dim)
        return store.add([item[1] for item in items], cues, rows, known)

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
        time: datetime | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Give an item another target, other cues, other tags; it keeps its number, and what is not given.

        Parameters
        ----------
        id : int
            Its number.
        target : str, optional
            The new target.
        cues : sequence of str, optional
            The new cues, in place of all that it has.
        vectors : array_like of float, shape (n_cues, dim) or (n_texts, dim), optional
            Vectors of the cues, or of the target and the cues; needed for cues without an encoder.
        time : datetime, optional
            When it happened.
        tags : mapping of str, optional
            Tags in place of those of these keys; others stay.

        Raises
        ------
        LookupError
            Where there is no such item.
        """
        cues = _list_of_texts("cues", cues)
        if target is None and not cues and time is None and tags is None:
            raise ValueError("neither target nor cues, time or tags are given, allowed: one of them or more")
        store = self._opened()
        known = None
        if time is not None or tags is not None:
            before, old = store.known(id)
            [(now, new)] = _known_of_all(1, [time], [{**dict(old), **({} if tags is None else tags)}])
            known = (before if time is None else now, new)
        rows = None
        if vectors is not None:
            rows = self._vectors([], vectors)
        elif target is not None and not self._words_only and store.has_target_vector(id):
            rows = self._vectors([target, *cues], None)
        elif cues:
            rows = self._vectors(cues, None)
        store.update(id, target, cues, rows, known)

    def forget(
        self,
        *ids: int,
        where: Mapping[str, str] | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
    ) -> None:
        """Forget items: they are not recalled any more, and their texts are on disk until :meth:`compact`.

        Parameters
        ----------
        *ids : int
            Their numbers; all of them are forgotten or none.
        where, after, before
            In place of numbers, which items; see :meth:`ask`.

        Raises
        ------
        LookupError
            Where there is no such item.
        """
        which = _which(where, after, before)
        if which != _ALL and ids:
            raise ValueError("both ids and where, after or before are given, allowed: one of them")
        store = self._opened()
        store.forget(list(ids) if which == _ALL else store.ids_of(which))

    def history(self, id: int) -> list[Version]:
        """What an item was before it was updated, and is.

        Parameters
        ----------
        id : int
            Its number.

        Returns
        -------
        list of Version
            The oldest first. What was before :meth:`compact` is not among them, unless that kept it.
        """
        return [_version(parts) for parts in self._opened().history(id)]

    def with_key(self, key: str, namespace: str | None = None) -> int | None:
        """The number of the item with a tag ``key``, None where there is none.

        Parameters
        ----------
        key : str
            The key.
        namespace : str, optional
            The tag ``namespace`` that it has; without it, one that has none.

        Returns
        -------
        int or None
        """
        return None if self._is_new() else self._opened().with_key(key, namespace)

    def compact(self, *, keep_history: bool = False) -> int:
        """Write the memory anew without what was forgotten, so that its text is gone.

        Parameters
        ----------
        keep_history : bool, default False
            Whether what items were before they were updated stays, for :meth:`history`.

        Returns
        -------
        int
            By how many bytes it is shorter.
        """
        return self._opened().compact(bool(keep_history))

    def ask(
        self,
        question: str | None = None,
        *,
        vector: ArrayLike | None = None,
        where: Mapping[str, str] | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        top: int = 1,
        threshold: float | None = None,
        nearest: int = 32,
        beta: float = 32.0,
        by_words: float | None = None,
        speaker: float = 0.5,
        neighbours: float = 0.25,
    ) -> Answer:
        """Ask for the item whose cue is most like a question.

        Parameters
        ----------
        question : str, optional
            The question. Its words are compared, and its vector, where there is an encoder; without one,
            ``vector`` may be given, or words alone are.
        vector : array_like of float, shape (dim,), optional
            The question's vector, in place of what the encoder gives.
        where : mapping of str, optional
            Only items with these tags.
        after, before : datetime, optional
            Only items from a time on, and before one: when they happened, or else were added.
        top : int, default 1
            How many items are wanted, with the answer, 1 to 1000.
        threshold : float, optional
            The least score that is an answer, -1 to 1. Without it a memory that is calibrated
            (:meth:`calibrate`) goes by what it learned, and any other by 0.45.
        nearest : int, default 32
            Of how many items the vectors are compared in full, 1 to 10000.
        beta : float, default 32
            Inverse temperature of the softmax, above 0.
        by_words : float, optional
            How much words count where the nearest vector does not stand out, 0 to 100: 1.9 without it, and 0.8
            where words alone are compared.
        speaker : float, default 0.5
            What an item gains where the question names its speaker, 0 to 100.
        neighbours : float, default 0.25
            The share of the scores of the items before and behind it in its session that an item gains, 0 to
            1, and half of it of those two places away.

        Returns
        -------
        Answer
        """
        which = _which(where, after, before)
        how = _how(top, threshold, nearest, beta, by_words, speaker, neighbours)
        text, row = self._question(question, vector)
        if self._is_new():
            return Answer(None, [])
        texts = None if text is None else [text]
        rows = None if row is None else row[None]
        return _answer(self._opened().ask(texts, rows, which, how)[0])

    def ask_many(
        self,
        questions: Sequence[str] | None = None,
        *,
        vectors: ArrayLike | None = None,
        where: Mapping[str, str] | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        top: int = 1,
        threshold: float | None = None,
        nearest: int = 32,
        beta: float = 32.0,
        by_words: float | None = None,
        speaker: float = 0.5,
        neighbours: float = 0.25,
    ) -> list[Answer]:
        """Ask many questions; see :meth:`ask`.

        Parameters
        ----------
        questions : sequence of str, optional
            The questions.
        vectors : array_like of float, shape (n_questions, dim), optional
            Their vectors, in place of what the encoder gives.
        where, after, before, top, threshold, nearest, beta, by_words, speaker, neighbours
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
        which = _which(where, after, before)
        how = _how(top, threshold, nearest, beta, by_words, speaker, neighbours)
        rows = None if vectors is None and not self._encodes() else self._vectors(texts, vectors)
        if texts is not None and rows is not None and len(texts) != len(rows):
            raise ValueError(f"vectors has {len(rows)} rows, allowed {len(texts)} (questions)")
        if self._is_new():
            return [Answer(None, []) for _ in (texts if rows is None else rows) or []]
        return [_answer(answer) for answer in self._opened().ask(texts, rows, which, how)]

    def chain(
        self,
        question: str | None = None,
        hops: int = 6,
        *,
        vector: ArrayLike | None = None,
        top: int = 1,
        threshold: float | None = None,
        nearest: int = 32,
        beta: float = 32.0,
        by_words: float | None = None,
        speaker: float = 0.5,
        neighbours: float = 0.25,
    ) -> list[Answer]:
        """Ask on with each answer's target as the next question, until nothing is close.

        Parameters
        ----------
        question : str, optional
            The first question.
        hops : int, default 6
            How many times at most, 1 to 1000.
        vector, top, threshold, nearest, beta, by_words, speaker, neighbours
            As in :meth:`ask`.

        Returns
        -------
        list of Answer
            One for each question that was asked.

        Notes
        -----
        A target that was stored without a vector is asked with by the encoder, or else by its words.
        """
        how = _how(top, threshold, nearest, beta, by_words, speaker, neighbours)
        if not isinstance(hops, int) or not 1 <= hops <= 1000:
            raise ValueError(f"hops is {hops!r}, allowed 1 to 1000")
        text, row = self._question(question, vector)
        if self._is_new():
            return [Answer(None, [])]
        if not self._encodes():
            return [_answer(answer) for answer in self._opened().chain(text, row, hops, how)]
        return self._chain(text, row, hops, how)

    def calibrate(
        self,
        questions: Sequence[str] | None = None,
        answerable: Sequence[bool] | None = None,
        *,
        vectors: ArrayLike | None = None,
        refuse: float = 0.1,
    ) -> dict[str, dict[str, Any]]:
        """Learn from questions which ones the memory does not answer, and keep it in its folder.

        :meth:`ask` then says how likely an answer is (``Answer.known``), and answers nothing below the
        probability found here, unless a threshold is given.

        Parameters
        ----------
        questions : sequence of str, optional
            At least ten questions that the memory answers, and ten that it does not; hundreds are better.
            Without them a third of the words of what is stored stands for questions: real ones are in other
            words, and the errors are then larger than what is returned.
        answerable : sequence of bool, optional
            Whether each is answered.
        vectors : array_like of float, shape (n_questions, dim), optional
            Their vectors, in place of what the encoder gives.
        refuse : float, default 0.1
            The share of the questions with an answer that may be refused, 0 to 0.5.

        Returns
        -------
        dict
            For questions by ``"words"`` alone, and with ``"vectors"``, if there are any: how many were
            ``answered`` and ``unanswered``, the area under the ROC curve (``auc``), the probability that is the
            ``threshold``, and the shares ``answered_refused`` and ``unanswered_refused``, all measured on
            questions that were not learned from, in five parts.
        """
        if (questions is None) != (answerable is None):
            raise ValueError("questions and answerable are given together, or neither is")
        if self._is_new():
            raise ValueError(f"{self._folder}: nothing is stored, which could be calibrated")
        if questions is None:
            if vectors is not None:
                raise ValueError("vectors are of questions, which are not given")
            return self._opened().calibrate(None, [], None, refuse)
        texts = _list_of_texts("questions", questions)
        known = [bool(one) for one in answerable or []]
        if len(known) != len(texts):
            raise ValueError(f"answerable has {len(known)} entries, allowed {len(texts)} (questions)")
        rows = None if vectors is None and not self._encodes() else self._vectors(texts, vectors)
        return self._opened().calibrate(texts, known, rows, refuse)

    def remove_calibration(self) -> bool:
        """Go by the threshold again; whether there was a calibration."""
        return not self._is_new() and self._opened().remove_calibration()

    def vectors(self, id: int) -> tuple[NDArray[np.float32] | None, NDArray[np.float32]]:
        """The vectors of an item, of length 1.

        Parameters
        ----------
        id : int
            Its number.

        Returns
        -------
        target : ndarray of float32, shape (dim,), or None
            None where it was stored without one.
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
        """Sizes of the memory: items, cues, and bytes on disk and in RAM."""
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
            page = self._opened().items(first, _PAGE, _ALL)
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
            self._store = SentenceStore.create(self._folder, dim, self._new["words"], self._wait)
        return self._store

    def _encodes(self) -> bool:
        return self._encoder is not None and not self._words_only

    def _chain(self, text: str | None, row: NDArray[Any] | None, hops: int, how: dict[str, Any]) -> list[Answer]:
        # A hop by itself: what a target lacks the encoder makes, and an item is answered once.
        store = self._opened()
        answers: list[Answer] = []
        seen: set[int] = set()
        # A target is no question, of which a calibration could tell whether it is answered.
        how = {"threshold": 0.45, **how}
        while len(answers) < hops:
            texts = None if text is None else [text]
            rows = None if row is None else row[None]
            wanted = {**how, "top": min(1000, how["top"] + len(seen))}
            best, others, _ = _answer(store.ask(texts, rows, _ALL, wanted)[0])
            found = [one for one in ([best] if best else []) + others if one.id not in seen]
            first = found[0] if found and found[0].score >= how["threshold"] else None
            answers.append(Answer(first, found[1 if first else 0 :][: how["top"]]))
            if first is None:
                break
            seen.add(first.id)
            text = first.target
            target, _ = store.vectors(first.id)
            row = self._question(text, None)[1] if target is None else target
        return answers

    def _texts(self, pair: Sequence[str]) -> list[str]:
        texts = _list_of_texts("a pair", pair)
        if len(texts) < 2:
            raise ValueError(f"a pair has {len(texts)} texts, allowed: a cue, a target, and further cues")
        return texts

    def _question(self, question: str | None, vector: ArrayLike | None) -> tuple[str | None, NDArray[Any] | None]:
        if question is None and vector is None:
            raise ValueError("neither question nor vector is given")
        text = None if question is None else _list_of_texts("the question", [question])[0]
        if vector is not None:
            row = np.asarray(vector)
            if row.ndim != 1:
                raise ValueError(f"vector has {row.ndim} axes, allowed 1")
            return text, row
        if text is None or not self._encodes():
            return text, None
        rows = self._vectors([text], None)
        return text, None if rows is None else rows[0]

    def _vectors(self, texts: list[str] | None, vectors: ArrayLike | None) -> NDArray[Any] | None:
        if vectors is not None:
            return np.asarray(vectors)
        if self._words_only:
            return None
        if self._encoder is None:
            raise ValueError("no encoder and no vectors: give one of them, or make the memory with words_only")
        rows = np.asarray(self._encoder(list(texts or [])))
        if rows.ndim != 2 or len(rows) != len(texts or []):
            wanted = f"({len(texts or [])}, dim)"
            raise ValueError(f"the encoder gave an array of shape {rows.shape}, allowed {wanted}")
        return rows


_Known: TypeAlias = tuple[int | None, list[tuple[str, str]]]
_Which: TypeAlias = tuple[list[tuple[str, str]], int | None, int | None]

_ALL: _Which = ([], None, None)


def _how(
    top: int,
    threshold: float | None,
    nearest: int,
    beta: float,
    by_words: float | None,
    speaker: float,
    neighbours: float,
) -> dict[str, Any]:
    given = {"threshold": threshold, "by_words": by_words}
    how = {name: value for name, value in given.items() if value is not None}
    return how | {
        "top": top,
        "nearest": nearest,
        "beta": beta,
        "speaker": speaker,
        "neighbours": neighbours,
    }


def _which(where: Mapping[str, str] | None, after: datetime | None, before: datetime | None) -> _Which:
    tags = _tags("where", {} if where is None else where)
    return (tags, _milliseconds("after", after), _milliseconds("before", before))


def _tags(name: str, tags: Mapping[str, str]) -> list[tuple[str, str]]:
    if not isinstance(tags, Mapping):
        raise TypeError(f"{name} is a {type(tags).__name__}, allowed: a mapping of str to str")
    for key, value in tags.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise TypeError(f"{name} has {key!r}: {value!r}, allowed: str to str")
    return list(tags.items())


def _milliseconds(name: str, time: datetime | None) -> int | None:
    if time is None:
        return None
    if not isinstance(time, datetime):
        raise TypeError(f"{name} is a {type(time).__name__}, allowed: a datetime")
    since = time.astimezone(timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    milliseconds = since // timedelta(milliseconds=1)
    if milliseconds < 1:
        raise ValueError(f"{name} is {time}, allowed: times from 1970 on")
    return milliseconds


def _known_of_all(
    count: int,
    times: Sequence[datetime | None] | None,
    tags: Sequence[Mapping[str, str]] | None,
) -> list[_Known]:
    times = [None] * count if times is None else times
    tags = [{}] * count if tags is None else tags
    for name, given in (("times", times), ("tags", tags)):
        if len(given) != count:
            raise ValueError(f"{name} has {len(given)} entries, allowed {count} (pairs)")
    return [(_milliseconds("time", time), _tags("tags", of)) for time, of in zip(times, tags, strict=True)]


def _list_of_texts(name: str, texts: Sequence[str | None]) -> list[str]:
    if isinstance(texts, str):
        raise TypeError(f"{name} is a str, allowed: a sequence of them")
    out = []
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{name} has a {type(text).__name__}, allowed: str")
        out.append(text)
    return out


def _answer(parts: tuple[Any, list[Any], float | None]) -> Answer:
    best, others, known = parts
    return Answer(None if best is None else Found(*best), [Found(*other) for other in others], known)


def _item(parts: tuple[int, str, list[str], int | None, int | None, _Known]) -> Item:
    id, target, cues, added, updated, (time, tags) = parts
    return Item(id, target, cues, _time(added), _time(updated), _time(time), dict(tags))


def _version(parts: tuple[int | None, str, list[str], _Known]) -> Version:
    since, target, cues, (time, tags) = parts
    return Version(_time(since), target, cues, _time(time), dict(tags))


def _time(milliseconds: int | None) -> datetime | None:
    if milliseconds is None:
        return None
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)
