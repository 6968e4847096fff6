"""What studies have in common: progress, and tables."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from time import monotonic
from types import TracebackType
from typing import Any, TypeAlias

from numpy.typing import NDArray

from slotless._slotless import Job

#: Called twice a second with trials done, all trials, and the seconds left, None where they are not known yet.
Progress: TypeAlias = Callable[[int, int, "float | None"], object]


def words(seconds: float) -> str:
    """A time for people."""
    for most, unit, name in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < most:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds / 86_400:.0f} days"


class Line:
    """A line on stderr that says how far a study is."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.shown = 0

    def __call__(self, done: int, total: int, left: float | None) -> None:
        text = f"{self.label}: {done} of {total} trials"
        if left is not None and done < total:
            text += f", about {words(left)} left"
        self.write(text)

    def write(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self.shown))
        sys.stderr.flush()
        self.shown = len(text)

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\n")
            sys.stderr.flush()


class Told:
    """What tells of progress while a study runs; the line ends with it."""

    def __init__(self, progress: bool | Progress, label: str) -> None:
        if isinstance(progress, bool):
            self.call: Progress | None = Line(label) if progress else None
        elif callable(progress):
            self.call = progress
        else:
            raise TypeError(f"progress is a {type(progress).__name__}, allowed: a bool or a callable")

    def __enter__(self) -> Progress | None:
        return self.call

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if isinstance(self.call, Line):
            self.call.end()


#: Seconds between two calls of what tells of progress.
LOOKS = 0.5


def finished(job: Job, progress: Progress | None) -> Any:
    """What a run gives once its trials are done; whatever is raised meanwhile, such as by Ctrl-C, ends
    them.
    """
    try:
        looked = monotonic()
        while not job.wait():
            if progress is not None and monotonic() - looked >= LOOKS:
                looked = monotonic()
                if told := job.progress():
                    progress(*told)
    except BaseException:
        job.stop()
        raise
    run, lines = job.result()
    for line in lines:
        warnings.warn(line, UserWarning, stacklevel=3)
    if progress is not None and (told := job.progress()):
        done, total, _ = told
        progress(done, total, 0.0)
    return run


def frame(columns: dict[str, Any]) -> Any:
    """Columns as a table of pandas."""
    return import_module("pandas").DataFrame(columns)


def dataset(variables: dict[str, Any], coordinates: dict[str, Any], attrs: dict[str, str]) -> Any:
    """Variables and coordinates as a data set of xarray, which may be written to."""
    return import_module("xarray").Dataset(variables, coordinates, attrs).copy(deep=True)


def labels(names: list[str], others: list[str] | None = None) -> list[str]:
    """Names for people, each once: with further ones, or else numbers, where they are not enough."""
    if len(set(names)) < len(names) and others is not None:
        names = [f"{name}, {other}" for name, other in zip(names, others, strict=True)]
    if len(set(names)) < len(names):
        names = [f"{name} ({number})" for number, name in enumerate(names, 1)]
    return names


def kept(array: NDArray[Any]) -> NDArray[Any]:
    """An array that is not written to: what was measured stays."""
    array.setflags(write=False)
    return array


class Dictionary(dict[str, tuple[str, str]]):
    """Unit and definition of columns and arrays by their names."""

    def attrs(self, name: str) -> dict[str, str]:
        """As attributes of xarray: ``units`` where there is one, and ``long_name``."""
        unit, definition = self[name]
        return {"units": unit, "long_name": definition} if unit else {"long_name": definition}


def dictionary(entries: list[tuple[str, str, str]]) -> Dictionary:
    """The dictionary of a study's files."""
    return Dictionary({name: (unit, definition) for name, unit, definition in entries})
