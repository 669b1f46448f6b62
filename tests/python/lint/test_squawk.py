"""What squawk finds in the SQL of scripts, and where in the script that is."""

from __future__ import annotations

import os
import pathlib
import shlex
import sys
import textwrap

import pytest

from alembic_native._lint import SqlText, judge_script
from alembic_native.lint import squawk
from alembic_native.lint.findings import Finding


@pytest.fixture(autouse=True)
def project(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def texts_of(name: str, body: str) -> list[tuple[str, SqlText]]:
    """The texts of a script with this body of ``upgrade()``, which is written to a file."""
    lines = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    source = f"from alembic import op\n\ndef upgrade():\n{lines}\n"
    path = pathlib.Path(name).absolute()
    path.write_bytes(source.encode("utf-8"))
    report = judge_script(source.encode("utf-8"), "postgresql", 0, False)
    return [(str(path), one) for one in report.sql]


def places(findings: list[Finding], rule: str = "squawk-ban-drop-table") -> list[str]:
    """File, line and column of the findings of a rule."""
    return [
        f"{os.path.basename(one.path)}:{one.line}:{one.column}"
        for one in findings
        if one.rule == rule
    ]


# The program itself


def test_findings_are_mapped_to_the_lines_of_scripts() -> None:
    texts = [
        *texts_of("plain.py", 'op.execute("DROP TABLE a")\nop.execute("SELECT 1; DROP TABLE b")'),
        *texts_of(
            "lines.py",
            '''
            op.execute("""
                SELECT 'é\U0001f600'; DROP TABLE a;

                DROP TABLE b
            """)
            ''',
        ),
        *texts_of("backslash.py", 'op.execute("""\\\nDROP TABLE a;\nDROP TABLE b""")'),
        *texts_of("raw.py", "op.execute(r'''SELECT '\\d';\nDROP TABLE a''')"),
        # In these the text is not what the source shows.
        *texts_of("escapes.py", 'op.execute("SELECT 1;\\n\\nDROP TABLE a")'),
        *texts_of("pieces.py", 'op.execute("SELECT 1;"\n           "DROP TABLE a")'),
        *texts_of("line_ends.py", 'op.execute("""SELECT 1;\r\nDROP TABLE a\r\n""")'),
        *texts_of("unclosed.py", 'op.execute("SELECT \'a")'),
    ]
    found, warning = squawk.findings(texts, 1600)
    assert warning == ""
    assert sorted(places(found)) == [
        "backslash.py:5:5",
        "backslash.py:6:5",
        "escapes.py:4:16",
        "line_ends.py:5:5",
        "lines.py:5:22",
        "lines.py:7:9",
        "pieces.py:4:16",
        "plain.py:4:17",
        "plain.py:5:27",
        "raw.py:5:5",
    ]
    (dropped,) = [one for one in found if places([one]) == ["plain.py:4:17"]]
    assert dropped.severity == "warning"
    assert dropped.happens == "Dropping a table may break existing clients."
    assert dropped.instead == "See https://squawkhq.com/docs/ban-drop-table."
    (unclosed,) = [one for one in found if one.rule == "squawk-syntax-error"]
    assert (os.path.basename(unclosed.path), unclosed.severity) == ("unclosed.py", "error")


def test_what_the_script_sends_is_what_is_judged() -> None:
    """Parameters of text(), and escaped colons, were errors of syntax."""
    body = """
    op.execute("UPDATE a SET b = :value WHERE c = :é; DROP TABLE d")
    op.execute(r"SELECT a\\:\\:int, b::text FROM c; DROP TABLE e")
    op.execute("SELECT '\\x00\\u2028'; DROP TABLE f")
    op.execute("SELECT '\\ud800'; DROP TABLE g")
    """
    found, warning = squawk.findings(texts_of("a.py", body), 0)
    assert warning == ""
    assert places(found) == ["a.py:4:55", "a.py:5:51", "a.py:6:16"]
    assert places(found, "squawk-syntax-error") == []


def test_texts_of_a_script_belong_together() -> None:
    timeouts = (
        "op.execute(\"SET lock_timeout = '1s'\")\nop.execute(\"SET statement_timeout = '1s'\")\n"
    )
    drops = "op.execute('DROP INDEX CONCURRENTLY IF EXISTS a')\nop.execute('DROP TABLE b')"
    found, _ = squawk.findings([*texts_of("a.py", timeouts + drops), *texts_of("b.py", drops)], 0)
    assert places(found, "squawk-require-lock-timeout") == ["b.py:4:17"]
    assert places(found) == ["a.py:7:17", "b.py:5:17"]


def test_whether_concurrently_is_in_a_transaction_is_not_said() -> None:
    body = """
    op.execute("UPDATE a SET b = 1")
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS c ON a (b)")
    """
    found, _ = squawk.findings(texts_of("a.py", body), 0)
    assert not [one.rule for one in found if "transaction" in one.rule]
    assert places(found, "squawk-require-lock-timeout") == ["a.py:6:21"]


@pytest.mark.parametrize(("version", "is_found"), [(906, True), (1600, False)])
def test_the_version_of_the_server_counts(version: int, is_found: bool) -> None:
    texts = texts_of("a.py", 'op.execute("ALTER TABLE a ADD COLUMN b bigint DEFAULT 1")')
    found, _ = squawk.findings(texts, version)
    assert bool(places(found, "squawk-adding-field-with-default")) == is_found


def test_its_own_configuration_holds(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".squawk.toml").write_text('excluded_rules = ["ban-drop-table"]\n')
    folder = project / "temporary [files]"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    found, warning = squawk.findings(texts_of("a.py", 'op.execute("DROP TABLE a")'), 0)
    assert warning == ""
    assert {one.rule for one in found} == {
        "squawk-require-lock-timeout",
        "squawk-require-statement-timeout",
    }
    assert list(folder.iterdir()) == []
    (project / ".squawk.toml").write_text("excluded_rules = [")
    found, warning = squawk.findings(texts_of("a.py", 'op.execute("DROP TABLE a")'), 0)
    assert found == []
    assert "failed (exit code 1): Configuration error" in warning


def test_a_script_that_is_gone_meanwhile(project: pathlib.Path) -> None:
    texts = texts_of("a.py", 'op.execute("""\nDROP TABLE a""")')
    (project / "a.py").unlink()
    found, _ = squawk.findings(texts, 0)
    assert places(found) == ["a.py:4:16"]


# Other programs of that name


def installed(
    monkeypatch: pytest.MonkeyPatch, project: pathlib.Path, script: str, folder: str = "bin"
) -> str:
    """Put a program on the path, where no other squawk is."""
    program = project / folder / "squawk"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(project / "venv" / "python"))
    monkeypatch.setenv("PATH", str(program.parent))
    return str(program)


