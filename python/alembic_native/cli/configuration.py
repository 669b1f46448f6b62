"""Reading alembic.ini and pyproject.toml as upstream's ``Config`` and ``ScriptDirectory`` do.

The same files are looked for in the same places, an option of the .ini file goes before one of
``[tool.alembic]``, and the same values are interpolated. Everything that upstream reads before it
lists scripts is read here, too, so that a mistake in it is met: any exception means that upstream
has to be asked.
"""

from __future__ import annotations

import os
import re
import sys
from configparser import ConfigParser

from alembic_native.cli.decision import NeedsUpstream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_FALSE = ("false", "no", "off", "n", "f", "0")


class Configuration:
    """Options of the main section, and of ``[tool.alembic]`` where it lacks them."""

    def __init__(self, section: str, toml_file: str, ini_file: str) -> None:
        """``section`` is that of the .ini file. A file need not be there, or have a name."""
        self._section = section
        self._parser = ConfigParser({"here": _folder(ini_file)})
        self._parser.read([ini_file], encoding="locale")
        self._toml = _read_toml(toml_file)
        self._toml_arguments = {"here": _folder(toml_file)}

    def get(self, name: str, default: Any = None) -> Any:
        """An option, interpolated."""
        if self._parser.has_option(self._section, name):
            return self._parser.get(self._section, name)
        return self._from_toml(name, default)

    def text(self, name: str, default: str | None = None) -> str | None:
        """An option that upstream uses as a string."""
        value = self.get(name, default)
        if value is not None and not isinstance(value, str):
            raise NeedsUpstream
        return value

    def is_true(self, name: str) -> bool:
        """An option that is ``true`` in the .ini file, or a boolean of TOML."""
        if self._parser.has_option(self._section, name):
            return self._parser.get(self._section, name) == "true"
        value = self._toml.get(name, False)
        if not isinstance(value, bool):
            raise NeedsUpstream
        return value

    def is_off(self, name: str) -> bool:
        """Whether an option that upstream reads as any spelling of yes or no is surely off."""
        value = self.get(name)
        return value.strip().lower() in _FALSE if isinstance(value, str) else not value

    def paths(self, name: str, separators: tuple[str, ...], legacy: str) -> list[str]:
        """An option that holds several paths; ``legacy`` splits them where no separator is set."""
        text = self._parser.get(self._section, name, fallback=None)
        if not text:
            value = self._from_toml(name, None)
            if value is None:
                return []
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise NeedsUpstream
            return value
        if not self._parser.has_section(self._section):
            raise NeedsUpstream
        for separator_name in separators:
            if self._parser.has_option(self._section, separator_name):
                separator = _SEPARATORS[self._parser.get(self._section, separator_name)]
                return [part.strip() for part in text.split(separator) if part]
        return re.split(legacy, text)

    def has_hooks(self) -> bool:
        """Whether a program is to be run on new scripts."""
        if self._parser.has_section("post_write_hooks"):
            return bool(dict(self._parser.items("post_write_hooks")).get("hooks", "").strip(", "))
        hooks = self._toml.get("post_write_hooks", [])
        if not isinstance(hooks, list):
            raise NeedsUpstream
        for hook in hooks:
            # Looked up and interpolated for what it raises when something is wrong with it.
            _ = hook["name"], [value % self._toml_arguments for value in hook.values()]
        return bool(hooks)

    def _from_toml(self, name: str, default: Any) -> Any:
        if name not in self._toml:
            return default
        value = self._toml[name]
        if isinstance(value, str):
            return value % self._toml_arguments
        if isinstance(value, list):
            return [one % self._toml_arguments for one in value]
        if isinstance(value, int):
            return value
        raise NeedsUpstream


