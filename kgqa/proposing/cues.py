"""What the small words of a question ask for: to count, to rank, to compare, to deny.

These are words of English, not of any graph. A cue only says what may be meant; programs with it are proposed beside
programs without it, and the reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_

from graphdb import Function
from indexing.normalise import Text, Token, analyse
from kgqa.proposing.quantities import Quantity, quantities
from kgqa.wording.listed import listed

Words = int
"""A set of words of the question: bit ``i`` stands for its ``i``-th word."""


class CueKind(StrEnum):
    """What a cue asks for."""

    COUNT = "count"
    GREATEST = "greatest"
    LEAST = "least"
    MANY = "many"  # the greatest or the least number of something
    NOT = "not"
    OR = "or"
    SAME = "same"
    WHETHER = "whether"
    DIFFERENCE = "difference"
    OTHER = "other"
    CONTAINS = "contains"
    STARTS = "starts with"
    WHEN = "when"
    EACH = "each"
    BESIDE = "beside"
    THAN = "than"  # compares two things
    TWICE = "twice"  # the same step, as grandparents are parents of parents
    PEER = "peer"  # who is likewise: a brother, a companion
    HOW = "how"  # long, far, well: of something that can be measured


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that ask for something.

    :param words: which they are.
    :param text: as they were written, without case.
    """

    kind: CueKind
    words: Words
    text: str

    @property
    def of_time(self) -> bool:
        """Whether it ranks by when something was or happened."""
        return self.text in _OF_TIME

    @property
    def compares_two(self) -> bool:
        """Whether it is a comparative, such as *taller*."""
        return self.text.endswith("er") or self.text in _UNLIKE


