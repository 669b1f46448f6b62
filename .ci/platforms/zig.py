"""Platforms for which the compiler of the package `ziglang` builds: it brings their headers."""

from __future__ import annotations

import pathlib

from cross_build import FOLDER, Platform

#: Name -> zig's target, CMake's system and processor, and what runs its programs on Linux x86_64.
TARGETS: dict[str, tuple[str, str, str, tuple[str, ...] | None]] = {
    "musllinux-x86_64": ("x86_64-linux-musl", "Linux", "x86_64", ()),
    "musllinux-aarch64": ("aarch64-linux-musl", "Linux", "aarch64", ("qemu-aarch64-static",)),
    "manylinux-aarch64": (
        "aarch64-linux-gnu.2.28",
        "Linux",
        "aarch64",
        ("qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"),
    ),
    "macos-arm64": ("aarch64-macos", "Darwin", "arm64", None),
    "macos-x86_64": ("x86_64-macos", "Darwin", "x86_64", None),
}


def platform(name: str, packages: pathlib.Path) -> Platform:
    """One of `TARGETS`. Writes programs that call the compiler as a compiler is called."""
    target, system, processor, emulator = TARGETS[name]
    programs = FOLDER / name / "programs"
    programs.mkdir(parents=True, exist_ok=True)
    zig = packages / "ziglang" / "zig"
    for tool, words in {
        "cc": f"cc -target {target}",
        "c++": f"c++ -target {target}",
        "ar": "ar",
        "ranlib": "ranlib",
    }.items():
        program = programs / tool
        program.write_text(f'#!/bin/sh\nexec "{zig}" {words} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    settings = (
        f"-DCMAKE_SYSTEM_NAME={system}",
        f"-DCMAKE_SYSTEM_PROCESSOR={processor}",
        f"-DCMAKE_C_COMPILER={programs / 'cc'}",
        f"-DCMAKE_CXX_COMPILER={programs / 'c++'}",
        f"-DCMAKE_AR={programs / 'ar'}",
        f"-DCMAKE_RANLIB={programs / 'ranlib'}",
    )
    return Platform(name, settings, emulator)
