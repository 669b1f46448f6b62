"""What `[alembic:lint]`, `[tool.alembic.lint]` and comments in scripts change."""

from __future__ import annotations

import json
import pathlib

import pytest

from alembic_native.__main__ import main
from tests.differential.cli_projects import ini, lay_out, script

BODY = '''\
"""a change"""
from alembic import op
import sqlalchemy as sa

revision = "aaaa1111"
down_revision = None


def upgrade():
    op.drop_table("users")
    op.drop_column("posts", "text")


def downgrade():
    raise NotImplementedError
'''


class Project:
    """One script that drops a table and a column."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capsys = capsys
        self.write(BODY)
        self.set("")

    def write(self, text: str, name: str = "00_change.py") -> None:
        lay_out({f"migrations/versions/{name}": text}, self._folder)

    def set(self, section: str, **options: str) -> None:
        options = {"script_location": "%(here)s/migrations", **options}
        lay_out({"alembic.ini": ini(**options) + section}, self._folder)

    def set_toml(self, section: str) -> None:
        (self._folder / "alembic.ini").unlink(missing_ok=True)
        text = f'[tool.alembic]\nscript_location = "%(here)s/migrations"\n{section}'
        lay_out({"pyproject.toml": text}, self._folder)

    def lint(self, *words: str) -> tuple[int, list[str]]:
        """The exit code, and the findings as "severity rule"."""
        code = main(["lint", "--format", "json", *words])
        said = self._capsys.readouterr()
        assert said.err == ""
        found = json.loads(said.out)["findings"]
        return code, [f"{one['severity']} {one['rule']}" for one in found]

    def said(self) -> str:
        return self._capsys.readouterr().out

    def failure(self, *words: str) -> str:
        assert main(["lint", *words]) == 2
        return self._capsys.readouterr().err


@pytest.fixture
def project(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path, capsys)


TABLE, COLUMN = "warning drop-table", "warning drop-column"


def test_without_settings_every_rule_counts(project: Project) -> None:
    assert project.lint() == (0, [TABLE, COLUMN])
    assert project.lint("--strict")[0] == 1


@pytest.mark.parametrize(
    ("ini_text", "toml_text", "expected"),
    [
        ("ignore = drop-table, drop-column", 'ignore = ["drop-table", "drop-column"]', (0, [])),
        ("ignore =\n  drop-table\n  drop-column", 'ignore = "drop-table drop-column"', (0, [])),
        ("error = drop-table", 'error = ["drop-table"]', (1, ["error drop-table", COLUMN])),
        ("per-file = 00_*: drop-table", 'per-file = {"00_*" = ["drop-table"]}', (0, [COLUMN])),
        (
            "per_file =\n  migrations/*/00_change.py: drop-column, drop-table",
            'per-file = {"migrations/*/00_change.py" = "drop-column, drop-table"}',
            (0, []),
        ),
        (
            "per-file =\n  00_*: drop-table\n  00_*: drop-column",
            'per-file = {"00_*" = ["drop-table", "drop-column"]}',
            (0, []),
        ),
        (
            "per-file = 01_*: drop-table",
            'per-file = {"01_*" = ["drop-table"]}',
            (0, [TABLE, COLUMN]),
        ),
    ],
)
def test_rules_are_ignored_and_made_errors(
    project: Project, ini_text: str, toml_text: str, expected: tuple[int, list[str]]
) -> None:
    project.set(f"[alembic:lint]\n{ini_text}\n")
    assert project.lint() == expected
    project.set_toml(f"[tool.alembic.lint]\n{toml_text}\n")
    assert project.lint() == expected


def test_an_error_can_be_made_a_warning(project: Project) -> None:
    project.write(script("bbbb2222", ("aaaa1111", "zzzz9999")), "01_lost.py")
    project.set("[alembic:lint]\nwarn = missing-parent\nignore = empty-upgrade empty-downgrade\n")
    assert project.lint() == (0, [TABLE, COLUMN, "warning missing-parent"])


def test_a_setting_that_default_has_too(project: Project) -> None:
    """It was left out, because the options of [DEFAULT] are those of every section."""
    default = "[DEFAULT]\nignore = something of another program\n"
    project.set(f"[alembic:lint]\nignore = drop-table\n{default}")
    assert project.lint() == (0, [COLUMN])
    project.set(f"[alembic:lint]\nwarn = drop-table\n{default}")
    assert project.lint() == (0, [TABLE, COLUMN])


def test_several_heads_that_are_meant(project: Project) -> None:
    project.write(script("bbbb2222", "aaaa1111", branch_labels="billing"), "01.py")
    project.write(script("cccc3333", "aaaa1111", branch_labels="users"), "02.py")
    ignored = "ignore = empty-upgrade, empty-downgrade, drop-table, drop-column"
    for heads, code in (
        ("heads = 2", 0),
        ("heads = 1", 1),
        ("heads = users, billing", 0),
        ("heads = users", 1),
    ):
        project.set(f"[alembic:lint]\n{heads}\n{ignored}\n")
        found = project.lint()
        assert found == (code, ["error multiple-heads"] * code), heads
    project.set(f"[alembic:lint]\nheads = users\n{ignored}\n")
    assert main(["lint"]) == 1
    assert "one more than the configuration expects: heads names users." in project.said()


def test_the_dialect_is_that_of_the_url(project: Project) -> None:
    project.write(BODY.replace('op.drop_table("users")', 'op.create_index("ix", "users", ["a"])'))
    index = "warning index-not-concurrent"
    for url, expected in (
        ("postgresql+psycopg://app@db/app", [index, COLUMN]),
        ("postgres://app@db/app", [index, COLUMN]),
        ("driver://user:pass@localhost/dbname", [index, COLUMN]),
        ("%(DATABASE_URL)s", [index, COLUMN]),
        ("mysql+pymysql://app@db/app", [COLUMN]),
        ("oracle://app@db/app", [COLUMN]),
    ):
        project.set("", **{"sqlalchemy.url": url})
        assert project.lint() == (0, expected), url
    assert project.lint("--dialect", "postgresql") == (0, [index, COLUMN])
    project.set("[alembic:lint]\ndialect = sqlite\n")
    assert project.lint() == (0, [COLUMN])


def test_the_version_of_the_server(project: Project) -> None:
    add = "op.add_column('t', sa.Column('a', sa.Integer, server_default='0'))"
    project.write(BODY.replace('op.drop_table("users")', add))
    rewrite = "warning server-default-rewrite"
    assert project.lint() == (0, [COLUMN])
    assert project.lint("--server-version", "10.4") == (0, [rewrite, COLUMN])
    project.set("[alembic:lint]\nserver-version = 10\n")
    assert project.lint() == (0, [rewrite, COLUMN])
    assert project.lint("--server-version", "16") == (0, [COLUMN])


def test_a_comment_ignores_a_finding(project: Project) -> None:
    text = BODY.replace(
        'op.drop_table("users")', 'op.drop_table("users")  # lint: ignore[drop-table] unused'
    )
    project.write(text)
    assert project.lint() == (0, [COLUMN])
    above = "    # lint: ignore[drop-column, drop-table] nobody reads it\n    op.drop_column"
    project.write(text.replace("    op.drop_column", above))
    assert project.lint() == (0, ["warning unused-ignore"])


def test_a_comment_ignores_a_finding_of_the_history(project: Project) -> None:
    project.set("[alembic:lint]\nignore = empty-upgrade empty-downgrade drop-table drop-column\n")
    lost = script("bbbb2222", "aaaa1111", depends_on="zzzz9999").replace(
        "'zzzz9999'", "'zzzz9999'  # lint: ignore[missing-parent] in another repository"
    )
    project.write(lost, "01_lost.py")
    assert project.lint() == (0, [])


@pytest.mark.parametrize(
    ("comment", "subject"),
    [
        ("# lint: ignore[drop-tabel]", "there is no rule drop-tabel"),
        ("# lint: ignore[rename-table]", "rename-table"),
        ("# lint: ignore[]", "it names no rule"),
    ],
)
def test_a_comment_that_ignores_nothing(
    project: Project, capsys: pytest.CaptureFixture[str], comment: str, subject: str
) -> None:
    project.write(BODY.replace('op.drop_table("users")', f'op.drop_table("users")  {comment}'))
    assert main(["lint"]) == 0
    assert f":10:29: warning: unused-ignore: {subject}\n" in capsys.readouterr().out


@pytest.mark.parametrize("rule", ["edited-revision", "server-default-rewrite", "squawk-ban-drop"])
def test_a_comment_on_a_rule_that_was_not_judged(project: Project, rule: str) -> None:
    """Without a base, or for another version or database, the rule could find nothing."""
    project.write(BODY.replace('op.drop_table("users")', f'op.f("")  # lint: ignore[{rule}]'))
    assert project.lint("--dialect", "sqlite") == (0, [COLUMN])


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("ignore = drop-tables", "names drop-tables, and there is no such rule"),
        ("igonre = drop-table", "has no setting igonre, only ignore, warn"),
        ("heads = nolabel", "names nolabel, and no script has that label"),
        ("heads = -1", "is -1, and has"),
        ("heads = 0", "is 0, and has to be 1 or more"),
        ("heads =", "heads in [alembic:lint] (in pyproject.toml [tool.alembic.lint]) is ''"),
        ("server-version = new", "[tool.alembic.lint]): 'new' is not the version of a server"),
        ("dialect = oracle", "is 'oracle', and has to be one of postgresql"),
        ("per-file = drop-table", "lines of the form `pattern: rule, rule`"),
        ("per-file = *.py: drop-it", "names drop-it, and there is no such rule"),
    ],
)
def test_mistakes_in_the_settings(project: Project, section: str, message: str) -> None:
    project.set(f"[alembic:lint]\n{section}\n")
    failure = project.failure()
    assert failure.startswith("FAILED: ")
    assert message in failure


def test_no_file_no_folder(project: Project) -> None:
    assert "nowhere.py: no such file or folder" in project.failure("nowhere.py")
    assert "is not a script of this project" in project.failure("alembic.ini")
    assert "nope.ini: no such file" in project.failure("-c", "nope.ini")
    assert "migrations is a folder. Give the alembic.ini" in project.failure("-c", "migrations")
    project.set("", version_table_column_length="9" * 5_000)
    assert "and has to be a number" in project.failure()
    project.set("", version_locations="%(here)s/elsewhere")
    assert "elsewhere: no such folder" in project.failure()
