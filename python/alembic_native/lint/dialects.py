"""Which database the scripts are for, and which version of it."""

from __future__ import annotations

import re

from alembic_native.lint.errors import LintFailed

#: Those whose rules the native core knows.
JUDGED = ("postgresql", "mysql", "mariadb", "sqlite")
#: A database of another kind: only what holds for every database is judged.
OTHER = "other"

_DEFAULT = "postgresql"
_BY_SCHEME = {"postgres": "postgresql", "driver": _DEFAULT}


def dialect_of_url(url: object) -> str:
    """One of ``JUDGED``, or ``OTHER``. Without a URL, and for that of a new project, PostgreSQL."""
    scheme = re.match(r"\s*([A-Za-z0-9_]+)(\+[^:]*)?:", url) if isinstance(url, str) else None
    if scheme is None:
        return _DEFAULT
    name = _BY_SCHEME.get(scheme[1].lower(), scheme[1].lower())
    return name if name in JUDGED else OTHER


def version_number(text: object) -> int:
    """``16`` is 1600, ``8.0.36`` is 800; 0, the newest, for None. Raises ``LintFailed``."""
    if text is None:
        return 0
    found = re.fullmatch(r"(\d{1,4})(?:\.(\d{1,4}))?(?:\.\d+)*", str(text).strip(), re.ASCII)
    if found is None:
        raise LintFailed(f"{text!r} is not the version of a server; one is 16, 8.0 or 10.11.")
    return int(found[1]) * 100 + min(int(found[2] or 0), 99)
