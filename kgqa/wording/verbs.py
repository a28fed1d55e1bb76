"""The verbs that relations are commonly named by, and their forms."""

from __future__ import annotations

from functools import cache

from kgqa.wording.listed import listed

_REGULAR = listed(
    """
    abolish absorb abut accept access accompany accuse achieve acknowledge acquire act activate adapt add address adjoin
    adjust administer admire admit adopt advertise advise advocate affect agree aim allocate allow alter amend analyse
    analyze announce answer appear apply appoint approve argue arrange arrest arrive ascend ask assassinate assemble
    assess assign assist associate assume attach attack attain attempt attend attract attribute audit authenticate
    author authorise authorize award back balance ban base belong benefit block book border borrow breed brew broadcast
    calculate call cancel capture care carry catalogue categorise categorize cause celebrate centre certify chair
    challenge change charge chase check circulate cite claim clarify classify clean clear climb close coach collaborate
    collect colonise colonize combine command comment commission commit compare compete complete compose comprise
    concern conclude conduct confer confirm connect conquer consist constrain construct consult consume contact contain
    contest continue contract contribute control convert convince cook cooperate copy correspond counsel count cover
    create credit criticise criticize cross crown cultivate curate cure damage dance date debut decide declare decorate
    dedicate defeat defend define delay delegate deliver demand demonstrate deny depart depend depict deploy derive
    descend describe deserve design designate destroy detain detect determine develop devise diagnose die differ direct
    disable discharge discover discuss display dissolve distribute divide divorce dock document dominate donate drain
    dwell earn edit educate elect elevate emerge emigrate employ enable enact encode encounter end endorse engage enjoy
    enlist enrol enroll ensure enter equip escape establish evaluate examine exceed exchange exclude execute exhibit
    exist expand experience explain exploit explore export express extend face facilitate farm favour feature ferment
    fight file fill film finance finish fire fish fit fix flank focus follow force forge form formulate found frequent
    fuel fund gain gather generate govern graduate grant greet guarantee guard guest guide handle hang happen hate head
    heal help hire host house hunt identify illustrate imitate immigrate impact implement imply import imprison improve
    inaugurate include incorporate increase indicate induce infect influence inform inhabit inherit inhibit initiate
    inject injure inspect inspire install instruct insure integrate interact intersect interview introduce invade invent
    invest investigate invite involve irritate issue join judge justify kill label lack land last launch learn lease
    lecture license like link list listen live load lobby locate lock love maintain major manage manufacture mark market
    marry match measure mediate memorise mention mentor merge migrate mine minor model moderate modify monitor mount
    move murder name narrate need negotiate neighbor neighbour nominate note notify nurse obey observe obtain occupy
    occur offer open operate oppose orbit order organise organize originate outrank overlap oversee own pack paint pair
    park participate partner pass patent patrol perform permit persuade photograph pilot place plan plant play plead
    please point portray possess practice practise praise precede prefer prepare prescribe present preserve preside
    prevent print process procure produce profess program promote propose protect provide publish punish purchase pursue
    qualify quote raid raise range rank rate reach react receive recognise recognize recommend record recruit reduce
    refer referee reference reflect refuse register regulate reign reject relate release rely remain remember remove
    renew renovate rent repair replace reply report represent request require rescue research resemble reserve reside
    resign resist resolve respect respond restore restrict result retain retire return reuse reveal review revise reward
    rob rule sail sample satisfy save schedule score screen search secure seek select separate serve settle shape share
    ship shop sign signal smell solve specialise specialize specify sponsor stage star start state stay stimulate stop
    store straddle stream stretch study subscribe succeed suffer suggest suit summon supervise supply support suppress
    surround survive suspect sustain tag target taste test thank threaten touch tour track trade train transfer
    transform translate transmit transport travel traverse treat trigger trust try tutor twin type underlie unite update
    upgrade use utilise utilize vaccinate validate value verify view violate visit volunteer vote walk want watch weigh
    welcome wish witness work worship yield
    """
)

