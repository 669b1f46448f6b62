"""The commands that write a script: ``merge``, and ``revision`` without a database.

The script is rendered and read back in memory first. When all that upstream would check holds, it
is written beside its place under another name and then moved there, so that neither a full disk
nor an interrupt leaves a part of it.
"""

from __future__ import annotations

# All that is needed is imported before prepend_sys_path can change what a name stands for.
import datetime
import os
import re
import sys
import warnings
from contextlib import suppress
from pathlib import Path

from mako.template import Template  # type: ignore[import-untyped]

from alembic_native import _core
from alembic_native.cli import printing
from alembic_native.cli.decision import NeedsUpstream
from alembic_native.cli.scripts import as_tuple, illegal_characters
from alembic_native.script_headers import read_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

    from alembic_native.cli.command_line import CommandLine
    from alembic_native.cli.configuration import Settings
    from alembic_native.cli.scripts import Scripts

_SCRIPT_NAME = re.compile(r"(?!\.#|__init__).*\.py")


class UpstreamsConfig:
    """Stands for upstream's ``Config`` in a template; one that uses it is rendered by upstream."""

    def __getattr__(self, name: str) -> NoReturn:
        raise NeedsUpstream

    def __str__(self) -> NoReturn:
        raise NeedsUpstream

    def __bool__(self) -> NoReturn:
        raise NeedsUpstream

    __repr__ = __str__


class NewRevision:
    """A script that is rendered and checked, and lies beside its place.

    Whoever makes one calls :meth:`publish` or :meth:`discard`.
    """

    def __init__(self, command_line: CommandLine, settings: Settings, scripts: Scripts) -> None:
        """Raises ``NeedsUpstream``, or anything else, when upstream has to do or refuse it."""
        self._scripts = scripts
        self._id: str = command_line.get("rev_id") or os.urandom(6).hex()
        self._branch_label: str | None = command_line.get("branch_label")
        message: str | None = command_line.get("message")
        is_merge = command_line.command == "merge"
        heads = self._find_heads(
            command_line.positional if is_merge else command_line.get("head"),
            bool(command_line.get("splice")),
        )
        date = _create_date(settings.timezone)
        folder = self._version_folder(settings, command_line.get("version_path"), heads)
        self._path = folder / _file_name(settings, self._id, message, date)
        if not self._path.parent.is_dir() or os.path.lexists(self._path):
            raise NeedsUpstream
        settings.keep_import_path()
        self._content: bytes = (
            Template(filename=str(Path(settings.folder, "script.py.mako")))
            .render_unicode(
                up_revision=self._id,
                down_revision=_scalar(tuple(self._id_of(head) for head in heads)),
                branch_labels=None if self._branch_label is None else (self._branch_label,),
                depends_on=_scalar(
                    [self._dependency(one) for one in command_line.get("depends_on") or ()]
                ),
                create_date=date,
                comma=_comma,
                message="empty message" if message is None else message,
                config=UpstreamsConfig(),
                refresh=True,
            )
            .encode(settings.output_encoding)
        )
        self._check()
        self._message = printing.wrapped(f"Generating {self._path.absolute()} ...")
        self._part = self._path.parent / f".{self._path.name}.{os.getpid()}.part"
        self._write_part()

    def publish(self, is_quiet: bool) -> None:
        """Say what is done, and move the script to its place."""
        try:
            if not is_quiet:
                printing.write(sys.stdout, self._message)
                sys.stdout.flush()
        except BaseException:
            self.discard()
            raise
        try:
            os.replace(self._part, self._path)
        except BaseException:
            self.discard()
            if not is_quiet:
                printing.write(sys.stdout, "  FAILED\n")
            raise
        if not is_quiet:
            printing.write(sys.stdout, "  done\n")

    def discard(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):
            self._part.unlink()

    def _write_part(self) -> None:
        # The mode is what open() would give a new file.
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with open(descriptor, "wb") as file:
                file.write(self._content)
        except BaseException:
            self.discard()
            raise

    # -- what goes into it -----------------------------------------------------------------------

    def _find_heads(self, given: list[str] | str | None, splices: bool) -> list[int | None]:
        heads = self._scripts.named("head" if given is None else given)
        if len(set(heads)) != len(heads):
            raise NeedsUpstream
        if not splices and not all(head is None or self._scripts.is_head(head) for head in heads):
            raise NeedsUpstream
        return heads

    def _id_of(self, node: int | None) -> str | None:
        return None if node is None else self._scripts.graph.id(node)

    def _version_folder(
        self, settings: Settings, given: str | None, heads: list[int | None]
    ) -> Path:
        locations = [Path(location) for location in settings.version_locations]
        if given:
            folder = Path(given)
        elif len(locations) == 1:
            folder = locations[0]
        else:
            known = [head for head in heads if head is not None]
            if not known:
                raise NeedsUpstream
            folder = Path(self._scripts.path(known[0])).parent
        if folder.absolute() not in locations:
            raise NeedsUpstream
        return folder

    def _dependency(self, identifier: str) -> str:
        """The id of a script, or its branch label if it was named by that."""
        node = self._scripts.graph.get_revision(identifier)
        if node is None:
            raise NeedsUpstream
        if identifier in self._scripts.branch_labels(node):
            return identifier
        return self._scripts.graph.id(node)

    def _check(self) -> None:
        """Read the text as the next command will."""
        header = read_header(self._content)
        if header is None or not _SCRIPT_NAME.match(self._path.name):
            raise NeedsUpstream
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compile(self._content, str(self._path), "exec", dont_inherit=True)
        revision, branch_labels = header.revision, header.branch_labels
        down_revisions = as_tuple(header.down_revision)
        dependencies = as_tuple(header.depends_on)
        if (
            set(revision) & set(illegal_characters())
            or revision in (*down_revisions, *dependencies)
            or self._scripts.graph.find(revision) is not None
            or (self._branch_label and not branch_labels)
        ):
            raise NeedsUpstream
        self._scripts.graph.add(
            _core.RevisionRecord(
                revision, down_revisions, dependencies, as_tuple(branch_labels), str(self._path)
            )
        )


def _create_date(timezone: str | None) -> datetime.datetime:
    if timezone is None:
        return datetime.datetime.now()
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        zone = ZoneInfo(timezone)
    except ZoneInfoNotFoundError:
        zone = ZoneInfo(timezone.upper())
    return datetime.datetime.now(tz=datetime.timezone.utc).astimezone(zone)


def _file_name(
    settings: Settings, revision: str, message: str | None, date: datetime.datetime
) -> str:
    if set(revision) & set(illegal_characters()):
        raise NeedsUpstream
    slug = "_".join(re.findall(r"\w+", message or "")).lower()
    if len(slug) > settings.truncate_slug_length:
        slug = slug[: settings.truncate_slug_length].rsplit("_", 1)[0] + "_"
    name = settings.file_template % {
        "rev": revision,
        "slug": slug,
        "epoch": int(date.timestamp()),
        "year": date.year,
        "month": date.month,
        "day": date.day,
        "hour": date.hour,
        "minute": date.minute,
        "second": date.second,
    }
    return f"{name}.py"


def _scalar(
    values: tuple[str | None, ...] | list[str],
) -> tuple[str | None, ...] | list[str] | str | None:
    if len(values) > 1:
        return values
    return values[0] if values else None


def _comma(value: str | Iterable[str] | None) -> str:
    """What templates print lists with."""
    if value is None:
        return ""
    return value if isinstance(value, str) else ", ".join(value)
