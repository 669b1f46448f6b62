"""The files of Alembic that are known, by fingerprint. Made by `make contract`."""

from __future__ import annotations

#: Of the contract that they are known for.
CONTRACT = "61ad12ac00002bf5"

#: By module: each file of which all of the contract holds, and the first release.
KNOWN_FILES: dict[str, dict[str, str]] = {
    "alembic.autogenerate.api": {
        "dac3cfbc000056cb": "1.16.0",
        "98be8b44000058fd": "1.18.0",
        "87dbc2ff00005856": "1.19.0",
    },
    "alembic.command": {
        "5007565000006116": "1.16.0",
        "d535801e00006117": "1.16.1",
        "530d0dc8000062d1": "1.17.1",
        "752b96410000639b": "1.18.5",
        "ec8fce0e0000630f": "1.19.0",
    },
    "alembic.config": {
        "2aa33ac30000807d": "1.16.0",
        "e5dc5a4400008081": "1.16.1",
        "1978263c00008307": "1.16.2",
        "33d9aff80000854c": "1.16.4",
        "21ce1d85000085bd": "1.16.5",
        "3dea03d300008717": "1.17.1",
        "572a331f000088a7": "1.18.0",
        "5f957ddc000087e4": "1.19.0",
    },
    "alembic.context": {"488b0b92000000c3": "1.16.0"},
    "alembic.ddl.impl": {
        "f16d90cd000076e7": "1.16.0",
        "19cacd3b000079a8": "1.18.0",
        "e4a43be500007986": "1.18.1",
        "854617b500007a26": "1.18.2",
        "eefb65e000007a90": "1.18.4",
        "0a8d3fdc00007a78": "1.19.0",
        "bf5988d700007c01": "1.20.1",
    },
    "alembic.operations.ops": {
        "625c31f300017814": "1.16.0",
        "f40a5c9100017ae8": "1.18.2",
        "d2a996aa000183fd": "1.18.4",
        "905131f4000183fe": "1.18.5",
        "4221ef0c00017fe9": "1.19.0",
        "da18eddf0001800f": "1.19.2",
    },
    "alembic.runtime.environment": {
        "fbfc7f9c0000a234": "1.16.0",
        "6eb3915a0000a207": "1.16.2",
        "348211800000a5a0": "1.18.0",
        "17e67ac30000a524": "1.19.0",
        "559f0cfb0000a60f": "1.19.2",
    },
    "alembic.runtime.migration": {
        "ce056d120000c2d2": "1.16.0",
        "34eb50fc0000c34d": "1.16.2",
        "1694d6370000bd2b": "1.18.0",
        "497533cc0000bd10": "1.19.0",
        "505e073f0000bbda": "1.20.0",
    },
    "alembic.script.base": {
        "427a1d1200009009": "1.16.0",
        "0b4d43f10000903c": "1.16.2",
        "a5ce3e9400009020": "1.16.4",
        "5c85366800008f2e": "1.17.0",
        "fa3387c900008f5a": "1.18.0",
        "701088d200009161": "1.18.5",
        "32300d6400009080": "1.19.0",
    },
    "alembic.script.revision": {
        "80c5ffd90000f363": "1.16.0",
        "9dcd3a920000f368": "1.17.1",
        "cba00c6d0000f320": "1.18.5",
        "4312a9360000f1f7": "1.19.0",
    },
    "alembic.util": {
        "bcd74f6b000005ef": "1.16.0",
        "c546835500000627": "1.17.1",
        "ec4187ed000006f1": "1.18.0",
        "e60a51f30000071f": "1.19.2",
        "6a908abc000006f5": "1.20.0",
    },
    "alembic.util.exc": {
        "a16eb27400000234": "1.16.0",
        "751620fe000003e1": "1.17.1",
        "8375f496000003b0": "1.19.0",
    },
    "alembic.util.langhelpers": {
        "e2271d610000272a": "1.16.0",
        "5ea335cb00002850": "1.17.2",
        "4361f9b90000336c": "1.18.0",
        "7e5d7a7f0000336d": "1.18.5",
        "79d113ed000032fd": "1.19.0",
    },
    "alembic.util.messaging": {"deef65d500000cde": "1.16.0", "f5c6620f00000ca3": "1.19.0"},
    "alembic.util.pyfiles": {
        "f4f3bf1100001201": "1.16.0",
        "a9fd142e0000127a": "1.16.2",
        "4c253bb700001263": "1.17.0",
        "d31787dd000011fb": "1.19.0",
    },
}
