"""Random histories, sound and broken, through upstream and through the overlay."""

from __future__ import annotations

import random

import pytest

from tests.differential.comparison import Difference, compare, smallest
from tests.differential.conftest import PARTS, cases_of
from tests.differential.processes import Interpreters, Question
from tests.differential.random_calls import random_calls
from tests.differential.random_histories import random_history


def question_of(seed: str) -> Question:
    rng = random.Random(seed)
    history = random_history(rng)
    return {"revisions": history, "calls": random_calls(rng, history, 24)}


@pytest.mark.parametrize("part", range(PARTS))
def test_same_answers(part: int, interpreters: Interpreters) -> None:
    asked = 0
    for seed in cases_of(part, usual=4000):
        try:
            compare(interpreters, question_of(seed))
        except Difference as difference:
            pytest.fail(f"case {seed}: {smallest(interpreters, difference)}", pytrace=False)
        asked += 1
    assert asked
