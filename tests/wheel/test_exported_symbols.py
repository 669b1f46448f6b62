"""What the modules of the wheel of `make wheel` show to other libraries of the process."""

from __future__ import annotations

import pathlib
import subprocess
import zipfile

import pytest

from tests.environments import stand_alone_wheel


@pytest.mark.parametrize("module", ["_core", "_lint", "_postgres"])
def test_a_module_exports_the_function_that_python_calls_and_nothing_else(
    tmp_path: pathlib.Path, module: str
) -> None:
    """Templates of the C++ library, and a unique symbol of libpqxx, are visible by themselves."""
    with zipfile.ZipFile(stand_alone_wheel()) as archive:
        [name] = [name for name in archive.namelist() if f"/{module}.cpython" in name]
        file = archive.extract(name, tmp_path)
    command = ["nm", "--dynamic", "--defined-only", "--format=posix", file]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [line.split()[:2] for line in listed.splitlines()] == [[f"PyInit_{module}", "T"]]
