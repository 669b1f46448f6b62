"""A pytest plugin for the runs of upstream's suite: writes down what became of each test.

    python -m pytest -p conformance_plugin --conformance-record=record.jsonl ...

The record has one JSON object a line, written as things happen, so that it tells also of a run
that ended in a crash:

    {"event": "session", "alembic": version, "alembic_file": path, "sqlalchemy": version}
    {"event": "started", "test": id}
    {"event": "finished", "test": id, "outcome": outcome, "message": text or ""}
    {"event": "warning", "category": name, "message": text}
    {"event": "native", "core_loaded": bool, "active": bool, "reason": text,
     "call_counts": {name: number}}

Outcomes are passed, failed, skipped, xfailed, xpassed, and error for what went wrong outside the
test function itself (setup, teardown, import of the file). This file is copied next to upstream's
tests and imports nothing of this project but the installed package, and that only at the end.
"""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from typing import Any, TextIO

import pytest

LONGEST_MESSAGE = 25  # lines


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformance-record", help="where to write the record of this run")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--conformance-record")
    if path:
        file = open(path, "w", encoding="utf-8", buffering=1)  # noqa: SIM115
        config.pluginmanager.register(Recorder(file), "conformance-recorder")


class Recorder:
    """Owns the record's file from the start of the session to its end."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._reports: list[pytest.TestReport] = []
        self._show_warning = warnings.showwarning

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        # Not earlier: older versions of pytest configure their plugins under catch_warnings,
        # which would put the original function back.
        warnings.showwarning = self._warned
        import alembic
        import sqlalchemy

        self._write(
            "session",
            alembic=alembic.__version__,
            alembic_file=alembic.__file__,
            sqlalchemy=sqlalchemy.__version__,
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._finished(report.nodeid or "collection", "error", message_of(report))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._reports = []
        self._write("started", test=nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reports.append(report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._finished(nodeid, *outcome_of(self._reports))

    def pytest_sessionfinish(self) -> None:
        self._write("native", **native_core())

    def pytest_unconfigure(self) -> None:
        warnings.showwarning = self._show_warning
        self._file.close()

    def _finished(self, test: str, outcome: str, message: str) -> None:
        self._write("finished", test=test, outcome=outcome, message=message)

    def _warned(
        self, message: Warning | str, category: type[Warning], *place: Any, **more: Any
    ) -> None:
        self._write("warning", category=category.__name__, message=str(message))
        self._show_warning(message, category, *place, **more)

    def _write(self, event: str, **fields: object) -> None:
        self._file.write(json.dumps({"event": event, **fields}) + "\n")


def outcome_of(reports: list[pytest.TestReport]) -> tuple[str, str]:
    """Outcome and message from the reports of setup, call and teardown."""
    outcome, message = "passed", ""
    for report in reports:
        if report.failed and report.when != "call":
            return "error", message_of(report)
        if report.failed:
            outcome, message = "failed", message_of(report)
        elif report.skipped:
            outcome = "xfailed" if hasattr(report, "wasxfail") else "skipped"
            message = message_of(report)
        elif report.when == "call" and hasattr(report, "wasxfail"):
            outcome, message = "xpassed", report.wasxfail
    return outcome, message


def message_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The message of an exception, or why a test was skipped, no longer than anyone reads."""
    if isinstance(report.longrepr, tuple):
        text = report.longrepr[2]
    else:
        crash = getattr(report.longrepr, "reprcrash", None)
        text = crash.message if crash else report.longreprtext.strip().rpartition("\n")[2]
    return "\n".join(text.strip().splitlines()[:LONGEST_MESSAGE])


def native_core() -> dict[str, object]:
    """What the overlay says of itself, asked after the last test.

    Whether the extension module is loaded is looked at first: asking loads it.
    """
    core_loaded = "alembic_native._core" in sys.modules
    native: Any = importlib.import_module("alembic_native")
    build = native.build_info()
    return {
        "core_loaded": core_loaded,
        "active": build.is_active,
        "reason": build.reason,
        "call_counts": build.calls,
    }
