"""The files of Alembic that are known, by fingerprint. Made by `make contract`."""

from __future__ import annotations

#: Of the contract that they are known for.
CONTRACT = "150465f688305f9d"

#: By module: each file of which all of the contract holds, and the first release.
KNOWN_FILES: dict[str, dict[str, str]] = {
    "alembic.autogenerate.api": {
        "a27dbc95799c5d36": "1.16.0",
        "a6c06559323f25c6": "1.18.0",
        "a9368130e3300059": "1.19.0",
    },
    "alembic.command": {
        "bd56dddd583d2527": "1.16.0",
        "0783d894bc3a6f3e": "1.16.1",
        "8c8e30fd8a4960da": "1.17.1",
        "0a0b6223caf229cb": "1.18.5",
        "cf73860dc6713c9e": "1.19.0",
    },
    "alembic.config": {
        "5aff650fd7a4fd6e": "1.16.0",
        "1f9fabc1df76df36": "1.16.1",
        "0658b50961cbc44d": "1.16.2",
        "563247cc0b23f595": "1.16.4",
        "d2102385b536ca53": "1.16.5",
        "67c59922b2ac6b7e": "1.17.1",
        "c735d83ccae5be19": "1.18.0",
        "057f202ff0dc0de7": "1.19.0",
    },
    "alembic.context": {"04a40088917a5a00": "1.16.0"},
    "alembic.ddl.impl": {
        "16702388a3ba1d2e": "1.16.0",
        "18567e19c8e281e7": "1.18.0",
        "08465af84bbbdb83": "1.18.1",
        "510876c206d6f928": "1.18.2",
        "d309c6edf42d150e": "1.18.4",
        "82633ae8e8f17f01": "1.19.0",
        "166c388494dcea87": "1.20.1",
    },
    "alembic.operations.ops": {
        "eb46793bfa19f1be": "1.16.0",
        "1a1a6e3e2476464b": "1.18.2",
        "5e6b850063f8f3f6": "1.18.4",
        "435575e36a5725ac": "1.18.5",
        "4935f1a94f537da1": "1.19.0",
        "280e3937b224b47c": "1.19.2",
    },
    "alembic.runtime.environment": {
        "b3d6e26e77ac356e": "1.16.0",
        "4a2e0d04d283c777": "1.16.2",
        "822c41748a924f64": "1.18.0",
        "fd3d7a7c6f1c4cef": "1.19.0",
        "e3a739066e70079b": "1.19.2",
    },
    "alembic.runtime.migration": {
        "1e994e4e0dfc2e16": "1.16.0",
        "57d0c308f235d9cf": "1.16.2",
        "419bc42087b6b4db": "1.18.0",
        "e405d3bed222727a": "1.19.0",
        "e7658d6e42f25870": "1.20.0",
    },
    "alembic.script.base": {
        "a36492018bd480ee": "1.16.0",
        "88a953cbf315f671": "1.16.2",
        "947d6063dae19d78": "1.16.4",
        "23ded4d1a07829ac": "1.17.0",
        "bd1e6afabe3e83cb": "1.18.0",
        "72e70e1c95068672": "1.18.5",
        "22b9d58d35ce3072": "1.19.0",
    },
    "alembic.script.revision": {
        "e1c53311e65434d5": "1.16.0",
        "ef1c69f4ed263985": "1.17.1",
        "3fcd677a04730a07": "1.18.5",
        "7b16f091aefc7720": "1.19.0",
    },
    "alembic.util": {
        "9c021d9a55966f97": "1.16.0",
        "28d3e615b113c582": "1.17.1",
        "b2259a5f19be9c0c": "1.18.0",
        "591f69f3fb500e4a": "1.19.2",
        "4efe2741afc13ba9": "1.20.0",
    },
    "alembic.util.exc": {
        "b194b57462b5c616": "1.16.0",
        "0b7501d2209eab32": "1.17.1",
        "8993517ffe16126b": "1.19.0",
    },
    "alembic.util.langhelpers": {
        "bb2b11087c073c16": "1.16.0",
        "1851d12dd3a6fb3a": "1.17.2",
        "31b2eedb403c8fa3": "1.18.0",
        "b73dd5b23a24667d": "1.18.5",
        "83426fa1282858fa": "1.19.0",
    },
    "alembic.util.messaging": {"756a20cc68d70483": "1.16.0", "1a16abffdf8b3ad6": "1.19.0"},
    "alembic.util.pyfiles": {
        "175052404bd2d7f0": "1.16.0",
        "d9ec2f886611feb7": "1.16.2",
        "a7cdf1fef59c5e95": "1.17.0",
        "d920917e195640f7": "1.19.0",
    },
}
