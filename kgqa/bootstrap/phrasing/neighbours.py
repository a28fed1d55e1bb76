"""What members are near: ``with at least three children``, ``who never won a prize``, ``without a manager``."""

from __future__ import annotations

import random
from collections.abc import Callable

from graphdb import Step
from kgqa.bootstrap.phrasing.events import participle_of
from kgqa.bootstrap.phrasing.relations import Relations, Unsayable, conjugated
from kgqa.bootstrap.phrasing.said import Mod, Said, who
from kgqa.wording import verbs
from kgqa.wording.english import Shape, being
from kgqa.wording.nouns import with_article
from kgqa.wording.vocabulary import Lexicon


class Neighbours:
    """Says that members have neighbours, each time in one of the ways there are.

    :param is_only: whether no other step leads from the same types to the same ones.
    """

    def __init__(
        self, lexicon: Lexicon, relations: Relations, chance: random.Random, is_only: Callable[[Step], bool]
    ) -> None:
        self._is_only = is_only
        self._lexicon = lexicon
        self._relations = relations
        self._chance = chance

    def having(self, step: Step, quantity: str, of: Said) -> Mod:
        """Having so many neighbours.

        :param quantity: ``no``, ``some``, ``the most``, or with a number.
        """
        one_only = quantity.rsplit(" ", maxsplit=1)[-1] in {"one", "1"} and "more" not in quantity
        phrase = self._lexicon.phrase(step)
        noun, vague = self._relations.noun(self._lexicon.kinds(step))
        if phrase is not None and phrase.shape is Shape.NOUN:
            noun, vague = self._relations.another_noun(phrase.text), False
        several = Said(noun).head(not one_only)
        by_noun = (phrase is not None and phrase.shape is Shape.NOUN) or (not vague and self._is_only(step))
        if not by_noun and phrase is None:
            raise Unsayable
        if phrase is not None and phrase.shape is not Shape.NOUN and (not by_noun or self._chance.random() < 0.5):
            return self._by_phrase(step, quantity, several, of)
        if quantity == "no":
            after = self._chance.choice(
                (
                    f"without {several}",
                    f"with no {several}",
                    f"that have no {several}",
                    f"that don't have any {several}",
                    f"without any {several}",
                    f"that lack {with_article(noun)}",
                )
            )
            return Mod(f"has no {several}", f"have no {several}", f"with {several}", after)
        if quantity == "some":
            after = self._chance.choice(
                (
                    f"with {with_article(noun)}",
                    f"that have {with_article(noun)}",
                    f"that have {several}",
                    f"with {several}",
                )
            )
            return Mod(f"has {with_article(noun)}", f"have {several}", f"without {several}", after)
        return Mod(f"has {quantity} {several}", f"have {quantity} {several}", f"without {quantity} {several}",
                   self._chance.choice((f"with {quantity} {several}", "")), link=who(of, self._chance))  # fmt: skip

    def _by_phrase(self, step: Step, quantity: str, noun: str, of: Said) -> Mod:
        phrase = self._lexicon.phrase(step)
        if phrase is None:
            raise AssertionError("only steps that can be said are said so")
        link = who(of, self._chance)
        if phrase.shape is Shape.VERB:
            text = self._relations.verb(phrase.text)
            one, many = conjugated(text, plural=False), conjugated(text, plural=True)
        elif phrase.shape is Shape.ROLE:
            one, many = f"is {with_article(phrase.text)}", f"are {phrase.text}"
        else:
            be = being(plural=False, past=phrase.was), being(plural=True, past=phrase.was)
            one, many = f"{be[0]} {phrase.text}", f"{be[1]} {phrase.text}"
        if quantity != "no":
            what = (
                f"{quantity} {noun}"
                if quantity != "some"
                else self._chance.choice((f"some {noun}", f"{noun}", f"at least one {Said(noun).noun}"))
            )
            return Mod(f"{one} {what}", f"{many} {what}", f"that have no {noun}", link=link)
        if phrase.shape is Shape.VERB:
            no = many.split(" ")[0]
            rest = many[len(no) :]
            if verbs.is_past(no) and not verbs.is_base(no):
                never = self._chance.choice(("never", "have not"))
                participle = participle_of(no) if never == "have not" else no
                said = (
                    f"{never} {participle}{rest} {self._chance.choice((f'any {noun}', with_article(Said(noun).noun)))}"
                )
                return Mod(said.replace("have", "has"), said, f"that {many} {noun}", link=link)
            one_no, many_no = f"doesn't {no}{rest} any {noun}", f"don't {no}{rest} any {noun}"
            return Mod(one_no, many_no, f"that {many} {noun}", link=link)
        after = self._chance.choice((f"not {phrase.text} any {noun}", ""))
        be = being(plural=False, past=phrase.was), being(plural=True, past=phrase.was)
        return Mod(
            f"{be[0]} not {phrase.text} any {noun}",
            f"{be[1]} not {phrase.text} any {noun}",
            f"that {many} {noun}",
            after,
            link=link,
        )

    def sharing(self, first: Step, second: Step, of: Said) -> Mod:
        noun, vague = self._relations.noun(self._lexicon.kinds(first))
        noun = "one" if vague else noun
        sides = [self._lexicon.phrase(step) for step in (first, second)]
        same = self._chance.choice((f"the same {noun}", f"one and the same {noun}", f"the same {noun}"))
        texts, nouns = [], []
        for phrase in sides:
            if phrase is None:
                raise Unsayable
            if phrase.shape is Shape.NOUN:
                nouns.append(phrase.text)
            elif phrase.shape is Shape.VERB:
                texts.append(conjugated(phrase.text, plural=True))
            else:
                texts.append(f"{being(plural=True, past=phrase.was)} {phrase.text}")
        if len(nouns) == 2:
            return Mod(
                f"has the same {nouns[0]} and {nouns[1]}",
                f"have the same {nouns[0]} and {nouns[1]}",
                "",
                f"whose {nouns[0]} is also their {nouns[1]}",
            )
        if nouns:
            text = f"{texts[0]} their own {nouns[0]}"
            return Mod(text, text, "", link=who(of, self._chance))
        both = self._chance.choice(
            (
                f"{texts[0]} and {texts[1]} {same}",
                f"both {texts[0]} and {texts[1]} {same}",
                f"{texts[0]} a {noun} that they also {texts[1].removeprefix('are ')}",
            )
        )
        return Mod(both, both, "", link=who(of, self._chance))
