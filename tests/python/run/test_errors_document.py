"""docs/errors.md is what the commands print."""

from __future__ import annotations

import pathlib

from tests.errors import document, running
from tests.errors.cases import PASSWORD


def test_the_page_is_what_the_commands_print(tmp_path: pathlib.Path) -> None:
    """If it is not, look at what has changed, and write it anew: `python -m tests.errors`."""
    with running.runner(tmp_path) as runner:
        outcomes = document.outcomes(runner)
        versions = runner.versions()
    page = document.comparable(document.render(outcomes, runner.ports, versions))
    written = document.comparable(document.FILE.read_text(encoding="utf-8"))
    for found, known in zip(page.split("\n## "), written.split("\n## "), strict=True):
        # Servers, drivers and Pythons word their errors anew: then only the chapters are the same.
        count = None if versions in written else 1
        assert found.splitlines()[:count] == known.splitlines()[:count]
    for outcome in outcomes:
        assert outcome.ours.exit_code == outcome.upstream.exit_code
        assert outcome.ours.stdout == outcome.upstream.stdout
        for secret in (PASSWORD, "letmein7", "opensesame9"):
            assert secret.encode() not in outcome.ours.stderr
