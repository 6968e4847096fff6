"""Types of arguments."""

from __future__ import annotations

from os import PathLike
from typing import Any, TypeAlias

from numpy.typing import ArrayLike

#: Patterns or cues: an array of 0 and 1, packed rows, or sparse rows of scipy (which has no types of its own).
Patterns: TypeAlias = ArrayLike | Any

#: A file or folder.
FilePath: TypeAlias = str | bytes | PathLike[str] | PathLike[bytes]

#: Bytes of a file.
Bytes: TypeAlias = bytes | bytearray | memoryview
