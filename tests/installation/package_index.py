"""An index on this machine that has our wheel, beside those that pip is configured for.

pip, uv and Poetry then find `alembic-native` by its name, and everything else where this machine
gets its packages. What pip is told by its configuration files and variables, the others are told
in their own words.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import http.server
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def serving(wheel: pathlib.Path, folder: pathlib.Path) -> Iterator[str]:
    """The URL of an index (PEP 503) with only `wheel` in it; its files lie in `folder`."""
    project = folder / "simple" / "alembic-native"
    project.mkdir(parents=True)
    shutil.copy(wheel, project)
    (project / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    (folder / "simple" / "index.html").write_text('<a href="alembic-native/">alembic-native</a>')
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple/"
        server.shutdown()


@functools.cache
def pip_settings() -> dict[str, str]:
    """pip's configuration for `pip install`, as `pip config list` has it; later ones have won."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    settings = {}
    # Files for all commands, files for `install`, the environment: the last one counts.
    for group in ("global", "install", ":env:"):
        for line in lines:
            found = re.fullmatch(rf"{group}\.([\w-]+)=(.*)", line)
            if found:
                settings[found[1]] = str(ast.literal_eval(found[2]))
    return settings


def is_there(place: str) -> bool:
    """Whether it is no folder, or one of this machine: pip only warns of one that is missing."""
    folder = place.removeprefix("file://")
    return "://" in folder or pathlib.Path(folder).exists()


def for_pip(index: str) -> dict[str, str]:
    further = f"{pip_settings().get('extra-index-url', '')} {index}"
    return {"PIP_EXTRA_INDEX_URL": further.strip(), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def for_uv(index: str | None, cache: pathlib.Path) -> dict[str, str]:
    """A cache of its own: wheels of one version that were built at different times differ."""
    settings = pip_settings()
    indexes = [*filter(is_there, settings.get("extra-index-url", "").split())]
    if index is not None:
        indexes.append(index)
    environment = {
        "UV_INDEX": " ".join(indexes),
        # pip takes the best version of all indexes, and so shall uv.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_CACHE_DIR": str(cache),
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
    }
    for name, of_pip in (("UV_DEFAULT_INDEX", "index-url"), ("UV_FIND_LINKS", "find-links")):
        if of_pip in settings:
            environment[name] = ",".join(filter(is_there, settings[of_pip].split()))
    return environment | certificates()


def for_poetry(cache: pathlib.Path) -> dict[str, str]:
    """A cache of its own, as for uv."""
    return {
        "POETRY_CACHE_DIR": str(cache),
        "POETRY_NO_INTERACTION": "1",
        "POETRY_VIRTUALENVS_IN_PROJECT": "true",
        "POETRY_KEYRING_ENABLED": "false",
        **certificates(),
    }


def poetry_sources(index: str | None) -> str:
    """Sources of a pyproject.toml: Poetry has no variable for them, and reads no folders."""
    sources = [
        # As a source with a name of its own, it is asked for what pip asks it for.
        ("of-pip", pip_settings().get("index-url") or default_index(), "primary"),
    ]
    if index is not None:
        sources.append(("of-this-test", index, "supplemental"))
    return "".join(
        f'\n[[tool.poetry.source]]\nname = "{name}"\nurl = "{url}"\npriority = "{priority}"\n'
        for name, url, priority in sources
    )


def default_index() -> str:
    """The index that pip takes when it is told of none, from its help."""
    command = [sys.executable, "-m", "pip", "install", "--help"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    [url] = re.findall(r"--index-url.*?\(default\s+(\S+?)\)", text, re.DOTALL)
    return str(url)


def certificates() -> dict[str, str]:
    bundle = pip_settings().get("cert") or os.environ.get("SSL_CERT_FILE")
    return {"SSL_CERT_FILE": bundle, "REQUESTS_CA_BUNDLE": bundle} if bundle else {}
