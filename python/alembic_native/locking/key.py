"""The name of a migration lock: two runs exclude each other when their keys are equal.

Part of the interface: runs of different versions of this package must find the same key, so its
computation never changes.
"""

from __future__ import annotations

import hashlib

#: Keeps the key apart from those of locks that others make of the same names.
_PURPOSE = "alembic-native migration lock"


def migration_lock_key(schema: str | None, version_table: str) -> int:
    """A signed 64-bit number for a version table; ``schema`` is the one the table really lies in.

    Names cannot contain a NUL character, so no two pairs of names are hashed from the same bytes.
    """
    text = "\0".join((_PURPOSE, schema or "", version_table))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def effective_schema(configured: str | None, translated: object) -> str | None:
    """The configured schema after SQLAlchemy's ``schema_translate_map``, None for the default."""
    if isinstance(translated, dict) and configured in translated:
        schema: str | None = translated[configured]
        return schema
    return configured
