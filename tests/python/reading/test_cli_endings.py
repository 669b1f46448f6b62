"""Terminals, encodings, and commands that do not reach their end, which leave nothing half done.

Each command runs in a process of its own, with and without the overlay.
"""

from __future__ import annotations

import fcntl
import os
import pathlib
import re
import resource
import shutil
import signal
import struct
import subprocess
import termios
from collections.abc import Callable

import pytest

from tests.differential.cli_comparison import without_advice
from tests.differential.cli_processes import ALEMBIC, clean_environment, files_of
from tests.differential.cli_projects import LINEAR, lay_out, project, script

OVERLAY_AND_UPSTREAM = ("1", "0")


def start(
    folder: pathlib.Path,
    words: str,
    overlay: str,
    before: Callable[[], None] | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.PIPE,
    **environment: str,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [ALEMBIC, *words.split()],
        cwd=folder,
        env=clean_environment(ALEMBIC_NATIVE=overlay, **environment),
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        preexec_fn=before,
    )


def ending(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes, int]:
    """Standard output, the last line of the error that was told, and the exit code."""
    stdout, stderr = process.communicate(timeout=120)
    said = without_advice(stderr)
    return stdout or b"", b"\n".join(said.splitlines()[-1:]), process.returncode


@pytest.mark.parametrize("width", [1, 3, 20, 60, 80, 1000])
def test_messages_are_broken_to_the_width_of_the_terminal(
    tmp_path: pathlib.Path, width: int
) -> None:
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    found = []
    for overlay in OVERLAY_AND_UPSTREAM:
        folder = tmp_path / "a folder with some words in its name"
        lay_out(project(*LINEAR), folder)
        output, _, code = ending(
            start(folder, "revision --rev-id x -m a_message", overlay, stdin=slave)
        )
        found.append((output, code, sorted(files_of(folder))))
        shutil.rmtree(folder)
    os.close(master)
    os.close(slave)
    assert found[0] == found[1]


def test_the_message_of_a_failure_is_broken_to_the_width_of_the_terminal(
    tmp_path: pathlib.Path,
) -> None:
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 30, 0, 0))
    lay_out(project(*LINEAR), tmp_path)
    native, upstream = (
        ending(start(tmp_path, "show nosuch", overlay, stdin=slave))
        for overlay in OVERLAY_AND_UPSTREAM
    )
    os.close(master)
    os.close(slave)
    assert native == upstream
    assert native[2] == 255


@pytest.mark.parametrize(
    "encoding", ["ascii", "latin-1", "utf-16", "cp1252:strict", "ascii:ignore"]
)
def test_what_an_encoding_lacks_becomes_a_question_mark(
    tmp_path: pathlib.Path, encoding: str
) -> None:
    lay_out(project(script("aaaa1111", doc="é ☃")), tmp_path)
    native, upstream = (
        ending(start(tmp_path, "history", overlay, PYTHONIOENCODING=encoding))
        for overlay in OVERLAY_AND_UPSTREAM
    )
    assert native == upstream
    assert native[2] == 0


def test_a_closed_pipe(tmp_path: pathlib.Path) -> None:
    """Like ``alembic history | head -1``: no traceback of the command, and upstream's exit code.

    Which of the two it is depends on what was in Python's buffer when the pipe was closed.
    """
    scripts = [
        script(f"{number:08x}", f"{number - 1:08x}" if number else None, doc="x" * 100)
        for number in range(1000)
    ]
    lay_out(project(*scripts), tmp_path)
    for overlay in OVERLAY_AND_UPSTREAM:
        process = start(tmp_path, "history", overlay)
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"000003e6 -> 000003e7 (head)")
        process.stdout.close()
        process.stdout = None
        _, last_line, code = ending(process)
        expected = {(b"", 0), (b"BrokenPipeError: [Errno 32] Broken pipe", 120)}
        assert (last_line, code) in expected


