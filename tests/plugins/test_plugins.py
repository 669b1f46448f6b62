"""Plugins of other projects, as their READMEs use them: with the overlay as without it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.environments import PROJECT, VirtualEnvironment
from tests.plugins.twins import NOTE_WHO_SERVES, Twins

NewTwins = Callable[[str], Twins]


@pytest.mark.parametrize(
    "module",
    [
        "alembic_postgresql_enum",
        "alembic_utils.replaceable_entity",
        "flask_migrate",
        "geoalchemy2.alembic_helpers",
        "pytest_alembic",
        "sqlmodel",
    ],
)
def test_a_plugin_that_is_imported_first_imports_the_overlay(
    plugins: VirtualEnvironment, module: str
) -> None:
    program = f"import {module}, alembic_native; print(alembic_native.build_info().is_active)"
    assert plugins.succeed("python", "-c", program) == "True\n"


FLASK_APPLICATION = """
import os
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_migrate import Migrate

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
db = SQLAlchemy(app)
migrate = Migrate(app, db)

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(128))
"""


def test_flask_migrate(twins: NewTwins) -> None:
    project = twins("sqlite")
    project.write("app.py", FLASK_APPLICATION)
    project.succeed("flask db init")
    project.append("migrations/env.py", NOTE_WHO_SERVES)
    project.succeed("flask db migrate --rev-id a1 -m users")
    project.succeed("flask db upgrade")
    project.append("app.py", "    email = db.Column(db.String(128))\n")
    project.succeed("flask db migrate --rev-id b2 -m email")
    assert "down_revision = 'a1'" in project.script("b2")
    project.succeed("flask db upgrade")
    project.assert_the_overlay_served()
    assert project.succeed("flask db current") == "b2 (head)\n"
    project.succeed("flask db check")
    project.rows("INSERT INTO user (name, email) VALUES ('A', 'a@example.org')")
    project.succeed("flask db downgrade")
    assert project.rows("SELECT * FROM user") == [(1, "A")]
    assert "a1 -> b2 (head), email" in project.succeed("flask db history")
    project.succeed("flask db heads --verbose")
    project.succeed("flask db show b2")
    project.succeed("flask db upgrade --sql a1:b2")
    project.succeed("flask db stamp head")
    assert project.rows("SELECT version_num FROM alembic_version") == [("b2",)]


PYTEST_ALEMBIC = """
import os
import pytest
import sqlalchemy as sa

@pytest.fixture
def alembic_config():
    return {"script_location": "migrations"}

@pytest.fixture
def alembic_engine():
    return sa.create_engine(os.environ["DATABASE_URL"])
"""

PYTEST_ALEMBIC_TEST = """
import sqlalchemy as sa

def test_countries_come_with_their_revision(alembic_engine, alembic_runner):
    alembic_runner.migrate_down_to("base")
    alembic_runner.migrate_up_before("c2a94d7f60b8")
    assert not sa.inspect(alembic_engine).has_table("country")
    alembic_runner.migrate_up_one()
    with alembic_engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM country")) == 5
"""


def test_pytest_alembic_runs_its_own_tests_on_the_sample(twins: NewTwins) -> None:
    project = twins("postgres")
    project.copy(PROJECT / "migrations")
    project.append("migrations/env.py", NOTE_WHO_SERVES)
    project.write("tests/conftest.py", PYTEST_ALEMBIC)
    project.write("tests/test_migrations.py", PYTEST_ALEMBIC_TEST)
    answer = project.succeed("python -m pytest --test-alembic -v -p no:cacheprovider")
    project.assert_the_overlay_served()
    for name in ("model_definitions_match_ddl", "single_head_revision", "up_down_consistency"):
        assert re.search(rf"{name} .*PASSED", answer)
    assert "5 passed" in answer


ALEMBIC_UTILS = """
from alembic_utils.pg_function import PGFunction
from alembic_utils.replaceable_entity import register_entities

to_upper = PGFunction(
  schema="public",
  signature="to_upper(some_text text)",
  definition='''
  RETURNS text as
  $$
    SELECT upper(some_text)
  $$ language SQL;
  '''
)
register_entities([to_upper])
target_metadata = sa.MetaData()
"""


def test_alembic_utils(twins: NewTwins) -> None:
    project = twins("postgres")
    project.new_project(ALEMBIC_UTILS)
    project.succeed("alembic revision --autogenerate --rev-id a1 -m to_upper")
    assert "op.create_entity(public_to_upper" in project.script("a1")
    project.succeed("alembic upgrade head")
    project.assert_the_overlay_served()
    assert project.rows("SELECT to_upper('a')") == [("A",)]
    project.replace(
        "migrations/env.py", "SELECT upper(some_text)", "SELECT upper(some_text) || '!'"
    )
    project.succeed("alembic revision --autogenerate --rev-id b2 -m louder")
    assert "op.replace_entity(public_to_upper" in project.script("b2")
    project.succeed("alembic upgrade head")
    assert project.rows("SELECT to_upper('a')") == [("A!",)]
    project.succeed("alembic downgrade base")
    assert project.rows("SELECT to_regproc('to_upper')::text") == [(None,)]


ENUM_MODELS = """
import enum
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, mapped_column

