"""English that people use and schemas do not: other verbs and nouns for the same, and adjectives for what is measured.

The lists are of common words of the language, as a thesaurus has them; none is of any graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kgqa.wording import verbs
from kgqa.wording.listed import listed
from kgqa.wording.nouns import singular_of

_PEOPLE = listed(
    """
    actor actress advisor advisee apprentice architect artist assistant athlete author baker boss captain chef child
    citizen client coach colleague composer conductor consultant cook craftsman creator critic curator customer daughter
    dean dentist designer developer director doctor driver editor employee engineer expert farmer father fellow founder
    friend guest guide head husband inventor investor journalist judge keeper king lawyer leader learner lecturer
    librarian man manager member mentor minister mother musician neighbour nurse officer organiser owner painter parent
    passenger patient person photographer physician pilot player poet politician president producer professor
    programmer pupil queen ranger reader referee researcher resident reviewer sailor scientist secretary seller
    servant sibling singer sister skipper soldier son speaker spouse staff student supervisor surgeon tenant teacher
    technician tester therapist tourist trainer translator tutor user veterinarian visitor volunteer waiter wife winner
    witness woman worker writer
    """
)
_PLACES = listed(
    """
    address airport area bay beach borough branch building camp campus canton cemetery church city clinic coast college
    continent country county department depot district factory field floor gallery garden hall harbour hospital hotel
    house island kitchen lab laboratory lake library location mall market mosque mountain municipality museum nation
    neighbourhood office palace park place plant platform port province region reserve restaurant river road room school
    sea shop site stadium state station store street suburb temple terminal territory theatre town university valley
    venue village ward warehouse zone zoo
    """
)

_VERBS = """
    acquire: buy, get, obtain; address: deal with, tackle; administer: run, manage; admire: look up to, like;
    advise: guide, counsel, mentor; assign: give, allot; attend: go to, visit, be at; author: write, pen; award:
    give, grant; block: stop, keep back; border: adjoin, touch, be next to, neighbour, share a border with;
    borrow: take out, check out; build: construct, put up, make; buy: purchase, get; call: phone; carry: transport,
    take; cause: lead to, bring about, trigger; chair: lead, head, preside over; coach: train, manage; comprise:
    include, consist of; compose: write; connect: link, join; contain: include, have, hold; cook: make, prepare;
    control: run, be in charge of; cost: be priced at; cover: include, deal with; create: make, come up with,
    invent; cross: go across, run across; curate: put together, organise; cure: heal, treat; depict: show, portray;
    deploy: roll out, install; design: draw up, create; develop: make, build, work on; diagnose: find; direct: make,
    be the director of; discover: find, come across; distribute: hand out, spread; drive: steer; eat: feed on, live
    on; edit: revise; employ: have on the payroll, have working there; establish: set up, found, start; export: sell
    abroad, ship; feature: have, include; finance: pay for, fund; fix: repair, solve, resolve; follow: come after;
    found: set up, start, establish, create; fund: pay for, finance, give money to; grow: raise, cultivate; guard:
    watch over, protect; head: lead, run, be in charge of; help: assist, support; hire: employ, take on; host: hold,
    put on; house: accommodate, be home to; implement: build, write; import: bring in; include: contain, have;
    influence: inspire, shape, leave a mark on; inhabit: live in; inspire: influence, move; introduce: bring in,
    launch; invent: come up with, create; invest: put money; join: enter, become part of; keep: hold, have; know: be
    acquainted with, be familiar with; last: take; launch: start, bring out; lead: head, run, be in charge of, be at
    the head of; lend: loan, give; like: be fond of, enjoy; locate: situate, find, be; love: be fond of; maintain:
    look after, keep up, take care of, be responsible for; make: produce, create; manage: run, head, be in charge
    of, look after, be responsible for; manufacture: make, produce, build; marry: wed, be married to; meet: get
    together with, see; mention: name, talk about; mentor: guide, advise; move: go; need: require, call for;
    nominate: put forward; observe: see, watch, spot; occupy: be in, take up; offer: give, provide, have; open:
    start, begin; operate: run, fly, work; organise: run, put on, arrange; orbit: go around, circle; oversee:
    supervise, be in charge of; own: have, possess, hold; paint: do, make; perform: do, carry out, play; play: be,
    appear; practise: do, follow; precede: come before; prefer: like better; prescribe: give, put on; present: show,
    give; produce: make, turn out; promote: advance; protect: guard, keep safe; provide: give, supply, offer;
    publish: bring out, put out, release; pursue: chase; purchase: buy, get; rate: score; read: go through; receive:
    get, obtain, be given; recommend: suggest; recruit: hire, take on; release: bring out, put out, publish;
    replace: take the place of, succeed; represent: stand for, act for; request: ask for; require: need, call for;
    rescue: save; reserve: book; review: look over, check, go through; rule: govern, reign over; score: get; see:
    visit, watch; sell: offer, deal in; send: ship, dispatch; serve: be served at, supply; share: have in common;
    ship: send, deliver; show: display, present; sing: perform; situate: locate; solve: fix, resolve; speak: use,
    talk; sponsor: fund, pay for, back; staff: work at; start: begin; store: keep, hold; study: learn, take, read;
    succeed: follow, replace; supervise: oversee, be the boss of, be in charge of; supply: deliver, provide;
    support: help, back; surround: encircle, be around; take: do; target: aim at; teach: give lessons in, instruct,
    lecture on; test: check, try out; train: teach, coach; translate: put into another language; transport: carry;
    traverse: cross, go through, run through; treat: look after, care for, see; tutor: teach; use: employ, work
    with, make use of; visit: go to, see; watch: look at, see; win: get, take, earn; write: pen, be the author of
