"""Word tables for `needles`: attributes, names, verbs, and the sentences that hide a value."""

from __future__ import annotations

ATTRIBUTES = """secret number;magic word;password;access code;lucky number;favourite word;code name
ticket number;room number;phone number;passphrase;door code;nickname;hidden word;key word;pin
special number;serial number;account number;best answer;true name;signal;order number;address
favourite thing;chosen word;seat number;motto;label;call sign;combination;reference;score""".replace(
    "\n", ";"
).split(";")

NAMES = """Anna Ben Clara David Emma Felix Grace Henry Ida Jack Karin Leo Maria Nora Oscar Paul Quentin Rosa Sam Tina
Uma Victor Wendy Xavier Yusuf Zoe Amir Bella Carlos Dina Elif Fatima George Hana Ivan Julia Kofi Lena Mateo Nadia
Omar Priya Rahul Sofia Tom Vera Walter Ali Peter Lucy Alice Bob Charlie Diana Frank Helen Jonas Kate Martin Susan""".split()

CITIES = """Paris Berlin Rome Lisbon Madrid Delhi Bangkok London Vienna Oslo Cairo Lima Tokyo Toronto Boston Dublin Athens
Prague Warsaw Geneva Naples Porto Mumbai Chicago Sydney Nairobi Helsinki Kyoto Havana Denver Munich Seville""".split()

ADJECTIVES = """red blue green old new small big wooden broken golden quiet empty round heavy dusty little yellow black white
silver strange long short dark bright cold warm second first last other northern tall narrow famous secret""".split()

RELATIVES = """grandmother grandfather mother father brother sister uncle aunt cousin neighbour teacher friend boss doctor
daughter son wife husband colleague""".split()

PEOPLE = """baker captain teacher doctor farmer gardener painter pilot nurse mayor driver cook singer librarian carpenter
tailor fisherman guard student judge king queen postman plumber committee team manager engineer""".split()

WHEN = """yesterday;last week;last night;this morning;on Monday;on Friday;in the evening;after lunch;before dinner;in spring
last summer;in the winter;at the weekend;on Sunday;last year;during the storm;after the meeting;today;tonight
every morning;in May;in October;at noon""".replace("\n", ";").split(";")

PLACES = """in the kitchen;in the garden;at the station;on the bridge;near the river;in the old town;at school;in the cellar
on the roof;behind the house;in the library;at the market;on the table;in the box;at the harbour;in the village
next to the church;in the drawer;at the office;in the valley;on the second floor""".replace(
    "\n", ";"
).split(";")

PREPOSITIONS = [
    "in the",
    "under the",
    "behind the",
    "near the",
    "on the",
    "beside the",
    "inside the",
    "in a",
    "by the",
    "at the",
]

# Verbs by what they take: base form and past form.
VERBS = {
    "hide": """hide hid;put put;leave left;keep kept;find found;lose lost;bury buried;store stored;park parked;forget forgot
plant planted;drop dropped;see saw;buy bought;fix fixed;paint painted;clean cleaned;meet met;place placed;spot spotted
lock locked;read read;repair repaired;build built;sell sold""",
    "count": """buy bought;sell sold;see saw;count counted;eat ate;bake baked;read read;write wrote;win won;catch caught;order ordered
pack packed;plant planted;collect collected;invite invited;find found;carry carried;need needed;make made;send sent
bring brought;wash washed;rent rented;lose lost;receive received;borrow borrowed;use used""",
    "open": """open opens;close closes;start starts;end ends;leave leaves;arrive arrives;begin begins;finish finishes""",
    "choose": """name named;call called;choose chose;paint painted;win won;bring brought;want wanted;order ordered;play played
study studied;drink drank;eat ate;buy bought;learn learned;carry carried;lose lost;draw drew;build built;cook cooked
repair repaired;sell sold;promise promised;find found""",
}
VERB_PAIRS = {
    k: [tuple(p.split()) for p in v.replace("\n", ";").split(";")] for k, v in VERBS.items()
}

