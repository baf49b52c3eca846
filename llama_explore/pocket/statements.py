"""Statements put together from parts, and questions that leave some of the parts out.

Example: "Last winter our landlord buried the rusty bell behind a chapel with my sister." and
"Where did our landlord bury the bell?". Between statement and question the verb changes its form,
adjectives and adverbials come and go: what the question does not mention is more than the value.
This is how people ask, and what the templates of `needles` cannot teach alone.
"""

from __future__ import annotations

from random import Random

from llama_explore.pocket import english, story_words

REGULAR = """accept add admire answer arrange ask attach avoid bake block boil borrow brush calculate call carry change
check chew clean climb close collect compare complete cook copy count cover create decorate deliver demand describe
design destroy discover discuss display divide donate drag drain drop dry dump earn empty enjoy enter examine exchange
explain explore fetch fill film finish fix fold follow gather glue greet grill guard hand harvest help hire hunt ignore
improve inspect install introduce invent invite iron join kick label launch lift list load lock mail manage mark measure
melt mention mix move nail need notice observe offer open order organise own pack paint park pass pick place plan plant
play polish post pour practise praise prepare present press print promise protect pull push raise reach receive
recommend record refuse remember remove rent repair replace report request rescue return roast roll save scan search
select serve share ship sketch slice smell sort spill squeeze start stir stop store study suggest supply taste test
thank touch trade train transport trim tune turn type unlock unpack use visit want warm wash watch water weigh whisper
wipe wrap""".split()
DOUBLED = {"drag", "drop", "plan", "ship", "stir", "stop", "trim", "wrap"}
IRREGULAR = [(base, past) for base, past, _ in story_words.IRREGULAR_VERBS] + [
    tuple(pair.split(":"))
    for pair in """buy:bought bring:brought catch:caught teach:taught think:thought seek:sought fight:fought hide:hid
write:wrote drive:drove ride:rode break:broke speak:spoke steal:stole choose:chose freeze:froze wake:woke wear:wore
tear:tore take:took shake:shook forget:forgot give:gave eat:ate see:saw draw:drew throw:threw grow:grew know:knew
blow:blew sing:sang drink:drank begin:began swim:swam keep:kept sleep:slept leave:left lose:lost build:built
send:sent spend:spent lend:lent bend:bent feel:felt meet:met feed:fed lead:led find:found hold:held tell:told sell:sold
pay:paid say:said make:made hear:heard stand:stood understand:understood win:won dig:dug hang:hung stick:stuck sit:sat
cut:cut put:put shut:shut hit:hit let:let set:set hurt:hurt read:read spread:spread lay:laid bury:buried carry:carried
study:studied try:tried dry:dried fry:fried marry:married empty:emptied""".split()
]
DETERMINERS = "the the the the a a my our his her their this that some every another".split()
PREPOSITIONS = """in;in;in;on;on;at;under;beneath;below;behind;beside;near;next to;in front of;inside;outside;above;across;
along;around;between two rooms and;by;close to;opposite;over;past;through;to;towards;from;into;onto;off;out of;
at the back of;on top of;at the bottom of;on the left of;underneath""".replace("\n", "").split(";")
QUALITIES = """old new young little big small rusty broken wooden golden famous quiet empty heavy dusty tall narrow clever
tired local strange lonely noisy green red blue white black yellow grey brown purple pink cheap expensive beautiful ugly
lazy friendly angry happy sad secret hidden wet dry hot cold fresh sweet bitter sharp soft hard smooth rough deep bright
dark light early late main spare second third last next best worst favourite modern ancient royal public private""".split()
PERSONS = """landlord dentist plumber cousin uncle aunt neighbour teacher boss doctor grandmother grandfather mother father
sister brother friend colleague coach guide mayor baker farmer nurse captain painter author singer student professor
lawyer judge waiter driver tailor gardener manager director engineer sailor hunter shepherd king queen prince
princess wizard guard thief detective reporter tourist visitor guest child boy girl man woman couple family team club
company committee council class school""".split()
NAMES = """Anna Ben Clara David Emma Felix Grace Henry Ida Jack Karin Leo Maria Nora Oscar Paul Rosa Sam Tina Victor Wendy
Yusuf Zoe Amir Bella Carlos Dina Elena George Hana Ivan Julia Kofi Lena Mateo Nadia Omar Priya Sofia Tom Vera Walter
Frank Peter Lucy Alice Bob Charlie Diana Helen Jonas Kate Martin Susan Laura Simon Fred Marta Hugo Olga Ravi""".split()
TIMES = """yesterday;today;last week;last night;this morning;on Monday;on Friday;in the evening;after lunch;before dinner;
in spring;last summer;in winter;at the weekend;last year;during the storm;after the meeting;tonight;every morning;in May;
at noon;before winter;in the end;by accident;without permission;with great care;for the first time;in a hurry;all day;
after the accident;during the holidays;every Sunday;once a month;at midnight;in secret;by mistake;for free;on purpose;
when it rained;because it was late;before the guests arrived;while we were asleep;two days ago;long ago;
all over the place;in the middle of the night;for her birthday;with both hands;as a joke""".replace(
    "\n", ""
).split(";")
LINKS = "of;of;for;with;without;from;in;behind;near;against;about;by;on".split(";")
PREDICATES = """famous for;afraid of;allergic to;proud of;tired of;full of;made of;good at;bad at;known for;covered with;
interested in;fond of;jealous of;surprised by;responsible for;sorry about;dressed as;married to;named after;
painted in;hidden in;kept in;locked in;filled with;decorated with;surrounded by;waiting for;looking for;
talking about;dreaming of;thinking about;working on;saving money for;writing about""".replace(
    "\n", ""
).split(";")