"""
_WITH_PREPOSITIONS = """
    act in: star in, appear in, play in; answer to: work under; apply to: hold for; arrive at: get to, reach; belong
    to: be part of, be a member of; call at: stop at; collaborate with: work with, team up with; come from: be from,
    originate from; comment on: write about; compete in: take part in; connect to: be linked to; consist of: be made
    up of, include; contribute to: add to, work on; depart from: leave from; depend on: rely on, need; die in: pass
    away in; end at: stop at, finish at; end in: finish in; fly to: go to; flow into: run into, empty into; flow
    through: run through, pass through; focus on: deal with; graduate from: finish at, get a degree from; interact
    with: react with; lead to: cause, bring about; lie in: be in, be found in; live in: be at home
    in, reside in; live on: eat; look at: watch; major in: study; meet with: see; move to: go to; occur in: happen
    in, be found in; orbit around: go around; originate from: come from; participate in: take part in, be in; play
    for: be with, be on the team of; play in: appear in, take part in; point to: refer to; refer to: point to,
    mention; relate to: have to do with; rely on: depend on, need; report to: answer to, work under; reside in: live
    in, be at home in; run on: use; run through: cross, pass through; serve in: be in; sing in: perform in; speak
    to: talk to; specialise in: be an expert in; start at: begin at; start in: begin in; stay at: be at, lodge at;
    stay in: be in; stop at: call at, halt at; study at: go to, be a student at; study in: be a student in; study
    with: learn from; subscribe to: be signed up for; suffer from: have; teach at: work at, give lessons at; travel
    to: go to; vote for: support; work at: be employed at, have a job at; work for: be employed by, be with; work
    in: be employed in, belong to; work on: be busy with; work with: collaborate with; write about: deal with
