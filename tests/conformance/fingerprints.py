"""Makes ``upstream/fingerprints.py`` and ``known_files.py``: the known code of Alembic.

That is the code of what the contract calls *replaced*, and the files of which all of the contract
holds.

    python tests/conformance/fingerprints.py          every release from 1.16.0 on
    python tests/conformance/fingerprints.py WHICH    what is unknown of one: version or folder

The source distribution of every release is downloaded by pip into build/contract.
"""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from alembic_native._core import read_definitions  # noqa: E402
from alembic_native.upstream import fingerprints  # noqa: E402
from alembic_native.upstream.contract import ALL_PARTS  # noqa: E402
from alembic_native.upstream.contract_check import broken_contract  # noqa: E402
from alembic_native.upstream.sources import fingerprint_of  # noqa: E402
from tests.conformance.upstream import OLDEST_RELEASE, download, given_release  # noqa: E402

CACHE = ROOT / "build" / "contract"
#: By name: each fingerprint, and the first release that had it.
Known = dict[str, dict[str, str]]
FOLDER = ROOT / "python" / "alembic_native" / "upstream"


def releases() -> list[str]:
    """The versions on the package index that are supported, oldest first."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "index", "versions", "alembic"],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ).stdout
    found = re.search(r"Available versions: (.*)", listed)
    assert found is not None, listed
    versions = found.group(1).split(", ")
    return sorted((one for one in versions if numbers(one) >= numbers(OLDEST_RELEASE)), key=numbers)


def numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def contract_fingerprint() -> str:
    """Of all that the contract names: known files are known for it, and for no other one."""
    said = [(part.replaced, part.called, part.used) for part in ALL_PARTS]
    return fingerprint_of(repr(said).encode())


def fingerprints_of(source: pathlib.Path) -> dict[str, str]:
    """The fingerprint of every replaced name that a release has, by its dotted name."""
    found = {}
    for part in ALL_PARTS:
        for module, names in part.replaced.items():
            definitions = read_definitions(file_of(source, module).read_bytes(), list(names))
            for name, definition in zip(names, definitions, strict=True):
                full_name = f"{module}.{name}" if name else module
                if definition is not None:
                    found[full_name] = definition.fingerprint
                else:
                    print(f"{source.name} has no {full_name}")
    return found


def known_files_of(source: pathlib.Path) -> dict[str, str]:
    """The fingerprint of each file of a release of which all of the contract holds, by module."""
    found = {}
    for module in {module: None for part in ALL_PARTS for module in part.names()}:
        content = file_of(source, module).read_bytes()
        parts = [part for part in ALL_PARTS if module in part.names()]
        names = [name for part in parts for name in part.names()[module]]
        definitions = dict(zip(names, read_definitions(content, names), strict=True))
        problems = [broken_contract(part, module, definitions) for part in parts]
        if not any(problems):
            found[module] = fingerprint_of(content)
        else:
            print(f"{source.name}: {'; '.join(filter(None, problems))}")
    return found


def file_of(source: pathlib.Path, module: str) -> pathlib.Path:
    path = source.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def main() -> int:
    if len(sys.argv) > 1:
        return report(given_release(sys.argv[1], CACHE).source)
    versions = releases()
    sources = {version: download(version, CACHE) for version in versions}
    known: Known = {}
    for version, source in sources.items():
        for name, fingerprint in fingerprints_of(source).items():
            # The oldest release that has this code names it.
            known.setdefault(name, {}).setdefault(fingerprint, version)
    # What the files are judged by.
    fingerprints.FINGERPRINTS.clear()
    fingerprints.FINGERPRINTS.update(known)
    files: Known = {}
    for version, source in sources.items():
        for module, fingerprint in known_files_of(source).items():
            files.setdefault(module, {}).setdefault(fingerprint, version)
    write("fingerprints.py", text_of_fingerprints(versions, known))
    write("known_files.py", text_of_known_files(files))
    print(f"{len(known)} names in {len(versions)} releases, {versions[0]} to {versions[-1]}")
    return 0


def write(name: str, lines: list[str]) -> None:
    path = FOLDER / name
    path.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)


def text_of_fingerprints(versions: list[str], known: Known) -> list[str]:
    return [
        '"""The code of Alembic that is known, by its fingerprints. Made by `make contract`."""',
        "",
        "from __future__ import annotations",
        "",
        "#: The first and the last release that the fingerprints were made from.",
        f'OLDEST = "{versions[0]}"',
        f'NEWEST = "{versions[-1]}"',
        "",
        "#: By dotted name: each fingerprint, and the first release that had it.",
        "FINGERPRINTS: dict[str, dict[str, str]] = {",
        *entries(known),
        "}",
        "",
    ]


def text_of_known_files(files: Known) -> list[str]:
    return [
        '"""The files of Alembic that are known, by fingerprint. Made by `make contract`."""',
        "",
        "from __future__ import annotations",
        "",
        "#: Of the contract that they are known for.",
        f'CONTRACT = "{contract_fingerprint()}"',
        "",
        "#: By module: each file of which all of the contract holds, and the first release.",
        "KNOWN_FILES: dict[str, dict[str, str]] = {",
        *entries(files),
        "}",
        "",
    ]


def entries(known: Known) -> list[str]:
    return [f"    {name!r}: {known[name]!r}," for name in sorted(known)]


def report(source: pathlib.Path) -> int:
    """Print what of a release is not known; exit code 1 where there is something."""
    unknown = [
        name
        for name, fingerprint in fingerprints_of(source).items()
        if fingerprint not in fingerprints.FINGERPRINTS.get(name, {})
    ]
    print("\n".join(unknown) or "all of it is known")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
