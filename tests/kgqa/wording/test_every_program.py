"""Any program has words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import (
    EntityType,
    Hop,
    Literal,
    Path,
    Step,
)
from graphdb.programs import (
    Program,
    SharedNeighbour,
)
from kgqa.wording import in_words
from tests.kgqa.wording.sayings import (
    NAMES,
    SCHEMA,
)
from tests.programs import programs

_STEPS = st.builds(Step, st.sampled_from([*(r.name for r in SCHEMA.relations), "unknown", " "]))
_EITHER = _STEPS | _STEPS.map(lambda step: step.reverse)
_LITERALS = st.builds(Literal, st.sampled_from([1, 2000, 12345, 0.5, "", "text", True, date(2000, 1, 1)]))
_SEEDS = st.sampled_from(["tx", "key", EntityType("Film"), EntityType("Unknown")]) | _LITERALS
_PATHS = st.builds(Path, _SEEDS, st.lists(st.builds(Hop, _EITHER, st.booleans()), max_size=3).map(tuple))


@given(programs(_PATHS, _EITHER, st.sampled_from([r.name for r in SCHEMA.relations]), _LITERALS))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_program_has_words(program: Program) -> None:
    text = in_words(program, SCHEMA, NAMES)
    assert text
    assert ", reversed" not in text or any(isinstance(part, SharedNeighbour) for part in _parts(program))


def _parts(part: object) -> Iterator[object]:
    yield part
    if is_dataclass(part):
        for one in fields(part):
            value = getattr(part, one.name)
            for each in value if isinstance(value, tuple) else (value,):
                yield from _parts(each)
