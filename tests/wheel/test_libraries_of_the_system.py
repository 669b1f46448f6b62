"""`make wheel` on a system whose apt-get knows no mirror of Debian, such as Ubuntu.

It is this one, with another name, and with an apt-get that has no lists of packages.
"""

from __future__ import annotations

import pathlib
import shlex
import subprocess

import pytest

from tests.environments import PROJECT, clean_environment
from tests.installation.container import in_namespaces

NO_SOURCES = """
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "{folder}";
"""


def build_libraries(
    folder: pathlib.Path, system: str = "ubuntu", **variables: str
) -> tuple[int, str]:
    """The exit code of `build-libraries` for FOLDER/libraries, and its messages."""
    configuration = folder / "apt.conf"
    configuration.write_text(NO_SOURCES.format(folder=folder))
    release = folder / "os-release"
    release.write_text(f"ID={system}\nVERSION_CODENAME=later\n")
    script = PROJECT / ".ci" / "wheels" / "build-libraries"
    command = shlex.join([str(script), str(folder / "libraries")])
    named = f"mount --bind {shlex.quote(str(release))} /etc/os-release && exec {command}"
    result = subprocess.run(
        [*in_namespaces("--mount"), "sh", "-c", named],
        env=clean_environment(APT_CONFIG=str(configuration), **variables),
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stderr


def test_the_libraries_of_the_system_are_taken_and_it_says_so(tmp_path: pathlib.Path) -> None:
    code, messages = build_libraries(tmp_path, LIBPQ_FROM="", PINNED_SOURCES="")
    assert code == 0
    assert "apt-get knows no mirror of Debian" in messages
    assert "the wheel will carry copies of the libraries of this system" in messages
    # The wheel may hold none that is linked into it.
    assert (tmp_path / "libraries" / "linked-libraries").read_text() == ""
    assert (tmp_path / "libraries" / "complete").exists()


@pytest.mark.parametrize(
    "variables",
    [{"PINNED_SOURCES": "required"}, {"LIBPQ_FROM": "bookworm postgresql-15"}],
)
def test_where_sources_are_demanded_nothing_else_is_taken(
    tmp_path: pathlib.Path, variables: dict[str, str]
) -> None:
    code, messages = build_libraries(tmp_path, **variables)
    assert code == 1
    assert "run make wheel without LIBPQ_FROM" in messages
    assert not (tmp_path / "libraries" / "complete").exists()


def test_what_was_linked_before_is_not_mixed_with_it(tmp_path: pathlib.Path) -> None:
    (tmp_path / "libraries").mkdir()
    (tmp_path / "libraries" / "linked-libraries").write_text("libpq 15.18 PostgreSQL purl - -\n")
    code, messages = build_libraries(tmp_path, LIBPQ_FROM="", PINNED_SOURCES="")
    assert code == 1
    assert f"remove {tmp_path / 'libraries'}" in messages


def test_debian_without_lists_of_packages_is_not_taken_for_another_system(
    tmp_path: pathlib.Path,
) -> None:
    """Bug: in an image layer without these lists the wheel was one with Kerberos and LDAP in it."""
    code, messages = build_libraries(tmp_path, "debian", LIBPQ_FROM="", PINNED_SOURCES="")
    assert code == 1
    assert messages.endswith("run apt-get update, or set up a mirror of Debian.\n")
    assert not (tmp_path / "libraries" / "complete").exists()
