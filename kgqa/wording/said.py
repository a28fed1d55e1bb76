"""Sets in words, as parts of which longer phrases are made, and how such parts are combined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphdb.programs import SetOperation
from kgqa.wording.conditions import Modifier
from kgqa.wording.english import being
from kgqa.wording.nouns import in_number, plural_of
from kgqa.wording.vocabulary import noun_of

ANY = "one"
"""What members are called whose type is not known."""


@dataclass(frozen=True, slots=True)
class Said:
    """A set in words.

    :param head: the noun of its members, or all that there is to say.
    :param plural: whether that speaks of several.
    :param typed: whether the noun only says what type they have; so more can be said of them, and of other types.
    :param fixed: whether it is a name or the like, which takes no article.
    :param kinds: the nouns of the types that its members can have; none if they are not known.
    :param modifiers: what leads to them; all of it holds.
    :param more: what follows that: conditions and exceptions.
    :param rank: a superlative that ends it.
    """

    head: str
    plural: bool
    typed: bool = False
    fixed: bool = False
    kinds: tuple[str, ...] = ()
    modifiers: tuple[Modifier, ...] = ()
    more: tuple[str, ...] = ()
    rank: str = ""

    @property
    def text(self) -> str:
        said = sorted((modifier.text for modifier in self.modifiers), key=lambda text: text.startswith("that "))
        return " ".join(filter(None, (self.head, " and ".join(said), *self.more, self.rank)))

    @property
    def inside(self) -> str:
        """The words within a longer phrase."""
        definite = not self.fixed and (not self.plural or self.rank)
        return f"the {self.text}" if definite else self.text

    @property
    def open(self) -> bool:
        """Whether more can be said of its members than what the set is."""
        return self.typed and not self.rank

    @property
    def vague(self) -> bool:
        """Whether its noun stands for several types, or for any."""
        return len(self.kinds) != 1

    @property
    def bare(self) -> bool:
        """Whether it is all members of a type."""
        return self.open and not self.modifiers and not self.more


def _is_any(said: Said) -> bool:
    return said.head in {ANY, plural_of(ANY)}


def _member_of(said: Said, several: bool) -> Modifier:
    """Members that are also in a set that must be said as a whole."""
    be, which = being(plural=several), said.text if said.bare and several else said.inside
    among = "among " if said.rank and said.plural else ""
    return Modifier(f"that {be} {among}{which}", f"that {be} not {among}{which}")


def opened(said: Said, several: bool) -> Said:
    """A set of which more can be said; what is ranked already is closed first."""
    if not said.rank:
        return said
    among = f"of {said.inside}"
    return Said(in_number(ANY, several), several, typed=True, modifiers=(Modifier(among, f"not {among}"),))


def all_of(parts: Sequence[Said]) -> Said:
    """Members of all parts. The noun is the first type that a part is about, and the parts say the rest."""
    able = [part for part in parts if part.open]
    if not able:
        others = " and ".join(f"also {part.inside}" for part in parts[1:])
        be = being(plural=parts[0].plural)
        return opened(replace(parts[0], more=(*parts[0].more, f"that {be} {others}")), parts[0].plural)
    heads = sorted(able, key=lambda part: (not part.bare, _is_any(part), part.vague))
    main = heads[0]
    rest = [part for part in parts if part is not main]
    modifiers = [*main.modifiers]
    for part in rest:
        modifiers += part.modifiers if part.open and not part.bare else [_member_of(part, main.plural)]
    more = (*main.more, *(text for part in rest if part.open for text in part.more))
    return _narrowed(replace(main, modifiers=tuple(dict.fromkeys(modifiers)), more=more), parts)


def _narrowed(said: Said, parts: Sequence[Said]) -> Said:
    """With the noun of the types that all parts have, if the noun of one part stands for more."""
    known = [part.kinds for part in parts if part.kinds]
    if not said.vague or not known:
        return said
    kinds = tuple(kind for kind in known[0] if all(kind in others for others in known))
    noun = noun_of(kinds, said.plural)
    return replace(said, head=noun, kinds=kinds) if noun else said


def _any_of(parts: Sequence[Said]) -> Said:
    heads = {part.head for part in parts if not _is_any(part)} or {parts[0].head}
    if len(heads) == 1 and all(part.open and part.modifiers and not part.more for part in parts):
        (head,) = heads
        texts = dict.fromkeys(" and ".join(modifier.text for modifier in part.modifiers) for part in parts)
        denials = dict.fromkeys(" and ".join(modifier.denied for modifier in part.modifiers) for part in parts)
        both = Modifier(" or ".join(texts), " and ".join(denials))
        return replace(parts[0], head=head, modifiers=(both,))
    return Said(" or ".join(dict.fromkeys(part.text for part in parts)), plural=parts[0].plural, fixed=True)


def _but_not(parts: Sequence[Said]) -> Said:
    first, *others = parts
    for other in others:
        same = other.open and (first.head == other.head or other.vague or first.vague)
        if other.fixed:
            first = replace(first, more=(*first.more, f"other than {other.text}"))
        elif first.open and same and len(other.modifiers) == 1 and not other.more:
            without = Modifier(other.modifiers[0].denied, other.modifiers[0].text)
            head = other.head if _is_any(first) else first.head
            first = replace(first, head=head, modifiers=(*first.modifiers, without))
        elif first.open and other.bare:
            be = being(plural=first.plural)
            what = other.text if first.plural else f"one of the {other.text}"
            first = replace(first, modifiers=(*first.modifiers, Modifier(f"that {be} not {what}", f"that {be} {what}")))
        else:
            first = replace(opened(first, first.plural), more=(*first.more, f"but not {other.inside}"))
    return first


COMBINED = {SetOperation.INTERSECTION: all_of, SetOperation.UNION: _any_of, SetOperation.DIFFERENCE: _but_not}
