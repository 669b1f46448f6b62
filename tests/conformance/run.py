"""Upstream's own test suite, with the overlay off and on: not one test may end differently.

For each release the suite runs twice at a time, once with ALEMBIC_NATIVE=0 and once without, in an
environment that holds that release and the wheel of this checkout. Then this project's own command
lines go through both (`tests/differential`); for the newest release `make test-python` does that.
Exit code 1 if a test differs, or if the runs prove nothing: the overlay was not active in the
second one, its core was not called, or the first one was not upstream alone. Everything downloaded
and installed stays in build/conformance; remove that folder to look for newer releases.
"""

from __future__ import annotations

import argparse
import contextlib
import pathlib
import sys
import time
from collections.abc import Iterator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.conformance.comparison import Comparison, describe, table
from tests.conformance.databases import DATABASES, databases
from tests.conformance.environment import Environment
from tests.conformance.suite import SuiteRun
from tests.conformance.upstream import LINES, Release, given_release, newest_release
from tests.environments import PROJECT, build_wheel, clean_environment
from tests.programs import ProgramFailed, run_quietly
from tests.servers import ServerMissing


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--newest", action="store_true", help=f"the newest release of {LINES[-1]}")
    which.add_argument("--all", action="store_true", help=f"the newest of {', '.join(LINES)}")
    which.add_argument("--version", choices=LINES, help="the newest release of this line")
    which.add_argument(
        "--alembic", metavar="WHICH", help="a version, or a folder with the sources of Alembic"
    )
    parser.add_argument(
        "--database", choices=DATABASES, nargs="+", default=list(DATABASES), help="default: all"
    )
    parser.add_argument("-k", dest="expression", help="only tests that match, as in pytest")
    parser.add_argument("--wheel", type=pathlib.Path, help="test this wheel, build none")
    parser.add_argument(
        "--cache", type=pathlib.Path, default=PROJECT / "build" / "conformance", help="%(default)s"
    )
    return parser.parse_args()


def releases_of(options: argparse.Namespace) -> Iterator[Release]:
    cache = options.cache.resolve()
    if options.alembic:
        yield given_release(options.alembic, cache)
        return
    for line in LINES if options.all else [options.version or LINES[-1]]:
        yield newest_release(line, cache)


def compare(release: Release, wheel: pathlib.Path, options: argparse.Namespace) -> list[Comparison]:
    """Run the suite of a release on each database; prints what it finds."""
    cache = options.cache.resolve()
    step(f"alembic {release.version}: environment")
    environment = Environment(release, cache)
    environment.prepare(release.requirements(), wheel)
    comparisons = []
    for database in options.database:
        step(f"alembic {release.version} on {database}: overlay off and on")
        begin = time.monotonic()
        with databases(database) as create_database, contextlib.ExitStack() as running:
            runs = []
            for overlay in (False, True):
                state = "on" if overlay else "off"
                run = SuiteRun(
                    release,
                    environment,
                    cache / f"run-{release.version}-{database}-{state}",
                    overlay=overlay,
                    database=create_database(f"overlay_{state}"),
                    expression=options.expression,
                )
                run.start()
                running.callback(run.stop)
                runs.append(run)
            off, on = (run.result() for run in runs)
        comparison = Comparison(
            version=release.version,
            database=database,
            off=off,
            on=on,
            environment=environment.folder,
            whole=not options.expression,
        )
        comparisons.append(comparison)
        print(describe(comparison))
        print(f"{len(comparison.tests)} tests in {time.monotonic() - begin:.0f} s", flush=True)
    if (options.alembic or release.line != LINES[-1]) and not options.expression:
        compare_command_lines(release, environment, cache)
    return comparisons


def compare_command_lines(release: Release, environment: Environment, cache: pathlib.Path) -> None:
    """Raises `ProgramFailed` if one of them differs."""
    step(f"alembic {release.version}: command lines, overlay off and on")
    tests = sorted((PROJECT / "tests" / "differential").glob("test_command_line*.py"))
    command = [str(environment.python), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    log = cache / f"command-lines-{release.version}.log"
    run_quietly(
        [*command, *map(str, tests)], log=log, folder=PROJECT, environment=clean_environment()
    )
    print(log.read_text(encoding="utf-8").splitlines()[-1], flush=True)


def step(text: str) -> None:
    print(f"== {text}", flush=True)


def main() -> int:
    options = arguments()
    try:
        if options.wheel:
            wheel = options.wheel.resolve(strict=True)
        else:
            step("the wheel of this checkout")
            wheel = build_wheel(options.cache.resolve())
        comparisons = [
            comparison
            for release in releases_of(options)
            for comparison in compare(release, wheel, options)
        ]
    except (ProgramFailed, ServerMissing, OSError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 1
    print()
    print(table(comparisons))
    passed = sum(comparison.passed for comparison in comparisons)
    failed = sum(comparison.failed for comparison in comparisons)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
