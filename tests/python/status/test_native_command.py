"""``alembic-native``: status and wait, whatever Alembic is installed and however it is switched."""

from __future__ import annotations

import json
import pathlib
import re

import pytest

from alembic_native.upstream.contract import ALL_PARTS
from tests.alembic_command import Answer, alembic
from tests.differential.cli_projects import DIAMOND, TWO_HEADS, lay_out, project, script
from tests.locking.projects import Project
from tests.native_command import alembic_native
from tests.python.reading.test_cli_imports import python
from tests.python.upstream import future_alembic


def run(steps: Project, *words: str, **environment: str) -> Answer:
    return alembic_native("-c", str(steps.ini), *words, folder=steps.folder, **environment)


def later_alembic(folder: pathlib.Path) -> str:
    """Alembic 9.9.9, all of whose private names that are relied on are other ones."""
    names = {
        word
        for part in ALL_PARTS
        for module in part.names().values()
        for name in module
        if (word := name.rpartition(".")[2]).startswith("_") and not word.endswith("__")
    }
    pattern = re.compile(rf"\b({'|'.join(sorted(names))})\b")
    package = future_alembic.PACKAGE
    for path in package.rglob("*.py"):
        text = pattern.sub(r"\1_later", path.read_text(encoding="utf-8"))
        if path == package / "__init__.py":
            text = re.sub('__version__ = ".*"', '__version__ = "9.9.9"', text)
        copy = folder / "alembic" / path.relative_to(package)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("switch", ["1", "0"])
def test_with_an_alembic_of_the_future(
    switch: str, steps: Project, postgres_url: str, sqlite_url: str, tmp_path: pathlib.Path
) -> None:
    """With an Alembic outside the range `alembic wait` was an invalid choice."""
    environment = {"PYTHONPATH": later_alembic(tmp_path / "later"), "ALEMBIC_NATIVE": switch}
    for place in (["--url", postgres_url], ["--url", sqlite_url], []):
        answer = run(steps, "status", "--check", *place, DATABASE_URL=sqlite_url, **environment)
        assert answer.exit_code == 1, answer
        assert "Pending   3\n\n1 of 3  step0001  step 1  versions/step0001.py" in answer.stdout
        answer = run(
            steps, "wait", "--timeout", "0", *place, DATABASE_URL=sqlite_url, **environment
        )
        assert answer.exit_code == 1, answer
        assert "Still missing: step0001, step0002, step0003." in answer.stdout


def test_it_is_what_alembic_status_is(steps: Project, postgres_url: str) -> None:
    for place in (["--url", postgres_url], []):
        for words in (["status"], ["status", "--json", "--check"], ["wait", "--timeout", "0"]):
            theirs = alembic(
                *steps.command(*words, *place), folder=steps.folder, DATABASE_URL=postgres_url
            )
            assert run(steps, *words, *place, DATABASE_URL=postgres_url) == theirs


def test_with_a_url_alembic_is_not_imported(tmp_path: pathlib.Path, postgres_url: str) -> None:
    lay_out(project(*DIAMOND, files={"migrations/env.py": "raise SystemExit"}), tmp_path)
    program = """
import json, sys
from alembic_native.__main__ import main
main(["status", "--quiet", "--url", sys.argv[1]])
print(json.dumps(sorted(sys.modules)))
"""
    loaded = set(json.loads(python("-c", program, postgres_url, folder=tmp_path)))
    assert not {"alembic", "sqlalchemy"} & loaded
    assert not any(name.startswith("alembic_native.upstream") for name in loaded)


def test_a_script_whose_header_is_not_certain_is_imported(
    tmp_path: pathlib.Path, postgres_url: str
) -> None:
    """It was declined, and then read by Alembic, whichever that was."""
    computed = script("aaaa1111").replace('"""a change"""', '"""computed\n\nmore"""')
    computed += (
        "from shop_settings import prefix\nfrom alembic import op\nrevision = prefix + '1'\n"
    )
    files = {
        "lib/shop_settings.py": "prefix = 'aaaa111'\n",
        "alembic.ini": "[alembic]\nscript_location = migrations\nprepend_sys_path = lib\n",
    }
    lay_out(project(computed, script("bbbb2222", "aaaa1111"), files=files), tmp_path)
    answer = alembic_native("status", "--url", postgres_url, folder=tmp_path)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "1 of 2  aaaa1111  computed  migrations" in answer.stdout


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("revision = str(1)\n", "has no down_revision"),
        ("down_revision = str()\n", "has no revision"),
        ("revision = str(1)\ndown_revision = [int()]\n", "down_revision in "),
        ("revision = int()\ndown_revision = None\n", "revision in "),
        ("revision = str('a@b')\ndown_revision = None\n", "that Alembic refuses there: @ - +"),
        ("revision = str(1)\nraise ValueError('no')\n", "FAILED: ValueError: no"),
        ("revision = 'a'\ndown_revision = 'nosuch'\n", "nosuch"),
    ],
)
def test_a_script_that_cannot_be_used_is_named(
    source: str, said: str, tmp_path: pathlib.Path
) -> None:
    lay_out(project(source), tmp_path)
    answer = alembic_native("status", "--url", "sqlite://", folder=tmp_path)
    assert (answer.exit_code, answer.stdout) == (255, "")
    assert "00_change.py" in answer.stderr
    assert said in answer.stderr


