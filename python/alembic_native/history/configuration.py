"""Reading alembic.ini and pyproject.toml as upstream's ``Config`` and ``ScriptDirectory`` do.

The same files are looked for in the same places, an option of the .ini file goes before one of
``[tool.alembic]``, and the same values are interpolated. Everything that upstream reads before it
lists scripts is read here, too, so that a mistake in it is met. Where that happens, and where a
setting is unusual, :class:`Declined` is raised: upstream then finds the mistake and says so.
"""

from __future__ import annotations

import os
import re
import sys
from configparser import ConfigParser
from configparser import Error as ConfigParserError

from alembic_native.history.declined import Declined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_FALSE = ("false", "no", "off", "n", "f", "0")
#: Options of the .ini file that are on for the text ``true``, and off for every other.
COMPARED_WITH_TRUE = ("recursive_version_locations", "sourceless")


def is_surely_meant(text: str) -> bool:
    """Whether such an option is what its text says: ``True`` and ``yes`` are off."""
    return text == "true" or text.strip().lower() in (*_FALSE, "")


class Configuration:
    """Options of the main section, and of ``[tool.alembic]`` where it lacks them."""

    def __init__(self, section: str, toml_file: str, ini_file: str) -> None:
        """``section`` is that of the .ini file. A file need not be there, or have a name."""
        self._section = section
        self._parser = ConfigParser({"here": _folder(ini_file)})
        try:
            self._parser.read([ini_file], encoding="locale")
        except (ConfigParserError, OSError, UnicodeError) as error:
            raise Declined(f"{ini_file} cannot be read") from error
        self._toml = _read_toml(toml_file)
        self._files = (ini_file, toml_file)
        self._toml_arguments = {"here": _folder(toml_file)}

    def folder(self) -> str:
        """The folder of the .ini file, of the TOML file where there is none."""
        ini_file, toml_file = self._files
        file = ini_file if os.path.exists(ini_file) else toml_file
        return os.path.dirname(os.path.abspath(file))

    def get(self, name: str, default: Any = None) -> Any:
        """An option, interpolated."""
        value = self._from_ini(name)
        return self._from_toml(name, default) if value is None else value

    def text(self, name: str, default: str | None = None) -> str | None:
        """An option that upstream uses as a string."""
        value = self.get(name, default)
        if value is not None and not isinstance(value, str):
            raise Declined(f"{name} is not a string")
        return value

    def is_true(self, name: str) -> bool:
        """An option that is ``true`` in the .ini file, or a boolean of TOML."""
        text = self._from_ini(name)
        if text is not None:
            if not is_surely_meant(text):
                raise Declined(f"a warning is due: {name} is off")
            return text == "true"
        value = self._toml.get(name, False)
        if not isinstance(value, bool):
            raise Declined(f"{name} is not a boolean")
        return value

    def is_off(self, name: str) -> bool:
        """Whether an option that upstream reads as any spelling of yes or no is surely off."""
        value = self.get(name)
        return value.strip().lower() in _FALSE if isinstance(value, str) else not value

    def paths(self, name: str, separators: tuple[str, ...], legacy: str) -> list[str]:
        """An option that holds several paths; ``legacy`` splits them where no separator is set."""
        text = self._from_ini(name)
        if not text:
            value = self._from_toml(name, None)
            if value is None:
                return []
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise Declined(f"{name} is not a list of texts")
            return value
        if not self._parser.has_section(self._section):
            raise Declined(f"there is no section {self._section}")
        for separator_name in separators:
            separator_word = self._from_ini(separator_name)
            if separator_word is not None:
                separator = _SEPARATORS.get(separator_word)
                if separator is None:
                    raise Declined(f"{separator_word!r} is no path separator")
                return [part.strip() for part in text.split(separator) if part]
        return re.split(legacy, text)

    def table(self, name: str) -> dict[str, Any]:
        """The options of ``[alembic:NAME]``, and of ``[tool.alembic.NAME]`` where it lacks them.

        Those of the .ini file are texts; of the others, texts and texts in lists are interpolated.
        """
        read = self._toml.get(name, {})
        if not isinstance(read, dict):
            raise Declined(f"[tool.alembic.{name}] is not a table")
        options = {key: self._interpolated_option(key, value) for key, value in read.items()}
        section = f"alembic:{name}"
        if self._parser.has_section(section):
            defaults = self._parser.defaults()
            try:
                for key in self._parser.options(section):
                    # One of [DEFAULT] is an option of every section, and meant for another.
                    if self._parser.get(section, key, raw=True) != defaults.get(key):
                        options[key] = self._parser.get(section, key)
            except ConfigParserError as error:
                raise Declined(f"[{section}] cannot be read") from error
        return options

    def check_hooks(self) -> None:
        """Raise ``Declined`` where something is wrong with the programs for new scripts."""
        if self._parser.has_section("post_write_hooks"):
            try:
                self._parser.items("post_write_hooks")
            except ConfigParserError as error:
                raise Declined("post_write_hooks cannot be read") from error
            return
        hooks = self._toml.get("post_write_hooks", [])
        if not isinstance(hooks, list):
            raise Declined("post_write_hooks is not a list")
        for hook in hooks:
            if not isinstance(hook, dict) or "name" not in hook:
                raise Declined("a post-write hook has no name")
            for value in hook.values():
                self._interpolated("post_write_hooks", value)

    def _from_ini(self, name: str) -> str | None:
        if not self._parser.has_option(self._section, name):
            return None
        try:
            return self._parser.get(self._section, name)
        except ConfigParserError as error:
            raise Declined(f"{name} cannot be interpolated") from error

    def _from_toml(self, name: str, default: Any) -> Any:
        if name not in self._toml:
            return default
        value = self._toml[name]
        if isinstance(value, (str, list)):
            return self._interpolated_option(name, value)
        if isinstance(value, int):
            return value
        raise Declined(f"{name} is neither text nor a list nor a number")

    def _interpolated_option(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self._interpolated(name, value)
        if isinstance(value, list):
            return [self._interpolated(name, one) for one in value]
        return value

    def _interpolated(self, name: str, value: Any) -> Any:
        try:
            return value % self._toml_arguments
        except (KeyError, TypeError, ValueError) as error:
            # A name that is not there, a number instead of a text, a lone percent sign.
            raise Declined(f"{name} cannot be interpolated") from error


class Settings:
    """What a directory of scripts is made from, as ``ScriptDirectory`` understands it.

    ``folder`` and ``version_locations`` are paths that exist as given, relative to the current
    folder. :meth:`keep_import_path` puts ``prepend_sys_path`` before the path for imports, as
    upstream does, and :meth:`restore_import_path` takes it back.
    """

    def __init__(
        self, configuration: Configuration, find_package: Callable[[str], Any] | None = None
    ) -> None:
        """``find_package`` gives the folder of a location ``package:folder``, as
        :func:`package_folder` does; the path for imports stays changed then until it is restored.
        Without it such a location is declined.

        Raises ``Declined``.
        """
        script_location = configuration.text("script_location")
        if script_location is None:
            raise Declined("there is no script_location")
        if configuration.is_true("sourceless"):
            raise Declined("sourceless is set, and only sources are read here")
        self._find_package = find_package
        self._import_path = configuration.paths(
            "prepend_sys_path", ("path_separator",), r", *|(?: +)|\:"
        )
        self.is_recursive = configuration.is_true("recursive_version_locations")
        _check_what_new_scripts_need(configuration)
        locations = configuration.paths(
            "version_locations", ("path_separator", "version_path_separator"), r", *|(?: +)"
        )
        self._is_import_path_changed = False
        try:
            self.folder = self._located(script_location)
            if not os.access(self.folder, os.F_OK):
                raise Declined(
                    f"script_location names {os.path.abspath(self.folder)}, which does not exist "
                    "(what is relative is so to the current folder; %(here)s is that of the file)"
                )
            self.version_locations = [
                os.path.join(os.getcwd(), self._located(one)) for one in locations
            ] or [os.path.join(os.getcwd(), self.folder, "versions")]
        except BaseException:
            # Declined among others: the path for imports is as it was for whoever reads it next.
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
        if self._find_package is None:
            raise Declined(f"{location} has to be imported to be found")
        self.keep_import_path()
        try:
            found = self._find_package(location)
        except Exception as error:
            # Anything: this imports a package of the project.
            raise Declined(f"the package of {location} cannot be imported") from error
        try:
            path: str = os.fspath(found)
        except TypeError as error:
            raise Declined(f"{location} is no folder of the file system") from error
        return path


def package_folder(location: str) -> Any:
    """The folder that ``package:folder`` names, as ``importlib.resources`` gives it.

    Raises what importing the package raises.
    """
    from importlib import resources

    package, *names = location.split(":")
    found: Any = resources.files(package)
    for name in names:
        found = found / name
    return found


def package_folder_without_import(location: str) -> str:
    """The same, where the package is a folder on the path for imports.

    Raises ``LookupError`` where it is not.
    """
    package, *names = location.split(":")
    for entry in sys.path:
        folder = os.path.join(entry, *package.split("."), *names)
        if os.path.isdir(folder):
            return folder
    raise LookupError(package)


def _check_what_new_scripts_need(configuration: Configuration) -> None:
    """Raise ``Declined`` for a mistake that upstream meets before it lists scripts."""
    length = configuration.get("truncate_slug_length")
    try:
        int(length if length is not None else 0)
    except (TypeError, ValueError) as error:
        raise Declined("truncate_slug_length is not a number") from error
    for name in ("file_template", "output_encoding", "timezone"):
        configuration.text(name)
    configuration.check_hooks()


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
        raise Declined("several configuration files of one kind")
    for name, is_toml in zip(given or (), are_toml, strict=True):
        if is_toml:
            toml_file = name or toml_file
        else:
            ini_file = name or ini_file
    return toml_file, ini_file


def _folder(file: str) -> str:
    """The folder of a file, absolute, with slashes and ``..``, without empty and ``.`` parts."""
    path = os.path.join(os.getcwd(), file).replace(os.sep, "/")
    if path.startswith("//") and not path.startswith("///"):
        raise Declined("a path that begins with two slashes")
    drive, below = os.path.splitdrive(path)
    parts = [part for part in below.split("/") if part not in ("", ".")]
    return f"{drive}/" + "/".join(parts[:-1])


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
    try:
        with open(file, "rb") as opened:
            tools: Any = tomllib.load(opened).get("tool", {})
    except (OSError, ValueError) as error:
        raise Declined(f"{file} cannot be read") from error
    read: Any = tools.get("alembic", {}) if isinstance(tools, dict) else None
    if not isinstance(read, dict):
        raise Declined(f"[tool.alembic] of {file} is not a table")
    return read
