"""Ends a server whose owner died: run as a script, with the server's folder as its argument.

Standard input is a pipe whose other end the owner holds. It reaches its end when the owner is
done, or dies in any way, also by SIGKILL. Then a server that still runs in the folder is stopped
and the folder is removed.
"""

import os
import pathlib
import shutil
import signal
import sys
import time

PATIENCE_SECONDS = 10.0


def serves_in(pid: int, folder: pathlib.Path) -> bool:
    """Whether `pid` is alive and was started for `folder`, and is not a later process."""
    try:
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return str(folder).encode() in command


def end_server(folder: pathlib.Path) -> None:
    try:
        pid = int((folder / "server.pid").read_text())
    except (OSError, ValueError):
        return
    if not serves_in(pid, folder):
        return
    # PostgreSQL's immediate shutdown, and an orderly one for MariaDB.
    os.kill(pid, signal.SIGQUIT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while serves_in(pid, folder):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.05)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_server(folder)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