class Base(DeclarativeBase):
    pass

class State(enum.Enum):
    one = 1
    two = 2

class Example(Base):
    __tablename__ = "example"
    id = mapped_column(sa.Integer, primary_key=True)
    state = mapped_column(sa.Enum(State))
"""


def test_alembic_postgresql_enum(twins: NewTwins) -> None:
    project = twins("postgres")
    project.write("models.py", ENUM_MODELS)
    project.new_project(
        "import alembic_postgresql_enum\nfrom models import Base\ntarget_metadata = Base.metadata\n"
    )
    project.succeed("alembic revision --autogenerate --rev-id a1 -m example")
    assert "sa.Enum('one', 'two', name='state').create(op.get_bind())" in project.script("a1")
    project.succeed("alembic upgrade head")
    project.write("models.py", ENUM_MODELS.replace("    two = 2\n", "    two = 2\n    three = 3\n"))
    project.succeed("alembic revision --autogenerate --rev-id b2 -m three")
    assert "op.sync_enum_values(" in project.script("b2")
    project.succeed("alembic upgrade head")
    project.assert_the_overlay_served()
    project.rows("INSERT INTO example (id, state) VALUES (1, 'three')")
    project.rows("DELETE FROM example")
    project.succeed("alembic downgrade base")
    assert project.rows("SELECT typname FROM pg_type WHERE typname = 'state'") == []


SQLMODEL_MODELS = """
from sqlmodel import Field, SQLModel

class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    secret_name: str
    age: int | None = None
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_sqlmodel(twins: NewTwins, kind: str) -> None:
    project = twins(kind)
    project.write("models.py", SQLMODEL_MODELS)
    project.new_project(
        "import models\nfrom sqlmodel import SQLModel\ntarget_metadata = SQLModel.metadata\n"
    )
    project.replace("migrations/script.py.mako", "import sqlalchemy as sa\n", SQLMODEL_IMPORT)
    project.succeed("alembic revision --autogenerate --rev-id a1 -m heroes")
    assert "sqlmodel.sql.sqltypes.AutoString()" in project.script("a1")
    project.succeed("alembic upgrade head")
    project.assert_the_overlay_served()
    project.succeed("alembic check")
    project.rows("INSERT INTO hero (name, secret_name) VALUES ('A', 'B')")
    assert project.rows("SELECT id, name, age FROM hero") == [(1, "A", None)]
    project.succeed("alembic downgrade -1")


SQLMODEL_IMPORT = "import sqlalchemy as sa\nimport sqlmodel\n"

GEOALCHEMY2_MODELS = """
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import DeclarativeBase, mapped_column

class Base(DeclarativeBase):
    pass

class Lake(Base):
    __tablename__ = "lake"
    id = mapped_column(sa.Integer, primary_key=True)
    geom = mapped_column(Geometry("LINESTRING", srid=4326))
"""

GEOALCHEMY2 = """
import pysqlite3
from geoalchemy2 import alembic_helpers, load_spatialite
from models import Base
target_metadata = Base.metadata

def include_object(item, name, type_, reflected, compare_to):
    # Tables of SpatiaLite itself: the README leaves them to each project.
    if type_ == "table" and name not in target_metadata.tables:
        return False
    return alembic_helpers.include_object(item, name, type_, reflected, compare_to)

options = {
    "include_object": include_object,
    "process_revision_directives": alembic_helpers.writer,
    "render_item": alembic_helpers.render_item,
}
sa.event.listen(
    sa.engine.Engine,
    "connect",
    lambda connection, _: load_spatialite(connection, transaction=True, init_mode="WGS84"),
)
"""


def test_geoalchemy2(twins: NewTwins) -> None:
    project = twins("sqlite")
    project.write("models.py", GEOALCHEMY2_MODELS)
    project.new_project(GEOALCHEMY2)
    # Not every Python's own sqlite3 can load SpatiaLite.
    project.replace("migrations/env.py", "NullPool)", "NullPool, module=pysqlite3.dbapi2)")
    spatialite = {"SPATIALITE_LIBRARY_PATH": "mod_spatialite.so"}
    project.succeed("alembic revision --autogenerate --rev-id a1 -m lakes", **spatialite)
    assert "op.create_geospatial_table('lake'" in project.script("a1")
    project.succeed("alembic upgrade head", **spatialite)
    project.assert_the_overlay_served()
    assert ("lake",) in project.rows("SELECT f_table_name FROM geometry_columns")
    project.succeed("alembic check", **spatialite)
    project.succeed("alembic downgrade base", **spatialite)
    assert project.rows("SELECT f_table_name FROM geometry_columns") == []