# "statement | question": {v} is the value; text in [brackets] is left out of some questions.
EVERYDAY = """
{S} {hid} the {adj} {n} {prep} {v}[ {when}]. | Where did {S} {hide} the [{adj} ]{n}[ {when}]?
{S} {hid} {poss} {n} {prep} {v}[ {when}]. | Where did {S} {hide} {poss} {n}?
{S} {hid} the {n} {prep} {v} before going home. | Where did {S} {hide} the {n}?
{When}, {S} {hid} a {n} {prep} {v} {place}. | Where did {S} {hide} a {n}[ {when}]?
{poss} {n} is {prep} {v}. | Where is {poss} {n}?
You can find the {adj} {n} {prep} {v}[ {place}]. | Where can I find the [{adj} ]{n}?
The {n} for {poss} {n2} is kept {prep} {v}. | Where is the {n} for {poss} {n2} kept?
{S} comes from {v}. | Where does {S} come from?
{S} went to {v} {when}. | Where did {S} go {when}?
{S} lives near {v} with a {n}. | Where does {S} live?
{S} {counted} {v} {ns}[ {when}]. | How many {ns} did {S} {count}[ {when}]?
{S} {counted} {v} {ns} {place}[ {when}]. | How many {ns} did {S} {count}[ {place}]?
{When}, {S} {counted} exactly {v} {ns}. | How many {ns} did {S} {count}?
There are {v} {ns} {place}. | How many {ns} are there {place}?
There were {v} {adj} {ns} {place} {when}. | How many [{adj} ]{ns} were there {place}[ {when}]?
{poss} {n} has {v} {ns}. | How many {ns} does {poss} {n} have?
It takes {v} minutes to walk from the {n} to the {n2}. | How many minutes does it take to walk from the {n} to the {n2}?
It takes {v} hours to drive to {city}. | How long does it take to drive to {city}?
The recipe for {n} soup needs {v} {ns}. | How many {ns} does the recipe for {n} soup need?
{S} is {v} years old. | How old is {S}?
{poss} {n} weighs {v} {unit}. | How much does {poss} {n} weigh?
The {adj} {n} costs {v} {coins}[ {place}]. | How much does the [{adj} ]{n} cost?
{S} paid {v} {coins} for the {n}. | How much did {S} pay for the {n}?
A ticket to {city} costs {v} {coins}. | How much is a ticket to {city}?
{v} {ns} were sold {place} {when}. | How many {ns} were sold {place}[ {when}]?
{v} people came to the {n} {when}. | How many people came to the {n}?
The {n} {place} {opens} at {v}[ {when}]. | When does the {n}[ {place}] {open}?
The {n} {opens} at {v} {when}. | At what time does the {n} {open} {when}?
The train to {city} {opens} from platform {v}. | From which platform does the train to {city} {open}?
The bus to {city} is number {v}. | What number is the bus to {city}?
{poss} meeting with {name} is at {v}. | What time is {poss} meeting with {name}?
{poss} birthday is in {v}. | When is {poss} birthday?
The {n} was built in {v} by {name}. | When was the {n} built[ by {name}]?
The {adj} {n} was found in {v}. | When was the [{adj} ]{n} found?
{poss} {n} is called {v}. | What is {poss} {n} called?
{poss} {n} is named {v} after an old friend. | What is the name of {poss} {n}?
The name of {poss} {n} is {v}. | What is {poss} {n} named?
{S} named the {adj} {n} {v}. | What did {S} name the [{adj} ]{n}?
The {n} {place} is {v}. | What is the {n} {place}?
The colour of {poss} {n} is {v}. | What colour is {poss} {n}?
{S} painted the {n} {v} {when}. | What colour did {S} paint the {n}?
{S} {chose} a {v} for the {n}. | What did {S} {choose} for the {n}?
{S} {chose} {v} with {name}[ {when}]. | What did {S} {choose} with {name}?
{S} {chose} the {v} {when}. | What did {S} {choose} {when}?
For {name}'s birthday, {S} {chose} {v}. | What did {S} {choose} for {name}'s birthday?
{S} likes {v} more than anything. | What does {S} like more than anything?
{S} is allergic to {v}. | What is {S} allergic to?
{S} is afraid of {v}. | What is {S} afraid of?
{S} works as a {v} {place}. | What does {S} do for work?
{S} plays the {v} every evening. | What does {S} play every evening?
The {n} is made of {v}. | What is the {n} made of?
{S} always drinks {v} with breakfast. | What does {S} drink with breakfast?
The key to the {adj} {n} opens with {v}. | What opens the [{adj} ]{n}?
{v} {hid} the {n} {place}. | Who {hid} the {n}[ {place}]?
{v} won the {n} {when}. | Who won the {n}[ {when}]?
The {n} was written by {v}. | Who wrote the {n}?
The {n} was {chose} by {v} {when}. | Who {chose} the {n}?
{poss} {n} belongs to {v} now. | Who owns {poss} {n} now?
The boss of {S} is {v}. | Who is the boss of {S}?
{S} met {v} {place}. | Who did {S} meet {place}?
{v} is the {n} of {city}. | What is the {n} of {city}?
{v} is what {S} {chose} {when}. | What did {S} {choose} {when}?
At {v}, {S} {hid} the {n}. | When did {S} {hide} the {n}?
In {v}, {S} moved to {city}. | When did {S} move to {city}?
Only {v} of the {ns} were {adj}. | How many of the {ns} were {adj}?
Page {v} of the book talks about {ns}. | Which page talks about {ns}?
Bring {v} to the {n} {when}. | What should I bring to the {n}[ {when}]?
Please remember {v} for the {n}. | What should I remember for the {n}?
Do not forget that the {n} needs {v}. | What does the {n} need?
The password for the {n} is {v}. | What is the password for the {n}?
The capital of the {adj} island is {v}. | What is the capital of the [{adj} ]island?
The best {n} in {city} is sold by {v}. | Who sells the best {n} in {city}?
The winner of the {n} is {v}, said {name}. | Who is the winner of the {n}?
"{v} is my favourite {n}," said {name}. | What is {name}'s favourite {n}?
{name}'s favourite {n} is {v}. | What is {name}'s favourite {n}?
The first word on the {n} was {v}. | What was the first word on the {n}?
The answer to the {adj} riddle is {v}. | What is the answer to the [{adj} ]riddle?
The {n} on the {n2} shows {v}. | What does the {n} on the {n2} show?
Inside the {adj} {n} there was a {v}. | What was inside the [{adj} ]{n}?
{S} keeps a {v} {place}. | What does {S} keep {place}?
""".strip().splitlines()

