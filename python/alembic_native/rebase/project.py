"""What ``rebase`` needs of a project: its scripts, and two settings."""

from __future__ import annotations

from alembic_native.errors import MissingRevision, RevisionError
from alembic_native.heads_file import SETTING, heads_file_path
from alembic_native.history.configuration import package_folder
from alembic_native.history.declined import Declined
from alembic_native.history.missing_files import missing_folder
from alembic_native.history.project_files import ProjectUnreadable, read_project, why_unreadable
from alembic_native.history.scripts import Scripts
from alembic_native.rebase.errors import RebaseRefused, WrongUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_native.history.configuration import Configuration


class Project:
    """``base`` is the base branch that the project names, ``heads_file`` the path of that file."""

    def __init__(
        self,
        version_locations: Sequence[str],
        is_recursive: bool,
        heads_file: object,
        base: object,
    ) -> None:
        """The last two as they are configured. Raises ``WrongUse``, ``HeadsFileFailed``."""
        missing = missing_folder(version_locations)
        if missing:
            raise WrongUse(missing)
        if base is not None and not isinstance(base, str):
            raise WrongUse(f"base of [alembic:lint] is {base!r}, and has to name a branch.")
        self.version_locations = version_locations
        self.base = base or None
        self.heads_file = heads_file_path(heads_file)
        self.is_recursive = is_recursive

    def scripts(self) -> Scripts:
        """Read them; those whose headers are not certain are imported. Raises ``RebaseRefused``."""
        try:
            scripts = Scripts(self.version_locations, self.is_recursive, may_import=True)
        except (RevisionError, MissingRevision) as error:
            raise RebaseRefused(f"The history has to be mended first: {error}") from error
        except AssertionError as error:
            raise RebaseRefused(
                "The history has to be mended first: revisions of it refer to one another in a "
                "circle, or a branch label names none."
            ) from error
        except (Exception, SystemExit) as error:
            # Anything that a script may raise as it is imported.
            raise RebaseRefused(
                "A script has to be imported to know its revision, and that fails: "
                f"{type(error).__name__}: {error}. Give it a header of literals, or mend it."
            ) from error
        for revision, paths in scripts.claimed_twice().items():
            raise RebaseRefused(
                f"Revision {revision} is claimed by more than one script: {' and '.join(paths)}. "
                "Give each an id of its own first."
            )
        return scripts


def configured_base(configuration: Configuration) -> object:
    """The base branch that a project names, None where it names none. Raises ``Declined``."""
    return configuration.table("lint").get("base")


def project_of_files(given: list[str] | None, section: str) -> Project:
    """The project of the files that a command line names, else of those in the current folder.

    ``prepend_sys_path`` is before the path for imports from then on. Raises ``WrongUse`` and
    ``HeadsFileFailed``.
    """
    try:
        configuration, settings = read_project(given, section, package_folder)
        settings.keep_import_path()
        return Project(
            settings.version_locations,
            settings.is_recursive,
            configuration.get(SETTING),
            configured_base(configuration),
        )
    except ProjectUnreadable as error:
        raise WrongUse(str(error)) from error
    except Declined as declined:
        raise WrongUse(why_unreadable(declined)) from declined
