"""Makes ``upstream/fingerprints.py``: the known code of what the contract calls *replaced*.

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
from alembic_native.upstream.contract import ALL_PARTS  # noqa: E402
from tests.conformance.upstream import OLDEST_RELEASE, download, given_release  # noqa: E402

CACHE = ROOT / "build" / "contract"
TARGET = ROOT / "python" / "alembic_native" / "upstream" / "fingerprints.py"


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


def fingerprints_of(source: pathlib.Path) -> dict[str, str]:
    """The fingerprint of every replaced name that a release has, by its dotted name."""
    found = {}
    for part in ALL_PARTS:
        for module, names in part.replaced.items():
            path = source.joinpath(*module.split("."))
            file = path.with_suffix(".py")
            definitions = read_definitions(file.read_bytes(), list(names))
            for name, definition in zip(names, definitions, strict=True):
                full_name = f"{module}.{name}" if name else module
                if definition is not None:
                    found[full_name] = definition.fingerprint
                else:
                    print(f"{source.name} has no {full_name}")
    return found


def main() -> int:
    if len(sys.argv) > 1:
        return report(given_release(sys.argv[1], CACHE).source)
    versions = releases()
    known: dict[str, dict[str, str]] = {}
    for version in versions:
        for name, fingerprint in fingerprints_of(download(version, CACHE)).items():
            # The oldest release that has this code names it.
            known.setdefault(name, {}).setdefault(fingerprint, version)
    TARGET.write_text(text(versions, known), encoding="utf-8")
    print(f"{len(known)} names in {len(versions)} releases, {versions[0]} to {versions[-1]}")
    return 0


def text(versions: list[str], known: dict[str, dict[str, str]]) -> str:
    lines = [
        '"""The code of Alembic that is known, by its fingerprints. Made by `make contract`."""',
        "",
        "# ruff: noqa: E501",
        "",
        "from __future__ import annotations",
        "",
        "#: The first and the last release that the fingerprints were made from.",
        f'OLDEST = "{versions[0]}"',
        f'NEWEST = "{versions[-1]}"',
        "",
        "#: By dotted name: each fingerprint, and the first release that had it.",
        "FINGERPRINTS: dict[str, dict[str, str]] = {",
    ]
    for name in sorted(known):
        entries = ", ".join(f'"{one}": "{version}"' for one, version in known[name].items())
        lines.append(f'    "{name}": {{{entries}}},')
    return "\n".join([*lines, "}", ""])


def report(source: pathlib.Path) -> int:
    """Print what of a release is not known; exit code 1 where there is something."""
    from alembic_native.upstream.fingerprints import FINGERPRINTS

    unknown = [
        name
        for name, fingerprint in fingerprints_of(source).items()
        if fingerprint not in FINGERPRINTS.get(name, {})
    ]
    print("\n".join(unknown) or "all of it is known")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
