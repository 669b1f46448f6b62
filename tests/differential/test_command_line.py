"""Command lines over histories of many shapes, sound and broken, and wrong command lines.

Through upstream and through the overlay. What is ``answered`` has to be answered without loading
upstream's command line, and what is ``left`` has to be done or refused by upstream.
"""

from __future__ import annotations

import pytest

from tests.differential.cli_comparison import Comparer
from tests.differential.cli_projects import (
    DEPENDENT,
    DIAMOND,
    LINEAR,
    TWO_HEADS,
    project,
    script,
)

READING = ["heads", "heads -v", "heads --resolve-dependencies", "branches", "branches -v"]
READING += ["history", "history -v", "show heads"]


@pytest.mark.parametrize("scripts", [LINEAR, DIAMOND, TWO_HEADS, DEPENDENT, []])
def test_reading_commands(compare: Comparer, scripts: list[str]) -> None:
    compare.answered(project(*scripts), *(READING if scripts else READING[:-1]))
    if not scripts:
        compare.answered_or_refused(project(), "show heads")


@pytest.mark.parametrize(
    "rev_range",
    [
        *("aaaa:bbbb2222", ":", ":bbbb", "bbbb2222:", "base:heads", "-2:", " aaaa1111:cccc3333 "),
        *("aaaa1111:+1", "left@base:left@head", ":left@head"),
    ],
)
def test_history_of_a_range(compare: Comparer, rev_range: str) -> None:
    compare.answered_or_refused(project(*DIAMOND), ["history", f"--rev-range={rev_range}"])
    compare.answered_or_refused(project(*LINEAR), ["history", "-r", rev_range.lstrip("-")])


@pytest.mark.parametrize(
    "identifier",
    [
        "aaaa1111",
        "aaaa",
        "aa",
        "base",
        "head",
        "heads",
        "left",
        "left@head",
        "dddd4444",
        "cccc3333",
    ],
)
def test_show(compare: Comparer, identifier: str) -> None:
    compare.answered_or_refused(project(*DIAMOND), ["show", identifier])
    compare.answered_or_refused(project(*TWO_HEADS), ["show", identifier])


@pytest.mark.parametrize(
    "line",
    [
        *("show nosuch", "show current", "show", "show a b", "show -1"),
        *("history -r a", "history -r a:b:c", "history -r nosuch:", "history -r current:"),
        *("history -r cccc3333:aaaa1111", "history -i", "history --rev", "history -r"),
        *("heads -vv", "heads --verb", "heads --verbose=1", "heads extra", "heads -q"),
        *("", "-h", "heads --help", "--version", "nosuch", "he", "-c", "-q", "--qui heads"),
        *("branches --nosuch", "history -r= -v"),
    ],
)
def test_what_is_upstreams_to_refuse_or_to_do(compare: Comparer, line: str) -> None:
    compare.left(project(*TWO_HEADS), line)


@pytest.mark.parametrize(
    "doc",
    [
        *(None, "", " ", "one", "one\n\ntwo", "\n\none\n", "one\n  two\n\n\tthree \\n"),
        *("é ☃", "a\x0cb", "%s %d %(here)s", "one\r\ntwo"),
    ],
)
def test_descriptions(compare: Comparer, doc: str | None) -> None:
    files = project(script("aaaa1111", doc=doc))
    compare.answered(files, "heads", "history", "history -v", "show head", "branches")


@pytest.mark.parametrize(
    "further",
    [
        {"branch_labels": ()},
        {"branch_labels": ["a"]},
        {"branch_labels": ""},
        {"depends_on": ()},
        {"depends_on": ["bbbb2222"]},
        {"down_revision": ()},
        {"down_revision": ["bbbb2222"]},
        {"down_revision": ("bbbb2222", "cccc3333")},
    ],
)
def test_kinds_of_values(compare: Comparer, further: dict[str, object]) -> None:
    scripts = [script("aaaa1111", **further), script("bbbb2222"), script("cccc3333")]  # type: ignore[arg-type]
    for line in ("heads -v", "history", "history -v", "branches -v"):
        compare.answered_or_refused(project(*scripts), line)


BROKEN = {
    "a cycle": [script("aaaa1111", "bbbb2222"), script("bbbb2222", "aaaa1111")],
    "its own parent": [script("aaaa1111", "aaaa1111")],
    "an illegal id": [script("aaaa-1111")],
    "a syntax error": [*LINEAR, "revision = 'x\n"],
    "an exception": [*LINEAR, script("dddd4444", "cccc3333") + "\nraise ValueError('no')\n"],
    "no revision": [*LINEAR, "down_revision = None\n"],
    "a label twice": [
        script("aaaa1111", branch_labels="x"),
        script("bbbb2222", branch_labels="x"),
    ],
    "not utf-8": ["# \udcff"],
}


def test_a_header_that_only_importing_can_tell(compare: Comparer) -> None:
    computed = "revision = 'dddd' + '4444'\ndown_revision = 'cccc3333'\n"
    compare.left(project(*LINEAR, computed), "heads", "history -v", "revision -m x")


@pytest.mark.parametrize("what", list(BROKEN))
def test_broken_histories(compare: Comparer, what: str) -> None:
    files = {
        name: content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        for name, content in project(*BROKEN[what]).items()
    }
    compare.answered_or_refused(files, "heads", "history -v")
    compare.left(files, "revision -m x")
