"""Fresh processes, timed: upstream and ours in turn, several rounds.

Upstream alone is the same environment with `ALEMBIC_NATIVE=0`. A process that fails stops the
benchmark, since its time would say nothing.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

#: The command as pip installs it, next to this interpreter.
ALEMBIC = [str(Path(sys.executable).with_name("alembic"))]

# Would change what is imported, or what is cached.
_NOT_INHERITED = ("ALEMBIC_CONFIG", "ALEMBIC_NATIVE", "COVERAGE_PROCESS_START")


class BenchmarkFailed(Exception):
    """A measured process failed, or the two sides did not do the same work."""


def environment(*, writes_byte_code: bool, upstream: bool = False) -> dict[str, str]:
    """This process's environment without what concerns Python and Alembic."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in _NOT_INHERITED and not name.startswith("PYTHON")
    }
    if not writes_byte_code:
        clean["PYTHONDONTWRITEBYTECODE"] = "1"
    if upstream:
        clean["ALEMBIC_NATIVE"] = "0"
    return clean


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> str:
    """Standard output of a process that must exit with 0. Raises `BenchmarkFailed`."""
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        last_lines = "\n".join(done.stderr.splitlines()[-15:])
        raise BenchmarkFailed(
            f"{' '.join(command)} (in {cwd}) exited with {done.returncode}:\n{last_lines}"
        )
    return done.stdout


@dataclass(frozen=True)
class Measurement:
    """One run. `answer` stands for what was computed or printed; both sides must agree on it."""

    seconds: float
    processor_seconds: float
    peak_bytes: int = 0
    answer: str = ""


@dataclass(frozen=True)
class Sample:
    """All runs of one side, at least one."""

    measurements: tuple[Measurement, ...]

    @property
    def seconds(self) -> tuple[float, ...]:
        return tuple(one.seconds for one in self.measurements)

    @property
    def processor_seconds(self) -> tuple[float, ...]:
        return tuple(one.processor_seconds for one in self.measurements)

    @property
    def peak_bytes(self) -> tuple[int, ...]:
        return tuple(one.peak_bytes for one in self.measurements)


def best(figures: Sequence[float]) -> float:
    """The least disturbed run."""
    return min(figures)


def median(figures: Sequence[float]) -> float:
    """The usual run."""
    return statistics.median(figures)


def whole_process(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Measurement:
    """From start to exit of a process, as somebody at a terminal waits for it."""
    used, begin = _used_by_children(), time.perf_counter()
    output = run(command, cwd=cwd, env=env)
    seconds = time.perf_counter() - begin
    return Measurement(seconds, _used_by_children() - used, answer=output)


def _used_by_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def inside_process(work: str, argument: str, env: Mapping[str, str]) -> Measurement:
    """One work of `tests.bench.in_process` in a fresh process, which times itself."""
    command = [sys.executable, "-m", "tests.bench.in_process", work, argument]
    told = json.loads(run(command, cwd=PROJECT, env=env))
    if told["native"] != (env.get("ALEMBIC_NATIVE") != "0"):
        raise BenchmarkFailed(
            f"{' '.join(command)}: the overlay was {'' if told['native'] else 'not '}active; "
            f"{sys.executable} -m alembic_native says why"
        )
    return Measurement(
        told["seconds"], told["processor_seconds"], told["peak_bytes"], told["answer"]
    )


@dataclass(frozen=True)
class Effort:
    """How often each side runs: `rounds` times, or fewer, but `at_least`, when time is up."""

    rounds: int = 5
    at_least: int = 3
    seconds: float = 6.0


def alternate(sides: Mapping[str, Callable[[], Measurement]], effort: Effort) -> dict[str, Sample]:
    """Run all sides in turn, in the opposite order every other round."""
    measurements: dict[str, list[Measurement]] = {name: [] for name in sides}
    begin = time.perf_counter()
    for done in range(effort.rounds):
        if done >= effort.at_least and time.perf_counter() - begin > effort.seconds:
            break
        for name in sorted(sides, reverse=done % 2 == 1):
            measurements[name].append(sides[name]())
    return {name: Sample(tuple(measured)) for name, measured in measurements.items()}


def expect_same_answer(work: str, *samples: Sample) -> None:
    """Raises `BenchmarkFailed` when two runs came to different results."""
    answers = {one.answer for sample in samples for one in sample.measurements}
    if len(answers) > 1:
        raise BenchmarkFailed(f"{work}: not the same result in every run: {sorted(answers)}")
