"""What pip says when it cannot install a combination, and what the matrix makes of it."""

from __future__ import annotations

import pytest

from tests.matrix.refusals import forbidden_by


def conflict(*causes: str) -> str:
    lines = "\n".join(f"    {cause}" for cause in causes)
    return (
        "ERROR: Cannot install alembic==1.20.1 and SQLAlchemy==1.4.* because of conflicts.\n\n"
        f"The conflict is caused by:\n{lines}\n\n"
        "To fix this you could try to:\n1. loosen the range of package versions\n\n"
        "ERROR: ResolutionImpossible: for help visit the documentation\n"
    )


def no_distribution(wanted: str, versions: str, of_other_pythons: str = "") -> str:
    ignored = "ERROR: Ignored the following versions that require a different python version: "
    return (
        (f"{ignored}{of_other_pythons}\n" if of_other_pythons else "")
        + f"ERROR: Could not find a version that satisfies {wanted} (from versions: {versions})\n"
        + f"ERROR: No matching distribution found for {wanted}\n"
    )


def test_alembic_asks_for_a_newer_sqlalchemy() -> None:
    output = conflict(
        "The user requested SQLAlchemy==1.4.*",
        "alembic 1.20.1 depends on SQLAlchemy>=2.0",
        "The user requested SQLAlchemy==1.4.*",
        "alembic 1.20.0 depends on SQLAlchemy>=2.0",
    )
    assert forbidden_by(output) == "Alembic"


@pytest.mark.parametrize(
    "cause",
    [
        "psycopg 3.2.0 depends on typing-extensions>=4.6",
        "alembic 1.20.1 depends on typing-extensions>=4.12",
        "alembic-native 0.1.0 depends on alembic>=1.16",
        "The user requested typing-extensions<4",
        "a line of a pip that words it differently",
    ],
)
def test_a_conflict_that_is_not_between_the_two_is_a_failure(cause: str) -> None:
    """A missing or wrong requirement of a third package counted as forbidden by Alembic."""
    assert forbidden_by(conflict(cause)) is None
    between_them = "alembic 1.20.1 depends on SQLAlchemy>=2.0"
    assert forbidden_by(conflict(between_them, cause)) is None


def test_the_word_alone_is_no_reason() -> None:
    assert forbidden_by("ERROR: ResolutionImpossible\n") is None


def test_sqlalchemy_asks_for_a_newer_python() -> None:
    output = no_distribution(
        "SQLAlchemy==2.1.*",
        "2.0.57, 2.0.58",
        "2.1.0 Requires-Python >=3.11; 2.1.1 Requires-Python >=3.11",
    )
    assert forbidden_by(output) == "SQLAlchemy's Python"


def test_alembic_asks_for_a_newer_python() -> None:
    output = no_distribution("alembic==1.20.*", "1.16.5", "1.20.1 Requires-Python >=3.11")
    assert forbidden_by(output) == "Alembic's Python"


@pytest.mark.parametrize(
    "output",
    [
        # The index is not there.
        no_distribution("SQLAlchemy==2.1.*", "none"),
        # Versions of another line are for other Pythons, or another package is missing.
        no_distribution("SQLAlchemy==2.1.*", "2.0.58", "12.1.0 Requires-Python >=3.11"),
        no_distribution("greenlet==2.1.*", "1.0", "2.1.0 Requires-Python >=3.11"),
        "",
    ],
)
def test_what_cannot_be_found_is_a_failure(output: str) -> None:
    assert forbidden_by(output) is None
