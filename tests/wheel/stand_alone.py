"""What an installed wheel must do by itself: `python stand_alone.py PROJECT [POSTGRES_URL]`.

Upgrades the sample of the checkout PROJECT on SQLite, opens the PostgreSQL store, works on
POSTGRES_URL if it is given, and then names every library of this process that comes neither from
the wheel nor belongs to every Linux system. Exit code 1, and the reason, where one of it fails.
`--without-postgres` in place of the URL is for a wheel that was built without that store.

It needs no package but the wheel and what it depends on: the builders of wheels run it, too.
"""

from __future__ import annotations

import importlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import alembic_native

WHEEL = pathlib.Path(alembic_native.__file__).parent
CARRIED = WHEEL.with_name("alembic_native.libs")
WITHOUT_POSTGRES = "--without-postgres"
#: The C and C++ runtime, which wheels for Linux may expect (PEP 600).
OF_EVERY_SYSTEM = re.compile(
    r"(ld-linux-[\w-]+|lib(c|m|dl|rt|util|pthread|resolv|gcc_s|stdc\+\+|z))\.so[.\d]*"
)


def upgrade_the_sample(project: pathlib.Path, folder: pathlib.Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'bookshop.db'}"}
    for words, expected in (("upgrade head", ""), ("current", "f40b7a6e3c98 (head)\n")):
        command = [sys.executable, "-m", "alembic", *words.split()]
        result = subprocess.run(
            command, cwd=project, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        assert result.stdout == expected, result.stdout


def use_the_store(url: str) -> None:
    from alembic_native._postgres import PostgresVersionStore

    with PostgresVersionStore(url, version_table="stand_alone") as store:
        assert not store.table_exists()
        assert store.current_heads() == ()
        assert store.scan_schemas() == ()


def libraries() -> set[pathlib.Path]:
    """The shared libraries of this process; Linux tells."""
    maps = pathlib.Path("/proc/self/maps")
    lines = maps.read_text().splitlines() if maps.exists() else []
    return {pathlib.Path(line.split()[-1]) for line in lines if ".so" in line.split()[-1]}


def main(project: pathlib.Path, url: str | None) -> int:
    before = libraries()
    modules = ["_core", "_lint", *([] if url == WITHOUT_POSTGRES else ["_postgres"])]
    for module in modules:
        importlib.import_module(f"alembic_native.{module}")
    if url and url != WITHOUT_POSTGRES:
        use_the_store(url)
    foreign = {
        path
        for path in libraries() - before
        if not {WHEEL, CARRIED} & set(path.parents) and not OF_EVERY_SYSTEM.fullmatch(path.name)
    }
    if foreign:
        print("loaded from outside of the wheel:", *sorted(map(str, foreign)), file=sys.stderr)
        return 1
    assert alembic_native.build_info().is_active, alembic_native.build_info().lines()
    with tempfile.TemporaryDirectory() as folder:
        upgrade_the_sample(project, pathlib.Path(folder))
    carried = sorted(path.name for path in libraries() if CARRIED in path.parents)
    print(f"stands alone: {', '.join(modules)} with {', '.join(carried) or 'nothing else'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
