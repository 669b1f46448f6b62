"""Scripts are imported when they are needed, and all of a plan before its first step."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import create_engine, inspect

ENV = """
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def script(revision: str, down_revision: str | None, body: str = "", top: str = "") -> str:
    return (
        f'"""Change {revision}."""\n\nfrom alembic import op\nimport sqlalchemy as sa\n{top}\n\n'
        f"revision = {revision!r}\ndown_revision = {down_revision!r}\n\n\n"
        f"def upgrade():\n    {body or 'pass'}\n\n\ndef downgrade():\n    pass\n"
    )


@pytest.fixture(params=["mock", "static method"])
def listing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """`Script._list_py_dir`, replaced; the paths it was asked for."""
    upstream, asked = Script._list_py_dir, []

    def listed(directory: ScriptDirectory, path: Path) -> list[Path]:
        asked.append(str(path))
        return upstream(directory, path)

    replaced = Mock(side_effect=listed) if request.param == "mock" else staticmethod(listed)
    monkeypatch.setattr(Script, "_list_py_dir", replaced)
    return asked


@pytest.fixture
def project(tmp_path: Path) -> Config:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENV)
    config = Config()
    config.set_main_option("script_location", str(tmp_path))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{tmp_path / 'data.db'}")
    return config


def write(project: Config, name: str, text: str) -> None:
    location = project.get_main_option("script_location")
    assert location
    (Path(location) / "versions" / name).write_text(text)


def test_listing_imports_no_script_whose_header_is_certain(
    project: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "a.py", script("a", None, top="print('imported')"))
    write(project, "b.py", script("b", "a", top="print('imported')"))
    command.heads(project)
    command.history(project, verbose=True)
    assert "imported" not in capsys.readouterr().out


def test_a_script_is_imported_once_and_is_the_same_module_ever_after(project: Config) -> None:
    write(project, "a.py", script("a", None))
    directory = ScriptDirectory.from_config(project)
    revision = directory.get_revision("a")
    assert revision.doc == "Change a."
    assert revision.module is directory.get_revision("head").module
    assert callable(revision.module.upgrade)


def test_a_script_that_cannot_be_imported_stops_an_upgrade_before_its_first_step(
    project: Config,
) -> None:
    write(project, "a.py", script("a", None, body="op.create_table('t', sa.Column('id'))"))
    write(project, "b.py", script("b", "a", top="import no_such_module_anywhere"))
    with pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere"):
        command.upgrade(project, "head")
    url = project.get_main_option("sqlalchemy.url")
    assert url
    assert "t" not in inspect(create_engine(url)).get_table_names()


def test_a_script_with_a_computed_header_is_imported(project: Config) -> None:
    write(project, "a.py", script("a", None))
    write(project, "b.py", script("b", "a") + "\nrevision = ''.join(['b', '2'])\n")
    assert ScriptDirectory.from_config(project).get_heads() == ["b2"]


def test_a_new_script_that_does_not_compile_is_reported_when_it_is_written(
    project: Config,
) -> None:
    location = project.get_main_option("script_location")
    assert location
    (Path(location) / "script.py.mako").write_text(
        "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
        "def upgrade(:\n    pass\n"
    )
    with pytest.raises(SyntaxError):
        command.revision(project, message="broken template")


def test_a_file_met_twice_is_named(project: Config, tmp_path: Path) -> None:
    write(project, "a.py", script("a", None))
    (tmp_path / "versions" / "link.py").symlink_to(tmp_path / "versions" / "a.py")
    with pytest.warns(UserWarning, match=r"versions/a\.py loaded twice! ignoring\."):
        assert ScriptDirectory.from_config(project).get_heads() == ["a"]


def test_two_scripts_with_one_id_are_both_named(project: Config) -> None:
    """Bug of upstream: the warning names the id alone, and the files have to be searched for."""
    write(project, "one.py", script("a", None))
    write(project, "two.py", script("a", None))
    with pytest.warns(UserWarning, match=r"present more than once: .*one\.py and .*two\.py"):
        ScriptDirectory.from_config(project).get_revision("a")


def test_a_replaced_listing_is_used(project: Config, tmp_path: Path, listing: list[str]) -> None:
    """A mock in the place of Script._list_py_dir ended in an AttributeError."""
    (tmp_path / "versions" / "1.py").write_text(script("aaaa1", None))
    assert ScriptDirectory.from_config(project).get_heads() == ["aaaa1"]
    assert listing == [str(tmp_path / "versions")]
