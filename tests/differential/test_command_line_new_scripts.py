"""What ``revision`` and ``merge`` write."""

from __future__ import annotations

import pytest

from tests.differential.cli_comparison import Comparer
from tests.differential.cli_projects import (
    DEPENDENT,
    DIAMOND,
    LINEAR,
    PYPROJECT,
    TEMPLATE,
    TOML,
    TWO_HEADS,
    ini,
    project,
)


@pytest.mark.parametrize(
    "words",
    [
        ["-m", "a message"],
        ["-m", 'Ünïcode: it\'s "quoted"', "--rev-id", "x1"],
        ["--message=", "--rev-id", "abc_1"],
        [],
        ["-m", "a\nb"],
        ["-m", "a_very_long_message_that_does_not_fit_into_forty_characters_at_all"],
        ["--head", "bbbb2222", "--splice"],
        ["--head=base", "--splice", "--branch-label", "new"],
        ["--depends-on", "aaaa", "--depends-on=bbbb2222"],
        ["--depends-on", "cccc3333"],
        ["--version-path", "migrations/versions"],
        ["--rev-id", "head"],
    ],
)
def test_revision(compare: Comparer, words: list[str]) -> None:
    compare.left(project(*LINEAR), ["revision", *words], ["-q", "revision", *words])


@pytest.mark.parametrize(
    "words",
    [
        ["--head", "bbbb2222"],
        ["--head", "nosuch"],
        ["--depends-on", "nosuch"],
        ["--version-path", "elsewhere"],
        ["--rev-id", "a-b"],
        ["--sql"],
        ["--autogenerate"],
        ["--branch-label", "x@y"],
        ["--rev-id", "x", "-m", "/y"],
        ["-m"],
        ["message"],
    ],
)
def test_revision_that_upstream_refuses_or_does(compare: Comparer, words: list[str]) -> None:
    compare.left(project(*LINEAR), ["revision", *words])


@pytest.mark.parametrize("scripts", [TWO_HEADS, DEPENDENT, DIAMOND, []])
def test_revision_and_merge_of_other_histories(compare: Comparer, scripts: list[str]) -> None:
    compare.left(
        project(*scripts),
        "revision -m x",
        "revision -m x --head heads",
        "revision -m x --head left@head",
        "revision --depends-on left --head cccc --rev-id x",
        "merge heads -m together",
        "merge -m together cccc3333 bbbb2222",
        "merge cccc3333 cccc",
        "merge --branch-label=x --rev-id=new heads",
        "merge -m y",
    )
    if scripts is TWO_HEADS:
        compare.left(project(*scripts), "merge heads", "merge bbbb cccc -m x")


@pytest.mark.parametrize(
    "options",
    [
        {"file_template": "%%(rev)s"},
        {
            "file_template": "date_%%(year)d_%%(month).2d_%%(day).2d_"
            "%%(hour)d_%%(minute)d_%%(second)d"
        },
        {"file_template": "date_%%(epoch)s"},
        {"file_template": "%%(nosuch)s"},
        {"file_template": "%(rev)s"},
        {"truncate_slug_length": "5"},
        {"truncate_slug_length": "0"},
        {"timezone": "Europe/Berlin"},
        {"timezone": "utc"},
        {"timezone": "Nowhere/Land"},
        {"output_encoding": "nosuch"},
        {"revision_environment": "off"},
        {"revision_environment": "perhaps"},
    ],
)
def test_options_of_new_scripts(compare: Comparer, options: dict[str, str]) -> None:
    files = project(*LINEAR, files={"alembic.ini": ini(script_location="migrations", **options)})
    compare.left(files, ["revision", "-m", "some näme or other"], "merge heads")
    compare.answered_or_refused(files, "history")


def test_an_option_that_only_upstream_knows(compare: Comparer) -> None:
    text = ini(script_location="migrations") + "revision_environment = true\n"
    files = project(*LINEAR, files={"alembic.ini": text})
    compare.left(files, "revision -m x", "merge heads")


def test_hooks(compare: Comparer) -> None:
    hooks = "[post_write_hooks]\nhooks = a\na.type = exec\na.executable = echo\na.options = hello\n"
    text = ini(script_location="migrations") + hooks
    compare.left(project(*LINEAR, files={"alembic.ini": text}), "revision -m x")
    compare.answered(project(*LINEAR, files={"alembic.ini": text}), "heads")
    text = TOML + "post_write_hooks = [{name = 'a', type = 'exec', executable = 'echo'}]"
    compare.left({**PYPROJECT, "pyproject.toml": text}, "revision -m x")


@pytest.mark.parametrize(
    "template",
    [
        TEMPLATE.replace("import op", "import op\n# ${nosuch}"),
        TEMPLATE.replace(
            "import op", "import op\n# ${refresh} ${comma(['a', 'b'])} ${comma(None)}"
        ),
        TEMPLATE.replace("\\nbranch_labels", "\\nlabels"),
        TEMPLATE + "\n<% x = 1 %>\n% if x:\n## no\n# é ${x}\n% endif\n",
        TEMPLATE + "\n%",
    ],
)
def test_templates(compare: Comparer, template: str) -> None:
    files = project(*LINEAR, files={"migrations/script.py.mako": template})
    compare.left(files, "revision -m x --branch-label y --rev-id new")
    compare.left(files, "revision -m x")


@pytest.mark.parametrize(
    "template",
    [
        TEMPLATE.replace("import op", "import op\n# ${config.get_main_option('script_location')}"),
        TEMPLATE.replace("revision = ", "revision = '' + "),
    ],
)
def test_templates_that_need_upstream(compare: Comparer, template: str) -> None:
    """They ask for the configuration, or write a header that only importing can tell."""
    files = project(*LINEAR, files={"migrations/script.py.mako": template})
    compare.left(files, "revision -m x --branch-label y --rev-id new", "revision -m x")


def test_a_template_that_is_missing(compare: Comparer) -> None:
    files = project(*LINEAR)
    del files["migrations/script.py.mako"]
    compare.left(files, "revision -m x")


def test_a_folder_that_is_missing(compare: Comparer) -> None:
    files = project()
    del files["migrations/versions/README"]
    compare.left(files, "revision -m x")
    compare.answered(files, "heads", "history")


def test_a_script_that_is_there_already(compare: Comparer) -> None:
    files = project(*LINEAR, files={"migrations/versions/new_x.py": ""})
    compare.left(files, "revision --rev-id new -m x")
