"""The shared libraries a wheel needs or carries, and the licence of each library in it.

A licence comes from where the system keeps it: the package of Debian or Fedora that a library
belongs to. Alpine's packages only say its name. For a library that was built for the wheel it lies
in `share/licenses/NAME` of the folder that it was installed to.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import zipfile

COMMON_LICENCES = pathlib.Path("/usr/share/common-licenses")


class NoLicence(Exception):
    """No licence was found for a library; the message names it and where it was looked for."""


def needed_by(wheel: pathlib.Path, scratch: pathlib.Path) -> dict[str, pathlib.Path]:
    """File name -> path of every shared library on this machine that the wheel's modules load.

    On systems that have no `ldd` nothing is copied, and there is none.
    """
    if not shutil.which("ldd"):
        return {}
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(scratch)
    paths = []
    for module in scratch.rglob("*.so"):
        # The one of musl fails, since names of Python are not in any of them.
        listed = subprocess.run(["ldd", module], capture_output=True, text=True, check=False)
        paths += re.findall(r"=> (/\S+)", listed.stdout)
    found = {}
    for path in map(pathlib.Path, paths):
        # The copy is named after the link or after the file it leads to.
        found[path.name] = found[path.resolve().name] = path
    return found


def carried(unpacked: pathlib.Path) -> list[pathlib.Path]:
    """The libraries that were copied into an unpacked wheel, by name."""
    return sorted(unpacked.glob("*.libs/*"))


def original_name(library: pathlib.Path) -> str:
    """`libpq.so.5.15` for `libpq-1a2b3c4d.so.5.15`: auditwheel adds a digest to the first part."""
    return re.sub(r"^([^.]+)-[0-9a-f]{8}\.", r"\1.", library.name)


def licence(library: pathlib.Path) -> str:
    """The text of the licence of a library on this machine. Raises `NoLicence`."""
    files = debian_package(library) or rpm_package(library)
    text = whole(files) if files else alpine_package(library)
    if not text:
        raise NoLicence(f"no licence of {library} in the packages of Debian, Fedora or Alpine")
    return text


def licence_of_linked(libraries: pathlib.Path, name: str) -> str:
    """The text of the licence of a library that was built into the folder `libraries`.

    Raises `NoLicence`.
    """
    folder = libraries / "share" / "licenses" / name
    files = sorted(folder.glob("*"))
    if not files:
        raise NoLicence(f"no licence of {name} in {folder}")
    return whole(files)


def whole(files: list[pathlib.Path]) -> str:
    """The texts, and after each the licences that it points to."""
    return "\n".join(read(path) for file in files for path in [file, *common_licences(file)])


def debian_package(library: pathlib.Path) -> list[pathlib.Path]:
    # /lib leads to /usr/lib, and dpkg knows a file by one of the two names.
    for path in {library, library.resolve(), pathlib.Path("/", *library.resolve().parts[2:])}:
        owner = output_of(["dpkg-query", "--search", str(path)])
        if owner:
            package = re.split(r"[:,]", owner)[0]
            return [pathlib.Path("/usr/share/doc", package, "copyright")]
    return []


def common_licences(copyright_file: pathlib.Path) -> list[pathlib.Path]:
    """The licences that a Debian copyright file points to instead of quoting them."""
    names = re.findall(rf"{COMMON_LICENCES}/([\w.+-]*\w)", read(copyright_file))
    return [COMMON_LICENCES / name for name in sorted(set(names))]


def rpm_package(library: pathlib.Path) -> list[pathlib.Path]:
    package = output_of(["rpm", "-q", "--file", str(library), "--queryformat", "%{NAME}"])
    files = output_of(["rpm", "-q", "--licensefiles", package]) if package else ""
    return [pathlib.Path(line) for line in files.splitlines()]


def alpine_package(library: pathlib.Path) -> str:
    """The package that a library belongs to, and the SPDX names of its licences."""
    owner = output_of(["apk", "info", "--quiet", "--who-owns", str(library)]).strip()
    return output_of(["apk", "info", "--license", owner]) if owner else ""


def read(path: pathlib.Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def output_of(command: list[str]) -> str:
    """What a program prints; nothing where it fails or is not there."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return result.stdout if result.returncode == 0 else ""