@dataclass(frozen=True, slots=True)
class FunctionCue:
    """Words that ask for a function of values."""

    function: Function
    words: Words


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    :param tokens: its words.
    :param content: the words that tell something: neither function words nor cues.
    """

    text: str
    tokens: tuple[Token, ...]
    cues: tuple[Cue, ...]
    functions: tuple[FunctionCue, ...]
    quantities: tuple[Quantity, ...]
    content: Words

    @property
    def cue_words(self) -> Words:
        """The words of all cues."""
        asked = [cue.words for cue in self.cues]
        return reduce(or_, [*asked, *(cue.words for cue in self.functions)], 0)

    @property
    def compared(self) -> Words:
        """The words of quantities that something is compared with, which say nothing else: *before 2015*."""
        return reduce(or_, [quantity.words for quantity in self.quantities if quantity.compared], 0)

    def named(self, texts: Collection[str]) -> Words:
        """The words that are written so."""
        return sum(1 << i for i, token in enumerate(self.tokens) if token.text in texts)

    def words(self, start: int, end: int) -> Words:
        """The words between two characters of the text."""
        return words_between(self.tokens, start, end)


def asks_for_greatest(text: str, of_time: bool) -> bool | None:
    """Whether a superlative or a comparative asks for the greatest of something, and not the least; ``None`` if it may
    ask for either.

    :param text: the words of its cue.
    :param of_time: whether it ranks by when something was or happened: the oldest began first, but has the most years.
    """
    if text in _OLD or text in _YOUNG:
        return (text in _YOUNG) == of_time
    if text in _EARLY or text in _LATE:
        return text in _LATE if of_time else None
    if of_time or text in _OF_SPEED:
        return None
    superlative = f"{text[:-1]}st" if text.endswith("er") else text
    high = _is(superlative, _HIGH) or text in _HIGHER
    low = _is(superlative, _LOW) or text in _LOWER
    return high if high != low else None


def first_of(words: Words) -> int:
    """The place of the first of some words; -1 if there are none."""
    return (words & -words).bit_length() - 1


def words_between(tokens: Sequence[Token], start: int, end: int) -> Words:
    return sum(1 << i for i, token in enumerate(tokens) if token.start < end and start < token.end)


def _any_of(words: str) -> str:
    """A pattern for any of the words, which may have patterns in them."""
    return "|".join(words.split())


_LOW = _any_of(
    """
    least fewest lowest smallest shortest lightest cheapest minimum minimal worst tiniest narrowest slowest poorest
    bottom weakest thinnest nearest closest quickest fastest youngest earliest oldest first shallowest sparsest
    """
)
_HIGH = "most recent(?:ly)?|" + _any_of(
    """
    most top greatest highest largest biggest longest tallest heaviest maximum maximal best richest widest strongest
    deepest dearest priciest busiest fastest oldest newest latest youngest last furthest farthest
    """
)
_FIRST = {"earliest", "first"}
_LAST = {"newest", "latest", "last", "most recent", "most recently"}
_OF_TIME = _FIRST | _LAST
_OLD = {"oldest", "older"}
_YOUNG = {"youngest", "younger"}
_EARLY = _FIRST | {"earlier", "before"}
_LATE = _LAST | {"newer", "later", "after"}
_OF_SPEED = {f"{stem}{end}" for stem in ("fast", "quick", "slow") for end in ("er", "est")}
_STEMS = {word.removesuffix("est") for word in f"{_HIGH}|{_LOW}".split("|") if word.endswith("est")}
_COMPARATIVE = (
    r"[a-z]{2,}er(?= than\b|, | between|:)|(?<=is )[a-z]{2,}er\b|(?<=are )[a-z]{2,}er\b|(?<=was )[a-z]{2,}er\b"
    rf"|(?:{'|'.join(sorted(_STEMS))})er|better|worse|(?<=how much )[a-z]{{2,}}er|(?<=how many )[a-z]{{2,}}er"
)
_HIGHER = {"more", "exceed", "exceeds"}
_LOWER = {"less", "fewer"}
_UNLIKE = {"better", "worse"}
_NO_SUPERLATIVE = _any_of(
    """
    west northwest southwest midwest rest test forest guest request interest harvest contest quest chest protest priest
    nest invest suggest honest modest arrest digest everest budapest bucharest tempest conquest latest est
    """
)
_NOT_WITHOUT = _any_of("regard noneth neverth wire stain end time price rest need doubt use value harm")
_AS_MUCH = r"(?<=as )(?!many|much|well|soon|far|if|of)[a-z]+(?= (?:[\w'-]+ ){0,6}as\b)"  # none is *as tall as*
_NO_MEASURE = _any_of(
    """
    many much do does did is are was were can could to come about would should will the a an i you we they has have had
    """
)
_CUES: tuple[tuple[CueKind, str], ...] = (
    (
        CueKind.COUNT,
        r"how many(?: different| distinct| of)?|(?:total )?number of|count(?: up| of)?|tally|how much|how often|no\. of"
        r"|(?:just|only) (?:a|the) (?:number|count|figure)|(?:a|the) (?:number|count)(?= (?:please|only)\b)|(?<=# )of",
    ),
    (
        CueKind.MANY,
        r"most|fewest|least|highest number of|largest number of|greatest number of|lowest number of"
        r"|(?:more|fewer)(?= (?:[a-z]+ ){0,4}than any)|as (?:many|much)(?= (?:[\w'-]+ ){0,6}as\b)",
    ),
    (CueKind.GREATEST, rf"{_HIGH}|more|{_COMPARATIVE}|{_AS_MUCH}"),
    (CueKind.LEAST, rf"{_LOW}|less|fewer|{_COMPARATIVE}"),
    (
        CueKind.NOT,
        r"not|no|never|none|without|except(?:ed| for)?|excluding|nor|neither|lacks?|lacking|other than|apart from"
        r"|besides|minus(?! [\d.$€£])|(?:leav(?:e|ing)|left) (?:aside|out)"
        r"|(?:leav(?:e|ing)|left)(?= (?:[\w'-]+ ){1,4}(?:aside|out|alone)\b)|aside|skip(?:s|ped|ping)?"
        r"|(?:(?:any|every)(?:one|body|thing|where)|all) but|but(?= th(?:e ones?|ose)\b)|other(?= [a-z]+ than\b)"
        r"|but not|nobody|nothing(?: to do with)?|nowhere|miss(?:ing|ed)|ignor(?:es?|ed|ing)|avoid(?:s|ed|ing)?"
        r"|yet to|(?:still )?waiting (?:for|to)|awaiting|un[a-z]{4,}ed|[a-z]+n't|cannot|outside(?: of)?"
        rf"|(?!(?:{_NOT_WITHOUT})less\b)[a-z]{{3,}}less"
        r"|(?:do|does|did|is|are|was|were|has|have|had|ca|wo)nt",
    ),
    (CueKind.OR, r"or|either"),
    (
        CueKind.SAME,
        r"same|both|as well(?: as)?|also|too|themselves|himself|herself|itself|own|very|once|together"
        r"|they(?:'(?:ve|d|re))?|them",
    ),
    (
        CueKind.DIFFERENCE,
        r"differences?|minus(?! [\d.$€£])|(?:by )?how much|by how many|gap|how many more|how many fewer|apart"
        r"|how many [a-z]+ [a-z]+er|how many [a-z]+ (?:more|less|fewer)",
    ),
    (
        CueKind.OTHER,
        r"others?|else|another|besides|(?:apart|aside) from|same|fellow|colleagues?"
        r"|shar(?:e|es|ed|ing) (?:an?|the|their)"
        r"|(?:team|class|room|house|flat|work|ship|school|band|play|cell|crew|stable|litter)?-?mates?"
        r"|co-?(?:star|author|worker|founder|writer|owner|producer|director|editor|host|pilot|signatory)s?|siblings?",
    ),
    (
        CueKind.CONTAINS,
        r"contain(?:s|ing)?|called|named|by the name of|includ(?:es?|ing)|mention(?:s|ing)?|words?"
        r"|(?:says?|talks?|speaks?|tells)(?: (?:something|anything))? (?:about|of)|says"
        r"|spelt|spelled|(?:(?:some|any)where )?in (?:its|their|the) (?:name|title)s?"
        r"|(?<=['\"’”] )(?:(?:some|any)where )?in (?:it|them)",
    ),
    (
        CueKind.WHEN,
        r"(?:since |until |till |from |by )?when|years?|dates?"
        r"|(?:(?:in|since|until|till|from|of|the) )*(?:what|which|the) (?:year|date|day)s?",
    ),
    (
        CueKind.EACH,
        r"(?:for |of |in |by )?(?:each|every)|per|([a-z]{3,}) by(?= \1\b)"
        r"|(?:(?:broken down|grouped|split|sorted) )?by|respective",
    ),
    (
        CueKind.BESIDE,
        r"(?:together with|along with|with|and|plus|as well as) (?:its|their|(?:since )?when|how|what|the)|along with"
        r"|together with|plus|names? and|respective(?:ly)?|with",
    ),
    (CueKind.THAN, r"than|before|after|exceeds?|out[a-z]{4,}s?|earlier|later"),
    (
        CueKind.TWICE,
        r"(?:two|three) (?:steps|levels|rungs|generations|ranks|places)"
        r"|(?:great[- ]?)*grand-?(?:child(?:ren)?|kids?|(?:son|daughter|parent|mother|father|ma|pa)s?)",
    ),
    (CueKind.PEER, r"brothers?|sisters?|alongside|together with|with (?:whom|him|her|them)"),
    (CueKind.HOW, rf"how (?!(?:{_NO_MEASURE})\b)[a-z]+"),
    (CueKind.STARTS, r"(?:start|begin|starting|beginning|starts|begins|started|began)(?: with)?(?!-?ups?\b)|initial"),
)
_FUNCTIONS = (
    (Function.AVERAGE, r"average|averge|avarage|avrage|(?<!i )mean|avg|on average|typical|typically"),
    (
        Function.SUM,
        r"total|sum|combined|all?together|overall|in all|all together|in total|add(?:ed|ing)? up|together|between them"
        r"|all told|summed(?: up)?",
    ),
    (Function.MAXIMUM, rf"maximum|max|{_HIGH}"),
    (Function.MINIMUM, rf"minimum|min|{_LOW}"),
)
_OPERATORS = {CueKind.COUNT, CueKind.WHETHER, CueKind.OR, CueKind.SAME, CueKind.NOT, CueKind.OTHER}
_SUPERLATIVE = re.compile(rf"\b(?!(?:{_NO_SUPERLATIVE})\b)[a-z]{{2,}}est\b")
_ASKS = "is|are|was|were|does|do|did|has|have|had|can|could|will|would|isn't|aren't|doesn't"
_WHETHER = re.compile(
    r"(?:^|[:;!?] |(?<=[a-z]{3})\. )"
    r"(?:so |ok |okay |and |tell me |can you tell me |please tell me |i wonder |do you know |check )*"
    rf"(do you have|have you got|am i right(?: in thinking| that)*|{_ASKS}|whether|if|any)\b(?! (?:you|not|to)\b)"
    rf"|, ((?:{_ASKS}) (?:it|he|she|they|this|that|these|those|there))\b"
    r"|\b(true or false|yes or no|(?<=, )(?:right|correct)\?)"
)
FUNCTION_WORDS = listed(
    """
    a about all altogether also am an and any anybody anyone anything are as at be been being but by call called
    can could curious did do does done each every few find for from gave get give given gives go goes going got had
    has have having he hello her hers hey hi him his how i id im in into is it its ive just know let like list
    look looking lot made make many may me much my name named names need of off ok okay on one onto or our out over
    overall own per please s said same say see shall she should show so some somebody someone something such tell
    than thank thanks that the their them then there these they thing things this those to together too total
    under up us want was we were what whats when where which while who whom whos whose why will with wondering
    would you your
    """
)


def read_question(text: str) -> Question:
    """Take a question apart."""
    taken = analyse(text)
    lower = text.lower()
    if len(lower) != len(text):  # some letters grow when their case is changed, and every place after them moves
        lower = text
    found = tuple(_dedupe(_cues(lower, taken)))
    functions = tuple(
        FunctionCue(function, words_between(taken.tokens, *match.span()))
        for function, pattern in _FUNCTIONS
        for match in re.finditer(rf"\b(?:{pattern})\b", lower)
    )
    numbers = quantities(lower, lambda start, end: words_between(taken.tokens, start, end))
    return Question(text, taken.tokens, found, functions, tuple(numbers), _content(taken, found))


def _cues(lower: str, text: Text) -> Iterator[Cue]:
    for kind, pattern in _CUES:
        for match in re.finditer(rf"\b(?:{pattern})(?!\w)", lower):
            yield Cue(kind, words_between(text.tokens, *match.span()), match.group())
    for match in _SUPERLATIVE.finditer(lower):
        known = [kind for kind, words in ((CueKind.GREATEST, _HIGH), (CueKind.LEAST, _LOW)) if _is(match[0], words)]
        for kind in known or (CueKind.GREATEST, CueKind.LEAST):
            yield Cue(kind, words_between(text.tokens, *match.span()), match[0])
    if whether := _WHETHER.search(lower):
        asks = whether.lastindex or 0
        yield Cue(CueKind.WHETHER, words_between(text.tokens, *whether.span(asks)), whether[asks])


def _is(word: str, pattern: str) -> bool:
    return re.fullmatch(pattern, word) is not None


def _dedupe(cues: Iterable[Cue]) -> Iterator[Cue]:
    seen = set()
    for cue in cues:
        if cue.words and (cue.kind, cue.words) not in seen:
            seen.add((cue.kind, cue.words))
            yield cue


def _says_what_is_denied(cue: Cue) -> bool:
    return cue.text.startswith("un") or cue.text.endswith("less")


def _content(text: Text, cues: Sequence[Cue]) -> Words:
    operators = 0
    for cue in cues:
        if cue.kind in _OPERATORS and not _says_what_is_denied(cue):
            operators |= cue.words
    content = 0
    for i, token in enumerate(text.tokens):
        if token.text not in FUNCTION_WORDS and not operators >> i & 1:
            content |= 1 << i
    return content
