"""Of a script that is rebased two literals change, and no other byte."""

from __future__ import annotations

import pytest

from alembic_native.rebase.rewriting import NotLiteral, rewritten

HEAD = "revision = 'a1'\n"
REWRITTEN = {
    "single quotes": ("down_revision = 'old'\n", "down_revision = 'new'\n"),
    "double quotes": ('down_revision = "old"  # why\n', 'down_revision = "new"  # why\n'),
    "three quotes": ('down_revision = """old"""\n', 'down_revision = """new"""\n'),
    "a prefix": ("down_revision = r'old'\n", "down_revision = 'new'\n"),
    "an annotation": ("down_revision: str = 'old'\n", "down_revision: str = 'new'\n"),
    "None": ("down_revision = None\n", "down_revision = 'new'\n"),
    "a tuple": ("down_revision = ('old',)\n", "down_revision = ('new',)\n"),
    "brackets": ("down_revision = (\n    'old'\n)\n", "down_revision = (\n    'new'\n)\n"),
    "a semicolon": ("x = 1; down_revision = 'old'; y = 2\n", None),
    "Windows": ("x = 1\r\ndown_revision = 'old'\r\nx = 'old'\r\n", None),
    "no end of line": ("down_revision = 'old'", None),
    "not ASCII before it": ("x = 'é'; down_revision = 'old'\n", None),
    "below a function": ("def f():\n    x = 'old'\n\n\ndown_revision = 'old'\n", None),
}


@pytest.mark.parametrize(("before", "after"), REWRITTEN.values(), ids=REWRITTEN)
def test_the_literal_is_rewritten_and_nothing_else(before: str, after: str | None) -> None:
    expected = after if after is not None else before.replace("n = 'old'", "n = 'new'")
    assert rewritten((HEAD + before).encode(), "new") == (HEAD + expected).encode()


def test_the_mark_of_utf_8_stays() -> None:
    source = "\ufeffrevision = 'a1'; down_revision = 'old'\n".encode()
    assert rewritten(source, "new") == source.replace(b"old", b"new")


DOCSTRINGS = {
    "as the template has it": ('"""x\n\nRevises: old\nx"""\n', '"""x\n\nRevises: new\nx"""\n'),
    "on Windows": ('"""é\r\nRevises: old \r\nx"""\r\n', '"""é\r\nRevises: new \r\nx"""\r\n'),
    "of a base": ('"""x\n\nRevises: \nx"""\n', '"""x\n\nRevises: new\nx"""\n'),
    "of a base, stripped": ('"""x\n\nRevises:\nx"""\n', '"""x\n\nRevises: new\nx"""\n'),
    "out of date": ('"""x\nRevises: older\n"""\n', '"""x\nRevises: new\n"""\n'),
    "at the end": ('"""x\n  Revises: old"""\n', '"""x\n  Revises: new"""\n'),
    "a sentence": ('"""Revises: old and new"""\n', '"""Revises: old and new"""\n'),
    "after a comment": ("# x\n'''\nRevises: old\n'''\n", "# x\n'''\nRevises: new\n'''\n"),
    "no docstring": ("x = '''\nRevises: old\n'''\n", "x = '''\nRevises: old\n'''\n"),
}


@pytest.mark.parametrize(("before", "after"), DOCSTRINGS.values(), ids=DOCSTRINGS)
def test_the_docstring_names_the_new_parent(before: str, after: str) -> None:
    rest = "revision = 'a1'\ndown_revision = '{}'\n"
    assert rewritten((before + rest.format("old")).encode(), "new") == (
        (after + rest.format("new")).encode()
    )


def test_an_id_that_needs_escapes_is_a_literal_of_ascii() -> None:
    source = (HEAD + "down_revision = 'old'\n").encode()
    assert rewritten(source, "é'") == (HEAD + 'down_revision = "\\xe9\'"\n').encode()


REFUSED = {
    "a name": "old = 'old'\ndown_revision = old\n",
    "a call": "down_revision = str('old')\n",
    "two literals": "down_revision = 'o' 'ld'\n",
    "a sum": "down_revision = 'o' + 'ld'\n",
    "a merge point": "down_revision = ('old', 'other')\n",
    "an empty tuple": "down_revision = ()\n",
    "bound twice": "down_revision = 'old'\ndown_revision = 'old'\n",
    "in a condition": "if True:\n    down_revision = 'old'\n",
    "two names": "down_revision = parent = 'old'\n",
    "unpacked": "down_revision, x = 'old', 1\n",
    "not there": "",
    "not UTF-8": "# \udce9\ndown_revision = 'old'\n",
    "no Python": "down_revision = 'old'\n<<<<<<< HEAD\n",
    "not closed": "down_revision = 'old'\nx = (\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_not_one_literal_is_refused(text: str) -> None:
    with pytest.raises(NotLiteral):
        rewritten((HEAD + text).encode("utf-8", "surrogateescape"), "new")