class _Scene:
    """One draw of words; asking for the same part twice gives the same words."""

    def __init__(self, rng: Random, vocabulary: list[str]) -> None:
        self.rng = rng
        # How many content words come from the whole vocabulary instead of the lists above.
        self.share = rng.choice([0.0, 0.0, 0.2, 0.5])
        self.vocabulary = vocabulary

    def word(self, source: list[str] | tuple[str, ...]) -> str:
        return self.rng.choice(self.vocabulary if self.rng.random() < self.share else source)

    def noun(self) -> str:
        return self.word(english.words())

    def thing(self) -> tuple[str, str]:
        """A noun phrase in full and as the question repeats it."""
        determiner, noun = self.rng.choice(DETERMINERS), self.noun()
        if self.rng.random() < 0.45:
            full = f"{determiner} {self.word(QUALITIES)} {noun}"
            return full, full if self.rng.random() < 0.5 else f"{determiner} {noun}"
        return (
            f"{determiner} {noun}",
            f"{'the' if determiner in ('a', 'some') else determiner} {noun}",
        )

    def subject(self) -> str:
        kind = self.rng.random()
        if kind < 0.2:
            return self.rng.choice(["I", "we", "he", "she", "they"])
        if kind < 0.45:
            return self.rng.choice(NAMES)
        person = self.word(PERSONS)
        quality = self.word(QUALITIES) + " " if self.rng.random() < 0.25 else ""
        return f"{self.rng.choice(['my', 'our', 'the', 'the', 'his', 'her', 'their', 'a'])} {quality}{person}"

    def verb(self) -> tuple[str, str]:
        """A verb's base form and past form."""
        if self.rng.random() < 0.45:
            base, past = self.rng.choice(IRREGULAR)
            return base, past
        base = self.rng.choice(REGULAR)
        doubled = base[-1] if base in DOUBLED else ""
        return base, base + doubled + ("d" if base.endswith("e") else "ed")

    def gap(self) -> str:
        """The value, alone or behind words that are not part of it."""
        kind = self.rng.random()
        if kind < 0.4:
            return "{v}"
        if kind < 0.7:
            return self.rng.choice(DETERMINERS) + " {v}"
        return f"{self.rng.choice(DETERMINERS)} {self.word(QUALITIES)} {{v}}"

    def place(self) -> str:
        return f"{self.rng.choice(PREPOSITIONS)} {self.thing()[0]}"

    def time(self) -> str:
        return self.rng.choice(TIMES)

    def maybe(self, chance: float, text: str) -> str:
        return " " + text if self.rng.random() < chance else ""


