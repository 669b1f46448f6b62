"""Projects whose scripts tell what happened to them.

Each script that is run adds a row to the table `executed`, in its own transaction; the first one
creates that table. A script also writes the id of its process to the file `running` beside
`alembic.ini`, at once and whatever becomes of the transaction.
"""

from __future__ import annotations

import pathlib

HERE = pathlib.Path(__file__).parent

SCRIPT = '''\
"""step {number}"""

import os

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down_revision!r}


def note(direction):
    with open({running!r}, "w") as file:
        file.write(str(os.getpid()))
    op.execute(f"INSERT INTO executed (revision, direction) VALUES ('{revision}', '{{direction}}')")


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''

CREATE_EXECUTED = """\
    op.create_table(
        "executed",
        sa.Column("revision", sa.String(20), nullable=False),
        sa.Column("direction", sa.String(4), nullable=False),
    )
"""
CREATE = """\
    op.create_table("table_{number}", sa.Column("id", sa.Integer, primary_key=True))
    note("up")
"""
DROP = """\
    op.drop_table("table_{number}")
    note("down")
"""


def revision_id(number: int) -> str:
    return f"step{number:04}"


class Project:
    """A linear history of `scripts` steps in `folder`; `options` go into `alembic.ini`.

    `bodies` replaces the upgrade of single steps: indented source without the counting, which is
    added.
    """

    def __init__(
        self,
        folder: pathlib.Path,
        scripts: int,
        options: dict[str, str] | None = None,
        bodies: dict[int, str] | None = None,
    ) -> None:
        self.folder = folder
        self.ini = folder / "alembic.ini"
        self.running = folder / "running"
        self.revisions = [revision_id(number) for number in range(1, scripts + 1)]
        versions = folder / "versions"
        versions.mkdir(parents=True)
        settings = {"script_location": "%(here)s", **(options or {})}
        lines = [f"{name} = {value}" for name, value in settings.items()]
        self.ini.write_text("\n".join(["[alembic]", *lines, ""]) + LOGGING)
        (folder / "env.py").write_text((HERE / "env.py").read_text())
        (folder / "script.py.mako").write_text("")
        for number in range(1, scripts + 1):
            body = (bodies or {}).get(number)
            upgrade = body + '    note("up")\n' if body else CREATE.format(number=number)
            downgrade = '    note("down")\n' if body else DROP.format(number=number)
            if number == 1:
                upgrade = CREATE_EXECUTED + upgrade
                # Counting goes on after a downgrade to base.
                upgrade = upgrade.replace("op.create_table(", "create_table_once(", 1)
            text = SCRIPT.format(
                number=number,
                revision=revision_id(number),
                down_revision=revision_id(number - 1) if number > 1 else None,
                running=str(self.running),
                upgrade=upgrade.rstrip(),
                downgrade=downgrade.rstrip(),
            )
            if number == 1:
                text += CREATE_ONCE
            (versions / f"{revision_id(number)}.py").write_text(text)

    def command(self, *arguments: str) -> list[str]:
        return ["-c", str(self.ini), *arguments]


CREATE_ONCE = """

def create_table_once(name, *columns):
    if op.get_context().as_sql or not sa.inspect(op.get_bind()).has_table(name):
        op.create_table(name, *columns)
"""

LOGGING = """
[loggers]
keys = root,alembic
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
[logger_alembic]
level = INFO
handlers =
qualname = alembic
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic
[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
"""
