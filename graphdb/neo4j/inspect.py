"""Propose a mapping for a graph that kgqa has never seen, from its catalogue and from samples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from graphdb.errors import StoreError
from graphdb.mapping import RESERVED, KeyType, Mapping, NodeMapping, RelationshipMapping, TypeMapping
from graphdb.neo4j import cypher
from graphdb.neo4j.driver import Connection, Run
from graphdb.neo4j.inspection import WITHIN, LabelFacts, PropertyFacts, read_edges, read_labels
from graphdb.neo4j.store import DEFAULT_RETRY_TIME_S
from graphdb.values import LiteralKind
from graphdb.wording import inverse_words_of, words_of

_LONGEST_ATTRIBUTE = 1000  # characters: longer ones are documents, not values that anybody asks for
_LONGEST_NAME = 200
_MOST_VALUES = 64  # more numbers than that in one list are an embedding

# In words, best first.
_KEY_NAMES = ("id", "key", "uuid", "guid", "uid", "identifier", "code", "iri", "uri", "name", "title")
_NAME_NAMES = ("name", "title", "label", "full name", "display name", "pref label", "preferred label", "caption")
_OTHER_NAMES = frozenset(
    (
        *("alias", "aliases", "aka", "also", "known", "synonym", "synonyms", "nickname", "nicknames", "alt"),
        *("alternative", "alternate", "former", "short", "official", "original", "native", "abbreviation", "acronym"),
    )
)
_CODE = re.compile(r"[\w:./-]*\d[\w:./-]*")  # tt0133093, ISO-8859-1
_ID_WORDS = frozenset({"id", "ids", "key", "uuid", "guid", "uid", "identifier", "iri", "uri", "code"})


def inspect(
    url: str,
    *,
    auth: tuple[str, str] | None = None,
    database: str | None = None,
    retry_time_s: float = DEFAULT_RETRY_TIME_S,
) -> Mapping:
    """Propose a mapping for the graph at a URL, in seconds whatever its size. Nothing is written.

    :param url: see :meth:`graphdb.neo4j.store.Neo4jStore.open`, also for the other parameters.
    :returns: the proposal, with notes on what was seen and what was left out.
    :raises StoreError: if the graph cannot be read, or has no nodes that could be identified.
    """
    connection = Connection.open(url, auth=auth, database=database, retry_time_s=retry_time_s)
    try:
        return connection.read(lambda run: _propose(run, connection.url))
    finally:
        connection.close()


def _propose(run: Run, url: str) -> Mapping:
    labels = read_labels(run)
    keys = {label.name: key for label in labels if (key := _key(run, label)) is not None}
    chosen: list[LabelFacts] = []
    keyless: list[LabelFacts] = []
    notes = [f"What kgqa reads of {url}. Edit it, and give it as --mapping. Nothing is written to the graph."]
    for label in labels:
        if label.name not in keys:
            keyless.append(label)
        elif not _is_covered(run, label, chosen):
            chosen.append(label)
    notes += [
        f"Left out: {label.name!r} ({label.nodes:,} nodes), as no property identifies its nodes. "
        "If one does, add it as nodes with that key."
        for label in keyless
        if not _is_covered(run, label, chosen)
    ]
    if not chosen:
        found = ", ".join(repr(label.name) for label in labels) or "none at all"
        raise StoreError(
            f"no mapping can be proposed for {url}: no property identifies the nodes of any label ({found}); "
            "give them a property that is unique, best with a uniqueness constraint"
        )
    nodes = tuple(_node(run, label, keys[label.name], chosen[:i]) for i, label in enumerate(chosen))
    relationships = tuple(_relationships(run, [node.label for node in nodes], notes))
    return Mapping(nodes, relationships, (), tuple(_types(labels, chosen)), tuple(notes))


def _is_covered(run: Run, label: LabelFacts, chosen: Sequence[LabelFacts]) -> bool:
    """Whether all nodes of a label belong to labels that were chosen already."""
    others = [other.name for other in chosen if other.name in label.together]
    return bool(others) and bool(run(cypher.is_covered(label.name, others), {})[0][0])


# --- keys -------------------------------------------------------------------------------------------------------------


def _key(run: Run, label: LabelFacts) -> tuple[PropertyFacts, str] | None:
    """The property that identifies the nodes of a label, and why we think so."""
    able = [p for p in label.properties.values() if _can_identify(p)]
    constrained = [p for p in able if p.name in label.unique]
    if constrained:
        return min(constrained, key=_key_rank), "kept unique by a constraint"
    looks = [p for p in able if _key_rank(p)[0] < len(_KEY_NAMES)]
    for facts in sorted(looks, key=_key_rank):
        all_differ = facts.nodes == facts.different == label.sampled
        if all_differ and run(cypher.is_unique(label.name, facts.name), {"within": WITHIN})[0][0]:
            seen = "all nodes" if label.nodes <= WITHIN else f"the first {WITHIN:,} nodes"
            return facts, f"different on {seen}; a uniqueness constraint would keep it so and make reading faster"
    return None


def _can_identify(facts: PropertyFacts) -> bool:
    return facts.types in ({"STRING"}, {"INTEGER"}) and facts.most == 1


def _key_rank(facts: PropertyFacts) -> tuple[float, str]:
    """How well a property serves as the key: identifiers first, then codes, then names; the rest cannot."""
    words = words_of(facts.name).split()
    name = _KEY_NAMES.index("name")
    if len(words) == 1 and words[0] in _KEY_NAMES:
        rank: float = _KEY_NAMES.index(words[0])
    elif words[-1] in _ID_WORDS:
        rank = name - 0.6
    elif facts.is_text and all(_CODE.fullmatch(str(example)) for example in facts.examples):
        rank = name - 0.3
    elif words[-1] in _NAME_NAMES:
        rank = len(_KEY_NAMES) - 1
    else:
        rank = len(_KEY_NAMES)
    return rank, facts.name


# --- nodes ------------------------------------------------------------------------------------------------------------


def _node(run: Run, label: LabelFacts, key: tuple[PropertyFacts, str], earlier: Sequence[LabelFacts]) -> NodeMapping:
    facts, reason = key
    names = _names(label)
    name = names[0] if names else None
    notes = [f"{label.nodes:,} nodes. {facts.name!r} is {reason}."]
    if name is None:
        notes.append("No property looks like a name, so the key is shown.")
    attributes = []
    left_out = []
    for p in sorted(label.properties.values(), key=lambda p: p.name):
        if p.name in names or (p.name == facts.name and _is_opaque(p)):
            continue
        why = _why_not(p)
        if why:
            left_out.append(f"{p.name!r} ({why})")
        else:
            attributes.append(p)
    if left_out:
        notes.append(f"Left out: {', '.join(left_out)}.")
    renamed = {f"{words_of(label.name)} {p.name}": p.name for p in attributes if p.name in RESERVED}
    return NodeMapping(
        label=label.name,
        key=facts.name,
        key_type=KeyType.INTEGER if facts.types == {"INTEGER"} else KeyType.STRING,
        name=name,
        aliases=tuple(names[1:]),
        attributes=tuple(p.name for p in attributes if p.name not in RESERVED),
        renamed=MappingProxyType(renamed),
        single=tuple(p.name for p in attributes if p.most == 1),
        unless=tuple(o.name for o in earlier if run(cypher.overlaps(label.name, o.name), {})[0][0]),
        note="\n".join(notes),
    )


def _names(label: LabelFacts) -> list[str]:
    """The properties that hold names, the one to show first."""
    ranked = [(rank, p.name) for p in label.properties.values() if (rank := _name_rank(p)) is not None]
    return [name for _, name in sorted(ranked)]


def _name_rank(facts: PropertyFacts) -> tuple[int, int] | None:
    """How well a property serves as the name; ``None`` if it holds no names."""
    if not facts.is_text or facts.longest > _LONGEST_NAME:
        return None
    text = words_of(facts.name)
    words = text.split()
    several = int(facts.most > 1)
    if _OTHER_NAMES & set(words):
        return 2 + several, -facts.nodes
    if text in _NAME_NAMES:
        return several, _NAME_NAMES.index(text)
    if words[-1] in {"name", "names", "title", "titles", "label", "labels"}:
        return 1 + several, -facts.nodes
    return None


def _is_opaque(facts: PropertyFacts) -> bool:
    """Whether an identifying property says nothing to people."""
    return bool(_ID_WORDS & set(words_of(facts.name).split()))


def _why_not(facts: PropertyFacts) -> str:
    """Why a property is no attribute; empty if it can be one."""
    if not facts.kinds:
        return f"of type {', '.join(sorted(facts.types)).lower()}"
    if len(facts.kinds) > 1 and facts.most > 1:
        return "of several kinds"
    if facts.longest > _LONGEST_ATTRIBUTE:
        return f"texts of up to {facts.longest:,} characters"
    if facts.kinds == {LiteralKind.NUMBER} and facts.most > _MOST_VALUES:
        return f"up to {facts.most:,} numbers"
    return ""


# --- relationships and types ------------------------------------------------------------------------------------------


def _relationships(run: Run, labels: Sequence[str], notes: list[str]) -> Iterator[RelationshipMapping]:
    for edge in read_edges(run):
        subjects = tuple(label for label in labels if label in edge.subjects)
        objects = tuple(label for label in labels if label in edge.objects)
        if not subjects or not objects:
            notes.append(
                f"Left out: the relationships {edge.type!r}, as they lead from {', '.join(edge.subjects)} "
                f"to {', '.join(edge.objects)}."
            )
            continue
        yield RelationshipMapping(
            edge.type, subjects, objects, words_of(edge.type), inverse_words_of(edge.type), edge.properties
        )


def _types(labels: Sequence[LabelFacts], chosen: Sequence[LabelFacts]) -> Iterator[TypeMapping]:
    """The labels of nodes that take part, but for one that all of them have and that says nothing."""
    taking_part = {label.name for label in chosen} | {name for label in chosen for name in label.together}
    for label in sorted(labels, key=lambda label: label.name):
        generic = re.fullmatch(r"(?i)_*(entity|node|resource|thing)_*", label.name)
        if label.name in taking_part and not (generic and label.together):
            yield TypeMapping(label.name, words_of(label.name))
