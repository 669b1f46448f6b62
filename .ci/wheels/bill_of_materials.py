"""What a wheel holds besides the package's own code: the libraries, and the SBOM that names them.

The SBOM is CycloneDX's JSON in the wheel's metadata, in `sboms/` (PEP 770).
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

import fmt_headers

FILE_NAME = "alembic-native.cdx.json"
TELL_VERSIONS = """
import importlib, json, sys
versions = {}
for name in sys.argv[1:]:
    versions |= importlib.import_module(f"alembic_native.{name}").build_versions()
print(json.dumps(versions))
"""


class Component(NamedTuple):
    """A library in a wheel. `archive` and `sha256` are of its sources, or of the package that the
    index has of it; "-" where there is no such file. `version` is empty where none is known."""

    name: str
    version: str
    licence: str
    purl: str
    archive: str = "-"
    sha256: str = "-"


class NotTheLibrary(Exception):
    """The modules hold another version of a library than was to be linked into them."""


#: What Visual Studio links into a module that is not to load a library of it.
VISUAL_STUDIO_RUNTIME = Component(
    "Microsoft Visual C++ Runtime",
    "",
    "LicenseRef-Microsoft-Software-License-Terms-Visual-Studio",
    "pkg:generic/microsoft-visual-cpp-runtime",
)


def fmt() -> Component:
    """The headers that `fmt_headers` has fetched. Raises `FileNotFoundError`."""
    archive = fmt_headers.archive()
    version = archive.name.split("-")[1]
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    return Component("fmt", version, "MIT", f"pkg:pypi/cmeel-fmt@{version}", archive.name, sha256)


def pybind11(version: str) -> Component:
    return Component("pybind11", version, "BSD-3-Clause", f"pkg:pypi/pybind11@{version}")


def headers(unpacked: pathlib.Path) -> list[Component]:
    """The libraries that are compiled into the modules of an unpacked wheel as headers.

    Raises `NotTheLibrary` where they were compiled with another fmt, and `FileNotFoundError`.
    """
    versions, pinned = told_versions(unpacked), fmt()
    if versions["fmt"] != pinned.version:
        raise NotTheLibrary(
            f"the modules hold fmt {versions['fmt']} instead of {pinned.archive}: "
            f"CMake's fmt_DIR has to be {fmt_headers.CMAKE}"
        )
    return [pinned, pybind11(versions["pybind11"])]


def linked_by_visual_studio(unpacked: pathlib.Path) -> list[Component]:
    """The runtime library that is linked into the modules of an unpacked wheel for Windows.

    None where another compiler has built them, or where they load it.
    """
    held = any(map(holds_visual_studio_runtime, unpacked.glob("alembic_native/*.pyd")))
    return [VISUAL_STUDIO_RUNTIME] if held else []


def holds_visual_studio_runtime(module: pathlib.Path) -> bool:
    content = module.read_bytes()
    # Where the header begins; before it, Microsoft's linker leaves what it has linked.
    header = int.from_bytes(content[0x3C:0x40], "little")
    return b"Rich" in content[:header] and b"VCRUNTIME" not in content.upper()


def linked(
    libraries: pathlib.Path, unpacked: pathlib.Path, shared: Iterable[str]
) -> list[Component]:
    """The archives that were linked into `_postgres`, as `build-libraries` has written them down.

    `shared` has the file names of the shared libraries that the modules load. There are none where
    the wheel has no `_postgres`. Raises `NotTheLibrary` where the module holds anything else than
    those archives.
    """
    stores = modules_within(unpacked, "_postgres")
    if not stores:
        return []
    names = libraries / "linked-libraries"
    lines = names.read_text().splitlines() if names.exists() else []
    components = [Component(*line.split()) for line in lines]
    listed = {component.name: component.version for component in components}
    held = archives_within(stores[0], told_versions(unpacked), shared)
    # libpqxx tells two numbers of its three.
    same = all(f"{listed.get(name)}.".startswith(f"{held[name]}.") for name in held)
    if listed.keys() != held.keys() or not same:
        raise NotTheLibrary(
            f"{stores[0].name} holds {held}, and {names} lists {listed}: build both anew"
        )
    return components


def archives_within(
    module: pathlib.Path, versions: dict[str, str], shared: Iterable[str]
) -> dict[str, str]:
    """Name -> version of what `_postgres` is linked with and does not load."""
    loaded = {re.split(r"[-.]", name)[0] for name in shared}
    held = {name: versions[name] for name in ("libpq", "libpqxx") if name not in loaded}
    content = module.read_bytes()
    if b"OpenSSL Default Provider" in content:
        # What that provider answers when it is asked for its version; zlib's begins with 1.
        openssl = {*re.findall(rb"\0([3-9]\.\d+\.\d+)\0", content)}
        held["openssl"] = b", ".join(sorted(openssl)).decode()
    return held


def told_versions(unpacked: pathlib.Path) -> dict[str, str]:
    """What the modules of an unpacked wheel say of the versions that they were built with."""
    names = [name for name in ("_core", "_postgres") if modules_within(unpacked, name)]
    result = subprocess.run(
        [sys.executable, "-c", TELL_VERSIONS, *names],
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        stdout=subprocess.PIPE,
        check=True,
    )
    return dict(json.loads(result.stdout))


def modules_within(unpacked: pathlib.Path, name: str) -> list[pathlib.Path]:
    """The extension module of that name in an unpacked wheel, if it has one."""
    suffix = "pyd" if sys.platform == "win32" else "so"
    return [*unpacked.glob(f"alembic_native/{name}.*.{suffix}")]


def write_sbom(metadata: pathlib.Path, components: list[Component]) -> None:
    """Name `components` in the SBOM of the metadata folder of an unpacked wheel.

    One that auditwheel has written, of the shared libraries that it copied, is completed; their
    licences are not known by name, and it refers to the texts.
    """
    folder = metadata / "sboms"
    folder.mkdir(exist_ok=True)
    [sbom] = list(folder.glob("*.cdx.json")) or [folder / FILE_NAME]
    document = json.loads(sbom.read_text()) if sbom.exists() else empty_document(metadata)
    for entry in document["components"]:
        entry["licenses"] = [{"license": {"name": "see licenses/libraries"}}]
    added = [described(component) for component in components]
    document["components"] += added
    document["dependencies"][0]["dependsOn"] += [component["bom-ref"] for component in added]
    document["dependencies"] += [{"ref": component["bom-ref"]} for component in added]
    sbom.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def empty_document(metadata: pathlib.Path) -> dict[str, Any]:
    name, version = metadata.name.removesuffix(".dist-info").replace("_", "-").rsplit("-", 1)
    wheel = identified(name, version, f"pkg:pypi/{name}@{version}")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.4",
        "version": 1,
        "metadata": {"component": wheel},
        "components": [],
        "dependencies": [{"ref": wheel["bom-ref"], "dependsOn": []}],
    }


def identified(name: str, version: str, purl: str) -> dict[str, Any]:
    known = {"version": version} if version else {}
    return {"type": "library", "bom-ref": purl, "name": name, **known, "purl": purl}


def described(component: Component) -> dict[str, Any]:
    # CycloneDX has identifiers of its list alone for an `id`.
    listed = not re.search(r" |^LicenseRef-", component.licence)
    licence = component.licence
    entry = {
        **identified(component.name, component.version, component.purl),
        "licenses": [{"license": {"id": licence}} if listed else {"expression": licence}],
    }
    if component.archive != "-":
        hashes = [{"alg": "SHA-256", "content": component.sha256}]
        entry["externalReferences"] = [
            {"type": "distribution", "url": component.archive, "hashes": hashes}
        ]
    return entry
