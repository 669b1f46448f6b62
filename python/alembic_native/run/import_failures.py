"""What to do about a module that cannot be imported."""

from __future__ import annotations

import importlib.util
import os
import sys
from shlex import quote

from alembic_native.run.folders_below import folders_below

#: The package to install for a driver that SQLAlchemy imports by this name.
_DRIVERS = {
    "psycopg2": "psycopg2-binary",
    "psycopg": "psycopg[binary]",
    "asyncpg": "asyncpg",
    "pg8000": "pg8000",
    "MySQLdb": "mysqlclient",
    "pymysql": "PyMySQL",
    "aiomysql": "aiomysql",
    "asyncmy": "asyncmy",
    "aiosqlite": "aiosqlite",
    "pyodbc": "pyodbc",
    "oracledb": "oracledb",
}
#: By database: the modules of drivers that take each other's place, and how a URL names them.
_DIALECTS: tuple[dict[str, str], ...] = (
    {
        "psycopg": "postgresql+psycopg",
        "psycopg2": "postgresql+psycopg2",
        "pg8000": "postgresql+pg8000",
        "asyncpg": "postgresql+psycopg",
    },
    {"pymysql": "mysql+pymysql", "MySQLdb": "mysql+mysqldb", "aiomysql": "mysql+pymysql"},
    {"sqlite3": "sqlite", "aiosqlite": "sqlite"},
)


def advice_for_import(error: ImportError, folder: str, prepend_sys_path: str) -> str:
    """What to do, in a sentence or two.

    ``folder`` is that of the configuration, where the project is searched for the module;
    ``prepend_sys_path`` the setting as it is.
    """
    name = error.name or ""
    if not isinstance(error, ModuleNotFoundError):
        if "partially initialized module" in str(error):
            return f"Two modules import each other: {name} was asked for a name before it was done."
        path = f" ({error.path})" if error.path else ""
        return f"The module {name}{path} is there and has no such name. Is it another version?"
    top = name.partition(".")[0]
    if top in _DRIVERS:
        other = _installed_beside(top)
        instead = (
            f", or name another driver in the URL, as {other}://. A URL that names none leaves the "
            "choice to SQLAlchemy, whose versions differ in it."
        )
        return (
            f"The database's URL asks for the driver {top}, which is not installed for "
            f"{sys.executable}: `{sys.executable} -m pip install {quote(_DRIVERS[top])}`"
            f"{instead if other else '.'}"
        )
    if top in sys.modules and name != top:
        where = getattr(sys.modules[top], "__file__", None) or list(
            getattr(sys.modules[top], "__path__", [])
        )
        return f"The package {top} that was found has no {name[len(top) + 1 :]}: it is {where}."
    setting = f"prepend_sys_path is {prepend_sys_path!r}" if prepend_sys_path else (
        "prepend_sys_path is not set"
    )  # fmt: skip
    found = _folder_with(top, folder)
    if found:
        relative = os.path.relpath(found, folder)
        value = "%(here)s" if relative == os.curdir else f"%(here)s/{relative}"
        return (
            f"There is a {top} in {found}, which is not in the import path: write "
            f"prepend_sys_path = {value} into alembic.ini ({setting})."
        )
    return (
        f"No package {top} is installed for {sys.executable}, and the project has no such module "
        "nearby. Install it, or run the command in the environment that has it; or name the "
        f"folder that holds it in alembic.ini ({setting})."
    )


def _installed_beside(driver: str) -> str:
    """The beginning of a URL with another driver for the same database, if possible one that is
    installed; empty where none is known."""
    for names in _DIALECTS:
        if driver in names:
            others = [name for name in names if name != driver]
            there = [name for name in others if importlib.util.find_spec(name) is not None]
            return names[(there or others)[0]]
    return ""


def _folder_with(name: str, folder: str) -> str:
    """The first folder of the project that holds a module of that name; empty if none does."""
    for current, files in folders_below(folder):
        package = os.path.join(current, name, "__init__.py")
        if f"{name}.py" in files or os.path.isfile(package):
            return current
    return ""
