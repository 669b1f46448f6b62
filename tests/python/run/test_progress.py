"""What is told while a run goes on and when it has ended: with `-v`, and on a terminal."""

from __future__ import annotations

import builtins
import contextlib
import logging
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from alembic import command
from alembic.config import CommandLine, Config

from alembic_native.run.counted_steps import CountedSteps, count_of
from alembic_native.run.live_line import LiveLine
from alembic_native.run.progress import Progress
from tests.differential.cli_processes import ALEMBIC, PATIENCE_SECONDS, clean_environment
from tests.locking.projects import Project
from tests.python.run.projects import AS_IT_SHOULD_BE, failing, give_env_py

Run = Callable[..., list[str]]


@pytest.fixture
def run(
    steps: Project,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Run:
    """Runs the command line, in this process; the records of `alembic.run`, times left out."""
    give_env_py(steps, AS_IT_SHOULD_BE)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)

    def run_command(*words: str, url: str = sqlite_url) -> list[str]:
        caplog.clear()
        monkeypatch.setenv("DATABASE_URL", url)
        with contextlib.suppress(SystemExit, ZeroDivisionError):
            CommandLine().main(steps.command(*words))
        records = [one.getMessage() for one in caplog.records if one.name == "alembic.run"]
        return [re.sub(r"\b\d+\.\d s\b", "<time>", record) for record in records]

    return run_command


# ---- the line at the end -------------------------------------------------------------------------


def test_a_line_at_the_end_of_each_run(run: Run) -> None:
    assert run("upgrade", "step0001", "-v") == ["Upgraded 1 revision in <time>: base -> step0001"]
    assert run("upgrade", "head", "-v") == [
        "Upgraded 2 revisions in <time>: step0001 -> step0003 (head)"
    ]
    assert run("downgrade", "base", "-v") == [
        "Downgraded 3 revisions in <time>: step0003 (head) -> base"
    ]


def test_no_line_where_nothing_is_run_or_nobody_has_asked(run: Run, steps: Project) -> None:
    assert run("upgrade", "head") == []
    assert run("upgrade", "head", "-v") == []
    assert run("stamp", "step0001", "-v") == []
    assert run("upgrade", "step0001:head", "--sql", "-v") == []
    command.downgrade(Config(steps.ini), "base")


def test_a_run_that_fails_in_between(run: Run, steps: Project, postgres_url: str) -> None:
    failing(steps, 3, "1 / 0")
    assert run("upgrade", "head", "-v") == [
        "Upgraded 2 of 3 revisions in <time>: base -> step0002; step0003 failed"
    ]
    # One transaction for all of them.
    assert run("upgrade", "head", "-v", url=postgres_url) == [
        "Upgraded 0 of 3 revisions in <time>, step0003 failed: "
        "nothing was committed, the version table is at base as before"
    ]


def test_a_run_that_nobody_commits(run: Run, steps: Project, postgres_url: str) -> None:
    give_env_py(steps, 'connection.execute(sa.text("SELECT 1"))\n' + AS_IT_SHOULD_BE)
    assert run("upgrade", "head", "-v", url=postgres_url) == [
        "Upgraded 0 of 3 revisions in <time>: "
        "nothing was committed, the version table is at base as before"
    ]


def test_a_transaction_that_is_still_open(run: Run, steps: Project, postgres_url: str) -> None:
    give_env_py(steps, KEPT)
    assert run("upgrade", "head", "-v", url=postgres_url) == [
        "Upgraded 3 revisions in <time>: base -> step0003 (head), "
        "in a transaction that is not committed yet"
    ]
    sys.kept.close()  # type: ignore[attr-defined]


KEPT = """
import sys
sys.kept = connection = connection.engine.connect()
connection.begin()
context.configure(connection=connection)
context.run_migrations()
"""


# ---- how many steps ------------------------------------------------------------------------------


def test_a_generator_of_somebodys_own_is_not_run_ahead() -> None:
    taken = []

    def plan() -> Iterator[int]:
        for number in (1, 2):
            taken.append(number)
            yield number

    assert count_of(plan()) is None
    assert count_of([1, 2]) == 2
    assert count_of(CountedSteps(iter([1, 2]), 2)) == 2
    with Progress() as progress:
        steps = iter(progress.of(plan()))
        next(steps)
        assert taken == [1]


# ---- the live line -------------------------------------------------------------------------------


