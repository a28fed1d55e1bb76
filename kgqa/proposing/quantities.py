"""Numbers, years, decades and dates in a question, with how they are compared."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from graphdb import Comparison, Literal

Bounds = tuple[tuple[Comparison, Literal], ...]
"""What a value must be: all of these comparisons."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a time in a question.

    :param words: the words that say it, with those that compare.
    :param number: the plain whole number, where it is one.
    :param place: where its digits start, in characters.
    :param numbers: what a numeric attribute must be, in one or several readings; none if it is a date.
    :param dates: what a date must be; none if it is no time.
    :param compared: whether a word says how.
    """

    words: int
    number: int | None
    place: int
    numbers: tuple[Bounds, ...]
    dates: tuple[Bounds, ...]
    compared: bool


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number or a stretch of time, without how it is compared.

    :param low: the first value or day.
    :param high: the last.
    """

    start: int
    end: int
    value: int | float | None
    low: date | None = None
    high: date | None = None
    span: tuple[int, int] | None = None  # of a decade, its first and last year
    scaled: tuple[float, ...] = ()  # in thousands or millions, if it was said so: attributes may be kept in these


_ONE_TO_TWENTY = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty
"""
_NTH = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_TENS = "twenties thirties forties fifties sixties seventies eighties nineties"
_SMALL = {word: number for number, word in enumerate(_ONE_TO_TWENTY.split())}
_SMALL |= {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "a single one": 1,
    "a single": 1,
    "twice": 2,
    "several": 2,
    "multiple": 2,
}
_AND_MORE = ("several", "multiple")  # which say no number, but that it is more than one
_SCALES = {"thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9, "hundred": 100}
_KEPT_IN = {*_SCALES} - {"hundred"}
_BILLION = {"billion", "bn"}
_SCALES |= {"dozen": 12, "hundred thousand": 10**5, "hundred million": 10**8, "mio": 10**6, "mn": 10**6}
_ORDINALS = {word: number for number, word in enumerate(_NTH.split(), start=1)}
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_JOINS = "and|to|through|until|till|-|–"  # the two ends of a range
_TO = rf"(?:{_JOINS})(?: the)?(?: end of)?"
_BEGINNING = "(?: the (?:start|beginning) of)?"
_OTHER_END = rf"(?:of )?(?:{'|'.join(_MONTHS)})[a-z]*\.?,?(?: of)? (?P<year>\d{{4}})\b"
_OTHER_DAY = r"\d{1,2}(?:st|nd|rd|th)?,? (?P<year>\d{4})\b"
_DATES = (
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},? (?P<year>\d{{4}})\b"),
    re.compile(rf"\b(?P<nth>{'|'.join(_ORDINALS)}) (?:of )?{_MONTH},? (?P<year>\d{{4}})\b"),
    re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b"),
    re.compile(rf"\b{_MONTH},?(?: of)? (?P<year>\d{{4}})\b"),
    # whose year comes with the other end of a range
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?= {_TO} \d{{1,2}}\w* {_OTHER_END})"),
    re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?= {_TO} [a-z]+\.? {_OTHER_DAY})"),
    re.compile(rf"\b{_MONTH}(?= {_TO} {_OTHER_END})"),
)
_PART_OF_YEAR = re.compile(
    r"\b(?:(?P<nth>first|second|third|fourth|last) (?P<part>quarter|half)|q(?P<quarter>[1-4])),?(?: of)?"
    r" (?P<year>\d{4})\b"
)
_DECADE = re.compile(rf"\b(?:(?P<century>1[0-9]|20)?(?P<ten>\d)0'?s)\b|\b(?P<word>{'|'.join(_TENS.split())})\b")
_DECADES = {word: f"{number}0" for number, word in enumerate(_TENS.split(), start=2)}
_MEASURES = "kilo|kilogram|tonne?|gram|(?:kilo)?(?:metre|meter)|mile|litre|liter|hour|minute|day|week|month|year"
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>(?<!\S)[-−](?=\d)|minus )?[$€£]?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)|\d+|(?=\.\d))(?P<fraction>\.\d+)?"
    r"(?:(?: (?=[thmbd])|-|(?=[kmb]))(?P<scale>thousand|million|billion|hundred|dozen|bn|mio|mn|k|m)\b)?(?![\w])"
    rf"|(?<![\w-])(?P<word>{'|'.join(_SMALL)}|(?<=th[ae]n )once)"
    r"(?: (?P<wordscale>(?:hundred )?(?:thousand|million)|hundred|billion))?(?![\w-])"
    r"|(?<![\w-])(?P<one>half an? |an? )(?P<onescale>(?:hundred )?(?:thousand|million)|dozen|hundred|billion)(?![\w-])"
    r"|(?:(?<=\bthan )|(?<=\bover )|(?<=\bunder )|(?<=\bat least )|(?<=\bat most )|(?<=\bwithin ))"
    rf"(?P<unit>an?)(?= (?:{_MEASURES})\b)"
)
_PRONOUN = re.compile(  # "the one who", "an earlier one"
    r"\b(?:(?:the|this|that|which|any|every|each|no|another|other)|(?:an?|the) [a-z]+) one"
    r"(?=\s*(?:$|[,.;:?!)])| (?:of|who|that|which|whose|with|in|is|are|has|have|was|does|did|do)\b)|\bin one(?= go\b)"
)
_YEAR = range(1000, 2200)
_DIGITS = 15  # of a number; longer ones are codes

_MORE = (
    r"(?:more|greater|bigger|larger|higher|later) th[ae]n|over|above|exceed(?:s|ing)?|topp(?:ed|ing)|upwards? of"
    r"|after|beyond|past|north of"
)
_FEWER = r"(?:less|fewer|smaller|lower|earlier) th[ae]n|under|below|before|prior to|short of"
_AT_LEAST = (
    r"at least|on or after|not before|(?:no|not) (?:less|fewer|(?:earli|small|short|young|low|light|cheap)er) th[ae]n"
    r"|(?:a )?minimum(?: of)?|since"
    r"|starting(?: from| in)?"
)
_AT_MOST = (
    r"at most|on or before|not after|(?:no|not) (?:more|(?:lat|bigg|larg|tall|long|old|high|heavi|great)er) th[ae]n"
    r"|not (?:over|above)|(?:a )?maximum(?: of)?"
    r"|until|till|up to|within|not exceeding|max"
)
_BEFORE: tuple[tuple[str, tuple[Comparison, ...]], ...] = (
    (r"(?:since|after|from|past) the (?:very )?end of", (Comparison.GREATER,)),
    (r"(?:by|until|till|before|up to) the end of", (Comparison.AT_MOST,)),
    (r"(?:since|after|from) the (?:start|beginning) of", (Comparison.AT_LEAST,)),
    (r"before the (?:start|beginning) of", (Comparison.LESS,)),
    (_AT_LEAST, (Comparison.AT_LEAST,)),
    (r"from", (Comparison.AT_LEAST, Comparison.EQUAL)),
    (_AT_MOST, (Comparison.AT_MOST,)),
    (r"by", (Comparison.AT_MOST, Comparison.EQUAL)),  # "by 1990", "by three people"
    (_MORE, (Comparison.GREATER,)),
    (_FEWER, (Comparison.LESS,)),
    (r"exactly|precisely|equal to|just|only", (Comparison.EQUAL,)),
    (r"other than|not", (Comparison.NOT_EQUAL,)),
    (r"[a-z]+er th[ae]n", (Comparison.GREATER, Comparison.LESS)),
)
_UNITS = r"(?:[a-z%²]+ ){0,3}"
_OR_MORE = (
    "more|higher|above|over|up|later|longer|older|greater|bigger|larger|after|upwards?|better|taller|heavier|wider"
    "|deeper|faster|dearer|stronger|beyond"
)
_OR_LESS = (
    "less|fewer|below|lower|under|earlier|shorter|younger|smaller|before|cheaper|lighter|narrower|slower|nearer|closer"
    "|thinner|shallower|worse"
)
_NO_THAN = r"(?! th[ae]n\b)"  # which begins another comparison
_AT_THE_END = r"(?=\s*(?:$|[,.;:?!)]))"
_AFTER: tuple[tuple[str, tuple[Comparison, ...]], ...] = (
    (rf"{_UNITS}(?P<than>(?:or|and) (?:{_OR_MORE}){_NO_THAN}|at (?:the )?least{_AT_THE_END})", (Comparison.AT_LEAST,)),
    (r"(?:[a-z]+ )?(?P<than>\+|plus|upwards?|onwards?|minimum)", (Comparison.AT_LEAST,)),
    (rf"{_UNITS}(?P<than>(?:or|and) (?:{_OR_LESS}){_NO_THAN}|at (?:the )?most{_AT_THE_END})", (Comparison.AT_MOST,)),
    (r"(?:[a-z]+ )?(?P<than>tops|maximum|max)", (Comparison.AT_MOST,)),
)
_FILLER = r"(?:\s+(?:the|a|an|year|years|of|in|\$|€|£|about|say))*\s*[$€£]?$"


def quantities(lower: str, words: Callable[[int, int], int]) -> list[Quantity]:
    """The quantities of a question in lower case.

    :param words: the set of words between two characters.
    """
    amounts = _amounts(lower)
    found = []
    skip = False
    for i, amount in enumerate(amounts):
        if skip:
            skip = False
            continue
        following = amounts[i + 1] if i + 1 < len(amounts) else None
        if following is not None and (start := _range_start(lower, amount, following)) is not None:
            found.append(_range(amount, following, words(start, following.end)))
            skip = True
            continue
        found.append(_compared(lower, amount, words))
        if following is not None and _are_years_in_a_row(lower, amount, following):
            found.append(_range(amount, following, words(amount.start, following.end)))
    return found


def _are_years_in_a_row(lower: str, first: _Amount, second: _Amount) -> bool:
    """Whether two amounts are years such as *2020 or 2021*, which may be meant as one stretch of time."""
    if first.value is None or second.value is None or not first.low or not second.low:
        return False
    return second.value == first.value + 1 and lower[first.end : second.start] in {" or ", " and ", " & "}


def _amounts(lower: str) -> list[_Amount]:
    found: list[_Amount] = []

    def add(amount: _Amount | None) -> None:
        if amount and not any(other.start < amount.end and amount.start < other.end for other in found):
            found.append(amount)

    for pattern in _DATES:
        for match in pattern.finditer(lower):
            add(_date(match))
    for match in _PART_OF_YEAR.finditer(lower):
        add(_part_of_year(match))
    for match in _DECADE.finditer(lower):
        add(_decade(match))
    pronouns = {match.end() for match in _PRONOUN.finditer(lower)}
    for match in _NUMBER.finditer(lower):
        if match["word"] != "one" or match.end() not in pronouns:
            add(_number(match))
    return sorted(found, key=lambda amount: amount.start)


def _date(match: re.Match[str]) -> _Amount | None:
    parts = match.groupdict()
    year = int(parts["year"])
    month = int(parts["number"]) if parts.get("number") else _MONTHS[parts["month"][:3]]
    day = _ORDINALS[parts["nth"]] if parts.get("nth") else int(parts.get("day") or 0)
    try:
        if day:
            low = high = date(year, month, day)
        else:
            low, high = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    except ValueError:
        return None
    return _Amount(match.start(), match.end(), None, low, high)


def _part_of_year(match: re.Match[str]) -> _Amount | None:
    months = 6 if match["part"] == "half" else 3
    parts = 12 // months
    nth = int(match["quarter"] or _ORDINALS.get(match["nth"], parts))
    if nth > parts:
        return None
    first, last, year = months * (nth - 1) + 1, months * nth, int(match["year"])
    return _Amount(match.start(), match.end(), None, date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _decade(match: re.Match[str]) -> _Amount | None:
    ten = _DECADES[match["word"]] if match["word"] else f"{match['ten']}0"
    first = int(f"{match['century'] or '19'}{ten}")
    last = first + 9
    return _Amount(match.start(), match.end(), None, date(first, 1, 1), date(last, 12, 31), (first, last))


def _number(match: re.Match[str]) -> _Amount | None:
    if match["digits"] and len(match["digits"]) > _DIGITS:
        return None
    digits, fraction = match["digits"], match["fraction"]
    said: int | float
    if match["word"]:
        said = 1 if match["word"] == "once" else _SMALL[match["word"]]
    elif match["unit"]:
        said = 1
    elif match["one"]:
        said = 0.5 if match["one"].startswith("half") else 1
    else:
        whole = digits.replace(",", "") or "0"
        said = float(whole + fraction) if fraction else int(whole)
        said = -said if match["sign"] else said
    scale = match["scale"] or match["wordscale"] or match["onescale"]
    value = _whole(said * _SCALES.get(scale or "", 1))
    plain = digits is not None and scale is None and fraction is None
    if plain and "," not in digits and value in _YEAR:
        return _Amount(match.start(), match.end(), value, date(int(value), 1, 1), date(int(value), 12, 31))
    kept_in = (scale or "").split(" ")[-1]
    scaled: tuple[float, ...] = (value / _SCALES[kept_in],) if kept_in in _KEPT_IN else ()
    if kept_in in _BILLION:
        scaled += (value / 10**6,)
    return _Amount(match.start(), match.end(), value, scaled=scaled)


def _whole(value: int | float) -> int | float:
    """A number without a fraction of zero."""
    return int(value) if float(value).is_integer() else value


def _range_start(lower: str, first: _Amount, second: _Amount) -> int | None:
    """Where "between A and B" starts, if that is what two amounts are."""
    before, between = lower[: first.start], lower[first.end : second.start]
    match = re.search(rf"\b(between|from|in the range(?: of)?){_BEGINNING}" + _FILLER, before)
    if match and re.fullmatch(rf"[\s\w%²]{{0,12}}\s*(?:{_JOINS})\s+(?:the )?(?:end of )?[$€£]?", between):
        return match.start(1)
    return first.start if re.fullmatch(r"\s*(?:-|–|(?:up )?to)\s*", between) else None


def _range(first: _Amount, second: _Amount, words: int) -> Quantity:
    low = first.value if first.value is not None else first.span and first.span[0]
    high = second.value if second.value is not None else second.span and second.span[1]
    scaled = [next(iter(amount.scaled), None) for amount in (first, second)]
    readings = [] if low is None or high is None else _ends(low, high, *scaled)
    numbers = tuple(
        ((Comparison.AT_LEAST, Literal(_whole(least))), (Comparison.AT_MOST, Literal(_whole(most))))
        for least, most in readings
    )
    dates: tuple[Bounds, ...] = ()
    if first.low and second.high:
        dates = (((Comparison.AT_LEAST, Literal(first.low)), (Comparison.AT_MOST, Literal(second.high))),)
    return Quantity(words, None, first.start, numbers, dates, True)


def _ends(
    low: float, high: float, low_scaled: float | None, high_scaled: float | None
) -> Sequence[tuple[float, float]]:
    """What the ends of a range may be, where the last was said in thousands or millions: *5 to 10 million*.

    :param low_scaled: the first in the thousands or millions that it was said in, if it was; likewise ``high_scaled``.
    """
    if not high_scaled:
        return [(low, high)]
    scale = high / high_scaled
    if low_scaled is None and low * scale <= high:
        return [(low * scale, high), (low, high_scaled)]
    return [(low, high), (low / scale, high_scaled)]


def _compared(lower: str, amount: _Amount, words: Callable[[int, int], int]) -> Quantity:
    said, comparisons = _comparison(lower, amount)
    chosen = comparisons or (Comparison.EQUAL,)
    whole = amount.value if isinstance(amount.value, int) and amount.value >= 0 else None
    return Quantity(
        reduce(or_, (words(start, end) for start, end in said)),
        whole,
        amount.start,
        tuple(_numbers(amount, chosen)),
        tuple(_dates(amount, chosen)),
        bool(comparisons),
    )


def _comparison(lower: str, amount: _Amount) -> tuple[Sequence[tuple[int, int]], tuple[Comparison, ...]]:
    """Where an amount and what compares it are said, without the units between them; and how it is compared."""
    own = amount.start, amount.end
    if lower[slice(*own)].startswith(_AND_MORE):
        return [own], (Comparison.AT_LEAST,)
    for pattern, comparisons in _AFTER:
        if match := re.compile(rf"\s*{pattern}(?!\w)").match(lower, amount.end):
            return [own, match.span("than")], comparisons
    for pattern, comparisons in _BEFORE:
        if match := re.search(rf"\b(?:{pattern}){_FILLER}", lower[: amount.start]):
            return [(match.start(), amount.end)], comparisons
    return [own], ()


def _numbers(amount: _Amount, comparisons: tuple[Comparison, ...]) -> Iterator[Bounds]:
    for comparison in comparisons:
        if amount.value is not None:
            yield ((comparison, Literal(amount.value)),)
            for scaled in amount.scaled:
                yield ((comparison, Literal(_whole(scaled))),)
        elif amount.span is not None:
            yield _within(comparison, *map(Literal, amount.span))


def _dates(amount: _Amount, comparisons: tuple[Comparison, ...]) -> Iterator[Bounds]:
    if amount.low and amount.high:
        for comparison in comparisons:
            if amount.low == amount.high:
                yield ((comparison, Literal(amount.low)),)
            else:
                yield _within(comparison, Literal(amount.low), Literal(amount.high))


def _within(comparison: Comparison, low: Literal, high: Literal) -> Bounds:
    """How something compares with a stretch: after it is after its end."""
    match comparison:
        case Comparison.GREATER:
            return ((Comparison.GREATER, high),)
        case Comparison.AT_LEAST:
            return ((Comparison.AT_LEAST, low),)
        case Comparison.LESS:
            return ((Comparison.LESS, low),)
        case Comparison.AT_MOST:
            return ((Comparison.AT_MOST, high),)
    return ((Comparison.AT_LEAST, low), (Comparison.AT_MOST, high))
