"""The formats of ``lint`` that other programs read."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any
from xml.etree import ElementTree

import pytest

import alembic_native
from alembic_native.lint.findings import Finding
from alembic_native.lint.formats import FORMATS, report_function


@pytest.fixture(autouse=True)
def project(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """The current folder, on no CI system."""
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def found(rule: str = "drop-table", name: str = "v/a.py", **more: Any) -> Finding:
    line, column = more.pop("line", 3), more.pop("column", 5)
    subject = more.pop("subject", 'table "user"')
    return Finding(rule, os.path.abspath(name), line, column, subject, **more)


ERROR = found("multiple-heads", "v/b.py", subject="aaaa1111")
WARNING = found()
NOTE = found("empty-downgrade", subject="")


def three() -> list[Finding]:
    """An error in v/b.py, a warning and a note in v/a.py; not in their order."""
    return [
        found("multiple-heads", "v/b.py", subject="aaaa1111"),
        found(),
        found("empty-downgrade", line=9, subject=""),
    ]


def told(name: str, findings: list[Finding], scripts: int = 2) -> str:
    return report_function(name)(findings, scripts)


def test_a_format_that_there_is_not() -> None:
    with pytest.raises(KeyError):
        report_function("yaml")


@pytest.mark.parametrize("name", FORMATS)
def test_lone_surrogates_and_control_characters_do_no_harm(name: str) -> None:
    """A file name that is no UTF-8 ended a report with UnicodeEncodeError."""
    nasty = "\udcff \ud800 \x1b[31m\x00\x0b\u202e\ufffe\r\n::error::x ]]> &<\"' {0} [a](b) é"
    finding = found(
        name="v/\udcff%,: é.py", subject=nasty, severity="error", happens=nasty, instead=nasty
    )
    text = told(name, [finding])
    text.encode("utf-8")
    assert not set("\x1b\x00\x0b\r\u202e") & set(text)
    if name == "github":
        assert [line[:7] for line in text.splitlines()] == ["::error", "1 error"]
    elif name == "junit":
        ElementTree.fromstring(text.encode("ascii"))
    else:
        json.loads(text.encode("ascii"))


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_is_that_of_the_files(name: str) -> None:
    assert told(name, three()) == told(name, three()[::-1])


# GitHub


def test_github_has_a_command_a_finding_and_the_total() -> None:
    first, second, third, last = told("github", three()).splitlines()
    assert first == (
        '::warning file=v/a.py,line=3,col=5,title=drop-table::table "user"'
        f"%0A{WARNING.happens}%0A{WARNING.instead}"
    )
    assert second == (
        f"::notice file=v/a.py,line=9,col=5,title=empty-downgrade::{NOTE.happens}%0A{NOTE.instead}"
    )
    assert third.startswith("::error file=v/b.py,line=3,col=5,title=multiple-heads::aaaa1111%0A")
    assert last == "1 error, 1 warning, 1 note in 2 scripts."
    assert told("github", []) == "Nothing found in 2 scripts."


def test_github_unescapes_what_was_meant() -> None:
    finding = found(name="100%,a:b.py", subject="50%, a:b", happens="x", instead="y")
    assert told("github", [finding]).splitlines()[0] == (
        "::warning file=100%25%2Ca%3Ab.py,line=3,col=5,title=drop-table::50%25, a:b%0Ax%0Ay"
    )


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_paths_begin_at_the_top_of_the_repository(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    (project / "backend").mkdir()
    monkeypatch.setenv(variable, str(project))
    monkeypatch.chdir("backend")
    finding = found()
    assert "::warning file=backend/v/a.py," in told("github", [finding])
    monkeypatch.setenv(variable, str(project / "elsewhere"))
    assert "::warning file=v/a.py," in told("github", [finding])


def test_a_repository_that_is_reached_by_a_link(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "real").mkdir()
    (project / "link").symlink_to("real")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project / "link"))
    assert "file=v/a.py," in told("github", [found(name="real/v/a.py")])


def test_a_file_outside_of_the_repository(project: pathlib.Path) -> None:
    outside = project.parent / "a b.py"
    assert f"file={outside}," in told("github", [found(name=str(outside))])
    artifact = sarif([found(name=str(outside))])["results"][0]["locations"][0]["physicalLocation"]
    assert artifact["artifactLocation"] == {"uri": outside.as_uri()}


# JSON


def test_json_is_one_document_with_the_documented_keys() -> None:
    document = json.loads(told("json", three()))
    assert list(document) == ["version", "findings", "counts", "scripts"]
    assert document["version"] == 1
    assert document["counts"] == {"error": 1, "warning": 1, "note": 1}
    assert document["scripts"] == 2
    assert document["findings"][0] == {
        "path": "v/a.py",
        "line": 3,
        "column": 5,
        "severity": "warning",
        "rule": "drop-table",
        "subject": 'table "user"',
        "happens": WARNING.happens,
        "instead": WARNING.instead,
    }


def test_json_of_nothing() -> None:
    assert json.loads(told("json", [])) == {
        "version": 1,
        "findings": [],
        "counts": {"error": 0, "warning": 0, "note": 0},
        "scripts": 2,
    }


# SARIF


def sarif(findings: list[Finding]) -> Any:
    document = json.loads(told("sarif", findings))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return run


def test_sarif_has_what_the_standard_requires() -> None:
    run = sarif(three())
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("alembic-native", alembic_native.__version__)
    assert run["columnKind"] == "unicodeCodePoints"
    assert [one["id"] for one in driver["rules"]] == [
        "drop-table",
        "empty-downgrade",
        "multiple-heads",
    ]
    first = run["results"][0]
    assert (first["ruleId"], first["level"]) == ("drop-table", "warning")
    assert first["message"]["text"] == f'table "user": {WARNING.happens} {WARNING.instead}'
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "v/a.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 5},
            }
        }
    ]
    for result in run["results"]:
        rule = driver["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["defaultConfiguration"]["level"] == result["level"]
        assert rule["shortDescription"]["text"]


def test_sarif_of_nothing_has_results_and_so_closes_those_of_the_last_run() -> None:
    run = sarif([])
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


def test_sarif_names_files_as_uris() -> None:
    run = sarif([found(name="v/a b#é\udcff%.py")])
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "v/a%20b%23%C3%A9%FF%25.py"


def test_sarif_has_no_placeholders_and_no_links_in_its_messages() -> None:
    (result,) = sarif([found(subject="{0} [a](b) c[1]", happens="x", instead="y")])["results"]
    assert result["message"]["text"] == r"{{0}} [a\](b) c[1]: x y"


def test_sarif_knows_a_finding_again_when_lines_move() -> None:
    def fingerprints(*findings: Finding) -> list[str]:
        results = sarif(list(findings))["results"]
        return [one["partialFingerprints"]["ruleAndSubject/v1"] for one in results]

    before = fingerprints(found(), found(line=8), found(subject='table "other"', line=9))
    moved = fingerprints(found(line=13), found(line=18), found(subject='table "other"', line=19))
    assert before == moved
    assert len(set(before)) == 3


def test_sarif_takes_what_another_program_found() -> None:
    finding = found(
        "squawk-ban-drop-table", subject="", severity="warning", happens="x", instead="y"
    )
    run = sarif([finding])
    assert run["results"][0]["message"]["text"] == "x y"
    assert run["tool"]["driver"]["rules"][0]["help"]["text"] == "y"


# JUnit


def junit(findings: list[Finding]) -> ElementTree.Element:
    suites = ElementTree.fromstring(told("junit", findings).encode("ascii"))
    assert suites.tag == "testsuites"
    (suite,) = suites
    assert suite.tag == "testsuite"
    assert suite.get("tests") == str(len(suite))
    return suite


def test_junit_has_a_failure_for_an_error_and_only_for_it() -> None:
    suite = junit(three())
    assert suite.get("failures") == "1"
    assert [(one.get("classname"), one[0].tag) for one in suite] == [
        ("drop-table", "system-out"),
        ("empty-downgrade", "system-out"),
        ("multiple-heads", "failure"),
    ]
    error = suite[2]
    assert (error.get("name"), error.get("file")) == ("v/b.py: aaaa1111", "v/b.py")
    assert error[0].get("message") == ERROR.happens
    assert error[0].text == (f"v/b.py:3:5: error: aaaa1111\n{ERROR.happens}\n{ERROR.instead}")


def test_junit_of_nothing_has_a_test_that_passed() -> None:
    suite = junit([])
    assert suite.get("failures") == "0"
    assert [(one.get("name"), len(one)) for one in suite] == [("2 scripts", 0)]


def test_junit_numbers_what_gitlab_would_take_for_one_test() -> None:
    names = [one.get("name") for one in junit([found(), found(line=8), found(line=9)])]
    assert names == [
        'v/a.py: table "user"',
        'v/a.py: table "user" (2)',
        'v/a.py: table "user" (3)',
    ]
