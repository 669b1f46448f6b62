"""The sample's scripts on each driver: `python check.py DRIVER=URL...`, one line of JSON.

The answer has `alembic` and `sqlalchemy` (versions), and in `drivers` the outcome by name: `ok`,
`-` where this SQLAlchemy has no such driver, else what went wrong. Needs no package but the
drivers and alembic-native.
"""

from __future__ import annotations

import io
import json
import os
import pathlib
import sys
import traceback
import warnings

import alembic
import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

import alembic_native

HEAD = "f40b7a6e3c98"
CONFIGURATION = pathlib.Path(__file__).parent / "project" / "alembic.ini"


def upgrade_and_downgrade(url: str) -> None:
    """Upgrade to the head, back, and up again; what `current` says must follow."""
    os.environ["DATABASE_URL"] = url
    expect(current() == "", "a new database has a current revision")
    command.upgrade(configuration(), "sales@head")
    command.upgrade(configuration(), "head")
    expect(current() == f"{HEAD} (head)\n", "upgrade head")
    command.downgrade(configuration(), "base")
    expect(current() == "", "downgrade base")
    command.upgrade(configuration(), "head")
    command.downgrade(configuration(), "b6592fd04e81")
    expect(len(current().splitlines()) == 2, "downgrade over a merge point")
    command.stamp(configuration(), "head")
    expect(current() == f"{HEAD} (head)\n", "stamp head")
    for given in (None, url):
        status = alembic_native.status(str(CONFIGURATION), url=given)
        expect(status.is_at_heads, f"status says {status}")
        alembic_native.wait(str(CONFIGURATION), url=given, timeout=30)
    sql = io.StringIO()
    command.upgrade(configuration(output_buffer=sql), "head", sql=True)
    expect(f"'{HEAD}'" in sql.getvalue(), "upgrade head --sql")


def configuration(**further: io.StringIO) -> Config:
    return Config(str(CONFIGURATION), **further)  # type: ignore[arg-type]


def current() -> str:
    output = io.StringIO()
    command.current(configuration(stdout=output))
    return output.getvalue()


def expect(condition: bool, what: str) -> None:
    if not condition:
        raise AssertionError(f"{what}: current says {current()!r}")


def outcome(url: str) -> str:
    try:
        make_url(url).get_dialect()
    except sqlalchemy.exc.NoSuchModuleError:
        return "-"
    try:
        upgrade_and_downgrade(url)
    except Exception as error:
        traceback.print_exc()
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return "ok"


def main(pairs: list[str]) -> int:
    warnings.simplefilter("ignore")
    information = alembic_native.build_info()
    assert information.is_active, information.reason
    drivers = {}
    for pair in pairs:
        name, url = pair.split("=", 1)
        drivers[name] = outcome(url)
    calls = alembic_native.build_info().calls
    assert sum(calls.values()), "the core was not called"
    answer = {"alembic": alembic.__version__, "sqlalchemy": sqlalchemy.__version__}
    print(json.dumps({**answer, "drivers": drivers}))
    return 0 if set(drivers.values()) <= {"ok", "-"} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