"""
_NOUNS = """
    abbreviation: short form; address: location; age: years; airline: carrier; amount: sum, quantity; animal:
    creature; area: size, surface; article: paper, text; author: writer; bill: invoice; birthday: date of birth;
    book: title; boss: manager, superior; branch: office; brand: make; budget: funds; bug: defect; building:
    house, block; business: company, firm; capacity: room, space; capital: chief city; car: vehicle, automobile;
    category: kind, type, class; chief: head, boss; child: kid, son or daughter; class: kind, category; client:
    customer; code: abbreviation, number; colleague: coworker, workmate; colour: shade; color: shade; comment:
    remark, note; company: firm, business; condition: state; contract: agreement; cost: price; country: nation,
    state; course: class; creator: maker; currency: money; customer: client, buyer; date: day; deadline: due date;
    department: division; developer: programmer, coder; director: head, maker; disease: illness, condition; dish:
    meal; district: area, quarter; doctor: physician, medic; drug: medicine, medication; duration: length; earnings:
    pay, income; elevation: height, altitude; email: mail address, e-mail; employee: worker, member of staff;
    employer: company; factory: plant; fee: charge, price; film: movie, picture; firm: company; flight: plane;
    founder: creator; game: match; gender: sex; goal: aim; grade: mark, result; group: team; hall: room; head:
    chief, leader, boss; height: size; hobby: pastime; hospital: clinic; hotel: place to stay; illness: disease;
    industry: sector, line of business; institution: organisation; instructor: teacher; instrument: tool; invoice:
    bill; issue: ticket, problem; item: thing, article; job: position, occupation, post; journal: magazine; kind:
    type, sort; language: tongue; lecture: class; lecturer: teacher; length: size; level: stage; licence: permit;
    license: permit; location: place, site; magazine: journal; maker: manufacturer, producer; manager: boss, head;
    manufacturer: maker, producer; mark: grade; market: bazaar; match: game; material: stuff; medicine: drug,
    medication; meeting: gathering; member: participant; mobile: phone; mountain: peak; movie: film; museum:
    gallery; nationality: citizenship; neighbour: adjacent one; nickname: byname; note: remark; nurse: carer;
    object: thing; occupation: job, profession; office: bureau; order: purchase; organisation: body, association;
    owner: holder, proprietor; painting: picture; paper: article; parent: father or mother; part: component, piece;
    partner: associate; patient: sick person; payment: sum; period: time; phone:
    telephone number; picture: image; place: location, spot; plane: aircraft; player: team member; population:
    number of inhabitants, number of people; position: job, post, role; power: strength; price: cost; priority:
    urgency; prize: award; producer: maker; product: article, item; profession: job, occupation; professor:
    lecturer; profit: gain; project: undertaking; property: feature; province: region; publisher: publishing house;
    pupil: student; quantity: amount, number; rank: place, position; rate: pace; rating: score, mark; reason: cause;
    recipe: dish; region: area; relative: family member; release: version; religion: faith; resident: inhabitant;
    restaurant: eatery; result: outcome; revenue: turnover, sales; river: stream; road: street; role: part,
    function; room: chamber; route: way, path; salary: pay, wage, earnings; sale: deal; school: academy; score:
    result; sector: field; seller: vendor; service: offer; sex: gender; ship: vessel; shop: store; show:
    performance; side effect: unwanted effect; size: extent; skill: ability; song: track; speciality: field;
    specialty: field; species: kind; speed: pace; sport: discipline; spouse: partner; stadium: arena, ground; staff:
    personnel; state: condition; station: stop; status: state; store: shop; street: road; student: pupil, learner;
    subject: topic, field; summary: outline; supervisor: boss; supplier: vendor, provider; surname: last name,
    family name; symptom: sign; task: job; tax: duty; teacher: instructor, tutor; team: squad, group; term: period;
    ticket: issue; title: name; tool: utensil, implement; topic: subject, theme; tournament: competition; town:
    place; train: service; trip: journey; type: kind, sort; university: college; user: account; value: worth;
    vehicle: car; vendor: supplier; venue: place; version: edition; village: hamlet; volume: size; wage: pay; ward:
    unit; weapon: arm; website: web page, homepage; weight: mass; width: breadth; woman: lady; worker: employee;
    writer: author; year: date; zone: area
"""
_AGENTS = """
    act actor; advise advisor; assist assistant; author author; build builder; coach coach; compose composer;
    conduct conductor; create creator; curate curator; design designer; develop developer; direct director; discover
    discoverer; distribute distributor; edit editor; employ employer; found founder; illustrate illustrator; invent
    inventor; lead leader; make maker; manage manager; manufacture manufacturer; narrate narrator; operate operator;
    organise organiser; own owner; paint painter; play player; produce producer; publish publisher; read reader;
    review reviewer; sponsor sponsor; supervise supervisor; supply supplier; teach teacher; train trainer; translate
    translator; use user; win winner; write writer
"""


@cache
def is_person(noun: str) -> bool:
    """Whether a noun most likely names people."""
    last = singular_of(noun).split(" ")[-1]
    return (
        last in _PEOPLE
        or last.endswith(("ist", "woman", "ologist", "ician"))
        or (len(last) > 4 and last.endswith("man"))
    )


@cache
def is_place(noun: str) -> bool:
    return singular_of(noun).split(" ")[-1] in _PLACES


def _table(text: str) -> dict[str, tuple[str, ...]]:
    rows = (row.split(":") for row in " ".join(text.split()).split(";"))
    return {word.strip(): tuple(each.strip() for each in others.split(",")) for word, others in rows}


_OF_VERBS, _OF_NOUNS = _table(f"{_VERBS};{_WITH_PREPOSITIONS}"), _table(_NOUNS)
_OF_AGENTS = dict(row.split() for row in _AGENTS.split(";"))


def base_of(verb: str) -> str | None:
    """The verb that a form is of."""
    if verb in {"has", "had"}:
        return "have"
    known = verbs.base_of_third(verb) or verbs.base_of_participle(verb, before_preposition=True)
    return known or verbs.base_of_past(verb) or (verb if verbs.is_base(verb) else None)


def like_verb(verb: str) -> tuple[str, ...]:
    """Other verbs for the same, as dictionaries list them; of a verb with its preposition, with theirs."""
    return _OF_VERBS.get(verb, ())


def like_noun(noun: str) -> tuple[str, ...]:
    """Other nouns for the same."""
    return _OF_NOUNS.get(noun, ())


def agent_of(base: str) -> str | None:
    """Who does it: ``director`` of ``direct``."""
    return _OF_AGENTS.get(base)


@dataclass(frozen=True, slots=True)
class Dimension:
    """How people speak of what is measured.

    :param high: adjectives of what has much of it.
    :param low: of what has little.
    :param verbs: verbs that take the number: it *costs* 5.
    :param of_people: the adjectives for much and for little of it in people, if others.
    """

    high: tuple[str, ...]
    low: tuple[str, ...]
    verbs: tuple[str, ...] = ()
    of_people: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    @property
    def has_degrees(self) -> bool:
        """Whether it is asked how much of the adjective there is: ``how tall``, but not ``how well paid``."""
        return " " not in self.high[0]

    def sides(self, *, person: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The adjectives for much and for little of it."""
        return self.of_people if person and self.of_people else (self.high, self.low)


