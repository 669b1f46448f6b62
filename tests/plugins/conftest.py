"""The environment that holds the plugins and the wheel of `make wheel`."""

from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest

from tests.environments import BUILD, VirtualEnvironment, stand_alone_wheel

pytest.register_assert_rewrite("tests.plugins.twins")

from tests.plugins.twins import Twins  # noqa: E402

REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")


@pytest.fixture(scope="session")
def plugins() -> VirtualEnvironment:
    environment = VirtualEnvironment(BUILD / "plugins" / "venv")
    lines = REQUIREMENTS.read_text().splitlines()
    wanted = [line for line in lines if not line.startswith("#")]
    environment.prepare(wanted, stand_alone_wheel())
    return environment


@pytest.fixture
def twins(
    plugins: VirtualEnvironment, make_database: Callable[[str], str], tmp_path: pathlib.Path
) -> Callable[[str], Twins]:
    """A function from `sqlite` or `postgres` to an empty project and an empty database, twice."""
    return lambda kind: Twins(plugins, tmp_path, (make_database(kind), make_database(kind)))
