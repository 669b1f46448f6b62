"""The wheels of `make platforms`: the one without the native core, with cross-built modules."""

from __future__ import annotations

import email
import json
import pathlib
import platform
import subprocess
import zipfile

from tests.environments import BUILD, PROJECT

TAG = "cp313-cp313-musllinux_1_2_x86_64"
WHEEL_TOOLS = BUILD / f"wheel-tools-{platform.python_version()}"
MODULE = "_core.cpython-313-x86_64-linux-musl.so"
#: What it reads of the packages that modules are built with.
PACKAGES = {
    "pybind11-3.0.1.dist-info/METADATA": "",
    "ziglang-0.17.1.dist-info/METADATA": "",
    "ziglang/LICENSE": "the licence of compiler-rt",
    "ziglang/lib/libcxx/LICENSE.TXT": "the licence of libc++",
    "ziglang/lib/libcxxabi/LICENSE.TXT": "the licence of libc++abi",
    "ziglang/lib/libunwind/LICENSE.TXT": "the licence of libunwind",
    "ziglang/lib/libcxx/include/__config": "#    define _LIBCPP_VERSION 210108\n",
}


def test_it_has_the_modules_and_accounts_for_what_is_in_them(
    pure: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    packages = tmp_path / "packages"
    for name, text in PACKAGES.items():
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).write_text(text)
    module = tmp_path / MODULE
    module.write_bytes(b"\x7fELF")

    program = [WHEEL_TOOLS / "bin" / "python", PROJECT / ".ci/platforms/platform_wheel.py"]
    command = [*program, pure, TAG, packages, tmp_path / "wheels", module]
    subprocess.run(command, check=True)

    [made] = (tmp_path / "wheels").iterdir()
    assert made.name == pure.name.replace("py3-none-any", TAG)
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        [metadata] = {name.split("/")[0] for name in names if ".dist-info/" in name}
        about = email.message_from_bytes(archive.read(f"{metadata}/METADATA"))
        kind = email.message_from_bytes(archive.read(f"{metadata}/WHEEL"))
        sbom = json.loads(archive.read(f"{metadata}/sboms/alembic-native.cdx.json"))
    # `make wheel` and `make platforms` put it there.
    [fmt] = (BUILD / "fmt").glob("cmeel_fmt-*.whl")
    assert f"alembic_native/{MODULE}" in names
    assert (kind["Tag"], kind["Root-Is-Purelib"]) == (TAG, "false")
    assert {component["name"]: component["version"] for component in sbom["components"]} == {
        "fmt": fmt.name.split("-")[1],
        "pybind11": "3.0.1",
        "libc++": "21.1.8",
        "libc++abi": "21.1.8",
        "libunwind": "21.1.8",
        "compiler-rt": "0.17.1",
    }
    expression = about["License-Expression"]
    assert expression == "MIT AND BSD-3-Clause AND Apache-2.0 WITH LLVM-exception"
    libraries = sorted(component["name"] for component in sbom["components"])
    licences = [f"{metadata}/licenses/libraries/{library}.txt" for library in libraries]
    assert {*licences} <= {*names}
    files = [f"libraries/{library}.txt" for library in libraries]
    assert about.get_all("License-File") == ["LICENSE", *files]
