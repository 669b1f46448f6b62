"""What the text of a setting may be, and where it is looked for."""

from __future__ import annotations

import pytest

from alembic_native import settings
from alembic_native.settings import InvalidSetting, Setting


def in_file(value: object) -> Setting:
    return Setting(value, "patience")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5),
        ("0", 0),
        ("0.25", 0.25),
        (".5s", 0.5),
        ("500ms", 0.5),
        ("1e3", 1000),
        ("+5", 5),
        ("2 min", 120),
        ("1H", 3600),
    ],
)
def test_a_duration(text: str, seconds: float) -> None:
    assert settings.as_seconds(in_file(text), 900, "0 waits for ever") == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1", "nan", "inf", "5 d", "s", "1e400", "9" * 400])
def test_what_is_no_duration_is_named(text: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^patience is '{text}', and .*: 0 waits for ever"):
        settings.as_seconds(in_file(text), 900, "0 waits for ever")


def test_a_count() -> None:
    assert settings.as_count(in_file("10"), 3) == 10
    assert settings.as_count(in_file(None), 3) == 3
    for text in ("-1", "1.5", "many", "", "\u0661"):
        with pytest.raises(InvalidSetting, match="a whole number"):
            settings.as_count(in_file(text), 3)


def test_a_switch_and_further_words() -> None:
    assert settings.as_switch(in_file(" Off "), True) is False
    assert settings.as_switch(in_file(None), True) is True
    assert settings.as_switch(in_file("Required"), True, "required") == "required"
    with pytest.raises(InvalidSetting, match="has to be 'on', 'off' or 'required'"):
        settings.as_switch(in_file("maybe"), True, "required")
    with pytest.raises(InvalidSetting, match="has to be 'on' or 'off'"):
        settings.as_switch(in_file("required"), True)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    of_the_file = {"patience": "1"}.get
    assert settings.read(of_the_file, "patience") == Setting("1", "patience")
    monkeypatch.setenv("ALEMBIC_PATIENCE", " 2 ")
    assert settings.read(of_the_file, "patience") == Setting(
        "2", "the environment variable ALEMBIC_PATIENCE"
    )
    monkeypatch.setenv("ALEMBIC_PATIENCE", "")
    assert settings.read(None, "patience") == Setting(None, "patience")
