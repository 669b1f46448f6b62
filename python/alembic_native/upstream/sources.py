"""The source files of the installed Alembic, read before anything of it is imported."""

from __future__ import annotations

import os
from binascii import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec


class SourceMissing(Exception):
    """A module has no source that can be read; the message says which, and why."""


class Sources:
    """The sources of the package that a spec of ``alembic`` leads to, in a folder or an archive."""

    def __init__(self, spec: ModuleSpec) -> None:
        self._spec = spec
        self._read: dict[str, bytes] = {}

    def of(self, module: str) -> bytes:
        """The source of a module of the package. Raises ``SourceMissing``."""
        if module not in self._read:
            self._read[module] = self._source(module)
        return self._read[module]

    def version(self) -> str:
        """``__version__`` as the package spells it; empty where it cannot be determined."""
        try:
            source = self.of("alembic")
        except SourceMissing:
            return ""
        for line in source.splitlines():
            name, separator, value = line.partition(b"=")
            if separator and name.strip() == b"__version__":
                return value.strip().strip(b"'\"").decode("ascii", "replace")
        return ""

    def _source(self, module: str) -> bytes:
        origin = self._spec.origin or ""
        if origin.endswith(".pyc"):
            # Byte code without a source, or beside one, as in a frozen program.
            origin = origin[:-1]
        if not origin.endswith(".py"):
            raise SourceMissing(f"the package alembic has no source ({origin or 'a namespace'})")
        names = module.split(".")[1:]
        folder = os.path.join(os.path.dirname(origin), *names)
        # A package where there is one; asking for a file that is not there costs little.
        reasons = []
        for path in (folder + ".py", os.path.join(folder, "__init__.py")):
            if not names and path.endswith("__init__.py"):
                path = origin
            elif not names:
                continue
            try:
                return self._data(path)
            except (OSError, ImportError) as error:
                # The second one is of an archive that is broken.
                reasons.append(error)
        raise SourceMissing(f"the source of {module} cannot be read ({reasons[0]})")

    def _data(self, path: str) -> bytes:
        try:
            with open(path, "rb", buffering=0) as file:
                return file.read()
        except OSError:
            get_data = getattr(self._spec.loader, "get_data", None)
            if get_data is None:
                raise
            # In an archive.
            data: bytes = get_data(path)
            return data


def fingerprint_of(source: bytes) -> str:
    """16 hex digits that tell files of Alembic apart: the CRC-32 of the bytes, and their number."""
    return f"{crc32(source):08x}{len(source):08x}"
