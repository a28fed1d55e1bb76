"""Reports as HTML, for notebooks. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_NUMBER = ' style="text-align:right"'
_TEXT = ' style="text-align:left"'


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; whole numbers and shares are set to the right, with thousands separated."""
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    columns = "".join(f"<th{_TEXT}>{escape(name)}</th>" for name in head)
    return (
        f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>" if head else f"<table>{body}</table>"
    )


def paragraph(text: str) -> str:
    """A paragraph."""
    return f"<p>{escape(text)}</p>"


def listed(title: str, items: Iterable[str], count: int) -> str:
    """A list with its title; how many of ``count`` are not shown is said. Nothing if there is none."""
    if not count:
        return ""
    shown = [f"<li>{escape(item)}</li>" for item in items]
    if count > len(shown):
        shown.append(f"<li>… and {count - len(shown):,} more</li>")
    return f"{paragraph(title)}<ul>{''.join(shown)}</ul>"


def _cell(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<td{_NUMBER}>{value:,}</td>" if isinstance(value, int) else f"<td{_NUMBER}>{value:,.3f}</td>"
    return f"<td{_TEXT}>{escape('' if value is None else str(value))}</td>"
