"""Puts the headers of fmt that wheels are built with into build/fmt, with their archive.

They are those of the package cmeel-fmt, in the version and by the hashes that requirements.txt has.
Its archives differ in compiled libraries, which are not used: the headers are the same in all. So
the one for Linux on x86_64 is taken everywhere, on Windows too, for which there is none. Does
nothing where it is there.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "build" / "fmt"
#: What CMake's fmt_DIR has to be.
CMAKE = FOLDER / "cmeel.prefix" / "lib" / "cmake" / "fmt"
PINNED = pathlib.Path(__file__).with_name("requirements.txt")
#: Written last: what an interrupted run left is made anew.
MADE = FOLDER / "made"
PLATFORM = "manylinux_2_28_x86_64"


def requirement(pinned: str) -> str:
    """The lines of cmeel-fmt among those of a file of requirements, for every platform."""
    [(name, hashes)] = re.findall(
        r"^(cmeel-fmt==\S+)[^\n]*\\\n((?: +--hash=\S+(?: \\)?\n)+)", pinned, re.MULTILINE
    )
    return f"{name} \\\n{hashes}"


def archive() -> pathlib.Path:
    """The one whose headers are in build/fmt. Raises `FileNotFoundError`."""
    found = list(FOLDER.glob("cmeel_fmt-*.whl"))
    if len(found) != 1:
        raise FileNotFoundError(f"{FOLDER} has no archive of fmt; run .ci/wheels/fmt_headers.py")
    return found[0]


def main() -> None:
    lines = requirement(PINNED.read_text(encoding="utf-8"))
    if MADE.exists() and MADE.read_text(encoding="utf-8") == lines:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    asked = FOLDER / "requirements.txt"
    asked.write_text(lines, encoding="utf-8")
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    download += ["--only-binary", ":all:", "--platform", PLATFORM, "--dest", str(FOLDER)]
    subprocess.run([*download, "--require-hashes", "--requirement", str(asked)], check=True)
    with zipfile.ZipFile(archive()) as file:
        file.extractall(FOLDER)
    asked.rename(MADE)


if __name__ == "__main__":
    main()
