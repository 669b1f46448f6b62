"""No password is shown."""

from __future__ import annotations

import pytest

from alembic_native.run.secrets import MASK, Secrets

NOTHING_KNOWN = Secrets({}, [])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgresql://anne:hunter2@db/app", "postgresql://anne:***@db/app"),
        ("postgresql+psycopg://anne:hunt@er/2@db/app", "postgresql+psycopg://anne:***@db/app"),
        ("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0"),
        ("anne:hunter2@db/app", "anne:***@db/app"),
        ("engine('mysql://anne:hunter2@db/app')", "engine('mysql://anne:***@db/app')"),
        ("host=db password=hunter2 dbname=app", "host=db password=*** dbname=app"),
        ("password='hunter 2' dbname=app", "password=*** dbname=app"),
        ("?user=anne&password=hunter2&ssl=1", "?user=anne&password=***&ssl=1"),
        ("Driver={ODBC 18};PWD={hun;ter2};Server=db", "Driver={ODBC 18};PWD=***;Server=db"),
        ("odbc_connect=PWD%3Dhunter2%3BServer%3Ddb", "odbc_connect=PWD%3D***%3BServer%3Ddb"),
        ('{"user": "anne", "password": "hunter2"}', '{"user": "anne", "password": ***}'),
        ('os.environ["DB_PASSWORD"] = "hunter2"', 'os.environ["DB_PASSWORD"] = ***'),
        ('os.environ.get("DB_PASSWORD", "hunter2")', 'os.environ.get("DB_PASSWORD", ***)'),
        ("API_KEY: str = 'hunter2'", "API_KEY: str = ***"),
        ("DB_PASS = 'hunter2'", "DB_PASS = ***"),
        ("token: hunter2", "token: ***"),
        ("ALTER ROLE anne PASSWORD 'hunter2'", "ALTER ROLE anne PASSWORD '***'"),
        ("LINE 1: ALTER ROLE anne PASSWORD 'hunt...", "LINE 1: ALTER ROLE anne PASSWORD '***'"),
        ("CREATE USER anne IDENTIFIED BY 'hunter2'", "CREATE USER anne IDENTIFIED BY '***'"),
        ('CREATE USER anne IDENTIFIED BY "hunter2"', "CREATE USER anne IDENTIFIED BY '***'"),
        ("Failing row contains (1, anne, $2b$12$Hq).", "Failing row contains (***)."),
        ("Key (token)=(hunter2) already exists.", "Key (token)=(***) already exists."),
        ("Duplicate entry 'hunter'2' for key 'token'", "Duplicate entry '***' for key 'token'"),
        ("[parameters: {'name': 'anne'}]", "[parameters: ***]"),
        ("CONNECTION 'host=db password=hunter2'", "CONNECTION '***'"),
        ("LINE 1: ALTER ROLE a PASSWORD $$hun ter2$$", "LINE 1: ALTER ROLE a PASSWORD '***'"),
        ("LINE 1: ALTER ROLE a PASSWORD $q$hunt...", "LINE 1: ALTER ROLE a PASSWORD '***'"),
        (r"ALTER ROLE anne PASSWORD E'hun\'ter2' LOGIN", "ALTER ROLE anne PASSWORD '***' LOGIN"),
        ("UPDATE users SET password = E'hunter2'", "UPDATE users SET password = ***"),
        ("UPDATE users SET password = $$hun ter2$$", "UPDATE users SET password = ***"),
        ("password=burgundy dbname=app", "password=*** dbname=app"),
    ],
)  # fmt: skip
def test_where_secrets_usually_stand(text: str, masked: str) -> None:
    assert NOTHING_KNOWN.masked(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        'password authentication failed for user "anne"',
        "Access denied for user 'anne'@'127.0.0.1' (using password: YES)",
        "fe_sendauth: no password supplied",
        "postgresql://anne@db:5432/app",
        "sqlite:////srv/app/data.db",
        'op.add_column("users", sa.Column("password", sa.String))',
        "syntax error at or near \"token\"",
        "Key (email)=(anne@example.org) already exists.",
        '  File "/srv/app/env.py", line 12, in <module>',
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert NOTHING_KNOWN.masked(text) == text


def test_a_password_that_is_known_is_masked_wherever_it_stands() -> None:
    secrets = Secrets(
        {
            "DATABASE_URL": "postgresql://anne:sun%40rise@db/app",
            "SHOP_TOKEN": "t0k3n-of-shop",
            "PWD": "/srv/app",
            "HOME": "/home/anne",
        },
        ["mysql://bob:moonlight@db/app", "migrations"],
    )
    text = "sun@rise sun%40rise t0k3n-of-shop moonlight /srv/app /home/anne migrations bob"
    assert secrets.masked(text) == f"{MASK} {MASK} {MASK} {MASK} /srv/app /home/anne migrations bob"


@pytest.mark.parametrize(
    "said",
    [
        'could not translate host name "horse@db" to address: Name or service not known',
        "invalid literal for int() with base 10: 'battery'",
        'invalid integer value "battery" for connection option "port"',
    ],
)
def test_a_part_of_a_password_that_was_taken_for_the_host_or_the_port(said: str) -> None:
    """A password that is not percent-encoded is cut by the driver, which then quotes a part."""
    masked = Secrets({}, ["postgresql://anne:correct:battery@horse@db/app"]).masked(said)
    assert "horse" not in masked
    assert "battery" not in masked


def test_a_password_that_is_also_the_name_of_the_user_or_the_database() -> None:
    """To mask the word would tell more than to show it."""
    secrets = Secrets({}, ["postgresql://shop:shop@db/shop"])
    assert secrets.masked('database "shop" does not exist') == 'database "shop" does not exist'
    assert secrets.masked("postgresql://shop:shop@db/shop") == "postgresql://shop:***@db/shop"


def test_a_password_that_is_the_name_of_the_command_hides_no_path() -> None:
    """POSTGRES_PASSWORD=alembic turned `alembic stamp head` into `*** stamp head`."""
    secrets = Secrets({"POSTGRES_PASSWORD": "alembic"}, [])
    assert secrets.masked("alembic stamp head") == "alembic stamp head"


def test_words_of_messages_that_somebody_has_for_a_password() -> None:
    secrets = Secrets({}, ["postgresql://anne:password@db/app"])
    said = 'password authentication failed for user "anne"'
    assert secrets.masked(said) == said


def test_statements() -> None:
    secrets = Secrets({}, [])
    statement = "CREATE SERVER s OPTIONS (user 'anne', password 'hunter2', host 'db')"
    assert secrets.masked_statement(statement, "postgresql") == (
        "CREATE SERVER s OPTIONS (user '***', password '***', host '***')"
    )
    harmless = "INSERT INTO colours VALUES ('red')"
    assert secrets.masked_statement(harmless, "postgresql") == harmless
    secrets.add_statement(statement, "postgresql")
    assert secrets.masked('at or near "hunter2"') == 'at or near "***"'
    dollars = "DO $do$ ALTER ROLE anne PASSWORD 'hunter2' $do$"
    assert secrets.masked_statement(dollars, "postgresql") == "DO '***'"


@pytest.mark.parametrize(
    ("dialect", "statement", "masked"),
    [
        ("postgresql", r"ALTER ROLE x PASSWORD E'hun\'ter2'", "ALTER ROLE x PASSWORD '***'"),
        ("postgresql", "ALTER ROLE x PASSWORD $$hunter2$$", "ALTER ROLE x PASSWORD '***'"),
        ("postgresql", "ALTER ROLE x PASSWORD $q$hunter2", "ALTER ROLE x PASSWORD '***'"),
        ("postgresql", 'ALTER ROLE x PASSWORD "hunter2"', "ALTER ROLE x PASSWORD '***'"),
        ("postgresql", 'SELECT token_of("redis://:hun ter2@c/0")', "SELECT token_of('***')"),
        ("postgresql", 'ALTER TABLE "user" ADD token INT', 'ALTER TABLE "user" ADD token INT'),
        ("postgresql", "-- Don't.\nALTER ROLE x PASSWORD 'hunter2'", "ALTER ROLE x PASSWORD '***'"),
        ("mysql", 'SELECT token, CONCAT("hunter", 2)', "SELECT token, CONCAT('***', 2)"),
        ("", 'SELECT secret("hunter2")', "SELECT secret('***')"),
        ("mysql", "SELECT `it's`, token, 'hunter2'", "SELECT `it's`, token, '***'"),
        ("mssql", "SELECT [it's], token, 'hunter2'", "SELECT [it's], token, '***'"),
        ("oracle", "ALTER USER anne IDENTIFIED BY hunter2", "ALTER USER anne IDENTIFIED BY ***"),
        ("oracle", "SELECT token, q'[hun'ter2]' FROM d", "SELECT token, q'***' FROM d"),
        (
            "postgresql",
            "/* a /* b */ it's */ ALTER ROLE x PASSWORD 'hunter2'",
            "it'***'",
        ),
    ],
)  # fmt: skip
def test_every_way_to_quote_a_password_in_a_statement(
    dialect: str, statement: str, masked: str
) -> None:
    """Escape strings, dollar quotes, double quotes and names with an apostrophe were shown."""
    assert NOTHING_KNOWN.masked_statement(statement, dialect).strip() == masked


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (r"ALTER ROLE x PASSWORD E'hun\'ter2'", 'at or near "ter2"'),
        ("ALTER ROLE x PASSWORD $$hunter2$$", 'at or near "hunter2"'),
        ("DO $do$ BEGIN ALTER ROLE x PASSWORD 'hunter2'; END $do$", 'at or near "hunter2"'),
        ('SELECT secret("c:hun,ter2")', 'column "c:hun,ter2" does not exist'),
    ],
)
def test_what_a_server_says_of_a_password_in_a_statement(statement: str, said: str) -> None:
    secrets = Secrets({}, [])
    secrets.add_statement(statement, "postgresql")
    assert "ter2" not in secrets.masked(said)


