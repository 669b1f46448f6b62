"""Which parts may be active with the installed Alembic, and why the others may not."""

from __future__ import annotations

import os
import sys

from alembic_native.upstream import faults
from alembic_native.upstream.contract import ALL_PARTS, LOCK, PARTS, READING
from alembic_native.upstream.known_files import KNOWN_FILES
from alembic_native.upstream.sources import SourceMissing, fingerprint_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from alembic_native.upstream.contract import Part
    from alembic_native.upstream.sources import Sources

SWITCH = "ALEMBIC_NATIVE"
_OFF = ("0", "off", "false", "no")


def is_switched_off() -> bool:
    """Whether the environment says that Alembic is to run as if this package were not there."""
    return os.environ.get(SWITCH, "").strip().lower() in _OFF


class Decision:
    """What was decided for one Alembic.

    ``reasons`` holds, for each part that is not active, why; ``reason`` says why none is, and is
    empty otherwise. ``is_alembic`` is false for another package of that name, ``missing_core`` what
    the import of the native core has raised.
    """

    def __init__(
        self,
        version: str,
        reasons: dict[str, str],
        reason: str = "",
        is_alembic: bool = True,
        missing_core: ImportError | None = None,
    ) -> None:
        self.version = version
        self.reasons = reasons
        self.reason = reason
        self.is_alembic = is_alembic
        self._missing_core = missing_core
        self._told: set[str] = set()
        self._has_told_of_modules = False

    def is_active(self, part: Part) -> bool:
        """Whether a part is bound."""
        return not self.reason and part.name not in self.reasons

    def withdraw(self, part: Part, reason: str, is_told: bool = False) -> None:
        """Note that a part is not active after all; ``is_told``: people know it already."""
        self.reasons[part.name] = reason
        if is_told:
            self._told.add(part.name)

    def warn(self) -> None:
        """Warn of the parts that are not active and the modules that are absent, of each once."""
        try:
            self._warn_of_absent_modules()
            self._warn_of_parts()
        except RuntimeWarning:
            # Where warnings are errors.
            raise
        except Exception as error:
            faults.report(error, "Alembic runs, but a warning could not be written.")

    def _warn_of_absent_modules(self) -> None:
        if self._has_told_of_modules or self.reason or self._missing_core:
            return
        self._has_told_of_modules = True
        from alembic_native import _core

        if not _absent_modules(_core):
            return
        from alembic_native import native_core

        # Python may find one all the same: under another suffix, or by a finder of its own.
        found = native_core.faults()
        if found:
            said = native_core.faults_text(found)
            self._warn(f"alembic-native is not installed as a whole: {said}")

    def _warn_of_parts(self) -> None:
        inactive = [part for part in ALL_PARTS if part.name in self.reasons.keys() - self._told]
        self._told.update(self.reasons)
        if self.reason:
            self._warn(f"alembic-native steps aside: {self.reason}. Alembic runs without it.")
        elif inactive:
            lacking = [part for part in inactive if self._missing_core and part.replaced]
            others = [part for part in inactive if part not in lacking]
            try:
                self._warn(self._text(lacking, others))
            except RuntimeWarning:
                # An installation without a core is no mistake.
                from alembic_native.native_core import is_installed

                if others or is_installed():
                    raise

    def _text(self, lacking: Sequence[Part], others: Sequence[Part]) -> str:
        """What to say of the parts that are not active: for want of the core, and the others."""
        if len(lacking) + len(others) >= len(PARTS):
            reasons = "; ".join(dict.fromkeys(self.reasons.values()))
            return f"alembic-native steps aside: {reasons}. Alembic runs without it."
        sentences = [
            *(self._without_core(lacking) if lacking else ()),
            *(self._not_fitting(others) if others else ()),
            "The rest of it is active, and commands work as Alembic's own.",
            f"`{sys.executable} -m alembic_native` shows each part.",
        ]
        return " ".join(filter(None, sentences))

    def _without_core(self, parts: Sequence[Part]) -> tuple[str, ...]:
        from alembic_native.native_core import advice

        assert self._missing_core is not None
        return (
            f"alembic-native runs without its native core: {self._consequences(parts)}, and lint, "
            "rebase and the URL of a PostgreSQL database are refused.",
            advice(self._missing_core),
        )

    def _not_fitting(self, parts: Sequence[Part]) -> tuple[str, ...]:
        from alembic_native.upstream.fingerprints import NEWEST, OLDEST

        if release_of(self.version) < release_of(OLDEST):
            collide = f", and {LOCK.absence}" if LOCK in parts else ""
            return (
                f"alembic-native needs Alembic {OLDEST} or newer, and {self.version} is installed: "
                f"its parts {', '.join(part.name for part in parts)} are not active{collide}.",
                f"`{sys.executable} -m pip install --upgrade alembic` mends that.",
            )
        return (
            f"alembic-native does not fit Alembic {self.version or '(version unknown)'} as a "
            f"whole: {self._consequences(parts)}.",
            f"A newer alembic-native may know this Alembic ({OLDEST} to {NEWEST} are known to this "
            "one).",
        )

    def _consequences(self, parts: Sequence[Part]) -> str:
        # Parts mostly rely on the same thing: each reason is told once.
        by_reason: dict[str, list[Part]] = {}
        for part in parts:
            by_reason.setdefault(self.reasons[part.name], []).append(part)
        return "; ".join(
            f"{reason}, so {' and '.join(part.absence for part in found)}"
            for reason, found in by_reason.items()
        )

    def _warn(self, text: str) -> None:
        import warnings

        warnings.warn(text, RuntimeWarning, stacklevel=5)


