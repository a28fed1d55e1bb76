"""Programs as plain values, and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb import (
    Count,
    Direction,
    EntityType,
    FactValues,
    Hop,
    Literal,
    Path,
    Program,
    Step,
    node_from_dict,
    program_from_dict,
    program_to_dict,
)
from graphdb.errors import InputError
from tests.programs import programs

_LITERALS = st.sampled_from(
    [
        Literal("Casablanca"),
        Literal(1942),
        Literal(7.5),
        Literal(True),
        Literal(date(1942, 11, 26)),
        Literal("1942-11-26"),
        Literal(datetime(1942, 11, 26, 20, 0, tzinfo=UTC)),
    ]
)
_STEPS = st.builds(Step, st.sampled_from(["directed", "name"]), st.sampled_from(Direction))
_SEEDS = st.sampled_from(["Casablanca", EntityType("Film")]) | _LITERALS
_PATHS = st.builds(Path, _SEEDS, st.lists(st.builds(Hop, _STEPS, st.booleans()), max_size=2).map(tuple))


@given(programs(_PATHS, _STEPS, st.sampled_from(["year", "title"]), _LITERALS))
def test_a_program_is_the_same_after_a_file(program: Program) -> None:
    assert program_from_dict(json.loads(json.dumps(program_to_dict(program)))) == program


def test_what_may_be_left_out() -> None:
    plain = {"form": "Path", "seed": {"type": "Film"}, "hops": [{"step": {"relation": "directed"}}]}
    assert program_from_dict({"form": "Count", "members": plain}) == Count(
        Path(EntityType("Film"), (Hop(Step("directed")),))
    )


_FILMS: dict[str, Any] = {"form": "Path", "seed": {"type": "Film"}, "hops": []}


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        (3, "a program is an object"),
        ({"form": "Compare"}, "a program is an object"),
        ({"form": "Count"}, "Count lacks 'members'"),
        ({"form": "Count", "members": {"form": "Count", "members": _FILMS}}, "a set of nodes is an object"),
        ({"form": "Path", "seed": {"key": 3}, "hops": []}, "'key' must be a string"),
        ({"form": "Path", "seed": {"name": "x"}, "hops": []}, "a node is"),
        ({"form": "Path", "seed": {"key": "x"}, "hops": {}}, "'hops' must be a list"),
        ({"form": "Path", "seed": {"key": "x"}, "hops": ["x"]}, "a hop is an object"),
        ({"form": "Path", "seed": {"key": "x"}, "hops": [{"step": 3}]}, "a step is an object"),
        (_FILMS | {"hops": [{"step": {"relation": "r", "direction": "up"}}]}, '"up" is none of out, in'),
        (_FILMS | {"hops": [{"step": {"relation": "r"}, "exclude_seed": 1}]}, "'exclude_seed' must be true or false"),
        ({"form": "Ranked", "members": _FILMS, "by": "year", "first": 1.5}, "'first' must be a whole number"),
        ({"form": "Ranked", "members": _FILMS, "by": "year", "first": 0}, "give 1 or more"),
        ({"form": "Restricted", "members": _FILMS, "conditions": [3]}, "a condition is an object"),
        (
            {
                "form": "Restricted",
                "members": _FILMS,
                "conditions": [{"form": "Compare", "attribute": "a", "comparison": "=", "value": {"key": "x"}}],
            },
            "compares with no value",
        ),
        ({"form": "FactValues", "members": _FILMS, "step": {"relation": "r"}}, "FactValues lacks 'property'"),
        (
            {"form": "FactValues", "members": _FILMS, "step": {"relation": "r"}, "property": "p", "others": 3},
            "a set of nodes is an object",
        ),
        (
            {"form": "Through", "members": _FILMS, "step": {"relation": "r"}, "conditions": []},
            "one condition at least",
        ),
        (
            {
                "form": "Through",
                "members": _FILMS,
                "step": {"relation": "r"},
                "conditions": [{"form": "HasNeighbours", "step": {"relation": "r"}}],
            },
            "a condition on facts is an object",
        ),
        (
            {"form": "Grouped", "of": {"form": "Exists", "members": _FILMS}, "by": {"relation": "r"}},
            "what is computed of groups is an object",
        ),
        ({"form": "Grouped", "of": {"form": "Count", "members": _FILMS}}, "Grouped lacks 'by'"),
        ({"form": "Beside", "members": _FILMS}, "Beside lacks 'attribute'"),
        (
            {"form": "Compared", "left": {"form": "Exists", "members": _FILMS}, "comparison": "=", "right": _FILMS},
            "what has one value is an object",
        ),
        ({"form": "Compared", "left": _FILMS, "comparison": "contains", "right": _FILMS}, "not by 'contains'"),
        (
            {
                "form": "Through",
                "members": _FILMS,
                "step": {"relation": "r"},
                "conditions": [
                    {"form": "During", "start": "s", "end": "e", "first": {"value": 2}, "last": {"value": 1}}
                ],
            },
            "which is earlier",
        ),
    ],
)
def test_what_is_no_program(plain: object, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        program_from_dict(plain)


def test_properties_of_facts_as_plain_values() -> None:
    acted = {"relation": "acted in"}
    plain = {"form": "FactValues", "members": _FILMS, "step": acted, "property": "roles"}
    asked = FactValues(Path(EntityType("Film"), ()), Step("acted in"), "roles")
    assert program_from_dict(plain) == program_from_dict(plain | {"others": None}) == asked
    assert program_to_dict(asked) == plain | {"step": acted | {"direction": "out"}, "others": None}


def test_a_date_that_is_none() -> None:
    with pytest.raises(InputError, match="is not a date"):
        node_from_dict({"value": "yesterday", "type": "date"})
