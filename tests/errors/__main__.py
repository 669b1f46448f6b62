"""`python -m tests.errors` writes docs/errors.md anew."""

from __future__ import annotations

import pathlib
import tempfile

from tests.errors import document, running


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running.runner(pathlib.Path(folder)) as runner:
        page = document.render(document.outcomes(runner), runner.ports, runner.versions())
    document.FILE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
