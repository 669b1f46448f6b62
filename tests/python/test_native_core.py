"""What is said where the native core is missing depends on what this machine could have."""

from __future__ import annotations

import errno
import os
import platform
import sys
import sysconfig

import pytest

from alembic_native import _core, native_core

GLIBC_2_36, MUSL = "glibc 2.36", ""
MISSING = ImportError("none")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """CPython 3.11 on Linux with glibc, and an installation without extension modules."""
    monkeypatch.setattr(native_core, "is_installed", lambda: False)
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    monkeypatch.setattr(sys, "maxsize", 2**63 - 1)
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _: 0)
    set_system(monkeypatch, "linux-x86_64", GLIBC_2_36)
    return monkeypatch


def set_system(machine: pytest.MonkeyPatch, name: str, c_library: str = MUSL) -> None:
    machine.setattr(sysconfig, "get_platform", lambda: name)

    def confstr(_: str) -> str:
        if not c_library:
            # It knows the name, and has no value for it.
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return c_library

    machine.setattr(os, "confstr", confstr)


INSTALLS = "A release has a wheel with it for this Python and system: "
BUILDS = "There are wheels with it for CPython 3.10 to 3.14 on Linux "


@pytest.mark.parametrize(
    ("system", "c_library", "said"),
    [
        ("linux-x86_64", GLIBC_2_36, INSTALLS),
        ("linux-aarch64", "glibc 2.28", INSTALLS),
        ("linux-x86_64", "glibc 2.27", BUILDS),
        ("linux-x86_64", MUSL, INSTALLS),
        ("linux-riscv64", GLIBC_2_36, BUILDS),
        ("macosx-10.13-universal2", MUSL, INSTALLS),
        ("win-amd64", MUSL, INSTALLS),
        ("win-arm64", MUSL, BUILDS),
        ("freebsd-14.0-release-amd64", MUSL, BUILDS),
    ],
)
def test_the_advice_is_to_install_where_a_release_has_a_wheel_and_else_to_build(
    machine: pytest.MonkeyPatch, system: str, c_library: str, said: str
) -> None:
    """Bug: everywhere a list of platforms, and no command that installs such a wheel.

    Bug: with musl, `import alembic` ended in the OSError that it answers with.
    """
    set_system(machine, system, c_library)
    machine.setattr(platform, "mac_ver", lambda: ("14.5", ("", "", ""), ""))
    advice = native_core.advice(MISSING)
    assert advice.startswith(said)
    assert advice.endswith(
        "--no-binary alembic-native alembic-native` builds it, which takes a C++17 compiler."
    )


def test_a_python_without_a_wheel(machine: pytest.MonkeyPatch) -> None:
    for version in ((3, 9), (3, 15)):
        machine.setattr(sys, "version_info", version)
        assert native_core.advice(MISSING).startswith(BUILDS)


def test_a_python_of_32_bits_on_a_kernel_of_64(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(sys, "maxsize", 2**31 - 1)
    assert native_core.advice(MISSING).startswith(BUILDS)


def test_pythons_without_the_global_lock_have_wheels_from_3_14_on(
    machine: pytest.MonkeyPatch,
) -> None:
    machine.setattr(sysconfig, "get_config_var", lambda _: 1)
    for minor, said in ((13, BUILDS), (14, INSTALLS)):
        machine.setattr(sys, "version_info", (3, minor))
        assert native_core.advice(MISSING).startswith(said)


def test_a_macos_that_is_too_old(machine: pytest.MonkeyPatch) -> None:
    for version, said in (("10.15.7", BUILDS), ("11.0", INSTALLS)):
        set_system(machine, "macosx-10.9-x86_64")
        machine.setattr(platform, "mac_ver", lambda version=version: (version, ("", "", ""), ""))
        assert native_core.advice(MISSING).startswith(said)


def test_a_store_that_was_never_built_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_core, "has_postgres_store", lambda: False)
    monkeypatch.setattr(native_core, "_files", lambda *_: [])
    monkeypatch.setattr(native_core, "is_installed", lambda: True)
    error = ImportError("No module named 'alembic_native._postgres'")
    monkeypatch.setattr(
        native_core, "error_of", lambda name: error if name == native_core.POSTGRES else None
    )
    assert native_core.faults() == {}
    with pytest.raises(native_core.NativeCoreMissing) as refused:
        native_core.require_native_core("A URL", native_core.POSTGRES)
    assert str(refused.value).startswith(
        "A URL needs the native core: it was built without the PostgreSQL store. Install libpqxx "
    )


def test_a_library_that_the_module_was_built_with_is_to_be_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An image that copies what another one has built without a wheel."""
    monkeypatch.setattr(native_core, "is_installed", lambda: True)
    gone = "libpq.so.5: cannot open shared object file: No such file or directory"
    advice = native_core.advice(ImportError(gone), native_core.POSTGRES)
    assert "install the one that is named where it runs" in advice
    assert "reinstall" not in advice