def test_a_statement_with_many_quotes_takes_no_time() -> None:
    """A string with an escaped quote was looked for anew from each quote."""
    statement = "INSERT INTO tokens VALUES " + "('a'), " * 100_000
    assert NOTHING_KNOWN.masked_statement(statement, "postgresql").count("'***'") == 100_000


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "-a" * 100_000,
        "ab " * 60_000,
        '"x"' * 60_000 + " password",
        "password" + " " * 200_000,
        "password: a, " * 15_000,
        "https://db:5432" * 5_000 + "a@b",
        "x" * 100_000 + "_password=hunter2",
    ],
    ids=lambda text: text[:9],
)
def test_a_long_text_takes_no_time(text: str) -> None:
    """A literal of 20 kB took more than a minute, within the transaction that was logged."""
    NOTHING_KNOWN.masked(text)
    assert "hunter2" not in NOTHING_KNOWN.masked_statement(f"INSERT INTO t VALUES ('{text}')", "")


def test_a_statement_with_many_strings_takes_no_time() -> None:
    """What is known to be secret was put in order anew for each of them."""
    rows = ", ".join(f"('anne {number}', 'hunter{number}')" for number in range(40_000))
    statement = f"INSERT INTO users (name, password) VALUES {rows}"
    secrets = Secrets({}, [])
    secrets.add_statement(statement, "postgresql")
    assert secrets.masked("duplicate hunter39999 of anne 7") == "duplicate *** of ***"
    assert "hunter" not in secrets.masked_statement(statement, "postgresql")
