"""From what the caller names to the scripts: a configuration, a script directory, or a path.

A path is read by ``history/``, without Alembic. Where that declines (a script has to be imported, a
setting is unusual, a mistake is to be reported), the project is read by upstream.
"""

from __future__ import annotations

import os

from alembic_native.history.declined import Declined
from alembic_native.native_core import has_native_core
from alembic_native.status.errors import StatusUnavailable
from alembic_native.status.history import HeaderHistory, refuse_missing_folders

VERSIONS = "versions"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from alembic_native.history.configuration import Configuration
    from alembic_native.status.history import History

    #: A path is that of ``alembic.ini`` or ``pyproject.toml``, or of the folder with ``env.py``.
    Project = Config | ScriptDirectory | str | os.PathLike[str]


def history_of(project: Project) -> History:
    """The scripts. Raises ``FileNotFoundError``, ``CommandError``, and what importing a script
    raises."""
    if not isinstance(project, (str, os.PathLike)):
        return _directory_history(_directory_of(project))
    path = _existing(project)
    try:
        return _read_headers(path)
    except Declined:
        return _directory_history(_directory_at(path))


def config_of(project: Project) -> Config:
    """The configuration that ``env.py`` is run with. Raises ``StatusUnavailable``."""
    if isinstance(project, (str, os.PathLike)):
        path = _existing(project)
        if not os.path.isdir(path):
            return _config_at(path)
    else:
        from alembic.config import Config

        if isinstance(project, Config):
            return project
    raise StatusUnavailable(
        "A script directory does not say which database it is for: give url=..., or the "
        "configuration (alembic.ini or a Config) to go through env.py."
    )


def configuration_of(config: Config) -> Configuration:
    """What the files of a configuration hold. Raises ``Declined``."""
    from alembic_native.history.configuration import Configuration

    return Configuration(
        config.config_ini_section, config.toml_file_name or "", config.config_file_name or ""
    )


def _existing(project: str | os.PathLike[str]) -> str:
    path = os.fspath(project)
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"{path}: no such file. Give alembic.ini, pyproject.toml, or the folder of env.py."
        )
    if os.path.isdir(path) and not os.path.isdir(os.path.join(path, VERSIONS)):
        # Else a wrong folder would be a project without scripts, and everything up to date.
        raise FileNotFoundError(
            f"{path} has no folder {VERSIONS}. Give the folder of env.py, or, where the scripts "
            "lie elsewhere, alembic.ini or pyproject.toml."
        )
    return path


def _read_headers(path: str) -> HeaderHistory:
    if not has_native_core():
        raise Declined("there is no native core")
    from alembic_native.history.configuration import Configuration, Settings, package_folder
    from alembic_native.history.scripts import Scripts

    if os.path.isdir(path):
        return HeaderHistory(Scripts([os.path.abspath(os.path.join(path, VERSIONS))], False))
    settings = Settings(Configuration("alembic", *_files(path)), package_folder)
    try:
        refuse_missing_folders(settings.version_locations)
        return HeaderHistory(Scripts(settings.version_locations, settings.is_recursive))
    finally:
        settings.restore_import_path()


def _directory_history(directory: ScriptDirectory) -> History:
    from alembic_native.upstream.directory_history import DirectoryHistory

    return DirectoryHistory(directory)


def _directory_of(project: Config | ScriptDirectory) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    from alembic_native.upstream.script_directory import directory_of

    if isinstance(project, ScriptDirectory):
        return project
    return directory_of(project)


def _directory_at(path: str) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    from alembic_native.upstream.script_directory import directory_of

    if os.path.isdir(path):
        return ScriptDirectory(path)
    return directory_of(_config_at(path))


def refuse_older_alembic() -> None:
    """Raise ``StatusUnavailable`` for an Alembic that knows no ``pyproject.toml``."""
    import alembic

    from alembic_native.upstream.decision import release_of
    from alembic_native.upstream.fingerprints import OLDEST

    if release_of(alembic.__version__) < release_of(OLDEST):
        raise StatusUnavailable(
            f"This needs Alembic {OLDEST} or newer, and {alembic.__version__} is installed: "
            "`pip install --upgrade alembic`."
        )


def _config_at(path: str) -> Config:
    from alembic.config import Config

    refuse_older_alembic()
    toml_file, ini_file = _files(path)
    return Config(file_=ini_file or None, toml_file=toml_file or None)


def _files(path: str) -> tuple[str, str]:
    """The TOML and the .ini file: one of them, the other one is empty."""
    return (path, "") if os.path.basename(path) == "pyproject.toml" else ("", path)
