"""Steps as people say them: who treats whom, who is treated by whom, whose doctor somebody is."""

from __future__ import annotations

import random
from collections.abc import Sequence

from graphdb import Step
from kgqa.bootstrap.phrasing.said import Mod
from kgqa.wording import english, verbs
from kgqa.wording.english import Phrase, Shape, being, in_role
from kgqa.wording.lexicon import agent_of, base_of, is_person, like_noun, like_verb
from kgqa.wording.nouns import in_number, with_article
from kgqa.wording.vocabulary import Lexicon

_ANOTHER = 0.4  # how often another word is taken for the same, where there is one
THING = "thing"


class Relations:
    """Says steps, each time in one of the ways there are."""

    def __init__(self, lexicon: Lexicon, chance: random.Random) -> None:
        self._lexicon = lexicon
        self._chance = chance

    def noun(self, kinds: Sequence[str]) -> tuple[str, bool]:
        """What things of some kinds are called, and whether that says nothing."""
        if len(kinds) == 1:
            return self.another_noun(kinds[0]), False
        if kinds and all(map(is_person, kinds)):
            return self._chance.choice(("person", kinds[0] if len(kinds) == 1 else "person")), True
        return THING, True

    def another_noun(self, noun: str) -> str:
        """The noun, or now and then another for the same."""
        *before, last = noun.split(" ")
        others = like_noun(noun) or like_noun(last)
        if others and self._chance.random() < _ANOTHER / 2:
            other = self._chance.choice(others)
            return other if like_noun(noun) else " ".join((*before, other))
        return noun

    def verb(self, text: str) -> str:
        """A phrase that begins with a verb, or now and then another for the same."""
        first, _, rest = text.partition(" ")
        base = base_of(first)
        others = like_verb(f"{base} {rest}" if rest else base) if base else ()
        if not others or self._chance.random() > _ANOTHER:
            return text
        other, _, more = self._chance.choice(others).partition(" ")
        past = verbs.is_past(first) and not verbs.is_base(first)
        form = past_of(other) if past else third_of(other)
        return f"{form} {more}".strip()

    def mod(self, step: Step, other: str, *, others: bool, person: bool) -> Mod:
        """What is so of members that a step leads to, from something else.

        :param other: what the step leads from.
        :param others: whether that is several.
        :param person: whether the members are people.
        """
        onward, back = self._lexicon.phrase(step), self._lexicon.phrase(step.reverse)
        ways = []
        if back is not None:
            ways += [self._of_members(back, other, person)] * (2 if back.derived else 3)
        if onward is not None and onward.shape is not Shape.NOUN:
            ways += [self._of_other(onward, other, others)] * (1 if onward.derived else 2)
        if onward is not None and onward.shape is Shape.NOUN:
            ways.append(_role(onward.text, other))
        if not ways:
            raise Unsayable
        return self._chance.choice(ways)

    def _of_members(self, phrase: Phrase, other: str, person: bool) -> Mod:
        """The members do it, or it is so of them."""
        link = self._chance.choice(("who", "who", "that") if person else ("that", "which", "that"))
        match phrase.shape:
            case Shape.VERB:
                return self._doing(phrase.text, other, link)
            case Shape.NOUN:
                return self._having(phrase.text, other)
            case Shape.ROLE:
                was = being(plural=False, past=phrase.past), being(plural=True, past=phrase.past)
                one, many = in_role(phrase.text, plural=False), in_role(phrase.text, plural=True)
                return Mod(
                    f"{was[0]} {one} {other}",
                    f"{was[1]} {many} {other}",
                    f"that {was[1]} not {many} {other}",
                    link=link,
                )
        be, are = being(plural=False, past=phrase.was), being(plural=True, past=phrase.was)
        text = self._participle(phrase.text)
        after = f"{text} {other}" if self._chance.random() < 0.75 else ""
        return Mod(f"{be} {text} {other}", f"{are} {text} {other}", f"not {text} {other}", after, link=link)

    def _participle(self, text: str) -> str:
        first, _, rest = text.partition(" ")
        base = verbs.base_of_participle(first, before_preposition=True)
        others = [each for each in like_verb(base) if " " not in each and each != "be"] if base else []
        if others and rest == "by" and self._chance.random() < _ANOTHER:
            return f"{verbs.participle_of(self._chance.choice(others))} {rest}"
        return text

    def _doing(self, text: str, other: str, link: str) -> Mod:
        text = self.verb(text)
        no = (
            f"who {denied(text, plural=True)} {other}" if link == "who" else f"that {denied(text, plural=True)} {other}"
        )
        if link in {"that", "which"} or self._chance.random() < 0.5:
            no = no.replace(" do not ", self._chance.choice((" don't ", " do not ")))
        first, _, rest = text.partition(" ")
        base = base_of(first)
        after = ""
        if base and not verbs.is_past(first) and base not in {"have", "be"} and self._chance.random() < 0.3:
            after = " ".join(filter(None, (_gerund_of(base), rest, other)))
        return Mod(
            f"{conjugated(text, plural=False)} {other}",
            f"{conjugated(text, plural=True)} {other}",
            no,
            after,
            link=link,
        )

    def _having(self, text: str, other: str) -> Mod:
        text = self.another_noun(text)
        after = self._chance.choice((f"with {text} {other}", f"whose {text} is {other}", f"with {other} as {text}"))
        return Mod(f"has {other} as {text}", f"have {other} as {text}", f"whose {text} is not {other}", after)

    def _of_other(self, phrase: Phrase, other: str, others: bool) -> Mod:
        """Something else does it to the members."""
        link = self._chance.choice(("that", "", ""))
        if phrase.shape is Shape.VERB:
            yes, no = conjugated(self.verb(phrase.text), plural=others), denied(phrase.text, plural=others)
        else:
            be = being(plural=others, past=phrase.was)
            role = in_role(phrase.text, plural=others) if phrase.shape is Shape.ROLE else phrase.text
            yes, no = f"{be} {role}", f"{be} not {role}"
        after = f"{link} {other} {yes}".strip()
        front = _fronted(yes, other)
        return Mod(front, front, f"that {other} {no}", after, fronted=True)

    def agent(self, step: Step) -> str | None:
        """What members that a step leads to are called for what they do: ``director``."""
        back = self._lexicon.phrase(step.reverse)
        if back is None or back.shape is not Shape.VERB or " " in back.text:
            return None
        base = base_of(back.text)
        return agent_of(base) if base else None


