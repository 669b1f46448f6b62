"""Debian 12 for arm64 in a folder, whose programs qemu-user runs; as root."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Iterator

from cross_build import FOLDER, PROJECT, Failed

sys.path.insert(0, str(PROJECT / ".ci" / "distributions"))

from system import NoSystem, System, mirror

SYSTEM = System(
    "bookworm", FOLDER / "debian-arm64", "arm64", packages=("libpython3-dev", "python3-venv")
)
#: Where Linux is told what runs the programs of another processor.
BINFMT = pathlib.Path("/proc/sys/fs/binfmt_misc")
NAME = "alembic-native-arm64"
#: How a program for arm64 begins, and which bits of that count.
MAGIC = (
    r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00",
    r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff",
)


def arm64_debian() -> System:
    """Bootstrapped, unless it is there. Raises `Failed`."""
    if os.getuid() != 0:
        raise Failed("Debian for arm64 is bootstrapped and run with root's rights")
    print(f"platforms: {SYSTEM.folder.name}", flush=True)
    try:
        with programs_run():
            SYSTEM.bootstrap(mirror())
    except NoSystem as error:
        raise Failed(str(error)) from error
    return SYSTEM


@contextlib.contextmanager
def programs_run() -> Iterator[None]:
    """Linux runs programs for arm64 within it, set up for that or not. Raises `Failed`."""
    emulator = shutil.which("qemu-aarch64-static")
    if emulator is None:
        raise Failed("there is no qemu-aarch64-static: .ci/install-system-packages platforms")
    if not (BINFMT / "register").exists():
        mount = ["mount", "-t", "binfmt_misc", "none", str(BINFMT)]
        if subprocess.run(mount, check=False).returncode:
            raise Failed("this Linux runs no programs of other processors: it has no binfmt_misc")
    if (BINFMT / "qemu-aarch64").exists() or (BINFMT / NAME).exists():
        yield
        return
    # F has the emulator opened now: in the folder of the system there is none.
    (BINFMT / "register").write_text(f":{NAME}:M::{MAGIC[0]}:{MAGIC[1]}:{emulator}:F", "ascii")
    try:
        yield
    finally:
        (BINFMT / NAME).write_text("-1")
