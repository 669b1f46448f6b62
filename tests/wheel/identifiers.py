"""The wheels that cibuildwheel is configured to make, as it names them."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.environments import PROJECT


def build_identifiers(system: str, *architectures: str) -> set[str]:
    """Such as cp311-manylinux_x86_64; `system` is linux, macos or windows."""
    command = [sys.executable, "-m", "cibuildwheel", "--print-build-identifiers"]
    command += ["--platform", system, "--archs", ",".join(architectures)]
    # Its variables would win over the configuration.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIBW_")}
    result = subprocess.run(
        command, cwd=PROJECT, env=kept, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return {*result.stdout.split()}
