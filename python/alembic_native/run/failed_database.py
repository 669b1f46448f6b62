"""Which database an error came from, without its password."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any


def url_of(errors: Iterable[BaseException]) -> Any:
    """SQLAlchemy's URL of the engine that was at work when one of the errors was raised, or None.

    It is taken from the frames: a connection that failed leaves nothing else behind.
    """
    for error in errors:
        found = None
        for frame, _ in traceback.walk_tb(error.__traceback__):
            found = _url_in(frame.f_locals) or found
        if found is not None:
            return found
    return None


def database_in_words(url: Any) -> str:
    """``app at localhost:5432, user anne (postgresql, psycopg2)``, as much of it as there is."""
    place = url.host or ""
    if place and url.port:
        place = f"{place}:{url.port}"
    name = " at ".join(part for part in (url.database or "", place) if part)
    parts = [part for part in (name, f"user {url.username}" if url.username else "") if part]
    return f"{', '.join(parts)} ({', '.join(url.drivername.split('+'))})".strip()


def source_of(url: Any, environment: Mapping[str, str], configuration: str | None) -> str:
    """Where the URL seems to be from: a variable or a file that says the same; else empty."""
    for name, value in environment.items():
        if "://" in value and _says(value, url):
            return f"the environment variable {name}"
    if configuration is not None and os.path.isfile(configuration):
        with open(configuration, encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                if "://" in line and line.lstrip()[:1] not in ("#", ";") and _says(line, url):
                    return f"{configuration}, line {number}"
    return ""


def _says(text: str, url: Any) -> bool:
    """Whether a text has all parts of a URL that are not secret."""
    parts = (url.drivername.partition("+")[0], url.username, url.host, url.database)
    return all(part in text for part in parts if part) and bool(url.host or url.database)


def _url_in(names: Mapping[str, Any]) -> Any:
    for name in ("self", "engine", "connection"):
        owner = names.get(name)
        if type(owner).__module__.partition(".")[0] != "sqlalchemy":
            continue
        # Any object of SQLAlchemy, in any state.
        with suppress(Exception):
            for holder in (owner, getattr(owner, "engine", None)):
                url = getattr(holder, "url", None)
                if hasattr(url, "render_as_string"):
                    return url
    return None
