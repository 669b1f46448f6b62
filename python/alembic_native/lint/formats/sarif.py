"""Findings in SARIF 2.1.0, the OASIS standard that code scanning tools exchange.

Numbers of sections below are those of the standard.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from pathlib import PurePath
from urllib.parse import quote

import alembic_native
from alembic_native.lint.findings import in_order
from alembic_native.lint.formats.paths import encodable, repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from alembic_native.lint.findings import Finding

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_TOP = "%SRCROOT%"


def report(findings: list[Finding], script_count: int) -> str:
    """A log with one run. It is ASCII, so that the encoding of the output does not matter."""
    ordered = in_order(findings)
    by_rule = {one.rule: one for one in reversed(ordered)}
    rules = sorted(by_rule)
    indices = {name: index for index, name in enumerate(rules)}
    fingerprints = _fingerprints(ordered)
    run = {
        "tool": {
            "driver": {
                "name": "alembic-native",
                "version": alembic_native.__version__,
                "rules": [_rule(by_rule[name]) for name in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _TOP: {"description": {"text": "The top of the repository, or the current folder."}}
        },
        "results": [
            _result(one, indices[one.rule], fingerprint)
            for one, fingerprint in zip(ordered, fingerprints, strict=True)
        ],
        "properties": {"scripts": script_count},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(example: Finding) -> dict[str, Any]:
    """From a finding of it: rules of other programs are in no table."""
    return {
        "id": encodable(example.rule),
        "shortDescription": _message(example.happens),
        "fullDescription": _message(f"{example.happens} {example.instead}"),
        "help": _message(example.instead),
        "defaultConfiguration": {"level": example.severity},
    }


def _result(finding: Finding, rule_index: int, fingerprint: str) -> dict[str, Any]:
    parts = (finding.subject and f"{finding.subject}:", finding.happens, finding.instead)
    return {
        "ruleId": encodable(finding.rule),
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": _message(" ".join(part for part in parts if part)),
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(finding.path),
                    "region": {
                        "startLine": max(finding.line, 1),
                        "startColumn": max(finding.column, 1),
                    },
                }
            }
        ],
        "partialFingerprints": {"ruleAndSubject/v1": fingerprint},
    }


def _message(text: str) -> dict[str, str]:
    """Braces would be placeholders (3.11.5), and ``[text](target)`` a link (3.11.6)."""
    literal = text.replace("{", "{{").replace("}", "}}").replace("](", r"\](")
    return {"text": encodable(literal)}


def _artifact(path: str) -> dict[str, str]:
    relative = repository_path(path)
    if os.path.isabs(relative):
        # What is below no folder that the reader knows is named in full.
        return {"uri": PurePath(relative).as_uri()}
    uri = quote(relative.encode("utf-8", sys.getfilesystemencodeerrors()))
    return {"uri": uri, "uriBaseId": _TOP}


def _fingerprints(ordered: list[Finding]) -> list[str]:
    """The same for a finding in every run, wherever in its file it stands.

    Findings that a rule has of one thing in one file are numbered.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    fingerprints = []
    for one in ordered:
        key = (one.rule, repository_path(one.path), one.subject)
        seen[key] += 1
        written = "\0".join([*key, str(seen[key])]).encode("utf-8", "surrogatepass")
        fingerprints.append(hashlib.sha256(written).hexdigest()[:32])
    return fingerprints
