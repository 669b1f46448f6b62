"""Small projects for command lines: files by name, to be laid out in a folder."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping

Files = Mapping[str, str | bytes]

TEMPLATE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''

ENV_PY = """
import sys
from alembic import context
print("env.py runs", file=sys.stderr)
from sqlalchemy import create_engine
with create_engine("sqlite://").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def script(
    revision: str,
    down_revision: object = None,
    doc: str | None = "a change",
    **further: object,
) -> str:
    """A migration script. ``further``: branch_labels, depends_on."""
    lines = [] if doc is None else [f'"""{doc}"""']
    lines += ["from alembic import op", f"revision = {revision!r}"]
    lines.append(f"down_revision = {down_revision!r}")
    lines += [f"{name} = {value!r}" for name, value in further.items()]
    return "\n".join([*lines, "", "", "def upgrade():", "    pass", ""])


def ini(section: str = "alembic", **options: str) -> str:
    """An .ini file with one section."""
    lines = [f"{name} = {value}" for name, value in options.items()]
    return "\n".join([f"[{section}]", *lines, ""])


def project(*scripts: str, files: Files | None = None) -> dict[str, str | bytes]:
    """An ordinary project with these scripts; ``files`` add to it or replace what is there."""
    usual: dict[str, str | bytes] = {
        "alembic.ini": ini(script_location="migrations"),
        "migrations/env.py": ENV_PY,
        "migrations/script.py.mako": TEMPLATE,
        "migrations/versions/README": "scripts",
    }
    for number, text in enumerate(scripts):
        usual[f"migrations/versions/{number:02}_change.py"] = text
    return {**usual, **(files or {})}


def lay_out(files: Files, folder: pathlib.Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.replace("{folder}", str(folder)).encode()
        path.write_bytes(content)


LINEAR = [script("aaaa1111"), script("bbbb2222", "aaaa1111"), script("cccc3333", "bbbb2222")]

#: A branch point, two branches with a label on one, and a merge point.
DIAMOND = [
    script("aaaa1111", doc="base\n\nwith more text\n"),
    script("bbbb2222", "aaaa1111", branch_labels="left", doc="to the left"),
    script("cccc3333", "aaaa1111", doc=None),
    script("dddd4444", ("bbbb2222", "cccc3333"), doc="  together  "),
]

TWO_HEADS = DIAMOND[:3]

#: Two lines of which one depends on the other: a head that is not an effective head.
DEPENDENT = [
    script("aaaa1111", doc="first line"),
    script("bbbb2222", None, doc="second line", branch_labels=("second",)),
    script("cccc3333", "bbbb2222", depends_on="aaaa1111", doc="depends"),
]

TOML = """
[project]
name = "x"
[tool.alembic]
script_location = "%(here)s/migrations"
"""

#: A project with that and no alembic.ini.
PYPROJECT = {**project(*LINEAR), "pyproject.toml": TOML}
del PYPROJECT["alembic.ini"]
