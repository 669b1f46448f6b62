"""Configuration files of every kind, and broken ones, met by the command line."""

from __future__ import annotations

import pytest

from tests.differential.cli_comparison import Comparer
from tests.differential.cli_projects import (
    LINEAR,
    PYPROJECT,
    TOML,
    Files,
    ini,
    project,
)


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        (
            {**project(*LINEAR), "conf/my.ini": ini(script_location="%(here)s/../migrations")},
            ["-c conf/my.ini heads -v", "--config=./conf//my.ini heads", "-c alembic.ini heads"],
        ),
        (
            {**PYPROJECT, "conf/my.ini": ini(script_location="migrations")},
            ["heads", "-c pyproject.toml heads", "-c conf/my.ini -c pyproject.toml heads"],
        ),
        ({**PYPROJECT, "alembic.ini": ini(truncate_slug_length="10")}, ["heads", "-n b heads"]),
        ({**PYPROJECT, "alembic.ini": ini("b", script_location="nowhere")}, ["heads", "history"]),
        (
            {**project(*LINEAR), "alembic.ini": ini("b", script_location="migrations")},
            ["-n b heads", "--name=b heads", "-x a=b -x c --raiseerr -n b history"],
        ),
        (
            {**project(*LINEAR), "alembic.ini": ini(d="migra", script_location="%(d)stions")},
            ["heads"],
        ),
        (
            {
                **project(*LINEAR),
                "alembic.ini": "[DEFAULT]\nx = migrations\n" + ini(script_location="%(x)s"),
            },
            ["heads"],
        ),
        (
            {**project(*LINEAR), "alembic.ini": ini(script_location="{folder}/migrations")},
            ["heads"],
        ),
        (
            {**project(*LINEAR), "alembic.ini": "[alembic]\r\nscript_location=migrations"},
            ["heads"],
        ),
        (
            {
                **project(*LINEAR),
                "migrations/versions/.#x.py": "1/0",
                "migrations/versions/__init__.py": "1/0",
            },
            ["heads"],
        ),
    ],
)
def test_where_the_configuration_is(compare: Comparer, files: Files, lines: list[str]) -> None:
    compare.answered(files, *lines)


@pytest.mark.parametrize(
    "line",
    [
        "-c nosuch.ini heads",
        "-c a.ini -c b.ini heads",
        "-c pyproject.toml -c x/pyproject.toml heads",
        "-n nosuch heads",
        "-c migrations heads",
        "--raiseerr -n nosuch history",
    ],
)
def test_configuration_that_is_not_there(compare: Comparer, line: str) -> None:
    compare.left(project(*LINEAR), line)
    compare.answered_or_refused(PYPROJECT, line)


def test_alembic_config_in_the_environment(compare: Comparer) -> None:
    files = {**PYPROJECT, "conf/my.ini": ini(script_location="%(here)s/../migrations")}
    files["conf/pyproject.toml"] = files.pop("pyproject.toml").replace(
        "migrations", "../migrations"
    )
    for value in ("conf/my.ini", "conf/pyproject.toml", "{folder}/conf/my.ini"):
        compare.answered(files, "heads", "-c conf/my.ini heads", env={"ALEMBIC_CONFIG": value})
    compare.left(files, "heads", env={"ALEMBIC_CONFIG": "nosuch.ini"})
    compare.left(files, "heads", env={"ALEMBIC_CONFIG": ""})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[alembic]\n",
        "no section",
        "[alembic]\nscript_location = nowhere\n",
        "[alembic]\nscript_location = %(nothing)s\n",
        "[alembic]\nscript_location = 50%\n",
        "[alembic]\nscript_location = migrations\nscript_location = other\n",
        "[alembic]\nscript_location = nosuchpackage:migrations\n",
        ini(script_location="migrations", truncate_slug_length="ten"),
        ini(script_location="migrations", prepend_sys_path="%(nothing)s"),
        ini(script_location="migrations", sourceless="true"),
        ini(script_location="migrations", version_locations="a:b", path_separator="colon"),
        ini(script_location="migrations", output_encoding="%(nothing)s"),
        ini(script_location="migrations") + "[post_write_hooks]\nhooks = %(x)s\n",
    ],
)
def test_broken_ini_files(compare: Comparer, text: str) -> None:
    compare.left(project(*LINEAR, files={"alembic.ini": text}), "heads")


