"""What the two kinds of server have in common: folder, port, process, and how they end."""

from __future__ import annotations

import abc
import atexit
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

START_ATTEMPTS = 3
START_SECONDS = 60.0
STOP_SECONDS = 60.0
# A unix socket's path has room for 107 bytes.
LONGEST_FOLDER = 70


class ServerMissing(RuntimeError):
    """The server's programs are not installed; the message names the Debian package."""


class Server(abc.ABC):
    """One database server, owned by the process that made it. Not for use by several threads.

    `start()` creates the data folder, chooses a port and returns when connections are accepted;
    it raises `ServerMissing` where the programs are not installed, and `RuntimeError` with the
    end of the server's log where it does not come up. After `stop()` the folder is gone.
    """

    kind: str
    default_driver: str
    account: str
    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        self.port = 0
        self._folder: pathlib.Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    # What a kind of server says about itself.

    @abc.abstractmethod
    def url(self, driver: str | None = None, database: str = "") -> str:
        """The URL of `database`: a plain one, or SQLAlchemy's for `driver`."""

    @abc.abstractmethod
    def execute(self, sql: str) -> None:
        """Run `sql` as the superuser, outside of any database of the tests."""

    @abc.abstractmethod
    def drop_database(self, name: str) -> None:
        """Drop a database and end the connections to it; no error if there is none."""

    @abc.abstractmethod
    def _initialize(self) -> None:
        """Create the data folder."""

    @abc.abstractmethod
    def _command(self) -> list[str]:
        """The command that runs the server in the foreground on `self.port`."""

    @abc.abstractmethod
    def _answers(self) -> bool:
        """Whether the server accepts connections."""

    # Life.

    def start(self) -> None:
        """Create the server and wait until it answers; nothing to do if it runs."""
        if self._process is not None:
            return
        if self._folder is None:
            self._make_folder()
            try:
                self._initialize()
            except BaseException:
                self.stop()
                raise
        for attempt in range(START_ATTEMPTS):
            if not self.port or attempt:
                self.port = _free_port()
            try:
                self._launch()
            except _PortTaken:
                continue
            except BaseException:
                self.stop()
                raise
            return
        self.stop()
        raise RuntimeError(f"{self.kind} found no free port in {START_ATTEMPTS} attempts")

    def stop(self) -> None:
        """Shut down, remove the folder; nothing to do if the server was never started."""
        self._shut_down()
        self.port = 0
        guard, self._guard = self._guard, None
        if guard is not None and guard.stdin is not None:
            guard.stdin.close()
            guard.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        atexit.unregister(self.stop)

    def restart(self) -> None:
        """Shut down and start again: same port, same data. Also starts a killed server."""
        self._shut_down()
        self._relaunch()

    def kill(self) -> None:
        """End the server at once, as a power cut does; `restart()` brings it back."""
        if self._process is None:
            return
        children = _children(self._process.pid)
        self._process.kill()
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def create_database(self, name: str, driver: str | None = None) -> str:
        """Create an empty database and return its URL."""
        self.execute(f"CREATE DATABASE {name}")
        return self.url(driver, name)

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    # For the kinds.

    @property
    def folder(self) -> pathlib.Path:
        """The temporary folder: data, socket and log lie in it."""
        if self._folder is None:
            raise RuntimeError(f"{self.kind} was not started")
        return self._folder

    def _run(self, command: Sequence[str], *, as_account: bool = False) -> None:
        """Run one of the server's programs; its output is in the message if it fails."""
        identity = self._identity() if as_account else {}
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=self._environment(),
            text=True,
            check=False,
            **identity,  # type: ignore[call-overload]
        )
        if result.returncode:
            raise RuntimeError(
                f"{' '.join(command)}\nended with {result.returncode}:\n{result.stdout}"
            )

    def _identity(self) -> dict[str, object]:
        """Arguments of subprocess that give up root's rights: the servers refuse to run as root."""
        if os.geteuid() != 0:
            return {}
        try:
            account = pwd.getpwnam(self.account)
        except KeyError:
            account = pwd.getpwnam("nobody")
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _environment(self) -> dict[str, str]:
        """The caller's environment, without what would redirect the server's programs."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**kept, "TMPDIR": str(self.folder)}

    # Inside.

    def _make_folder(self) -> None:
        parent = tempfile.gettempdir()
        if len(parent) > LONGEST_FOLDER:
            parent = "/tmp"
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{self.kind.lower()}-", dir=parent))
        identity = self._identity()
        if identity:
            shutil.chown(self._folder, identity["user"], identity["group"])  # type: ignore[call-overload]
        guard = pathlib.Path(__file__).with_name("guard.py")
        self._guard = subprocess.Popen(
            [sys.executable, "-S", str(guard), str(self._folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        atexit.register(self.stop)

    def _relaunch(self) -> None:
        try:
            self._launch()
        except _PortTaken as error:
            raise RuntimeError(f"another process took port {self.port}") from error

    def _launch(self) -> None:
        log = self.folder / "server.log"
        with log.open("ab") as output:
            written_before = output.tell()
            # A session of its own: Ctrl-C reaches the tests, which then stop the server in order.
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,
                **self._identity(),  # type: ignore[call-overload]
            )
        (self.folder / "server.pid").write_text(str(self._process.pid))
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            ended = self._process.poll() is not None
            if not ended and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            self._shut_down()
            text = log.read_bytes()[written_before:].decode(errors="replace")
            if ended and "already in use" in text:
                raise _PortTaken
            what = "ended" if ended else f"did not answer within {START_SECONDS:.0f} s"
            raise RuntimeError(f"{self.kind} {what}; the end of its log:\n{text[-3000:]}")

    def _shut_down(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(self.stop_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class _PortTaken(Exception):
    pass


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []


def find_program(name: str, folders: Sequence[pathlib.Path], package: str) -> str:
    """The path of a server's program: the first of `folders` that has it, else from PATH."""
    for folder in folders:
        if os.access(folder / name, os.X_OK):
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        looked_in = ", ".join(map(str, folders))
        raise ServerMissing(
            f"{name} is neither in {looked_in or 'its folder'} nor on PATH; "
            f"run .ci/install-system-packages test, or: apt-get install {package}"
        )
    return found
