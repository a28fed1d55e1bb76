"""Corrections of answers: checked against the graph before they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphdb import GraphStore, Literal, Node, Program, Scalar, program_to_dict
from graphdb.errors import InputError, UnknownNameError
from graphdb.programs import NAME
from indexing import AliasIndex
from kgqa.questions import GivenAnswer, Question, answers_of, resolve_answers

_OFFERED = 3  # names like one that the graph does not have


def correction_of(
    store: GraphStore,
    index: AliasIndex,
    question: str,
    *,
    answers: Sequence[GivenAnswer] | None,
    program: Program | None,
) -> Question:
    """A question with what is right, either the answers or the program that gives them; its id is still to be given.

    :raises InputError: if neither is given or both are.
    :raises UnknownNameError: if the graph does not have one of the answers, or something that the program names.
    """
    if (answers is None) == (program is None):
        raise InputError("give either the answers or the program of a question, to say what is right")
    if program is not None:
        _check_names(store, program)
        (found,) = store.run([program])
        return Question("new", question, answers_of(found), program=program)
    correction = Question("new", question, tuple(answers or ()))
    for answer in _unknown(store, index, correction.answers):
        raise UnknownNameError(f"{answer!r} is no key, name or value of the graph{_instead(index, answer)}")
    return correction


def _check_names(store: GraphStore, program: Program) -> None:
    schema = store.schema()
    named = list(_named(program_to_dict(program)))
    keys = store.entities([name for what, name in named if what == "key"])
    known = {
        "key": keys,
        "type": {known.name for known in schema.types},
        "relation": {relation.name for relation in schema.relations},
        "property": {each.name for relation in schema.relations for each in relation.properties},
    }
    for what, name in named:
        if name not in known[what]:
            raise UnknownNameError(f"the program names the {what} {name!r}, which the graph does not have")


def _named(part: object) -> Iterator[tuple[str, str]]:
    """What a program in plain values names: keys of entities, types, relations and properties of facts."""
    if isinstance(part, list):
        for each in part:
            yield from _named(each)
    if not isinstance(part, dict):
        return
    of_facts = part.get("form") == "Through"
    for name, value in part.items():
        if name in {"key", "type", "relation", "property"} and isinstance(value, str) and "value" not in part:
            yield name, value
        elif name in {"attribute", "by"} and isinstance(value, str) and value != NAME:
            yield "relation", value
        elif of_facts and name == "conditions":
            fields = ("attribute", "start", "end")
            yield from (("property", each[field]) for each in value for field in fields if field in each)
        else:
            yield from _named(value)


def read_answers(texts: Sequence[str], store: GraphStore, index: AliasIndex) -> list[Scalar]:
    """Answers as people type them: what the graph has no name for is a number, ``true`` or ``false`` if it is one."""
    unknown = set(_unknown(store, index, texts))
    return [_read(text) if text in unknown else text for text in texts]


def _read(text: str) -> Scalar:
    if text in {"true", "false"}:
        return text == "true"
    for kind in (int, float):
        try:
            return Literal(kind(text)).value
        except (ValueError, InputError):
            continue
    return text


def _unknown(store: GraphStore, index: AliasIndex, answers: Sequence[GivenAnswer]) -> list[GivenAnswer]:
    """The answers that the graph does not have. Few are not in the index, and only for them the graph is searched."""
    named = (answer[0] if isinstance(answer, tuple) else answer for answer in answers)
    texts = [name for name in named if isinstance(name, str)]
    keys = store.entities(texts)
    left = [text for text in texts if text not in keys and not _is_name(store, index, text)]
    (gold,) = resolve_answers(store, [Question("new", "?", tuple(left))])
    return list(gold.missing)


def _is_name(store: GraphStore, index: AliasIndex, text: str) -> bool:
    nodes = [candidate.node for candidate in index.search(text) if candidate.exact]
    entities = store.entities([node for node in nodes if isinstance(node, str)])
    return any(_is_called(node, text) for node in nodes if not isinstance(node, str)) or any(
        text in (entity.name, *entity.aliases) for entity in entities.values()
    )


def _is_called(node: Node, text: str) -> bool:
    return str(node) == text


def _instead(index: AliasIndex, answer: GivenAnswer) -> str:
    near = dict.fromkeys(candidate.surface for candidate in index.search(str(answer), limit=_OFFERED))
    return f": did you mean {' or '.join(map(repr, near))}?" if near else ""