_FORMS = """
    be was been; bear bore born; beat beat beaten; become became become; begin began begun; bind bound bound; bite bit
    bitten; break broke broken; bring brought brought; build built built; burn burnt burnt; buy bought bought; catch
    caught caught; choose chose chosen; come came come; cost cost cost; cut cut cut; deal dealt dealt; do did done; draw
    drew drawn; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed fed; feel felt felt;
    fight fought fought; find found found; flee fled fled; fly flew flown; forbid forbade forbidden; forget forgot
    forgotten; freeze froze frozen; get got got; give gave given; go went gone; grow grew grown; hang hung hung; have
    had had; hear heard heard; hide hid hidden; hit hit hit; hold held held; keep kept kept; know knew known; lead led
    led; leave left left; lend lent lent; let let let; lie lay lain; lose lost lost; make made made; mean meant meant;
    meet met met; oversee oversaw overseen; pay paid paid; put put put; read read read; ride rode ridden; rise rose
    risen; run ran run; say said said; see saw seen; seek sought sought; sell sold sold; send sent sent; set set set;
    shoot shot shot; show showed shown; sing sang sung; sink sank sunk; sit sat sat; speak spoke spoken; spend spent
    spent; spread spread spread; stand stood stood; steal stole stolen; strike struck struck; swear swore sworn; swim
    swam swum; take took taken; teach taught taught; tell told told; think thought thought; throw threw thrown; undergo
    underwent undergone; understand understood understood; wear wore worn; win won won; withdraw withdrew withdrawn;
    write wrote written
"""
_IRREGULAR = {base: (past, done) for base, past, done in map(str.split, _FORMS.split(";"))}
"""The past and the past participle of verbs that have forms of their own."""

_LIKE_NOUNS = listed(
    """
    access address award back balance book border call care catalogue cause centre challenge change charge check climb
    coach command comment concern contact contest contract cost count cover credit cure cut damage dance date deal debut
    delay demand design display divorce dock document draw dream drink end exchange exhibit experience export face farm
    favour feature feed fight file film finance find fire fish fit fix fly focus force forge form fuel fund grant
    guarantee guard guest guide hang head help hit hold host house hunt impact import increase influence interview issue
    judge label lack land last lead lease lecture license like link list load lock love major mark market match measure
    mention mentor mine minor model monitor mount move murder name need neighbor neighbour note nurse offer open order
    pack pair park partner pass patent pay pilot place plan plant play point practice present process produce program
    quote raid range rank rate reach read record reference release rent repair report request research reserve respect
    result return review reward ride rise rule run sample schedule score screen search set share ship shop show sign
    signal smell sponsor spread stage stand star start state stay stop store stream strike study supply support suspect
    tag target taste test touch tour track trade train transfer transport travel trust tutor twin type update upgrade
    use value view visit vote walk watch welcome win wish witness work yield
    """
)
_NOUNS_FIRST = listed(
    """
    access address award back balance book comment cost credit dance date debut document end exhibit farm feature film
    fish form guest house interview issue label land lecture license link list mark market match mine minor model name
    note nurse order pack park partner place plan plant point process program range rank rate record reference result
    reward sample score set share ship shop sign star state store stream tag target test tour track trade train twin
    type value view work
    """
)
_INTRANSITIVE = listed(
    """
    act agree appear apply arrive ascend balance belong bid care climb collaborate come comment compete consist converse
    cooperate correspond dance deal debut depart depend descend die differ dwell emerge emigrate end escape exist fall
    fight fish flee fly focus go graduate guest happen hunt immigrate interact intersect lecture lie listen live lobby
    major meet migrate minor move occur operate orbit originate participate partner play point preside qualify react
    reign rely remain reply reside resign respond result retire return rise run sail score shop sing sit speak
    specialise specialize stand star start stay stretch struggle study subscribe succeed suffer survive swim talk teach
    train travel volunteer vote wait walk work worship
    """
)
_ALSO_TRANSITIVE = listed("fight fly meet operate orbit play run sail score sing speak study teach train")
_HAPPENING = listed(
    """
    appear arrive begin debut depart die emerge end enlist expire finish graduate happen join leave occur originate
    qualify resign retire rise start
    """
)
_LASTING = listed(
    """
    advise captain carry chair coach control cover curate employ feed fund govern head hold host inhabit lead maintain
    manage need offer operate oversee own possess represent require run serve speak sponsor supervise supply support
    surround teach use
    """
)
_WITHOUT_PASSIVE = listed("be become cost equal have lack last like mean resemble suit weigh")
_GIVING = listed("allocate assign award give grant lend offer pay prescribe promise sell send teach tell")
_NOT_PAST = listed("bed hundred kindred naked red sacred shed sled biped united wicked")
_BASES = _REGULAR | frozenset(_IRREGULAR)
_OF_PARTICIPLE = {done: base for base, (_, done) in _IRREGULAR.items()}
_OF_PAST = {past: base for base, (past, _) in _IRREGULAR.items()}
_DOUBLED = listed(
    """
    admit ban commit compel confer drop enrol equip fit occur pat permit plan prefer refer rob ship shop star stop
    submit tag transfer transmit trap travel
    """
)
_SAME_AS_BASE = frozenset(base for base, (past, done) in _IRREGULAR.items() if base in {past, done})
_VOWELS = "aeiou"


