"""The frames of an exception that are in files of the project: ``env.py``, scripts, its modules."""

from __future__ import annotations

import os
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Iterator, Sequence
from types import FrameType
from typing import NamedTuple

#: More frames than these, as after endless recursion, are left out in the middle.
_FIRST, _LAST = 10, 10
_LONGEST_SOURCE = 500


class Frame(NamedTuple):
    """A line of the project that was being run: ``source`` is empty where it cannot be read."""

    file: str
    line: int
    function: str
    source: str


class OwnFiles:
    """Which files are the project's: not Python's, not an installed package's."""

    def __init__(self, foreign: Iterable[str] = ()) -> None:
        """``foreign`` are folders of packages besides this one that may stand anywhere."""
        paths = sysconfig.get_paths()
        installed = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
        self._foreign = tuple(
            os.path.join(os.path.realpath(folder), "")
            for folder in (*installed, os.path.dirname(__file__), *foreign)
        )

    def __contains__(self, file: object) -> bool:
        if not isinstance(file, str) or file.startswith("<"):
            return False
        parts = file.replace("\\", "/").split("/")
        if "site-packages" in parts or "dist-packages" in parts:
            return False
        return not os.path.realpath(file).startswith(self._foreign)


def own_frames(error: BaseException, own: OwnFiles) -> list[Frame]:
    """The project's frames on the way to where an exception was raised, outermost first."""
    main = getattr(sys.modules.get("__main__"), "__dict__", None)
    chosen = (
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        # The main module is the console script.
        if frame.f_globals is not main and frame.f_code.co_filename in own
    )
    return _read(chosen)


def innermost_frame(error: BaseException) -> Frame | None:
    """Where an exception was raised, in whichever file; None if it was not raised."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return _read(frames[-1:])[0] if frames else None


def lines_of(frames: Sequence[Frame]) -> Iterator[str]:
    """Frames as Python's traceback has them."""
    left_out = len(frames) - _FIRST - _LAST
    for number, frame in enumerate(frames):
        if left_out > 0 and _FIRST <= number < _FIRST + left_out:
            if number == _FIRST:
                yield f"  ... {left_out} frames more of these files ..."
            continue
        yield f'  File "{frame.file}", line {frame.line}, in {frame.function}'
        if frame.source:
            yield f"    {frame.source}"


def _read(frames: Iterable[tuple[FrameType, int | None]]) -> list[Frame]:
    with_lines = ((frame, line or 0) for frame, line in frames)
    return [
        Frame(one.filename, one.lineno or 0, one.name, (one.line or "")[:_LONGEST_SOURCE])
        for one in traceback.StackSummary.extract(with_lines, lookup_lines=True)
    ]
