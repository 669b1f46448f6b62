"""The files of Alembic that are known, by fingerprint. Made by `make contract`."""

from __future__ import annotations

#: Of the contract that they are known for.
CONTRACT = "7d9b7e69f37de1c1"

#: By module: each file of which all of the contract holds, and the first release.
KNOWN_FILES: dict[str, dict[str, str]] = {
    "alembic.autogenerate.api": {
        "7d79a7786da90427": "1.16.0",
        "38fe5fae1ed69200": "1.18.0",
        "bc475e4b886692eb": "1.19.0",
    },
    "alembic.command": {
        "189ea03b0809669e": "1.16.0",
        "e81cbaee731d929a": "1.16.1",
        "af0499503739cd59": "1.17.1",
        "05e0298926b4185a": "1.18.5",
        "4827367e79ba903b": "1.19.0",
    },
    "alembic.config": {
        "8206595c79ddbf60": "1.16.0",
        "67c37eca3786b3fc": "1.16.1",
        "041858adc2cffa42": "1.16.2",
        "1b1689c4760e7788": "1.16.4",
        "5a30bf3822834c7c": "1.16.5",
        "4f6f29ba2f431f43": "1.17.1",
        "9d72d2e07cc930c7": "1.18.0",
        "f86d3a4b8312df38": "1.19.0",
    },
    "alembic.context": {"136f27fe95492663": "1.16.0"},
    "alembic.ddl.impl": {
        "6c3f6a0d2f99af7e": "1.16.0",
        "2914ff1075984e47": "1.18.0",
        "83114538e95006d6": "1.18.1",
        "437c74ba6d75ac73": "1.18.2",
        "a2e2a6cd5e552fe1": "1.18.4",
        "7a52e1fe2c7212c7": "1.19.0",
        "ba9fe5b6c2c26c8b": "1.20.1",
    },
    "alembic.operations.ops": {
        "82dddbb04aa7ad6f": "1.16.0",
        "883ca0d62c8285d7": "1.18.2",
        "e74556ec8b077f72": "1.18.4",
        "2ea06febf7f59f1f": "1.18.5",
        "64cf465a9a7d2dd0": "1.19.0",
        "5e191300c514fb33": "1.19.2",
    },
    "alembic.runtime.environment": {
        "66ac38a041ce87f8": "1.16.0",
        "01cfad171ce0f30f": "1.16.2",
        "18f0b04e042148ca": "1.18.0",
        "ea6a51510d232b18": "1.19.0",
        "c9666db176ea281d": "1.19.2",
    },
    "alembic.runtime.migration": {
        "c8a0e2943e411307": "1.16.0",
        "a035b9985fe6f307": "1.16.2",
        "4c99cea58683c6e6": "1.18.0",
        "90667f6dba518271": "1.19.0",
        "de554b6d73db45ef": "1.20.0",
    },
    "alembic.script.base": {
        "0173131703e16623": "1.16.0",
        "f109be275fd49194": "1.16.2",
        "dbf21ec20da729f7": "1.16.4",
        "bc7d799d549b3399": "1.17.0",
        "00ce2714b7106402": "1.18.0",
        "0012fb6817522293": "1.18.5",
        "65df9f89e292f8f4": "1.19.0",
    },
    "alembic.script.revision": {
        "92b53ce5e379614e": "1.16.0",
        "ab1afdf8ca95393a": "1.17.1",
        "43dbcd88134a81e2": "1.18.5",
        "d07e8b1fcbf98279": "1.19.0",
    },
    "alembic.util": {
        "d353f8064e2cd458": "1.16.0",
        "2078f59b37d669f1": "1.17.1",
        "bc8855abe2075cff": "1.18.0",
        "5ef1aec13d1000b8": "1.19.2",
        "99634227eb28ebcb": "1.20.0",
    },
    "alembic.util.exc": {
        "eaf47ee973039d82": "1.16.0",
        "0cd740a0d4b2bae8": "1.17.1",
        "23a502f14dad1e80": "1.19.0",
    },
    "alembic.util.langhelpers": {
        "38e7dbf637222c39": "1.16.0",
        "2d431f541e454769": "1.17.2",
        "08ab06bae1b59379": "1.18.0",
        "9bd4f8d1e75be634": "1.18.5",
        "3038978fc13e3e10": "1.19.0",
    },
    "alembic.util.messaging": {"fd311f628cea4f0c": "1.16.0", "ee3367065c736d19": "1.19.0"},
    "alembic.util.pyfiles": {
        "4d8c366443282f3f": "1.16.0",
        "86cc2cf9d1f07421": "1.16.2",
        "9819c644cdba4fd2": "1.17.0",
        "7855c63c979ff180": "1.19.0",
    },
}
