"""What a command line asks of ``status`` or ``wait``."""

from __future__ import annotations

import os
import re

from alembic_native.status.errors import StatusUnavailable, WrongOptions
from alembic_native.status.native import is_postgresql
from alembic_native.status.options import DEFAULT_TIMEOUT, seconds
from alembic_native.status.version_table import VersionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Request:
    """The options of one command; ``url`` is None where ``env.py`` says which database it is."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """``options`` by the names in ``options.py``.

        Raises ``WrongOptions``; ``StatusUnavailable`` where there is no URL in what they name.
        """
        self.url = _url(options)
        self.table = VersionTable(options.get("version_table"), options.get("version_table_schema"))
        self.check = bool(options.get("check"))
        self.json = bool(options.get("json"))
        self.quiet = bool(options.get("quiet"))
        self.allow_multiple_heads = bool(options.get("allow_multiple_heads"))
        self.all_schemas = bool(options.get("all_schemas"))
        self.schema_pattern: str = options.get("schema_pattern") or ""
        timeout = options.get("timeout")
        self.timeout = DEFAULT_TIMEOUT if timeout is None else seconds(timeout)
        if self.url is None:
            for name in ("version_table", "version_table_schema", "all_schemas"):
                if options.get(name):
                    raise WrongOptions(
                        f"--{name.replace('_', '-')} needs --url or --url-env: without them env.py "
                        "says which table it is."
                    )
        if self.allow_multiple_heads and not self.check:
            raise WrongOptions("--allow-multiple-heads needs --check.")
        if self.schema_pattern and not self.all_schemas:
            raise WrongOptions("--schema-pattern needs --all-schemas.")
        if self.all_schemas and self.table.schema:
            raise WrongOptions(
                "--all-schemas inspects every schema: leave out --version-table-schema, or name "
                "the schemas with --schema-pattern."
            )
        if self.all_schemas and not self.is_native:
            raise WrongOptions("--all-schemas is there for PostgreSQL only.")

    @property
    def is_native(self) -> bool:
        """Whether the native store answers: there is a URL, and it is one of PostgreSQL."""
        return self.url is not None and is_postgresql(self.url)


def _url(options: Mapping[str, Any]) -> str | None:
    name: str | None = options.get("url_env")
    if name is None:
        url: str | None = options.get("url")
        if url == "":
            raise StatusUnavailable("--url is empty: give the URL of a database.")
        return url
    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) is None:
        # Most often it is the value, which holds a password.
        raise WrongOptions(
            "--url-env takes the name of an environment variable, and what it was given is none: "
            "write --url-env DATABASE_URL, without the $."
        )
    if not os.environ.get(name):
        raise StatusUnavailable(
            f"The environment variable {name}, which --url-env names, is not set or empty."
        )
    return os.environ[name]
