"""A wheel for another platform: the wheel without the native core, with extension modules in it.

    python .ci/platforms/platform_wheel.py PURE_WHEEL TAG PACKAGES FOLDER MODULE...

TAG is like cp313-cp313-musllinux_1_2_x86_64, PACKAGES the folder of the packages that the modules
were built with. The metadata of the wheel, which lies in FOLDER afterwards, names what the modules
hold besides the package's own code, as that of `make wheel` does. It is run by a Python that has
the package `wheel`.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "wheels"))

from bill_of_materials import Component, fmt, pybind11, write_sbom
from repair import add_licences, name_licences, python_module

#: What zig links into every module: licence, package URL, and where its package has the licence.
LLVM = "Apache-2.0 WITH LLVM-exception"
LINKED = {
    "libc++": (LLVM, "pkg:github/llvm/llvm-project@llvmorg-{}#libcxx", "lib/libcxx/LICENSE.TXT"),
    "libc++abi": (
        LLVM,
        "pkg:github/llvm/llvm-project@llvmorg-{}#libcxxabi",
        "lib/libcxxabi/LICENSE.TXT",
    ),
    "libunwind": (
        LLVM,
        "pkg:github/llvm/llvm-project@llvmorg-{}#libunwind",
        "lib/libunwind/LICENSE.TXT",
    ),
    "compiler-rt": ("MIT", "pkg:pypi/ziglang@{}#compiler_rt", "LICENSE"),
}
#: Of what is compiled in as headers.
LICENCES = pathlib.Path(__file__).resolve().parents[2] / "cpp" / "licences"


def pack(
    pure: pathlib.Path, tag: str, packages: pathlib.Path, folder: pathlib.Path, *modules: str
) -> None:
    """Make a wheel in `folder` of the files of the wheel `pure`, with `modules` in the package."""
    with tempfile.TemporaryDirectory() as scratch:
        python_module("wheel", "unpack", "--dest", scratch, str(pure))
        [unpacked] = pathlib.Path(scratch).iterdir()
        for module in modules:
            shutil.copy(module, unpacked / "alembic_native")
        [metadata] = unpacked.glob("*.dist-info")
        _set_tag(metadata / "WHEEL", tag)
        _account_for(metadata, packages)
        folder.mkdir(parents=True, exist_ok=True)
        # It writes the RECORD, and takes the file's name from the tag.
        python_module("wheel", "pack", "--dest-dir", str(folder), str(unpacked))


def _set_tag(file: pathlib.Path, tag: str) -> None:
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"^Root-Is-Purelib: .*$", "Root-Is-Purelib: false", text, flags=re.MULTILINE)
    file.write_text(re.sub(r"^Tag: .*$", f"Tag: {tag}", text, flags=re.MULTILINE), encoding="utf-8")


def _account_for(metadata: pathlib.Path, packages: pathlib.Path) -> None:
    components = [fmt(), pybind11(_version(packages, "pybind11"))]
    texts = {file.stem: file.read_text(encoding="utf-8") for file in LICENCES.iterdir()}
    for name, (licence, purl, file) in LINKED.items():
        version = _version_of_llvm(packages) if licence == LLVM else _version(packages, "ziglang")
        components.append(Component(name, version, licence, purl.format(version)))
        texts[name] = (packages / "ziglang" / file).read_text(encoding="utf-8")
    add_licences(metadata, texts)
    write_sbom(metadata, components)
    name_licences(metadata, [each.licence for each in components])


def _version(packages: pathlib.Path, package: str) -> str:
    [metadata] = packages.glob(f"{package}-*.dist-info")
    return metadata.name.removesuffix(".dist-info").split("-")[1]


def _version_of_llvm(packages: pathlib.Path) -> str:
    """Of the libraries of LLVM that zig brings, as their headers tell it: 210108 is 21.1.8."""
    headers = packages / "ziglang" / "lib" / "libcxx" / "include" / "__config"
    defined = r"define _LIBCPP_VERSION (\d\d)(\d\d)(\d\d)$"
    [numbers] = re.findall(defined, headers.read_text(), re.MULTILINE)
    return ".".join(str(int(number)) for number in numbers)


def main(pure: str, tag: str, packages: str, folder: str, *modules: str) -> None:
    pack(pathlib.Path(pure), tag, pathlib.Path(packages), pathlib.Path(folder), *modules)


if __name__ == "__main__":
    main(*sys.argv[1:])