def tell(rng: Random, vocabulary: list[str]) -> tuple[str, str]:
    """Return a statement with ``{v}`` where its value stands, and a question that asks for it.

    Args:
        rng: Source of randomness.
        vocabulary: Words that stand in for content words now and then.
    """
    s = _Scene(rng, vocabulary)
    who, (base, past), (thing, asked) = s.subject(), s.verb(), s.thing()
    when, where, gap = s.time(), s.place(), s.gap()
    at = f"{rng.choice(PREPOSITIONS)} {gap}"
    tail = s.maybe(0.25, where) + s.maybe(0.35, when)
    kind = rng.randrange(18)
    if kind <= 2:  # the object
        statement = f"{who} {past} {gap}{tail}"
        question = f"what did {who} {base}{s.maybe(0.4, where) if where in tail else ''}{s.maybe(0.3, when)}"
    elif kind <= 5:  # the place
        statement = f"{who} {past} {thing} {at}{tail}"
        question = f"where did {who} {base} {asked}{s.maybe(0.3, when) if when in tail else ''}"
    elif kind == 6:  # the subject
        statement = f"{gap} {past} {thing}{tail}"
        question = f"{rng.choice(['who', 'what'])} {past} {asked}"
    elif kind == 7:
        link, (other, other_asked) = rng.choice(LINKS), s.thing()
        tense = rng.choice(["is", "was"])
        statement = f"{thing} {link} {other} {tense} {gap}{s.maybe(0.3, when)}"
        question = f"what {tense} {asked} {link} {other_asked}"
    elif kind == 8:
        predicate, tense = rng.choice(PREDICATES), rng.choice(["is", "was"])
        topic, topic_asked = (
            (thing, asked) if rng.random() < 0.5 or who in ("I", "we", "they") else (who, who)
        )
        collection = (
            f"{rng.choice(['its', 'the', 'their'])} {s.noun()} of " if rng.random() < 0.2 else ""
        )
        statement = f"{topic} {tense} {predicate} {collection}{gap}{s.maybe(0.3, when)}"
        question = f"what {tense} {topic_asked} {predicate}"
    elif kind == 9:  # somebody wants something done
        verb = rng.choice(["told", "asked", "wanted", "helped", "taught", "allowed", "forced"])
        plain = {"told": "tell", "asked": "ask", "wanted": "want", "helped": "help"}.get(
            verb, verb.removesuffix("ed")
        )
        plain = {"taught": "teach", "forc": "force", "allow": "allow"}.get(plain, plain)
        whom = rng.choice(["me", "us", "him", "her", "them", s.subject()])
        statement = f"{who} {verb} {whom} to {base} {gap}{tail}"
        question = f"what did {who} {plain} {whom} to {base}"
    elif kind == 10:  # plans
        verb, plain = rng.choice(
            [("decided", "decide"), ("planned", "plan"), ("tried", "try"), ("forgot", "forget")]
        )
        statement = f"{who} {verb} to {base} {thing} {at}{s.maybe(0.3, when)}"
        question = f"where did {who} {plain} to {base} {asked}"
    elif kind == 11:  # passive
        participle, be = past, rng.choice(["is", "was"])
        link = rng.choice(["by", "by", "from", "with", "in"])
        statement = f"{thing} {be} {participle} {link} {gap}{s.maybe(0.3, 'from ' + rng.choice(NAMES))}{s.maybe(0.3, when)}"
        question = rng.choice(
            [
                f"who {past} {asked}",
                f"{link} what {be} {asked} {participle}",
                f"what {past} {asked}",
            ]
        )
    elif kind == 12:  # names
        verb, plain = rng.choice(
            [("called", "call"), ("named", "name"), ("elected", "elect"), ("painted", "paint")]
        )
        statement = f"{who} {verb} {thing} {{v}}{s.maybe(0.3, when)}"
        question = rng.choice(
            [f"what did {who} {plain} {asked}", f"what name did {who} give {asked}"]
        )
    elif kind == 13:  # must, may, can
        modal = rng.choice(["must", "may", "can", "should", "will", "cannot", "would"])
        somebody = rng.choice([who, "nobody", "everybody", "anybody", "visitors", "you"])
        statement = f"{somebody} {modal} {base} {gap}{tail}"
        question = f"what {modal} {somebody} {base}{s.maybe(0.4, when) if when in tail else ''}"
    elif kind == 14:  # two halves
        (base2, past2), connector = (
            s.verb(),
            rng.choice(["and", "but", "so", "before", "because", "after", "while"]),
        )
        other = rng.choice([who, s.subject()])
        first, second = f"{who} {past} {thing}", f"{other} {past2} {gap}"
        halves = [first, second] if rng.random() < 0.5 else [second, first]
        statement = f"{halves[0]} {connector} {halves[1]}"
        question = f"what did {other} {base2}"
    elif kind == 15:  # there is
        tense = rng.choice(["is", "was"])
        statement = f"there {tense} {gap} {where}{s.maybe(0.3, when)}"
        question = f"what {tense} {where}"
    elif kind == 16:  # works as, looks like
        verb, plain = rng.choice(
            [
                ("worked as", "work as"),
                ("looked like", "look like"),
                ("dreamed of", "dream of"),
                ("paid for", "pay for"),
                ("became", "become"),
                ("smelled like", "smell like"),
                ("turned into", "turn into"),
                ("lived in", "live in"),
            ]
        )
        statement = f"{who} {verb} {gap}{s.maybe(0.4, 'in ' + s.thing()[0])}{s.maybe(0.3, when)}"
        question = f"what did {who} {plain}"
        if rng.random() < 0.3:
            statement = f"{who} used to {plain} {gap}{s.maybe(0.4, when)}"
    else:  # how many, how much
        things = s.noun() + "s"
        statement = (
            f"{who} {past} {{v}} {s.maybe(0.3, s.word(QUALITIES))[1:]} {things}{tail}".replace(
                "  ", " "
            )
        )
        question = f"{rng.choice(['how many', 'how much', 'which'])} {things} did {who} {base}"
    if rng.random() < 0.2 and when not in statement:
        statement = f"{when}{rng.choice([',', ''])} {statement}"
    return statement + ".", question + "?"