def is_base(word: str) -> bool:
    """Whether a word is a verb as dictionaries list it."""
    return word in _BASES


def is_also_noun(base: str) -> bool:
    return base in _LIKE_NOUNS


def is_noun_first(base: str) -> bool:
    """Whether a verb on its own is most likely meant as a noun: ``works``, ``stars``."""
    return base in _NOUNS_FIRST


@cache
def base_of_third(word: str) -> str | None:
    """The verb of a third person: ``crosses``, ``flies`` and ``borders`` are ``cross``, ``fly`` and ``border``.

    Verbs that are not listed are known by their endings, as ``digitises`` is.
    """
    if not word.endswith("s"):
        return None
    candidates = (f"{word[:-3]}y" if word.endswith("ies") else "", word[:-1], word[:-2] if word.endswith("es") else "")
    known = next((base for base in candidates if base in _BASES), None)
    if known is None and word.endswith(("ises", "izes", "ifies")) and len(word) > 7:
        return candidates[0] or candidates[1]
    return known


def base_by_ending(word: str) -> str:
    """The verb of what must be a third person, listed or not."""
    known = base_of_third(word)
    if known is not None:
        return known
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return word[:-2]
    return word.removesuffix("s")


@cache
def base_of_participle(word: str, *, before_preposition: bool = False) -> str | None:
    """The verb of a past participle; ``None`` if the word is none.

    :param before_preposition: whether a preposition follows, so that ``set`` and ``put`` are participles too.
    """
    if word in _OF_PARTICIPLE and (before_preposition or word not in _SAME_AS_BASE):
        return _OF_PARTICIPLE[word]
    if not word.endswith("ed") or word in _NOT_PAST or len(word) < 4:
        return None
    stem = word[:-2]
    candidates = (word[:-1], stem, stem[:-1], f"{stem[:-1]}y")
    known = next((base for base in candidates if base in _BASES and _regular_past(base) == word), None)
    return known or (None if word.endswith("eed") else stem)


@cache
def base_of_past(word: str) -> str | None:
    """The verb of a past form that is no participle too, such as ``wrote``."""
    return _OF_PAST.get(word) if word not in _OF_PARTICIPLE and word not in _BASES else None


@cache
def base_of_gerund(word: str) -> str | None:
    if not word.endswith("ing") or len(word) < 6:
        return None
    stem = word[:-3]
    return next((base for base in (stem, f"{stem}e", stem[:-1]) if base in _BASES), None)


@cache
def third_of(base: str) -> str:
    """What one does: ``crosses``."""
    if base == "have":
        return "has"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ies"
    return f"{base}es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else f"{base}s"


@cache
def participle_of(base: str) -> str:
    return _IRREGULAR[base][1] if base in _IRREGULAR else _regular_past(base)


@cache
def active_of(participle: str) -> str:
    """What those do or did by whom it is done: ``wrote`` of ``written``, but ``owns`` of ``owned``, which lasts."""
    base = base_of_participle(participle, before_preposition=True)
    if base in _LASTING:
        return third_of(base)
    return _IRREGULAR[base][0] if base in _IRREGULAR else participle


def _regular_past(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if base in _DOUBLED else f"{base}ed"


def is_past(word: str) -> bool:
    """Whether a word is a past form or a past participle."""
    return base_of_participle(word) is not None or base_of_past(word) is not None


def is_intransitive(base: str) -> bool:
    """Whether what does it takes no object: ``played in`` is then active, and ``filed under`` is passive."""
    return base in _INTRANSITIVE


def happens(base: str) -> bool:
    """Whether it is said of what it happens to: people die and join, and films are released."""
    return base in _HAPPENING


def has_passive(base: str) -> bool:
    return base not in _WITHOUT_PASSIVE and (base not in _INTRANSITIVE or base in _ALSO_TRANSITIVE)


def is_giving(base: str) -> bool:
    """Whether it takes a receiver too, so that its participle may be said of what receives: ``prescribed``."""
    return base in _GIVING