_DIMENSIONS = """
    height stature: high, tall; low: ; tall; short
    elevation altitude: high; low
    length: long; short
    distance: long; short
    width breadth: wide, broad; narrow
    depth: deep; shallow
    weight mass: heavy; light: weigh
    area surface size: large, big; small
    population inhabitants: large, big, populous; small
    age: old; young, new
    price cost costs fee fare rent charge: expensive, costly, dear; cheap: cost
    salary wage wages pay income earnings: well paid; badly paid: earn, make
    speed velocity pace: fast, quick; slow
    temperature: hot, warm; cold
    duration runtime: long; short: last, take
    rating ratings grade gpa mark: well rated, good; badly rated, bad
    capacity: big, large; small: hold
    budget revenue turnover profit value worth: big, large; small
    wealth fortune assets: rich, wealthy; poor
    power: powerful, strong; weak
    strength: strong; weak
    difficulty: hard, difficult; easy
    thickness: thick; thin
    frequency: frequent; rare
    gradient slope: steep; gentle
    density: dense; sparse
    brightness: bright; dim, faint
    hardness: hard; soft
    popularity: popular; unpopular
    risk: risky; safe
"""


def _dimensions() -> dict[str, Dimension]:
    found = {}
    for line in _DIMENSIONS.strip().splitlines():
        names, _, rest = line.strip().partition(":")
        adjectives, _, done = rest.partition(":")
        high, low, *_ = (tuple(map(str.strip, side.split(","))) for side in adjectives.split(";"))
        people = None
        if ";" in done:
            done, tall, short = done.split(";")
            people = ((tall.strip(),), (short.strip(),))
        verbs_of = tuple(each for each in map(str.strip, done.split(",")) if each)
        for name in names.split():
            found[name] = Dimension(high, low, verbs_of, people)
    return found


_OF_DIMENSIONS = _dimensions()


def dimension_of(text: str) -> Dimension | None:
    """What the words of an attribute measure, if that has adjectives."""
    words = text.split()
    return next((_OF_DIMENSIONS[word] for word in reversed(words) if word in _OF_DIMENSIONS), None)


_IRREGULAR = {
    "good": ("better", "best"),
    "bad": ("worse", "worst"),
    "well paid": ("better paid", "best paid"),
    "badly paid": ("worse paid", "worst paid"),
    "well rated": ("better rated", "best rated"),
    "badly rated": ("worse rated", "worst rated"),
    "big": ("bigger", "biggest"),
    "hot": ("hotter", "hottest"),
    "thin": ("thinner", "thinnest"),
    "narrow": ("narrower", "narrowest"),
    "shallow": ("shallower", "shallowest"),
    "recent": ("more recent", "most recent"),
    "few": ("fewer", "fewest"),
}
_LONG_ADJECTIVES = listed("expensive costly populous powerful difficult frequent")


@cache
def compared(adjective: str) -> tuple[str, str]:
    """The comparative and the superlative: ``taller`` and ``tallest``."""
    if adjective in _IRREGULAR:
        return _IRREGULAR[adjective]
    if adjective in _LONG_ADJECTIVES:
        return f"more {adjective}", f"most {adjective}"
    if adjective.endswith("y"):
        return f"{adjective[:-1]}ier", f"{adjective[:-1]}iest"
    stem = adjective.removesuffix("e")
    return f"{stem}er", f"{stem}est"


_ADJECTIVAL = tuple(listed("able al an ant ary ed ent ese ful ian ible ic ing ish ive less ous y"))


def is_adjectival(value: str) -> bool:
    """Whether a value most likely stands well before a noun: ``Norwegian``, ``endangered``."""
    return value.isalpha() and len(value) > 3 and value.endswith(_ADJECTIVAL)
