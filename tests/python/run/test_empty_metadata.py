"""What is said where `target_metadata` has no table, and tables are dropped for it."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from tests.locking.database import rows
from tests.locking.projects import Project
from tests.python.run.projects import give_env_py, upgrade


@pytest.fixture
def config(sqlite_url: str, steps: Project, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A project without models, whose database has more tables than `env.py` has named."""
    give_env_py(
        steps,
        """
context.configure(
    connection=connection,
    target_metadata=sa.MetaData(),
    include_name=lambda name, kind, _: kind != "table" or name in ("table_1", "table_2"),
)
with context.begin_transaction():
    context.run_migrations()
""",
    )
    (steps.folder / "script.py.mako").write_text(
        "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
    )
    upgrade(steps, sqlite_url)
    assert rows(sqlite_url, "SELECT count(*) FROM table_3") == [(0,)]
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    return Config(steps.ini)


def test_tables_that_the_script_drops(config: Config) -> None:
    """It said "all of the database" of two tables out of four."""
    with pytest.warns(UserWarning, match=r"the new script drops 2 tables \(table_1, table_2\)\. "):
        command.revision(config, "later", autogenerate=True)


@pytest.mark.filterwarnings("error")
def test_check_writes_nothing(config: Config) -> None:
    """It warned of what autogenerate drops, for a command that writes no script."""
    with pytest.raises(CommandError, match="New upgrade operations"):
        command.check(config)
