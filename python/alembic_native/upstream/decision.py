"""Which parts may be active with the installed Alembic, and why the others may not."""

from __future__ import annotations

import os
import sys

from alembic_native.upstream.contract import ALL_PARTS, PARTS, READING
from alembic_native.upstream.known_files import KNOWN_FILES
from alembic_native.upstream.sources import SourceMissing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

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
    empty otherwise. ``is_alembic`` is false for another package of that name.
    """

    def __init__(
        self, version: str, reasons: dict[str, str], reason: str = "", is_alembic: bool = True
    ) -> None:
        self.version = version
        self.reasons = reasons
        self.reason = reason
        self.is_alembic = is_alembic
        #: Where the native core is not there: what to do about that, a sentence or nothing.
        self.advice_without_core: str | None = None
        self._told: set[str] = set()

    def is_active(self, part: Part) -> bool:
        """Whether a part is bound."""
        return not self.reason and part.name not in self.reasons

    def withdraw(self, part: Part, reason: str, is_told: bool = False) -> None:
        """Note that a part is not active after all; ``is_told``: people know it already."""
        self.reasons[part.name] = reason
        if is_told:
            self._told.add(part.name)

    def warn(self) -> None:
        """Warn of the parts that are not active, of each once."""
        text = self._warning()
        self._told.update(self.reasons)
        if text:
            import warnings

            warnings.warn(text, RuntimeWarning, stacklevel=3)

    def _warning(self) -> str:
        if self.reason:
            return f"alembic-native steps aside: {self.reason}. Alembic runs without it."
        inactive = [part for part in ALL_PARTS if part.name in self.reasons.keys() - self._told]
        if not inactive:
            return ""
        # Parts mostly rely on the same thing: each reason is told once.
        by_reason: dict[str, list[Part]] = {}
        for part in inactive:
            by_reason.setdefault(self.reasons[part.name], []).append(part)
        if len(inactive) >= len(PARTS):
            return f"alembic-native steps aside: {'; '.join(by_reason)}. Alembic runs without it."
        told = "; ".join(
            f"{reason}, so {' and '.join(part.absence for part in parts)}"
            for reason, parts in by_reason.items()
        )
        if self.advice_without_core is None:
            opening = f"does not fit Alembic {self.version or '(version unknown)'} as a whole"
            from alembic_native.upstream.fingerprints import NEWEST, OLDEST

            advice = (
                f"A newer alembic-native may know this Alembic ({OLDEST} to {NEWEST} are known to "
                "this one)."
            )
        else:
            opening = "runs without its native core"
            advice = self.advice_without_core
        sentences = [
            f"alembic-native {opening}: {told}.",
            "The rest of it is active, and commands work as Alembic's own.",
            advice,
            f"`{sys.executable} -m alembic_native` shows each part.",
        ]
        return " ".join(filter(None, sentences))


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
    decision = Decision(version, reasons)
    if missing is not None:
        from alembic_native.native_core import advice, why_missing

        reason = why_missing(missing)
        reasons.update((part.name, reason) for part in parts if part.replaced)
        decision.advice_without_core = advice(missing)
    return decision


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
        return sources.fingerprint(module) in KNOWN_FILES.get(module, ())
    except SourceMissing:
        return False
