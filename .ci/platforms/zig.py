"""Platforms for which the compiler of the package `ziglang` builds: it brings their headers."""

from __future__ import annotations

import pathlib
from typing import NamedTuple

from cross_build import FOLDER, Platform
from pythons import debian_headers, musl_headers


class Target(NamedTuple):
    """zig's name of it, CMake's system and processor, what runs its programs on Linux x86_64 (None:
    nothing), and the end of the names of its extension modules."""

    zig: str
    system: str
    processor: str
    emulator: tuple[str, ...] | None
    suffix: str


QEMU = "qemu-aarch64-static"
TARGETS = {
    "musllinux-x86_64": Target(
        "x86_64-linux-musl", "Linux", "x86_64", (), ".cpython-313-x86_64-linux-musl.so"
    ),
    "manylinux-aarch64": Target(
        "aarch64-linux-gnu.2.28",
        "Linux",
        "aarch64",
        (QEMU, "-L", "/usr/aarch64-linux-gnu"),
        ".cpython-311-aarch64-linux-gnu.so",
    ),
    "musllinux-aarch64": Target(
        "aarch64-linux-musl", "Linux", "aarch64", (QEMU,), ".cpython-313-aarch64-linux-musl.so"
    ),
    "macos-arm64": Target("aarch64-macos", "Darwin", "arm64", None, ".cpython-313-darwin.so"),
    "macos-x86_64": Target("x86_64-macos", "Darwin", "x86_64", None, ".cpython-313-darwin.so"),
}


def platform(name: str, packages: pathlib.Path) -> Platform:
    """One of `TARGETS`. Makes the Python that its extension modules are for. Raises `Failed`."""
    target = TARGETS[name]
    programs = write_programs(target, packages)
    settings: tuple[str, ...] = (
        f"-DCMAKE_SYSTEM_NAME={target.system}",
        f"-DCMAKE_SYSTEM_PROCESSOR={target.processor}",
        f"-DCMAKE_C_COMPILER={programs / 'cc'}",
        f"-DCMAKE_CXX_COMPILER={programs / 'c++'}",
        f"-DCMAKE_AR={programs / 'ar'}",
        f"-DCMAKE_RANLIB={programs / 'ranlib'}",
    )
    if target.system == "Darwin":
        # CMake insists on a program that only changes what is installed.
        settings += ("-DCMAKE_INSTALL_NAME_TOOL=true",)
    # Without symbols, as pip's build installs them. zig links no bundles: Python loads the other
    # kind of library as well.
    modules = (
        f"-DPython_INCLUDE_DIR={headers(name, packages)}",
        f"-DCMAKE_MODULE_LINKER_FLAGS={'-s -dynamiclib' if target.system == 'Darwin' else '-s'}",
        "-DPYBIND11_USE_CROSSCOMPILING=ON",
        f"-DPYTHON_MODULE_EXTENSION={target.suffix}",
        "-DPYTHON_MODULE_DEBUG_POSTFIX=",
        "-DPYTHON_IS_DEBUG=OFF",
        # pybind11 tries them, for which zig would build libc++ anew; they are not used.
        "-DHAS_FLTO=OFF",
        "-DHAS_FLTO_THIN=OFF",
    )
    return Platform(name, settings, target.emulator, modules)


def headers(name: str, packages: pathlib.Path) -> pathlib.Path:
    """The headers of the Python that extension modules are for. Raises `Failed`."""
    if name == "manylinux-aarch64":
        return debian_headers()
    return musl_headers(write_programs(TARGETS["musllinux-x86_64"], packages))


def write_programs(target: Target, packages: pathlib.Path) -> pathlib.Path:
    """The folder of programs that call zig as a compiler is called."""
    folder = FOLDER / "programs" / target.zig
    folder.mkdir(parents=True, exist_ok=True)
    zig = packages / "ziglang" / "zig"
    for tool, words in {
        "cc": f"cc -target {target.zig}",
        "c++": f"c++ -target {target.zig}",
        "ar": "ar",
        "ranlib": "ranlib",
    }.items():
        program = folder / tool
        program.write_text(f'#!/bin/sh\nexec "{zig}" {words} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    return folder