KEYED = """The {a} of {k} is {v}.;The {a} for {k} is {v}.;{k}'s {a} is {v}.;Remember that the {a} of {k} is {v}.
For {k}, the {a} is {v}.;If anyone asks, the {a} of {k} is {v}.;{k} chose {v} as the {a}.;The {a} that belongs to {k} is {v}.
Note: {a} of {k}: {v}.;{k} has the {a} {v}.;They say the {a} of {k} is {v} this year.;{v} is the {a} of {k}.
Everybody knows that {v} is the {a} for {k}.;{k} wrote down {v}, the {a}.;{k} uses {v} as {a}.
Keep in mind: the {a} of {k} is {v}.;It is said that {k} has {v} as its {a}.;The {a} given to {k} was {v}.""".replace(
    "\n", ";"
).split(";")

ASK_KEYED = """What is the {a} of {k}?;What is the {a} for {k}?;Tell me the {a} of {k}.;Which {a} belongs to {k}?
What is {k}'s {a}?;Do you remember the {a} of {k}?;Please give me the {a} of {k}.;I need the {a} for {k}.
{k}: what is the {a}?;Can you find the {a} of {k}?;Which {a} does {k} have?;What was the {a} of {k}?
For {k}, what is the {a}?;Find the {a} of {k} in the text.;What {a} did {k} choose?""".replace(
    "\n", ";"
).split(";")

ASK_PREFIXES = [
    "",
    "",
    "",
    "",
    "",
    "Tell me: ",
    "Question: ",
    "From the text above: ",
    "Please answer. ",
    "One question: ",
    "So, ",
]

SCRAMBLED = """The {a} {b} of {c} is {v}.;{a} {b} the {c} with {v}.;My {a} {b} {c} at {v} {d}.;{c} and {a} {b} {v} {d}.
{a} {b} {v} for the {c}.;In {a}, the {b} {c} was {v}.;Our {a} is {v} when {b} {c}.;{v} is the {a} that {b} {c}.
We {a} the {b} {c} to {v} {d}.;{a} has {v} {b} in the {c}.;The {a} {b} {c} {d} {v}.;Under {v}, the {a} {b} a {c}.""".replace(
    "\n", ";"
).split(";")

ASK_SCRAMBLED = """What is the {a} {b} of {c}?;What about {a} {b} {c}?;Where did {a} {b} the {c}?;How many {a} {b} {c}?
Who {a} {b} the {c}?;{a} {b} {c}?;When does {a} {b} {c}?;What {a} the {b} {c}?;Which {c} {a} {b}?;Tell me about {c} and {a} {b}.""".replace(
    "\n", ";"
).split(";")