@pytest.mark.parametrize("words", ["heads", "revision -m x", "-q revision -m x"])
def test_an_output_that_takes_nothing(tmp_path: pathlib.Path, words: str) -> None:
    endings = []
    for overlay in OVERLAY_AND_UPSTREAM:
        folder = tmp_path / overlay
        lay_out(project(*LINEAR), folder)
        with open("/dev/full", "wb") as full:
            endings.append(
                (ending(start(folder, words, overlay, stdout=full.fileno())), len(files_of(folder)))
            )
    assert endings[0] == endings[1]


@pytest.mark.parametrize(
    "words",
    ["revision -m x", "merge aaaa1111 -m x --rev-id x", "-x y revision -m x --head heads"],
)
@pytest.mark.parametrize(
    "hooks", ["", "[post_write_hooks]\nhooks = a\na.type = exec\na.executable = true\n"]
)
def test_a_full_disk_leaves_no_part_of_a_script(
    tmp_path: pathlib.Path, words: str, hooks: str
) -> None:
    """A full disk left a part of a script, which every later command would have read."""

    def no_file_over_100_bytes() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    outputs = []
    for overlay in OVERLAY_AND_UPSTREAM:
        folder = tmp_path / overlay
        files = project(LINEAR[0])
        lay_out({**files, "alembic.ini": str(files["alembic.ini"]) + hooks}, folder)
        before = files_of(folder)
        output, error, code = ending(start(folder, words, overlay, no_file_over_100_bytes))
        if overlay == "1":
            assert files_of(folder) == before
        output = re.sub(rb"/\w+_x.py", b"", output)
        outputs.append((output.replace(bytes(folder), b""), error, code))
    assert outputs[0] == outputs[1]
    assert b"FAILED" in outputs[0][0]
    assert b"File too large" in outputs[0][1]


def test_a_folder_that_cannot_be_written(tmp_path: pathlib.Path) -> None:
    if os.geteuid() == 0:
        # Nothing is forbidden to this user; a file in the place of the folder is.
        files = {name: text for name, text in project().items() if "versions" not in name}
        files["migrations/versions"] = ""
    else:
        files = project(*LINEAR)
    endings = []
    for overlay in OVERLAY_AND_UPSTREAM:
        folder = tmp_path / "project"
        lay_out(files, folder)
        (folder / "migrations/versions").chmod(0o500)
        output, error, code = ending(start(folder, "revision -m x --rev-id x", overlay))
        endings.append((output, error, code))
        (folder / "migrations/versions").chmod(0o700)
    assert endings[0] == endings[1]
    assert endings[0][2] != 0


def test_a_new_script_has_the_mode_that_the_umask_leaves(tmp_path: pathlib.Path) -> None:
    for umask in (0o022, 0o077, 0o002):
        modes = []
        for overlay in OVERLAY_AND_UPSTREAM:
            folder = tmp_path / f"{umask}-{overlay}"
            lay_out(project(), folder)
            process = start(
                folder, "revision --rev-id x", overlay, lambda mask=umask: os.umask(mask)
            )
            assert ending(process)[2] == 0
            modes.append((folder / "migrations/versions/x_.py").stat().st_mode)
        assert modes[0] == modes[1]


def test_interrupt(tmp_path: pathlib.Path) -> None:
    """Ctrl-C while a command waits for a file ends it as it ends every Python program."""
    lay_out(project(*LINEAR), tmp_path)
    (tmp_path / "alembic.ini").unlink()
    os.mkfifo(tmp_path / "alembic.ini")
    endings = []
    for overlay in OVERLAY_AND_UPSTREAM:
        process = start(tmp_path, "heads", overlay)
        # Opening it waits until the command has opened it, too.
        with open(tmp_path / "alembic.ini", "wb"):
            process.send_signal(signal.SIGINT)
            endings.append(ending(process))
    assert endings[0] == endings[1] == (b"", b"KeyboardInterrupt", -signal.SIGINT)
