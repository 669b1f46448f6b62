"""A container without Docker: a folder that is its root, and the namespaces of Linux.

The root has an interpreter and what it loads, a virtual environment in /venv, a project in /app,
and nothing else: no shell, no other program, no list of users. A stage of a Dockerfile that has a
shell is this machine, with /venv and /app of the root in their places.
"""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Mapping, Sequence

from tests.environments import clean_environment
from tests.programs import run_to_end
from tests.wheel.stand_alone import OF_EVERY_SYSTEM

UNSHARE = shutil.which("unshare") or "unshare"
#: What nobody runs migrations with, and what lies beside the standard library.
LEFT_OUT = ("site-packages", "dist-packages", "test", "config-*", "tkinter", "_tkinter*")
#: Arguments: an empty folder, the root of the container, the command.
ON_THIS_MACHINE = """
machine=$1 root=$2; shift 2
mount -t tmpfs tmpfs "$machine"
for path in /*; do
  if [ -L "$path" ]; then cp --no-dereference "$path" "$machine"
  elif [ -d "$path" ]; then mkdir "$machine$path"; mount --rbind "$path" "$machine$path"
  fi
done
for path in /venv /app; do mkdir -p "$machine$path"; mount --bind "$root$path" "$machine$path"; done
exec unshare --root="$machine" --wd=/app "$@"
"""
#: Arguments: the root; folders, each with the place in the root where it can be written to; --; the
#: variables of the command, NAME=VALUE; and the command.
IN_THE_CONTAINER = """
root=$1; shift
mount --bind "$root" "$root"
while [ "$1" != -- ]; do mount --bind "$1" "$root$2"; shift 2; done
shift
mount -o remount,bind,ro "$root"
exec env -i "$@"
"""


def in_namespaces(*kinds: str) -> list[str]:
    """What stands before a command that runs in new namespaces, and is root in them."""
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return [UNSHARE, *as_root, *kinds]


class Container:
    """The container with the folder `root`, which it makes; `environment` is for what builds it."""

    def __init__(self, root: pathlib.Path, environment: Mapping[str, str]) -> None:
        self.root = root
        self._environment = clean_environment(**environment)
        for folder in ("venv", "app", "tmp", "data"):
            (root / folder).mkdir(parents=True)

    def build(self, command: str) -> str:
        """What a command of a Dockerfile prints; it succeeds. /venv/bin comes first on its PATH."""
        machine = self.root.with_name("machine")
        machine.mkdir(exist_ok=True)
        path = f"/venv/bin:{self._environment['PATH']}"
        words = [str(machine), str(self.root), "env", f"PATH={path}", "bash", "-c", command]
        result = _with_mounts(ON_THIS_MACHINE, words, self._environment)
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
        return result.stdout

    def take_interpreter(self) -> None:
        """Copy the interpreter of /venv, its modules, and the libraries that they load.

        Of those that the packages in /venv load, only what is part of every system.
        """
        links = [path for path in (self.root / "venv" / "bin").iterdir() if path.is_symlink()]
        [interpreter] = {os.readlink(link) for link in links if os.path.isabs(os.readlink(link))}
        self._take(interpreter)
        modules = sysconfig.get_path("stdlib")
        ignored = shutil.ignore_patterns(*LEFT_OUT)
        copied = pathlib.Path(f"{self.root}{modules}")
        shutil.copytree(modules, copied, ignore=ignored, ignore_dangling_symlinks=True)
        for library in _libraries([interpreter, *copied.rglob("*.so")]):
            self._take(library)
        for library in _libraries((self.root / "venv").rglob("*.so")):
            if OF_EVERY_SYSTEM.fullmatch(pathlib.Path(library).name):
                self._take(library)

    def run(
        self,
        command: Sequence[str],
        user: int,
        volumes: Mapping[str, pathlib.Path],
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in /app as `user`, with these variables and no others.

        The root is read-only; `volumes`, by their places in it, are the user's own folders. Where
        these tests do not run as root, the user is theirs.
        """
        words = [str(self.root)]
        for place, folder in volumes.items():
            words += [str(folder), place]
        words += ["--", *(f"{name}={value}" for name, value in environment.items())]
        words += [UNSHARE, f"--root={self.root}", "--wd=/app"]
        if os.geteuid() == 0:
            words += ["--setgid", str(user), "--setuid", str(user)]
            for folder in volumes.values():
                os.chown(folder, user, user)
        return _with_mounts(IN_THE_CONTAINER, [*words, *command], clean_environment())

    def _take(self, path: str) -> None:
        target = pathlib.Path(f"{self.root}{path}")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def _libraries(binaries: Iterable[str | pathlib.Path]) -> set[str]:
    """The paths of the shared libraries of this machine that these files load."""
    command = ["ldd", *map(str, binaries)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    return {*re.findall(r"(/\S+) \(0x", listed.stdout)}


def _with_mounts(
    script: str, words: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a script that may mount what nobody else sees."""
    command = [*in_namespaces("--mount"), "bash", "-euc", script, "bash", *words]
    return run_to_end(command, folder=pathlib.Path("/"), environment=environment)
