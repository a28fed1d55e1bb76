"""A path as the query of the database that holds the graph, for people to see and to run by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

# The parser reads escapes of Unicode before anything else; consoles end a command at a line's end and at a semicolon.
_ESCAPES = str.maketrans(
    {
        "\\": "\\u005c\\u005c",
        "'": "\\'",
        "\n": "\\n",
        "\r": "\\r",
        ";": "\\u003b",
    }
)


@dataclass(frozen=True, slots=True)
class Query:
    """A Cypher statement that only reads, with its parameters. As a string it can be pasted into Neo4j Browser.

    :param parameters: the values that the question gave; they are never part of the text.
    """

    text: str
    parameters: Mapping[str, object]

    def __str__(self) -> str:
        given = (f":param {name} => {literal(value)};\n" for name, value in self.parameters.items())
        return f"{''.join(given)}{self.text};"


def literal(value: object) -> str:
    """A scalar as a Cypher expression of the same value."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case datetime():
            return f"{'localdatetime' if value.tzinfo is None else 'datetime'}('{value.isoformat()}')"
        case date():
            return f"date('{value.isoformat()}')"
    return f"'{str(value).translate(_ESCAPES)}'"
