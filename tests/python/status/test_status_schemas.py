"""``alembic status --all-schemas``: every tenant at once."""

from __future__ import annotations

import json

from tests.alembic_command import Answer, alembic
from tests.locking.projects import Project
from tests.postgres_administrator import Administrator, create_tenants


def scan(steps: Project, url: str, *words: str) -> Answer:
    words = ("status", "--all-schemas", "--url", url, *words)
    return alembic(*steps.command(*words), folder=steps.folder)


STEP = "'step000' || (i - 1) % 3 + 1"


def test_the_table_for_people(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    create_tenants(administrator, 1, 3, STEP)
    administrator.execute("CREATE SCHEMA empty CREATE TABLE alembic_version (version_num text)")
    answer = scan(steps, postgres_url)
    assert answer == Answer(
        0,
        f"""\
Database  {postgres_url.partition("//")[2]}
Scripts   step0003
Schemas   1 at the heads, 3 with pending revisions

schema        heads     pending
empty         none      3
tenant_00001  step0001  2
tenant_00002  step0002  1
tenant_00003  step0003  0
""",
        "",
    )
    assert scan(steps, postgres_url, "--check").exit_code == 1
    at_heads = scan(steps, postgres_url, "--check", "--schema-pattern", "tenant_????3")
    assert at_heads.exit_code == 0
    assert at_heads.stdout.endswith("pending\ntenant_00003  step0003  0\n")


def test_no_schema_has_the_table(steps: Project, postgres_url: str) -> None:
    answer = scan(steps, postgres_url)
    assert answer.exit_code == 0
    assert answer.stdout.endswith("Schemas   none has a table alembic_version\n")
    narrowed = scan(steps, postgres_url, "--schema-pattern", "x*", "--version-table", "migrations")
    assert narrowed.exit_code == 255
    assert "No schema that matches 'x*' has a table migrations." in narrowed.stderr


def test_what_is_wrong_with_one_schema_is_in_its_line(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    create_tenants(administrator, 1, 4, STEP)
    administrator.execute("ALTER TABLE tenant_00001.alembic_version RENAME version_num TO v")
    unreadable = scan(steps, postgres_url, "--json", "--check")
    assert unreadable.exit_code == 4
    # One head is built upon another: upgrade would refuse.
    administrator.execute("INSERT INTO tenant_00002.alembic_version VALUES ('step0001')")
    administrator.execute("INSERT INTO tenant_00003.alembic_version VALUES ('fade')")
    answer = scan(steps, postgres_url, "--json")
    assert answer.exit_code == 3
    document = json.loads(answer.stdout)
    assert (document["at_heads"], document["script_heads"]) == (False, ["step0003"])
    schemas = {one.pop("schema"): one for one in document["schemas"]}
    assert "no column version_num" in schemas["tenant_00001"]["error"]
    assert "overlaps" in schemas["tenant_00002"]["error"]
    assert schemas["tenant_00003"] == {
        "at_heads": False,
        "heads": ["fade", "step0003"],
        "pending": 0,
        "unknown": ["fade"],
        "error": "",
    }
    assert schemas["tenant_00004"]["pending"] == 2


def test_ten_thousand_schemas(
    steps: Project, postgres_url: str, administrator: Administrator
) -> None:
    create_tenants(administrator, 1, 10_000, STEP)
    answer = scan(steps, postgres_url, "--json", "--check")
    assert answer.exit_code == 1
    found = json.loads(answer.stdout)["schemas"]
    assert [one["pending"] for one in found] == [2, 1, 0] * 3333 + [2]
    assert found[9_998]["schema"] == "tenant_09999"
