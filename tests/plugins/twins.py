"""One project twice: upstream alone works on the first, the overlay on the second."""

from __future__ import annotations

import pathlib
import re
import shutil

import sqlalchemy as sa

from tests.environments import VirtualEnvironment

#: What an `env.py` here runs, so that a test knows whose revision map served it.
SERVED_BY = "served_by.txt"
NOTE_WHO_SERVES = f"""
import pathlib
import alembic.script.revision
pathlib.Path("{SERVED_BY}").write_text(alembic.script.revision.__file__)
"""

ENV = (
    """
import os
import sqlalchemy as sa
from alembic import context
target_metadata = None
"""
    + NOTE_WHO_SERVES
    + """
options = {}
# Here a test adds what the plugin's README says.
engine = sa.create_engine(os.environ["DATABASE_URL"], poolclass=sa.pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=target_metadata, **options)
    with context.begin_transaction():
        context.run_migrations()
"""
)
PLACE = "# Here a test adds what the plugin's README says.\n"


class Twins:
    """Two folders and two databases that every call treats alike; they must answer alike."""

    def __init__(
        self, environment: VirtualEnvironment, folder: pathlib.Path, urls: tuple[str, str]
    ) -> None:
        self._environment = environment
        self._sides = {"0": (folder / "upstream", urls[0]), "1": (folder / "native", urls[1])}
        for place, _ in self._sides.values():
            place.mkdir()

    def write(self, name: str, text: str) -> None:
        for place, _ in self._sides.values():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)

    def append(self, name: str, text: str) -> None:
        for place, _ in self._sides.values():
            with (place / name).open("a") as file:
                file.write(text)

    def replace(self, name: str, old: str, new: str) -> None:
        for place, _ in self._sides.values():
            text = (place / name).read_text()
            assert old in text
            (place / name).write_text(text.replace(old, new))

    def copy(self, source: pathlib.Path) -> None:
        for place, _ in self._sides.values():
            shutil.copytree(source, place / source.name, ignore=shutil.ignore_patterns("*.pyc"))

    def new_project(self, readme: str) -> None:
        """`alembic init migrations`, with an `env.py` that holds the lines of a README."""
        self.succeed("alembic init migrations")
        self.write("migrations/env.py", ENV.replace(PLACE, readme))

    def succeed(self, command: str, **environment: str) -> str:
        """What both print to standard output, when both succeed and leave the same files."""
        answers = []
        for native, (place, url) in self._sides.items():
            result = self._environment.run(
                *command.split(),
                folder=place,
                ALEMBIC_NATIVE=native,
                DATABASE_URL=url,
                # Byte code of a script that is written anew within a second would be used again.
                PYTHONDONTWRITEBYTECODE="1",
                # Alembic's autogenerate goes through sets of names.
                PYTHONHASHSEED="0",
                **environment,
            )
            output = [comparable(text, place, url) for text in (result.stdout, result.stderr)]
            assert result.returncode == 0, "".join(output)
            answers.append((output, self._files(place)))
        expected, answer = answers
        assert answer == expected
        return answer[0][0]

    def script(self, revision: str) -> str:
        """The text of the script of a revision."""
        [path] = self._sides["1"][0].rglob(f"{revision}_*.py")
        return path.read_text()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of a query, when both databases answer the same."""
        answers = []
        for _, url in self._sides.values():
            engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
            with engine.begin() as connection:
                result = connection.execute(sa.text(sql))
                answers.append([tuple(row) for row in result] if result.returns_rows else [])
        expected, answer = answers
        assert answer == expected
        return answer

    def assert_the_overlay_served(self) -> None:
        """The last `env.py` of each ran with the revision map that it should have."""
        of_upstream, of_native = (
            (place / SERVED_BY).read_text() for place, _ in self._sides.values()
        )
        assert of_upstream.endswith("alembic/script/revision.py")
        assert of_native.endswith("alembic_native/upstream/revision.py")

    def _files(self, place: pathlib.Path) -> dict[str, str]:
        return {
            str(path.relative_to(place)): comparable(path.read_text(), place, "")
            for path in sorted(place.rglob("*"))
            if path.suffix in (".py", ".ini", ".mako", ".txt") and path.name != SERVED_BY
        }


def comparable(text: str, place: pathlib.Path, url: str) -> str:
    """Without names of folders and databases, dates and durations."""
    text = text.replace(str(place), "PROJECT")
    if url:
        text = text.replace(url, "DATABASE_URL")
    text = re.sub(r"Create Date: .*", "Create Date: NOW", text)
    return re.sub(r"\bin \d+\.\d+s", "in SECONDS", text)
