"""``status`` and ``wait`` among upstream's commands, and beside commands of others."""

from __future__ import annotations

import pathlib
import re
import textwrap

import pytest

from tests.alembic_command import alembic
from tests.differential.cli_projects import LINEAR, lay_out, project
from tests.python.reading.test_cli_imports import python


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    lay_out(project(*LINEAR), tmp_path)
    return tmp_path


def run(program: str, folder: pathlib.Path, *arguments: str, **environment: str) -> str:
    return python("-c", textwrap.dedent(program), *arguments, folder=folder, **environment)


def test_they_are_listed_and_described(folder: pathlib.Path) -> None:
    listed = alembic("--help", folder=folder).stdout
    assert ",stamp,status,upgrade,wait}" in listed.replace("\n", "").replace(" ", "")
    assert "Wait until a database is at the heads of the scripts." in listed
    for command in "status", "wait":
        answer = alembic(command, "--help", folder=folder)
        assert answer.exit_code == 0
        assert f"usage: alembic {command} " in answer.stdout
        for word in ("--url URL", "--url-env NAME", "--version-table-schema", "exit codes: 0"):
            assert word in answer.stdout
        codes = answer.stdout.partition("exit codes:")[2]
        found = {int(code) for code in re.findall(r"\b\d+\b", codes)}
        assert found == {0, 1, 2, 3, 130, 255} | ({4, 5} if command == "status" else {143})


def test_what_a_command_needs_is_imported_when_it_runs(folder: pathlib.Path) -> None:
    """Every `import alembic` loaded the code of `status`, and with it SQLAlchemy's inspection."""
    program = """
    import sys
    import alembic, alembic.config
    print([name for name in sys.modules if name.startswith("alembic_native.status.")])
    """
    assert run(program, folder) == "[]\n"


def test_a_python_without_the_private_names_of_argparse(folder: pathlib.Path) -> None:
    """A Python whose argparse keeps its lists elsewhere ended in an AttributeError."""
    program = """
    from alembic.config import CommandLine
    def status(config): "Of the shop."; print("the shop's own status")
    line = CommandLine("shop")
    del line.subparsers._choices_actions
    # The installed argparse lists what has a help.
    add = line.subparsers.add_parser
    line.subparsers.add_parser = lambda name, help=None, **more: add(name, **more)
    line.register_command(status)
    line.main(["status"])
    """
    assert run(program, folder) == "the shop's own status\n"


def test_switched_off_upstream_is_as_it_was(folder: pathlib.Path) -> None:
    for command in "status", "wait":
        answer = alembic(command, folder=folder, ALEMBIC_NATIVE="0")
        assert answer.exit_code == 2
        assert f"invalid choice: '{command}'" in answer.stderr
    listed = alembic("--help", folder=folder, ALEMBIC_NATIVE="0").stdout
    assert "upgrade}" in listed.replace("\n", "").replace(" ", "")


def test_a_subclass_of_config_and_of_the_command_line(folder: pathlib.Path) -> None:
    program = """
    import sys
    import alembic.config

    class Settings(alembic.config.Config):
        def print_stdout(self, text, *arg):
            super().print_stdout("mine: " + text.splitlines()[0], *arg)

    class Line(alembic.config.CommandLine):
        def run_cmd(self, config, options):
            print("runs", options.cmd[0].__name__)
            super().run_cmd(config, options)

    alembic.config.Config = Settings
    line = Line("shop")
    line.main(["status"])
    line.main(["status", "--url", "sqlite:///x.db"])
    try:
        line.main(["wait", "--timeout", "0"])
    except SystemExit as end:
        print(end.code)
    """
    printed = run(program, folder).splitlines()
    assert printed == [
        "runs status",
        "mine: Database  sqlite://",
        "runs status",
        "mine: Database  sqlite:///x.db",
        "runs wait",
        "mine: Waiting for the database to be at cccc3333.",
        "mine: sqlite:// is at none (there is no table alembic_version): 3 revisions are still to "
        "run, next aaaa1111 (a change). Still missing: aaaa1111, bbbb2222, cccc3333.",
        "1",
    ]


def test_upstreams_whole_path_is_the_same(folder: pathlib.Path, postgres_url: str) -> None:
    program = """
    import sys
    from alembic.config import CommandLine, main
    (CommandLine().main if sys.argv[1] == "whole" else main)(sys.argv[2:])
    """
    words = ["status", "--url", postgres_url]
    whole = run(program, folder, "whole", *words)
    assert whole == run(program, folder, "light", *words)
    assert "Pending   3" in whole


@pytest.mark.parametrize(
    "register",
    [
        "line.register_command(status)",
        "line.subparsers.add_parser('status').set_defaults(cmd=(status, ['config'][1:], []))",
    ],
)
def test_a_command_of_a_program_takes_the_place_of_ours(
    register: str, folder: pathlib.Path
) -> None:
    program = f"""
    from alembic.config import CommandLine
    def status(config): "Of the shop."; print("the shop's own status")
    line = CommandLine("shop")
    {register}
    line.main(["status"])
    line.main(["heads"])
    print(line.parser.format_help().count("status"))
    """
    printed = run(program, folder)
    assert printed == "the shop's own status\ncccc3333 (head)\n" + printed.splitlines()[-1] + "\n"
    # With upstream alone it is listed as often.
    assert printed == run(program, folder, ALEMBIC_NATIVE="0")


def test_a_command_that_a_plugin_has_brought_before_ours(folder: pathlib.Path) -> None:
    """As a plugin does that puts its function among Alembic's, or wraps how they are collected."""
    program = """
    import alembic.command, alembic.config
    def status(config): "Of the plugin."; print("the plugin's status")
    status.__module__ = "alembic.command"
    alembic.command.status = status
    alembic.config.CommandLine().main(["status"])
    """
    assert run(program, folder) == "the plugin's status\n"


def test_a_name_that_a_program_takes_twice(folder: pathlib.Path) -> None:
    """Of two commands of a program the second one is refused, as with upstream alone."""
    program = """
    import argparse
    from alembic.config import CommandLine
    def wait(config): pass
    line = CommandLine()
    line.register_command(wait)
    try:
        line.register_command(wait)
    except (argparse.ArgumentError, ValueError) as error:  # the second one from Python 3.14 on
        print(str(error).rpartition("}")[2])
    """
    assert run(program, folder) == run(program, folder, ALEMBIC_NATIVE="0")


def test_with_a_plugin_installed_they_work(folder: pathlib.Path, postgres_url: str) -> None:
    lay_out(
        {
            "plugin.py": "def setup(plugin): pass\n",
            "plugin-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: plugin\nVersion: 1.0\n",
            "plugin-1.0.dist-info/entry_points.txt": "[alembic.plugins]\nmine = plugin\n",
        },
        folder / "installed",
    )
    answer = alembic(
        "status", "--url", postgres_url, folder=folder, PYTHONPATH=str(folder / "installed")
    )
    assert "Pending   3" in answer.stdout