def release_of(version: str) -> tuple[int, int]:
    """The first two numbers of a version; one that is not known counts as newer than all."""
    numbers = [int(number) for number in version.split(".")[:2] if number.isdigit()]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (sys.maxsize, 0)


def switched_off() -> Decision:
    """The decision of :func:`is_switched_off`."""
    return Decision("", {}, f"{SWITCH}={os.environ[SWITCH]} is set in the environment")


def decide(sources: Sources) -> Decision:
    """Check the contract of every part but the first door's."""
    version = sources.version()
    if _is_no_alembic(sources):
        reason = "the package alembic that was found is not SQLAlchemy's"
        return Decision(version, {}, reason, is_alembic=False)
    return _decide(sources, version, PARTS)


def decide_reading(sources: Sources) -> Decision:
    """Check the contract of what answers a command before Alembic is loaded."""
    return _decide(sources, sources.version(), (PARTS[0], READING))


def beside_core(core: ModuleType, name: str) -> str:
    """The path of the extension module of that name in the folder of ``_core``."""
    folder, file = os.path.split(str(core.__file__))
    return os.path.join(folder, name + file.removeprefix("_core"))


def _absent_modules(core: ModuleType) -> list[str]:
    """Those that were built with ``_core`` and are not beside it; none of them is loaded."""
    built = ["_lint"]
    if core.has_postgres_store():
        built.append("_postgres")
    return [name for name in built if not os.path.exists(beside_core(core, name))]


def _decide(sources: Sources, version: str, parts: Sequence[Part]) -> Decision:
    checked, missing = parts, None
    try:
        from alembic_native import _core  # noqa: F401
    except ImportError as error:
        # What takes the place of Alembic's code is the core; what wraps it works without.
        checked, missing = [part for part in parts if not part.replaced], error
    modules = dict.fromkeys(module for part in checked for module in part.modules())
    unknown = [module for module in modules if not _is_known(sources, module)]
    reasons = {}
    if unknown:
        from alembic_native.upstream.contract_check import broken_parts

        reasons = broken_parts(checked, unknown, sources)
    if missing is not None:
        from alembic_native.native_core import why_missing

        reason = why_missing(missing)
        reasons.update((part.name, reason) for part in parts if part.replaced)
    return Decision(version, reasons, missing_core=missing)


def _is_no_alembic(sources: Sources) -> bool:
    """Whether it is another package of that name: a folder of the project, say."""
    try:
        sources.of("alembic")
    except SourceMissing:
        return False
    if sources.version():
        return False
    try:
        sources.of("alembic.script")
    except SourceMissing:
        return True
    return False


def _is_known(sources: Sources, module: str) -> bool:
    """Whether the file of a module is one of which the contract is known to hold."""
    try:
        return fingerprint_of(sources.of(module)) in KNOWN_FILES.get(module, ())
    except SourceMissing:
        return False