@contextlib.contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The standard error is a terminal; what was written to it is there when the block ends."""
    main_end, other_end = pty.openpty()
    parts: list[bytes] = []

    def read() -> None:
        # A terminal that nobody reads takes no more after a few thousand characters.
        with contextlib.suppress(OSError):
            while part := os.read(main_end, 65536):
                parts.append(part)

    reader = threading.Thread(target=read)
    reader.start()
    stream = os.fdopen(other_end, "w", buffering=1)
    text: list[str] = []
    with monkeypatch.context() as patch:
        patch.setenv("TERM", "xterm")
        patch.setattr(sys, "stderr", stream)
        try:
            yield text
        finally:
            stream.close()
            reader.join()
            os.close(main_end)
            text.append(b"".join(parts).decode())


def seen(written: str) -> list[str]:
    """The lines that a terminal shows in the end: each carriage return begins its line anew."""
    lines = []
    for line in written.replace("\r\n", "\n").split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        lines.append(shown.rstrip())
    return [line for line in lines if line]


def test_the_line_is_drawn_and_gone_in_the_end(
    run: Run, steps: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (steps.folder / "env.py").write_text(
        "import logging.config\n"
        "from alembic import context\n"
        "logging.config.fileConfig(context.config.config_file_name)\n"
        + (steps.folder / "env.py").read_text()
    )
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    with terminal(monkeypatch) as written:
        run("upgrade", "head")
        assert not [one for one in threading.enumerate() if one.name == "live line"]
    assert "2 of 3, 0 s, 0 s in all: upgrade step0001 -> " in written[0]
    lines = seen(written[0])
    assert lines[-4:-1] == [
        "INFO  [alembic.runtime.migration] Running upgrade  -> step0001, step 1",
        "INFO  [alembic.runtime.migration] Running upgrade step0001 -> step0002, step 2",
        "INFO  [alembic.runtime.migration] Running upgrade step0002 -> step0003, step 3",
    ]
    assert lines[-1].startswith("INFO  [alembic.run] Upgraded 3 revisions in ")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("-q", "upgrade", "head"), "xterm"),
        (("upgrade", "head"), "dumb"),
        (("upgrade", "head", "--sql"), "xterm"),
    ],
)
def test_no_line_where_none_is_wanted(
    run: Run, words: tuple[str, ...], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with terminal(monkeypatch) as written:
        monkeypatch.setenv("TERM", kind)
        assert run(*words) == []
    assert " of 3" not in written[0]


@pytest.mark.usefixtures("run")
def test_no_line_from_programs(
    steps: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with terminal(monkeypatch) as written:
        command.upgrade(Config(steps.ini), "head")
    assert " of 3" not in written[0]
    assert "alembic.run" not in {record.name for record in caplog.records}


def test_without_tqdm_only_the_line_at_the_end(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as written:
        monkeypatch.setitem(sys.modules, "alembic_native.run.live_line", None)
        assert run("upgrade", "head") == ["Upgraded 3 revisions in <time>: base -> step0003 (head)"]
    assert " of 3" not in written[0]


def test_records_and_the_line_do_not_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    log = logging.getLogger("a.program")
    # What other tests have left at the root is not the matter here.
    monkeypatch.setattr(log, "propagate", False)
    with terminal(monkeypatch) as written:
        handler = logging.StreamHandler(sys.stderr)
        log.addHandler(handler)
        line = LiveLine(None)
        try:
            line.begins("upgrade a -> b\x1b[2J")
            for number in range(200):
                log.warning("record %d", number)
        finally:
            line.vanish()
            log.removeHandler(handler)
    assert seen(written[0]) == [f"record {number}" for number in range(200)]
    assert "\x1b" not in written[0]
    assert "emit" not in vars(handler)


def test_the_line_counts_on_from_an_earlier_try(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as written:
        line = LiveLine(2, done=1)
        line.begins("upgrade a -> b")
        line.vanish()
    assert "2 of 3, 0 s, 0 s in all: upgrade a -> b" in written[0]


def test_a_script_that_asks_something_is_not_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line was drawn over the prompt twice a second."""
    hidden = []
    asked = builtins.input
    monkeypatch.setattr(
        builtins, "input", lambda prompt: hidden.append(line._is_hidden) or prompt.upper()
    )
    with terminal(monkeypatch):
        line = LiveLine(None)
        try:
            line.begins("upgrade a -> b")
            assert input("really? ") == "REALLY? "
            assert not line._is_hidden
        finally:
            line.vanish()
    assert hidden == [True]
    assert "without_line" not in builtins.input.__qualname__
    monkeypatch.undo()
    assert builtins.input is asked


BODY = """
    import logging, time
    logging.getLogger("alembic").warning("the script runs")
    time.sleep(60)
"""


def test_ctrl_c_ends_it(tmp_path: pathlib.Path, sqlite_url: str) -> None:
    project = Project(tmp_path / "project", 1, bodies={1: BODY})
    main_end, other_end = pty.openpty()
    process = subprocess.Popen(
        [ALEMBIC, *project.command("upgrade", "head")],
        env=clean_environment(DATABASE_URL=sqlite_url, TERM="xterm"),
        stderr=other_end,
    )
    os.close(other_end)
    deadline = time.monotonic() + PATIENCE_SECONDS
    text = ""
    while "the script runs" not in text and time.monotonic() < deadline:
        text += os.read(main_end, 65536).decode()
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):
        while part := os.read(main_end, 65536):
            text += part.decode()
    os.close(main_end)
    assert process.wait(PATIENCE_SECONDS) in (1, 130, -signal.SIGINT)
    assert "Upgraded 0 of 1 revision in" in text
    assert "1 of 1," not in "".join(seen(text))
