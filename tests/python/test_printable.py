"""Text of others is shown, and does nothing to the terminal that shows it."""

from __future__ import annotations

import pytest

from alembic_native.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;pwn\x07", r"\x1b]0;pwn\x07"),
        ("one\ntwo\rthree\tfour", r"one\ntwo\rthree\tfour"),
        ("\x7f\x85\x9b31m", r"\x7f\x85\x9b31m"),
        ("a\u2028b\u202ec\u2066d", r"a\u2028b\u202ec\u2066d"),
        ("\ud800", r"\ud800"),
    ],
)
def test_control_characters_are_shown(text: str, shown: str) -> None:
    """A version row could set the title of the window, and write lines of its own."""
    assert printable(text) == shown


@pytest.mark.parametrize("text", ["", "plain", "größer 東京 \u00a0 👩\u200d👩", "C:\\new"])
def test_all_else_stays(text: str) -> None:
    assert printable(text) == text


def test_anything_has_a_text() -> None:
    assert printable(None) == "None"