def conjugated(text: str, *, plural: bool) -> str:
    """See :func:`kgqa.wording.english.conjugated`; also of what somebody is."""
    first, space, rest = text.partition(" ")
    if first in {"is", "was"}:
        return f"{being(plural=plural, past=first == 'was')}{space}{rest}"
    return english.conjugated(text, plural=plural)


def denied(text: str, *, plural: bool) -> str:
    """See :func:`kgqa.wording.english.denied`; also of what somebody is."""
    first, space, rest = text.partition(" ")
    if first in {"is", "was"}:
        return f"{being(plural=plural, past=first == 'was')} not{space}{rest}"
    return english.denied(text, plural=plural)


def asked_whether(subject: str, predicate: str) -> str:
    """A statement as a question: ``does X treat Y``."""
    first, _, rest = predicate.partition(" ")
    if first in {"is", "are", "was", "were", "doesn't", "don't"}:
        return f"{first} {subject} {rest}"
    base = base_of(first) or first
    if verbs.is_past(first) and not verbs.is_base(first):
        return f"did {subject} {base} {rest}".strip()
    return f"{'do' if base == first else 'does'} {subject} {base} {rest}".strip()


class Unsayable(Exception):  # noqa: N818
    """There is no way to say something that people would understand."""


def _role(text: str, other: str) -> Mod:
    role = with_article(text)
    return Mod(f"is {role} of {other}", f"are {in_number(text, True)} of {other}", f"that are not {text} of {other}")


def _fronted(yes: str, other: str) -> str:
    """A sentence about something else, as what is asked for would come first: ``which doctors is X treated by``."""
    first, _, rest = yes.partition(" ")
    if first in {"is", "are", "was", "were"}:
        return f"{first} {other} {rest}"
    base = base_of(first)
    if verbs.is_past(first) and not verbs.is_base(first):
        return " ".join(filter(None, ("did", other, base or first, rest)))
    does = "does" if base and first != base else "do"
    return " ".join(filter(None, (does, other, base or first, rest)))


def third_of(base: str) -> str:
    """What somebody does."""
    return "is" if base == "be" else verbs.third_of(base)


def past_of(base: str) -> str:
    """What somebody did."""
    if base == "be":
        return "was"
    if verbs.is_base(base):
        participle = verbs.participle_of(base)
        return verbs.active_of(participle) if verbs.active_of(participle) != verbs.third_of(base) else participle
    return f"{base}d" if base.endswith("e") else f"{base}ed"


_DOUBLED = frozenset(["run", "stop", "ship", "get", "put", "plan", "sit", "set", "swim", "win", "cut", "hit", "let"])


def _gerund_of(base: str) -> str:
    if base in _DOUBLED:
        return f"{base}{base[-1]}ing"
    if base.endswith("ie"):
        return f"{base[:-2]}ying"
    return f"{base[:-1]}ing" if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) else f"{base}ing"
