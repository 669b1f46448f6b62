"""The core for other platforms, built and run here: `python .ci/platforms/run.py [PLATFORM...]`.

Windows is built for with mingw-w64 and run by wine; the others with the compiler of the package
`ziglang`, and run by qemu-user where the processor is another one. A wheel is made where there is a
Python to run it: for musl one that is built here, for arm64 that of a Debian in a folder, which
takes root's rights. All of it lies in build/platforms. A table says what was built, what ran and
how many tests passed. Exit code 1 if anything failed.
"""

from __future__ import annotations

import pathlib
import sys

import wheel_runs
import windows
import zig
from cross_build import PROJECT, Failed, Platform, Row, build, packages

sys.path.insert(0, str(PROJECT))

from tests.text_table import text_table

NAMES = (*zig.TARGETS, windows.NAME)
HEADINGS = ("platform", "what", "built", "ran", "tests passed", "size")


def platform_named(name: str, tools: pathlib.Path) -> Platform:
    return windows.platform() if name == windows.NAME else zig.platform(name, tools)


def main(names: list[str]) -> int:
    unknown = {*names} - {*NAMES}
    if unknown:
        print(f"no such platform: {', '.join(unknown)}; there are {', '.join(NAMES)}")
        return 2
    rows: list[Row] = []
    failures: list[str] = []
    tools: pathlib.Path | None = None
    for name in names or NAMES:
        try:
            tools = tools or packages()
            platform = platform_named(name, tools)
            found, failed = build(platform, tools)
            if name in wheel_runs.WHEELS:
                row, wheel_failed = wheel_runs.try_out(platform, tools)
                found, failed = [*found, row], failed + wheel_failed
        except Failed as error:
            found, failed = [Row(name, "everything")], [str(error)]
        rows += found
        failures += failed
    print(text_table([HEADINGS, *rows]))
    print("Extension modules run in their wheel. What else did not run is built and linked only.")
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