@pytest.mark.parametrize(
    "text",
    [
        "no toml",
        "tool = 1",
        "[tool]\nalembic = 1",
        "[tool.alembic]\nx = 1",
        "[tool.alembic]\nscript_location = 1",
        "[tool.alembic]\nscript_location = 1.5",
        "[tool.alembic]\nscript_location = '%(nothing)s'",
        "[tool.alembic]\nscript_location = ['migrations']",
        TOML + "sourceless = 'true'",
        TOML + "recursive_version_locations = 1",
        TOML + "truncate_slug_length = 'ten'",
        TOML + "version_locations = [1]",
        TOML + "post_write_hooks = [{type = 'exec'}]",
        TOML + "post_write_hooks = 1",
    ],
)
def test_broken_toml_files(compare: Comparer, text: str) -> None:
    compare.left({**PYPROJECT, "pyproject.toml": text}, "heads")
    compare.answered_or_refused(project(*LINEAR, files={"pyproject.toml": text}), "heads")


@pytest.mark.parametrize("option", ["prepend_sys_path = 'x'", "version_locations = 'x'"])
def test_text_where_toml_should_have_a_list(compare: Comparer, option: str) -> None:
    """Upstream takes it character by character, and goes on."""
    compare.left({**PYPROJECT, "pyproject.toml": TOML + option}, "heads")
    compare.left(project(*LINEAR, files={"pyproject.toml": TOML + option}), "heads")


TWO_PLACES = {
    **{name: text for name, text in project(*LINEAR).items() if "versions" not in name},
    "one/a.py": LINEAR[0],
    "two/more/b.py": LINEAR[1],
    "two/c.py": LINEAR[2],
}


@pytest.mark.parametrize(
    "options",
    [
        {"version_locations": "one:two:two/more", "path_separator": ":"},
        {"version_locations": "one;./two/;two/../two/more", "path_separator": ";"},
        {"version_locations": "one two %(here)s/two/more", "path_separator": "space"},
        {"version_locations": "\n one\n two\n two/more\n", "path_separator": "newline"},
        {"version_locations": "one:two:two/more:", "path_separator": "os"},
        {"version_locations": "one : two : two/more", "version_path_separator": ":"},
        {"version_locations": "one, two,two/more"},
        {"version_locations": "one  two   two/more nosuch"},
        {
            "version_locations": "one:two",
            "path_separator": ":",
            "recursive_version_locations": "true",
        },
    ],
)
def test_version_locations(compare: Comparer, options: dict[str, str]) -> None:
    files = {**TWO_PLACES, "alembic.ini": ini(script_location="migrations", **options)}
    compare.answered(files, "history -v", "heads")


@pytest.mark.parametrize(
    "options",
    [
        {"version_locations": "one two", "path_separator": ":"},
        {"prepend_sys_path": "one:two", "path_separator": "tab"},
    ],
)
def test_version_locations_that_do_not_work(compare: Comparer, options: dict[str, str]) -> None:
    files = {**TWO_PLACES, "alembic.ini": ini(script_location="migrations", **options)}
    compare.answered_or_refused(files, "history")


def test_a_version_location_twice(compare: Comparer) -> None:
    """Upstream warns of it, and goes on."""
    options = {"version_locations": "one:one:two:two/more", "path_separator": ":"}
    files = {**TWO_PLACES, "alembic.ini": ini(script_location="migrations", **options)}
    compare.left(files, "history")


def test_options_of_toml(compare: Comparer) -> None:
    text = (
        TOML
        + """
version_locations = ["%(here)s/one", "two", "two/more"]
prepend_sys_path = [".", "%(here)s"]
truncate_slug_length = 12
file_template = "%%(rev)s-%%(slug)s"
"""
    )
    files = {**TWO_PLACES, "pyproject.toml": text, "alembic.ini": ""}
    compare.answered(files, "history")
    compare.left(files, "revision -m some_long_message_it_is --version-path one")


def test_script_location_in_a_package(compare: Comparer) -> None:
    files = {
        name.replace("migrations/", "lib/app/db/"): text for name, text in project(*LINEAR).items()
    }
    files["lib/app/__init__.py"] = "print('imported')"
    options = {"prepend_sys_path": "lib"}
    files["alembic.ini"] = ini(script_location="app:db", **options)
    compare.left(files, "heads -v", "revision -m x")
    files["alembic.ini"] = ini(script_location="app:db/nosuch", **options)
    compare.left(files, "heads")
    files["lib/app/__init__.py"] = ""
    files["alembic.ini"] = ini(
        script_location="app:db", version_locations="app:db:versions", **options
    )
    compare.left(files, "heads")


def test_local_modules_do_not_stand_in_for_others(compare: Comparer) -> None:
    """prepend_sys_path hid standard modules that were imported after it."""
    files = project(
        *LINEAR, files={"alembic.ini": ini(script_location="migrations", prepend_sys_path=".")}
    )
    for name in ("datetime", "mako", "struct", "textwrap", "tomllib", "zoneinfo", "uuid"):
        files[f"{name}.py"] = "1 / 0"
    compare.equal_in_processes(files, "heads", "revision -m x")
