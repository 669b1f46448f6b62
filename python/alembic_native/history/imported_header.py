"""The header of a script whose source does not show it for certain: by importing it.

A script may import Alembic, whichever version is installed; nothing here does.
"""

from __future__ import annotations

import os
import re

from alembic_native._core import RevisionRecord
from alembic_native.errors import RevisionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

#: What a script's id was once, without a ``revision``: the name of its file.
_ID_AS_FILE_NAME = re.compile(r"([a-f0-9]+)\.py$")


def imported_header(path: str) -> tuple[RevisionRecord, str | None]:
    """What a script declares, and its ``__doc__``.

    Raises what importing the script raises, and ``RevisionError`` for a header without an id or
    with something else than text in it.
    """
    module = _imported(path)
    revision = getattr(module, "revision", None)
    if revision is None:
        named = _ID_AS_FILE_NAME.match(os.path.basename(path))
        if named is None:
            raise RevisionError(f"{path} has no revision: set it to the id of the script.")
        revision = named[1]
    if not isinstance(revision, str):
        raise _no_text(path, "revision", revision)
    if not hasattr(module, "down_revision"):
        raise RevisionError(
            f"{path} has no down_revision: set it to the id of the script before, or to None."
        )
    record = RevisionRecord(
        revision,
        _names(path, module, "down_revision"),
        _names(path, module, "depends_on"),
        _names(path, module, "branch_labels"),
        path,
    )
    doc = module.__doc__
    return record, doc if isinstance(doc, str) else None


def _imported(path: str) -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(re.sub(r"\W", "_", os.path.basename(path)), path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _names(path: str, module: ModuleType, name: str) -> tuple[str, ...]:
    value: Any = getattr(module, name, None)
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    try:
        names = tuple(value)
    except TypeError:
        raise _no_text(path, name, value) from None
    for one in names:
        if not isinstance(one, str):
            raise _no_text(path, name, one)
    return names


def _no_text(path: str, name: str, value: object) -> RevisionError:
    return RevisionError(
        f"{name} in {path} holds {value!r}, and has to be text or a collection of texts."
    )
