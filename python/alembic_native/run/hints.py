"""What to do about an error that Alembic has told in a line, where its cause is known."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from shlex import quote

from alembic_native.errors import MultipleHeads, ResolutionError
from alembic_native.printable import path_from_here
from alembic_native.run.advice import heads_in_words, heads_of
from alembic_native.run.circumstances import Circumstances
from alembic_native.run.configuration_nearby import configurations_nearby


def hint_for(error: Exception, circumstances: Circumstances) -> str:
    """A few sentences on one line; empty where the message says it all, or nothing is known."""
    cause = error.__cause__
    if isinstance(cause, MultipleHeads):
        return _multiple_heads(circumstances)
    if isinstance(cause, ResolutionError):
        return _unknown_revision(cause, circumstances)
    message = str(error)
    for pattern, hint in _BY_MESSAGE:
        if re.search(pattern, message):
            return hint(message, circumstances)
    return ""


def _multiple_heads(circumstances: Circumstances) -> str:
    heads = heads_of(circumstances)
    if len(heads) < 2:
        return ""
    ids = " ".join(head.revision for head in heads)
    either = (
        f"`alembic {circumstances.command} --head {heads[0].revision}` follows one of them"
        if circumstances.command == "revision"
        else f"`alembic {circumstances.command} heads` takes all of them"
    )
    return (
        f"The scripts have {len(heads)} heads: {heads_in_words(heads)}. `alembic rebase` puts "
        f"yours onto the other one, `alembic merge -m merge {ids}` joins them; {either}."
    )


def _unknown_revision(error: ResolutionError, circumstances: Circumstances) -> str:
    unknown = error.argument
    if "No such revision" not in str(error):
        return ""
    if unknown not in (circumstances.database_heads or ()):
        return "`alembic history` lists the revisions that the scripts have."
    heads = heads_of(circumstances)
    known = f" (their newest: {heads_in_words(heads)})" if heads else ""
    return (
        f"The database is at {unknown}, and these scripts{known} do not have it: usually the code "
        "was rolled back and the database was not, or another branch has used the database. "
        f"Deploy or check out the code that has it (`git log --all -S {quote(unknown)}` finds it). "
        "If it is gone for good, `alembic stamp --purge` with the id of the revision whose schema "
        "the database has."
    )


def _no_configuration(_: str, circumstances: Circumstances) -> str:
    if circumstances.configuration is not None:
        return (
            f"{path_from_here(circumstances.configuration)} is there, and its section [alembic] "
            "has no script_location; `alembic init` writes one."
        )
    missing = [file for file in circumstances.named_files if not os.path.exists(file)]
    if missing:
        return f"{missing[0]}: no such file."
    found = configurations_nearby(os.getcwd())
    if not found:
        return (
            f"There is no alembic.ini in {os.getcwd()}, in a folder above or near below it: "
            "`alembic init migrations` begins a project."
        )
    folder = os.path.relpath(os.path.dirname(found[0]))
    return (
        f"There is none in {os.getcwd()}, but {found[0]} is there: run the command in its folder "
        f"(cd {folder}), or with -c {os.path.relpath(found[0])}."
    )


def _no_folder(_: str, circumstances: Circumstances) -> str:
    location = circumstances.option("script_location")
    if not location or circumstances.configuration is None or os.path.isabs(str(location)):
        return ""
    configured = os.path.join(circumstances.folder, str(location))
    if not os.path.isdir(configured):
        return ""
    return (
        f"script_location is {str(location)!r}, which is taken from the current folder "
        f"({os.getcwd()}): run the command in {circumstances.folder}, or write script_location = "
        f"%(here)s/{location} into {path_from_here(circumstances.configuration)}."
    )


def _not_up_to_date(_: str, circumstances: Circumstances) -> str:
    heads = heads_of(circumstances)
    at = circumstances.database_heads
    if not heads or at is None:
        return "`alembic status` shows what is missing, `alembic upgrade head` runs it."
    target = "head" if len(heads) == 1 else "heads"
    return (
        f"The database is at {', '.join(at) or 'no revision'}, the scripts are at "
        f"{heads_in_words(heads)}: `alembic status` shows what is missing, `alembic upgrade "
        f"{target}` runs it."
    )


def _no_metadata(message: str, _: Circumstances) -> str:
    found = re.search(r"environment script (.+?) does not provide", message)
    place = _assignment(found[1], "target_metadata") if found else ""
    return (
        f"{place or 'env.py'} has to give the MetaData of your models to context.configure(): "
        "from app.models import Base; target_metadata = Base.metadata (with the name of your "
        "package)."
    )


def _assignment(file: str, name: str) -> str:
    """Where a file assigns to a name: ``file, line 12 (target_metadata = None)``."""
    try:
        with open(file, encoding="utf-8") as opened:
            for number, line in enumerate(opened, start=1):
                if re.match(rf"\s*{name}\s*(:[^=]+)?=", line):
                    return f"{path_from_here(file)}, line {number} ({line.strip()}),"
    except (OSError, UnicodeError):
        pass
    return path_from_here(file)


_BY_MESSAGE: Sequence[tuple[str, Callable[[str, Circumstances], str]]] = (
    (r"^No config file .* found|^No 'script_location' key found", _no_configuration),
    (r"^Path doesn't exist: ", _no_folder),
    (r"^Target database is not up to date|^Database is not on all head", _not_up_to_date),
    (r"^Can't proceed with --autogenerate option; environment script", _no_metadata),
)
