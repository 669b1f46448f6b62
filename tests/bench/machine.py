"""Under which conditions the benchmark ran: versions, processors, load, byte code."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from tests.bench.processes import PROJECT, environment, run

#: What `alembic` imports from site-packages.
PACKAGES = ("alembic", "sqlalchemy", "mako", "alembic_native")


def conditions() -> list[str]:
    """Facts to print above the tables, a line each.

    Raises `BenchmarkFailed` when the overlay is not active.
    """
    load = os.getloadavg()[0]
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return [
        _versions(),
        f"{processors} processors, load average {load:.1f} at the start"
        + (": other work is running, read the ratios" if load > processors / 2 else ""),
        _byte_code_of_packages(),
        "byte code of scripts and env.py: 'cached' is there; 'not cached' is absent before each "
        "run, and Python writes it (a fresh container); 'not written' is absent, with "
        "PYTHONDONTWRITEBYTECODE set",
    ]


def _versions() -> str:
    """What `python -m alembic_native` says. It exits with 0 only if the overlay is active."""
    told = run(
        [sys.executable, "-m", "alembic_native"],
        cwd=PROJECT,
        env=environment(writes_byte_code=True),
    )
    lines = [line.replace(": ", " ", 1) for line in told.splitlines()]
    return ", ".join(line for line in lines if not line.startswith(("overlay", "modules")))


def _byte_code_of_packages() -> str:
    sources = missing = 0
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            for source in Path(folder).rglob("*.py"):
                sources += 1
                missing += not Path(importlib.util.cache_from_source(str(source))).exists()
    if not missing:
        return (
            f"byte code of site-packages: present in all rows ({sources} modules, as pip left it)"
        )
    return f"byte code of site-packages: MISSING for {missing} of {sources} modules, in all rows"
