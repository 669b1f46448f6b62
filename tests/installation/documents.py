"""The commands that a document shows, by the heading they stand under."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import yaml

from tests.environments import PROJECT

INSTALLING = PROJECT / "docs" / "installing.md"
#: A block of this language holds commands, one a line.
SHELL = "console"
#: What a command begins with, in the middle of a text.
PROGRAMS = ("alembic", "apt-get", "docker", "make", "pip", "poetry", "pytest", "python", "uv")


def blocks(document: pathlib.Path, language: str) -> dict[str, list[str]]:
    """Heading -> texts of the fenced blocks of `language` under it."""
    found: dict[str, list[str]] = {}
    heading, fence = "", ""
    lines: list[str] = []
    for line in document.read_text(encoding="utf-8").splitlines():
        if fence and line.strip() == "```":
            if fence == language:
                found.setdefault(heading, []).append("\n".join(lines) + "\n")
            fence, lines = "", []
        elif fence:
            lines.append(line)
        elif line.startswith("```"):
            fence = line.removeprefix("```").strip() or "text"
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    return found


def commands(document: pathlib.Path, heading: str) -> list[str]:
    """The commands under a heading, in order."""
    return "".join(blocks(document, SHELL)[heading]).splitlines()


def instructions(dockerfile: str, name: str) -> list[str]:
    """What stands behind each instruction `name` of a Dockerfile."""
    return re.findall(rf"^{name} (.*)$", dockerfile, re.MULTILINE)


def parsed_yaml(document: pathlib.Path, heading: str) -> list[Any]:
    """The content of each YAML block under a heading."""
    return [yaml.safe_load(text) for text in blocks(document, "yaml")[heading]]


def section(document: pathlib.Path, heading: str) -> str:
    """What stands under a heading of the second level."""
    text = document.read_text(encoding="utf-8")
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def indented_commands(document: pathlib.Path) -> list[str]:
    """The commands of a document that indents its blocks, without comments."""
    lines = re.findall(r"^ {4}(\S.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"\s+#.*", "", line) for line in lines]


def inline_commands(document: pathlib.Path) -> list[str]:
    """The commands, of a program and at least one word, that stand in the text."""
    text = re.sub(r"(?ms)^```.*?^```", "", document.read_text(encoding="utf-8"))
    spans = re.findall(r"`([^`\n]+)`", text)
    return [span for span in spans if re.match(rf"(\w+=\S+ )*({'|'.join(PROGRAMS)}) ", span)]