def test_a_project_that_cannot_be_read_says_why(tmp_path: pathlib.Path, steps: Project) -> None:
    def failed(*words: str) -> str:
        answer = alembic_native(*words, "status", "--url", "sqlite://", folder=tmp_path)
        assert (answer.exit_code, answer.stdout) == (255, "")
        return answer.stderr

    assert "There is neither alembic.ini nor pyproject.toml in " in failed()
    assert "nosuch.ini: no such file" in failed("-c", "nosuch.ini")
    (tmp_path / "alembic.ini").write_text("[alembic]\n")
    assert "The project cannot be read: there is no script_location." in failed()
    twice = ["-c", "alembic.ini", "-c", str(steps.ini)]
    assert "several configuration files of one kind" in failed(*twice)


def test_the_options_of_a_project(tmp_path: pathlib.Path) -> None:
    """``-c``, ``-n`` and ``-x``, before the command or after it."""
    env = "from alembic import context\nraise SystemExit(str(context.get_x_argument()))\n"
    ini = "[shop]\nscript_location = migrations\n"
    lay_out(project(files={"migrations/env.py": env, "shop.ini": ini}), tmp_path)
    options = ["-c", "shop.ini", "-n", "shop", "-x", "tenant=1", "-x", "more"]
    for words in ([*options, "status"], ["status", *options]):
        answer = alembic_native(*words, folder=tmp_path)
        assert (answer.exit_code, answer.stdout) == (255, "")
        assert "['tenant=1', 'more']" in answer.stderr
    words = ["status", "-c", "shop.ini", "--name", "shop", "--url", f"sqlite:///{tmp_path}/x.db"]
    assert "Pending   none" in alembic_native(*words, folder=tmp_path).stdout


def test_help_version_and_information(tmp_path: pathlib.Path) -> None:
    answer = alembic_native("--help", folder=tmp_path)
    assert answer.exit_code == 0
    for word in ("status", "wait", "info", "--config", "--name", "-x", "--version"):
        assert word in answer.stdout
    assert re.fullmatch(
        r"alembic-native \d+\.\d+\S*\n", alembic_native("--version", folder=tmp_path).stdout
    )
    information = alembic_native("info", folder=tmp_path)
    assert "overlay: active (alembic " in information.stdout
    assert information.stdout == python("-m", "alembic_native", folder=tmp_path)
    none = alembic_native(folder=tmp_path)
    assert (none.exit_code, none.stdout) == (2, "")
    assert "a command is missing: status, wait, lint, rebase or info" in none.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--url", "sqlite://", "--url-env", "X"],
        ["status", "--all-schemas"],
        ["wait", "--timeout", "soon"],
        ["status", "--allow-multiple-heads"],
        ["stauts"],
    ],
)
def test_wrong_options(words: list[str], tmp_path: pathlib.Path) -> None:
    answer = alembic_native(*words, folder=tmp_path)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("usage: alembic-native ")


@pytest.mark.parametrize(
    "words", [["{}"], ["status", "{}"], ["status", "--timeout", "{}"], ["wait", "--timeout={}"]]
)
def test_a_url_in_the_wrong_place_is_not_repeated(words: list[str], tmp_path: pathlib.Path) -> None:
    """argparse repeats what it does not know, and with a URL its password."""
    url = "postgresql://shop:hunter2@db/shop"
    answer = alembic_native(*(word.format(url) for word in words), folder=tmp_path)
    assert answer.exit_code == 2
    assert "hunter2" not in answer.stderr
    assert "postgresql://..." in answer.stderr


def test_two_heads(tmp_path: pathlib.Path, sqlite_url: str) -> None:
    lay_out(project(*TWO_HEADS), tmp_path)
    answer = alembic_native("status", "--check", "--url", sqlite_url, folder=tmp_path)
    assert answer.exit_code == 5
