"""The README's commands on Debian's releases: `python .ci/distributions/run.py [NAME...]`.

For each a system is bootstrapped into build/distributions/NAME, `make demo` and further targets run
in it, those of DISTRIBUTION_TARGETS if it is set, and a table says what was built, what ran and how
many tests passed. It needs root's rights, debootstrap and apt. Exit code 1 if a command failed.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import shutil
import sys

from system import NoSystem, System, mirror

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from tests.text_table import text_table  # noqa: E402
from tests.wheel.without_server import PASSED  # noqa: E402

FOLDER = PROJECT / "build" / "distributions"
#: Name -> suite, and the targets that run in it; the newest Python runs upstream's own suite, too.
DISTRIBUTIONS = {
    "debian-12": ("bookworm", "check"),
    "debian-13": ("trixie", "check"),
    "debian-14": ("forky", "check conformance-newest"),
}
HEADINGS = (
    "what", "Python", "PostgreSQL", "libpqxx", "fmt", "compiler", "built", "ran", "targets",
    "tests passed", "size of the package",
)  # fmt: skip
NOTHING = "-"


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of the table; `failed` names what did not end well."""

    cells: tuple[str, ...]
    failed: tuple[str, ...] = ()


def tests_passed(log: str) -> str:
    """The sum of what GoogleTest, ctest and pytest say that passed, in the output of make."""
    passed = sum(int(total) - int(failed) for failed, total in CTEST.findall(log))
    passed += sum(int(number) for number in [*GOOGLE_TEST.findall(log), *PASSED.findall(log)])
    return str(passed or NOTHING)


GOOGLE_TEST = re.compile(r"^\[  PASSED  \] (\d+) test", re.MULTILINE)
CTEST = re.compile(r"tests passed, (\d+) tests failed out of (\d+)")


def installed(system: System, package: str) -> str:
    """The upstream part of the version of a Debian package, without its epoch and revision."""
    version = system.output(f"dpkg-query --show --showformat '${{Version}}' '{package}'")
    found = re.match(r"(?:\d+:)?(\d[\d.]*)", version)
    return found[1].rstrip(".") if found else NOTHING


def try_out(name: str) -> Row:
    suite, targets = DISTRIBUTIONS[name]
    targets = os.environ.get("DISTRIBUTION_TARGETS") or targets
    system = System(suite, FOLDER / name)
    try:
        system.bootstrap(mirror())
    except NoSystem as error:
        return Row((f"{name}: {error}", *[NOTHING] * (len(HEADINGS) - 1)), ("bootstrap",))
    system.copy_checkout(PROJECT)
    failed: dict[str, str] = {}
    log = ""
    for target in ("demo", *targets.split()):
        print(f"{name}: make {target}", flush=True)
        path = FOLDER / f"{name}.{target}.log"
        if system.run(f"make {target}", path):
            failed[target] = f"make {target} (see {path.relative_to(PROJECT)})"
        log += path.read_text(encoding="utf-8", errors="replace")
    # What an earlier run left there counts for nothing.
    built = "demo" not in failed
    about = system.output(".venv/bin/python -m alembic_native") if built else ""
    facts = dict(line.split(": ", 1) for line in about.splitlines() if ": " in line)
    store = facts.get("PostgreSQL store", NOTHING)
    cells = (
        f"{name} ({suite})",
        facts.get("python", NOTHING),
        installed(system, "postgresql"),
        installed(system, "libpqxx-dev") + ("" if store == "built" else " (store not built)"),
        facts.get("fmt", NOTHING),
        facts.get("compiler", NOTHING),
        "yes" if "compiler" in facts else "no",
        "yes" if facts.get("overlay", "").startswith("active") else "no",
        f"demo {targets}",
        tests_passed(log),
        system.output("ls -sh build/wheels-*/*.whl | cut -d ' ' -f 1") if built else NOTHING,
    )
    return Row(cells, tuple(failed.values()))


def main(names: list[str]) -> int:
    unknown = {*names} - {*DISTRIBUTIONS}
    if unknown:
        print(f"no such distribution: {', '.join(unknown)}", file=sys.stderr)
        return 2
    missing = [name for name in ("debootstrap", "apt-get", "unshare") if not shutil.which(name)]
    if missing or os.getuid() != 0:
        print(f"needs root's rights, and: {', '.join(missing) or 'nothing else'}", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = [try_out(name) for name in names or DISTRIBUTIONS]
    print(text_table([HEADINGS, *(row.cells for row in rows)]))
    print("Nothing else of make test ran there.")
    for row in rows:
        for what in row.failed:
            print(f"FAILED on {row.cells[0]}: {what}")
    return 1 if any(row.failed for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
