"""The matrix: every supported Python, Alembic and SQLAlchemy that fit together, on every driver.

For each row, the wheel of this checkout is in an environment with these three. On each driver the
sample's scripts go up, down, over its branches and through `stamp` and `--sql` (`check.py`), and
those of the package's own tests run that need neither a server nor a development tool. A
combination that upstream's metadata forbids is a row that says so, and so is a Python that this
machine does not have. Exit code 1 if a row failed, if none ran, or if the package cannot be built
in a Python that is there. Environments and logs stay in build/matrix.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import dataclasses
import json
import pathlib
import re
import sys
import tempfile
from collections.abc import Sequence

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.conformance.upstream import LINES as ALEMBIC
from tests.environments import BUILD, VirtualEnvironment, build_wheel
from tests.matrix import interpreters
from tests.matrix.drivers import DRIVERS, WITHOUT_DIALECT, Databases, requirements
from tests.matrix.refusals import forbidden_by
from tests.programs import ProgramFailed
from tests.servers import MariaDBServer, PostgresServer, ServerMissing
from tests.text_table import text_table

SQLALCHEMY = ("1.4", "2.0", "2.1")
OWN_TESTS = [
    f"tests/python/upstream/{name}.py"
    for name in ("test_activation", "test_revision_map", "test_lazy_scripts")
]
COLUMNS = ("Python", "Alembic", "SQLAlchemy", *DRIVERS, "own tests", "outcome")


@dataclasses.dataclass(frozen=True)
class Row:
    """What became of one combination; `cells` are those of `COLUMNS`.

    `ran` is true if it was installed and tried, `failed` if something went wrong then or before.
    """

    cells: tuple[str, ...]
    failed: bool = False
    ran: bool = False


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, choices in (
        ("python", interpreters.LINES),
        ("alembic", ALEMBIC),
        ("sqlalchemy", SQLALCHEMY),
    ):
        parser.add_argument(f"--{name}", choices=choices, nargs="+", default=choices)
    parser.add_argument("--jobs", type=int, default=1, help="interpreters at a time")
    return parser.parse_args()


def rows_of(
    python: str, alembics: Sequence[str], sqlalchemys: Sequence[str], databases: Databases
) -> list[Row]:
    """All rows of one interpreter, one after the other in one environment."""
    interpreter = interpreters.find(python)
    if interpreter is None:
        return [row_without_interpreter(python)]
    folder = BUILD / "matrix" / python
    environment = VirtualEnvironment(folder / "venv", interpreter)
    try:
        environment.prepare(
            ["alembic", "pytest", "pytest-timeout", *requirements()],
            build_wheel(folder, interpreter),
        )
    except ProgramFailed as error:
        print(error, file=sys.stderr)
        return [row(python, "", "", outcome="FAILED to install", failed=True)]
    rows = []
    for alembic in alembics:
        for sqlalchemy in sqlalchemys:
            rows.append(one_row(python, alembic, sqlalchemy, environment, databases))
            print(f"== {' '.join(rows[-1].cells)}", flush=True)
    return rows


def row_without_interpreter(python: str) -> Row:
    """A Python that is there and of no use is a failure."""
    useless = interpreters.present(python)
    if not useless:
        return row(python, "", "", outcome="not installed")
    outcome = f"FAILED: {useless[0]} lacks pip, venv or Python.h"
    return row(python, "", "", outcome=outcome, failed=True)


def one_row(
    python: str,
    alembic: str,
    sqlalchemy: str,
    environment: VirtualEnvironment,
    databases: Databases,
) -> Row:
    try:
        environment.install("--upgrade", f"alembic=={alembic}.*", f"SQLAlchemy=={sqlalchemy}.*")
    except ProgramFailed as error:
        forbidding = forbidden_by(str(error))
        if forbidding:
            return row(python, alembic, sqlalchemy, outcome=f"not allowed by {forbidding}")
        print(error, file=sys.stderr)
        return row(python, alembic, sqlalchemy, outcome="FAILED to install", failed=True)
    log = environment.folder.with_name(f"row-{alembic}-{sqlalchemy}.log")
    with tempfile.TemporaryDirectory() as scratch:
        urls = databases.create(pathlib.Path(scratch))
        pairs = [f"{name}={url}" for name, url in urls.items()]
        check = environment.run("python", "tests/matrix/check.py", *pairs)
        databases.drop(urls)
    # What this SQLAlchemy warns of is not the matter here.
    options = ["-q", "-p", "no:cacheprovider", "--timeout", "300"]
    own = environment.run("python", "-m", "pytest", *options, *OWN_TESTS)
    log.write_text("".join([check.stdout, check.stderr, own.stdout, own.stderr]), encoding="utf-8")
    answer = json.loads(check.stdout) if check.stdout else {"drivers": {}}
    summary = re.search(r"(\d+ failed, )?\d+ passed", own.stdout)
    complete = answer["drivers"] == expected_of_drivers(sqlalchemy)
    failed = bool(check.returncode or own.returncode or not complete)
    return row(
        python,
        answer.get("alembic", alembic),
        answer.get("sqlalchemy", sqlalchemy),
        *(answer["drivers"].get(name, "?") for name in DRIVERS),
        summary[0] if summary else "?",
        outcome=f"FAILED, see {log}" if failed else "ok",
        failed=failed,
        ran=True,
    )


def expected_of_drivers(sqlalchemy: str) -> dict[str, str]:
    """What `check.py` says of each driver when all is in order."""
    without = WITHOUT_DIALECT.get(sqlalchemy, set())
    return {name: "-" if name in without else "ok" for name in DRIVERS}


def row(
    python: str,
    alembic: str,
    sqlalchemy: str,
    *cells: str,
    outcome: str,
    failed: bool = False,
    ran: bool = False,
) -> Row:
    known = (python, alembic, sqlalchemy, *cells)
    return Row((*known, *("",) * (len(COLUMNS) - 1 - len(known)), outcome), failed, ran)


def table(rows: list[Row]) -> str:
    return text_table([COLUMNS, *(row.cells for row in rows)])


def conclusion(rows: Sequence[Row]) -> tuple[str, int]:
    """The last line, and the exit code."""
    ran, failed = (sum(row.ran for row in rows), sum(row.failed for row in rows))
    line = f"{ran} of {len(rows)} rows ran, {failed} failed"
    if not ran:
        line += ": nothing was tested; install one of the Pythons of the table"
    return line, 1 if failed or not ran else 0


def main() -> int:
    options = arguments()
    with contextlib.ExitStack() as servers:
        try:
            postgres = servers.enter_context(PostgresServer())
            mariadb = servers.enter_context(MariaDBServer())
        except ServerMissing as error:
            print(f"matrix: {error}", file=sys.stderr)
            return 1
        databases = Databases(postgres, mariadb)  # type: ignore[arg-type]
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            of_each = pool.map(
                lambda python: rows_of(python, options.alembic, options.sqlalchemy, databases),
                options.python,
            )
            rows = [row for rows in of_each for row in rows]
    line, exit_code = conclusion(rows)
    print(f"\n{table(rows)}\n\n{line}")
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
