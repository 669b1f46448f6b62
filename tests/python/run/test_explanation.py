"""What is said of exceptions that are hard to show."""

from __future__ import annotations

import builtins
import pathlib
import sys
import types
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, make_url

from alembic_native.frames import OwnFiles
from alembic_native.run.circumstances import Circumstances
from alembic_native.run.explanation import explain
from alembic_native.run.outcome import Outcome, Place
from alembic_native.run.secrets import Secrets

HERE = str(pathlib.Path(__file__).parents[2])


def explained(error: BaseException, width: int = 100, **known: Any) -> str:
    given = {"secrets": Secrets({}, []), "own_files": OwnFiles([HERE]), "command": "current"}
    return explain(error, Circumstances(**{**given, **known}), width)


def raised_by(source: str, file: pathlib.Path) -> Exception:
    """What running a file raises; it is written first."""
    file.write_text(source, encoding="utf-8")
    with pytest.raises(Exception) as caught:  # noqa: PT011
        exec(compile(source, str(file), "exec"), {"__name__": "env_py"})
    return caught.value


@pytest.fixture
def env_py(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "env.py"


def test_frames_of_other_files_are_left_out(env_py: pathlib.Path) -> None:
    error = raised_by("import json\n\njson.loads('{')\n", env_py)
    assert explained(error) == (
        f'  File "{env_py}", line 3, in <module>\n'
        "    json.loads('{')\n"
        "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)\n"
        "\n"
        f"Where:      {env_py}, line 3\n"
        "Traceback:  `alembic --raiseerr current ...` shows all of it.\n"
    )


def test_a_cause_that_was_handled_meanwhile(env_py: pathlib.Path) -> None:
    error = raised_by("try:\n    {}['a']\nexcept KeyError:\n    int('b')\n", env_py)
    assert f"While this was handled: KeyError: 'a', raised at {env_py}, line 2\n" in explained(
        error
    )


def test_a_cause_that_the_script_hides(env_py: pathlib.Path) -> None:
    source = "try:\n    {}['a']\nexcept KeyError:\n    raise ValueError('b') from None\n"
    assert "KeyError" not in explained(raised_by(source, env_py))


def test_a_chain_that_bites_its_tail() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert explained(first).count("Caused by") == 1


def test_a_cause_that_can_be_mended(env_py: pathlib.Path) -> None:
    """What to do is said of the import, though another exception hides it."""
    source = (
        "try:\n    import shop_of_anne\nexcept ImportError as e:\n    raise RuntimeError from e\n"
    )
    text = explained(raised_by(source, env_py))
    assert "\nRuntimeError\nCaused by ModuleNotFoundError: No module named 'shop_of_anne'" in text
    assert f"No package shop_of_anne is installed for {sys.executable}" in text


def test_several_exceptions_at_once() -> None:
    class Group(Exception):
        """As Python has them from 3.11 on."""

        def __init__(self, message: str, exceptions: list[Exception]) -> None:
            super().__init__(message)
            self.exceptions = tuple(exceptions)

    inner = Group("inner", [KeyError(number) for number in range(5)])
    text = explained(Group("outer", [ValueError("first"), inner]))
    assert "Group: outer\nOne of them: ValueError: first\nOne of them: KeyError: 0\n" in text
    assert text.count("One of them") == 5
    assert "And 1 more.\n" in text


def test_a_message_that_cannot_be_made() -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no message")

    assert "Broken: (its message cannot be shown: RuntimeError)\n" in explained(Broken())


def test_notes() -> None:
    error = ValueError("x")
    error.__notes__ = ["seen by the lock"]  # type: ignore[attr-defined]
    assert explained(error).startswith("ValueError: x\nseen by the lock\n")


def test_a_message_of_a_megabyte() -> None:
    text = explained(ValueError("x" * 1_000_000))
    assert "(1000000 characters)" in text
    assert len(text) < 3_000


def test_a_secret_at_the_end_of_a_message_that_is_cut() -> None:
    """The half of a URL is not known to hold a password."""
    message = "x" * 1_960 + " postgresql://anne:hunter2-hunter2-hunter2-hunter2@db/app"
    assert "hunter2" not in explained(ValueError(message))


def test_control_characters() -> None:
    assert "ValueError: \\x1b[2Jgone\n" in explained(ValueError("\x1b[2Jgone"))


def test_an_exception_that_was_never_raised() -> None:
    assert explained(ValueError("x")).startswith("ValueError: x\n")


def test_an_exception_without_a_message() -> None:
    assert explained(ValueError()).startswith("ValueError\n")


def test_endless_recursion(env_py: pathlib.Path) -> None:
    source = "def odd():\n    even()\n\ndef even():\n    odd()\n\nodd()\n"
    text = explained(raised_by(source, env_py))
    assert " frames more of these files ...\n" in text
    assert len(text.splitlines()) < 60


def test_a_line_that_holds_a_password(env_py: pathlib.Path) -> None:
    error = raised_by("connect('postgresql://anne:hunter2@db/app')\n", env_py)
    assert "    connect('postgresql://anne:***@db/app')\n" in explained(error)


def test_the_url_that_alembic_init_writes(env_py: pathlib.Path) -> None:
    """It was told as a misspelt postgresql://."""
    source = (
        "from sqlalchemy import create_engine\ncreate_engine('driver://user:pass@localhost/x')\n"
    )
    text = explained(raised_by(source, env_py), configuration="/shop/alembic.ini")
    assert "the one that `alembic init` writes as an example" in text
    assert "/shop/alembic.ini" in text


def test_a_script_that_is_not_python(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "27c6 \u00fc\x1b.py"
    text = explained(raised_by("revision = '27c6'\nx = (1,\n", file))
    name = str(file).replace("\x1b", "\\x1b")
    assert f'  File "{name}", line 2\n    x = (1,\n        ^\nSyntaxError: ' in text
    assert f"Where:      {name}, line 2\n" in text


def test_a_file_in_an_archive(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "shop.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("models_in_an_archive.py", "raise LookupError('no model')\n")
    monkeypatch.syspath_prepend(str(archive))
    with pytest.raises(LookupError) as caught:
        builtins.__import__("models_in_an_archive")
    text = explained(caught.value)
    assert f'  File "{archive}/models_in_an_archive.py", line 1, in <module>\n' in text
    assert "    raise LookupError('no model')\n" in text


def test_long_lines_of_the_paragraph_are_wrapped() -> None:
    """On a terminal an advice was one line of some hundred characters."""
    error = ImportError("No module named 'shop_of_anne'", name="shop_of_anne")
    lines = explained(error, width=60).splitlines()
    [first] = [number for number, line in enumerate(lines) if line.startswith("What to do: ")]
    assert lines[first + 1].startswith(" " * 12)
    assert max(len(line) for line in lines if "/" not in line) <= 60
    # What is an error's own stays as it is.
    assert f"ValueError: {'x ' * 100}".strip() in explained(ValueError("x " * 100))


# ---- imports -------------------------------------------------------------------------------------


def advice_after(source: str, env_py: pathlib.Path) -> str:
    error = raised_by(source, env_py)
    text = explained(error, configuration=str(env_py.parent / "alembic.ini"))
    return " ".join(text.partition("What to do: ")[2].partition("\nTraceback")[0].split())


def test_a_module_beside_the_configuration(env_py: pathlib.Path) -> None:
    (env_py.parent / "shop_of_bob.py").touch()
    said = advice_after("import shop_of_bob.models\n", env_py)
    assert f"There is a shop_of_bob in {env_py.parent}" in said
    assert "prepend_sys_path = %(here)s into alembic.ini (prepend_sys_path is not set)" in said


def test_a_package_that_has_no_such_module(env_py: pathlib.Path) -> None:
    said = advice_after("import json.models\n", env_py)
    assert said.startswith("The package json that was found has no models: it is ")


def test_modules_that_import_each_other(
    env_py: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (env_py.parent / "half_of_a_circle.py").write_text("from half_of_a_circle import later\n")
    monkeypatch.syspath_prepend(str(env_py.parent))
    said = advice_after("import half_of_a_circle\n", env_py)
    assert said.startswith("Two modules import each other")


# ---- what was committed --------------------------------------------------------------------------


@pytest.fixture
def connection() -> Iterator[Connection]:
    with create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql("CREATE TABLE rows (id INTEGER)")
        yield connection


def run_of(
    connection: Connection, *names: str, at_work: bool, kind: str = "upgrade", **known: Any
) -> Outcome:
    """A run in one transaction, which is open, of which all steps are over, or all but the last."""
    place = Place(make_url("sqlite:///shop.db"), None, None, "alembic_version", True)
    run = Outcome(place, (), len(names), **known)
    run.observe(connection)
    for name in names:
        revision = types.SimpleNamespace(revision=name)
        step = types.SimpleNamespace(revision=revision, is_upgrade=kind == "upgrade")
        run.begins(step)
        connection.exec_driver_sql("INSERT INTO rows VALUES (1)")
        if name != names[-1] or not at_work:
            run.applied(step, (name,), in_own_transaction=False)
            run.passed()
    return run


def committed(*runs: Outcome) -> str:
    for run in runs:
        run.end()
    text = explained(ValueError("x"), command="upgrade", runs=runs)
    return " ".join(text.partition("Committed:  ")[2].partition("\nTraceback")[0].split())


def test_sql_that_is_printed_and_not_run(connection: Connection) -> None:
    run = run_of(connection, "ae10", "27c6", at_work=True, is_script=True)
    assert committed(run) == "The SQL that was printed is not whole."


def test_an_error_after_the_last_step(connection: Connection) -> None:
    run = run_of(connection, "ae10", "27c6", at_work=False)
    assert committed(run) == "Nothing. Rolled back: ae10, 27c6."
    run = run_of(connection, "ae10", "27c6", at_work=False)
    connection.commit()
    assert committed(run) == "ae10, 27c6."


def test_a_downgrade(connection: Connection) -> None:
    """The revision that was taken away was told as if it were there."""
    run = run_of(connection, "27c6", "ae10", at_work=True, kind="downgrade")
    connection.exec_driver_sql("COMMIT")
    assert committed(run) == (
        "The downgrade of 27c6. What the downgrade of ae10 did before the error may have stayed: "
        "it has an autocommit_block, or a COMMIT of its own."
    )
    run = run_of(connection, "27c6", "ae10", at_work=True, kind="downgrade")
    assert committed(run) == "Nothing. Rolled back: the downgrade of 27c6."


def test_a_script_that_sends_a_commit_of_its_own(connection: Connection) -> None:
    run = run_of(connection, "ae10", "27c6", at_work=True)
    connection.exec_driver_sql("COMMIT;")
    assert committed(run) == (
        "ae10. What 27c6 did before the error may have stayed: it has an autocommit_block, or a "
        "COMMIT of its own."
    )


def test_a_run_that_was_started_over(connection: Connection) -> None:
    """The database was told of twice: once more for each try that a lock had cut."""
    runs = [run_of(connection, "ae10", "27c6", at_work=True) for _ in range(3)]
    assert committed(*runs) == "Nothing. Rolled back: ae10."


def test_a_run_that_goes_on_where_another_try_has_stopped(connection: Connection) -> None:
    first = run_of(connection, "ae10", "27c6", at_work=True)
    connection.commit()
    first.end()
    second = run_of(connection, at_work=True)
    second.continues(first)
    assert committed(first, second) == "ae10."


def test_nobody_has_noted_what_was_run() -> None:
    assert "Committed" not in explained(ValueError("x"), command="upgrade", runs=None)