class Settings:
    """What a directory of scripts is made from, as ``ScriptDirectory`` understands it.

    ``folder`` and ``version_locations`` are paths that exist as given, relative to the current
    folder. Making one puts ``prepend_sys_path`` before the path for imports, as upstream does,
    when a location has to be found by import; :meth:`keep_import_path` does so in any case and
    :meth:`restore_import_path` takes it back.
    """

    def __init__(self, configuration: Configuration) -> None:
        script_location = configuration.text("script_location")
        if script_location is None or configuration.is_true("sourceless"):
            raise NeedsUpstream
        length = configuration.get("truncate_slug_length")
        self.truncate_slug_length = (int(length) if length is not None else 0) or 40
        self._import_path = configuration.paths(
            "prepend_sys_path", ("path_separator",), r", *|(?: +)|\:"
        )
        self.is_recursive = configuration.is_true("recursive_version_locations")
        self.file_template = configuration.text("file_template", "%(rev)s_%(slug)s") or ""
        self.output_encoding = configuration.text("output_encoding", "utf-8") or ""
        self.timezone = configuration.text("timezone")
        self.has_hooks = configuration.has_hooks()
        locations = configuration.paths(
            "version_locations", ("path_separator", "version_path_separator"), r", *|(?: +)"
        )
        self.has_version_locations = bool(locations)
        self._is_import_path_changed = False
        try:
            self.folder = self._located(script_location)
            if not os.access(self.folder, os.F_OK):
                raise NeedsUpstream
            self.version_locations = [
                os.path.join(os.getcwd(), self._located(one)) for one in locations
            ] or [os.path.join(os.getcwd(), self.folder, "versions")]
        except BaseException:
            self.restore_import_path()
            raise

    def keep_import_path(self) -> None:
        """Put ``prepend_sys_path`` before the path for imports, if that is not done yet."""
        if not self._is_import_path_changed:
            sys.path[:0] = self._import_path
            self._is_import_path_changed = True

    def restore_import_path(self) -> None:
        """Undo :meth:`keep_import_path`."""
        if self._is_import_path_changed:
            for one in self._import_path:
                if one in sys.path:
                    sys.path.remove(one)
            self._is_import_path_changed = False

    def _located(self, location: str) -> str:
        """A path, or ``package:folder`` as the path of that folder."""
        if os.path.isabs(location) or ":" not in location:
            return location or "."
        # All that is imported later, too, before the path for imports changes.
        import atexit
        import zoneinfo  # noqa: F401
        from contextlib import ExitStack
        from importlib import resources

        self.keep_import_path()
        package, *names = location.split(":")
        place: Any = resources.files(package)
        for name in names:
            place = place / name
        opened = ExitStack()
        atexit.register(opened.close)
        return str(opened.enter_context(resources.as_file(place)))


def configuration_files(given: list[str] | None) -> tuple[str, str]:
    """The names of the TOML and the .ini file."""
    toml_file, ini_file = "pyproject.toml", "alembic.ini"
    default = os.environ.get("ALEMBIC_CONFIG")
    if default and os.path.basename(default) == "pyproject.toml":
        toml_file = default
    elif default:
        ini_file = default
    are_toml = [os.path.basename(name) == "pyproject.toml" for name in given or ()]
    if are_toml.count(True) > 1 or are_toml.count(False) > 1:
        raise NeedsUpstream
    for name, is_toml in zip(given or (), are_toml, strict=True):
        if is_toml:
            toml_file = name or toml_file
        else:
            ini_file = name or ini_file
    return toml_file, ini_file


def _folder(file: str) -> str:
    """The folder of a file, absolute, without empty and ``.`` parts, with its ``..`` and links."""
    path = os.path.join(os.getcwd(), file)
    if path.startswith("//") and not path.startswith("///"):
        raise NeedsUpstream
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return "/" + "/".join(parts[:-1])


def _read_toml(file: str) -> dict[str, Any]:
    """``[tool.alembic]``; empty where there is no such file."""
    try:
        os.stat(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    with open(file, "rb") as opened:
        read: Any = tomllib.load(opened).get("tool", {}).get("alembic", {})
    if not isinstance(read, dict):
        raise NeedsUpstream
    return read