ONE = '[{"file": "/tmp/x/0", "line": 0, "column": 0, "level": %s, "rule_name": "new"%s}]'
TOLD = ONE % ('"Info"', ', "message": "a\\u001b\\nb", "help": "c"')


def test_a_severity_that_is_not_known_is_a_warning(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch, project, f"printf %s {shlex.quote(TOLD)}; exit 1")
    (found,), warning = squawk.findings(texts_of("a.py", 'op.execute("x")'), 0)
    assert (found.rule, found.severity, warning) == ("squawk-new", "warning", "")
    assert (found.happens, found.instead) == (r"a\x1b\nb", "c")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 3", "failed (exit code 3): it does not say why."),
        ("exit 1", "failed (exit code 1): it does not say why."),
        ("echo 'error: unknown \033[1m option' >&2; exit 2", r"unknown \x1b[1m option."),
        ("exec sleep 60", "was stopped after 0.2 seconds."),
        ("kill -9 $$", "failed (exit code -9)"),
        ("echo warning; exit 1", "answers in a way that is not known here"),
        ("echo '{\"a\": 1}'", "answers in a way that is not known here"),
        ("echo '[1]'", "answers in a way that is not known here"),
        ("printf '\\377'", "answers in a way that is not known here"),
        # Its versions before 2.
        (
            f"printf %s {shlex.quote(ONE % (chr(34) + 'Error' + chr(34), ''))}",
            "Install a newer one",
        ),
        (
            f"printf %s {shlex.quote(TOLD.replace('/0', '/7'))}",
            "answers in a way that is not known",
        ),
    ],
)
def test_a_program_that_fails_is_a_warning(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    program = installed(monkeypatch, project, f"PATH=/bin:/usr/bin\n{script}")
    texts = texts_of("a.py", 'op.execute("DROP TABLE a")')
    timeout = 0.2 if "sleep" in script else 30
    found, warning = squawk.findings(texts, 0, timeout)
    assert found == []
    assert warning.startswith(f"Nothing was found in SQL texts: {program} ")
    assert reason in warning


def test_a_program_that_cannot_be_run_is_a_warning(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = installed(monkeypatch, project, "")
    pathlib.Path(program).write_text("#!/no/such/interpreter\n")
    found, warning = squawk.findings(texts_of("a.py", 'op.execute("x")'), 0)
    assert (found, "could not be run" in warning) == ([], True)


def test_without_the_program_or_without_sql_nothing_is_found(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = installed(monkeypatch, project, "exit 3")
    assert squawk.findings([], 0) == ([], "")
    pathlib.Path(program).chmod(0o644)
    assert squawk.findings(texts_of("a.py", 'op.execute("x")'), 0) == ([], "")


def test_the_program_beside_the_interpreter_is_taken_first(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch, project, "exit 3")
    installed(monkeypatch, project, "echo []", "venv")
    monkeypatch.setenv("PATH", str(project / "bin"))
    assert squawk.findings(texts_of("a.py", 'op.execute("x")'), 0) == ([], "")
