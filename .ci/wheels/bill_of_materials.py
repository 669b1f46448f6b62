"""What a wheel holds besides the package's own code: the libraries, and the SBOM that names them.

The SBOM is CycloneDX's JSON in the wheel's metadata, in `sboms/` (PEP 770).
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

FILE_NAME = "alembic-native.cdx.json"
#: Compiled in as headers, whose versions the modules tell: licence and package URL.
HEADERS = {
    "fmt": ("MIT", "pkg:github/fmtlib/fmt@{}"),
    "pybind11": ("BSD-3-Clause", "pkg:pypi/pybind11@{}"),
}
TELL_VERSIONS = """
import importlib, json, sys
versions = {}
for name in sys.argv[1:]:
    versions |= importlib.import_module(f"alembic_native.{name}").build_versions()
print(json.dumps(versions))
"""


class Component(NamedTuple):
    """A library in a wheel. `archive` and `sha256` are of its sources, "-" where a package of the
    system brought it."""

    name: str
    version: str
    licence: str
    purl: str
    archive: str = "-"
    sha256: str = "-"


class NotTheLibrary(Exception):
    """The modules hold another version of a library than was to be linked into them."""


def headers(unpacked: pathlib.Path) -> list[Component]:
    """The libraries that are compiled into the modules of an unpacked wheel as headers."""
    versions = told_versions(unpacked)
    return [
        Component(name, versions[name], licence, purl.format(versions[name]))
        for name, (licence, purl) in HEADERS.items()
    ]


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
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def described(component: Component) -> dict[str, Any]:
    one = {"license": {"id": component.licence}}
    entry = {
        **identified(component.name, component.version, component.purl),
        "licenses": [{"expression": component.licence} if " " in component.licence else one],
    }
    if component.archive != "-":
        hashes = [{"alg": "SHA-256", "content": component.sha256}]
        entry["externalReferences"] = [
            {"type": "distribution", "url": component.archive, "hashes": hashes}
        ]
    return entry
