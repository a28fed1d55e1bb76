"""Sets as people say them: a noun, and what is said of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from kgqa.wording.lexicon import is_person, is_place
from kgqa.wording.nouns import in_number


@dataclass(frozen=True, slots=True)
class Mod:
    """Something that is said of members.

    :param one: as a sentence says it of one of them: ``treats X``, ``is in X``.
    :param many: and of several.
    :param no: as it is denied of several, after their noun.
    :param after: as it follows their noun without a verb: ``in X``; empty if it is a clause.
    :param before: as an adjective before the noun, if it is one.
    :param link: what a clause begins with, such as ``who``.
    :param fronted: whether ``one`` and ``many`` are a question's: ``does X treat``.
    """

    one: str
    many: str
    no: str
    after: str = ""
    before: str = ""
    link: str = "that"
    fronted: bool = False

    def following(self, several: bool) -> str:
        """As it follows the noun."""
        return self.after or f"{self.link} {self.many if several else self.one}"


def aside(after: str = "", *, before: str = "") -> Mod:
    """Something that is said of members beside their noun alone, and makes no sentence."""
    return Mod("", "", "", after, before)


@dataclass(frozen=True, slots=True)
class Said:
    """A set.

    :param noun: what one of its members is called; of something fixed, all that there is to say.
    :param mods: what is said of them.
    :param fixed: whether it is a name.
    :param vague: whether the noun says nothing, as ``thing`` does.
    :param owner: whose it is, in place of an article.
    """

    noun: str
    mods: tuple[Mod, ...] = ()
    fixed: bool = False
    vague: bool = False
    owner: str = ""

    @property
    def before(self) -> str:
        """The adjectives before the noun."""
        return " ".join(mod.before for mod in self.mods if mod.before)

    @property
    def person(self) -> bool:
        return not self.fixed and is_person(self.noun)

    @property
    def place(self) -> bool:
        return not self.fixed and is_place(self.noun)

    def head(self, several: bool) -> str:
        """The noun with its adjectives."""
        if self.fixed:
            return " ".join(filter(None, (self.before, self.noun)))
        noun, of, rest = self.noun.partition(" of ")
        return " ".join(filter(None, (self.owner, self.before, f"{in_number(noun, several)}{of}{rest}")))

    def text(self, several: bool = True) -> str:
        """Noun and all, without an article."""
        mods = sorted((mod for mod in self.mods if not mod.before), key=lambda mod: not mod.after)
        after = [mod.following(several) for mod in mods]
        return " ".join(filter(None, (self.head(several), joined(after))))

    def inside(self, several: bool = True) -> str:
        """Within a longer phrase, with an article."""
        return self.text(several) if self.fixed or self.owner else f"the {self.text(several)}"

    def predicate(self, several: bool) -> str:
        """What is said of the members, as a sentence; empty if there is nothing, or it cannot be said so."""
        if len(self.mods) > 1 and any(mod.fronted for mod in self.mods):
            return ""
        said = [mod.many if several else mod.one for mod in self.mods if not mod.before]
        return joined(said)

    def but(self, *mods: Mod) -> Said:
        return replace(self, mods=(*self.mods, *mods))


def joined(texts: list[str]) -> str:
    return " and ".join(dict.fromkeys(filter(None, texts)))


def who(of: Said, chance: random.Random) -> str:
    """What a clause about members begins with."""
    return chance.choice(("who", "who", "that")) if of.person else "that"
