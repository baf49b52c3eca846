"""Sixty words, ten phrases and sixteen sentences in the eight languages of Llama 3.3.

The pocket model learns them by heart, so that the language chapters have
something true to look at. Before it can chat it meets them as plain text
(`text_line`, `sentence_line`); as an assistant it is asked for them (`ask`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

LANGUAGES: dict[str, str] = {
    "English": "en",
    "German": "de",
    "French": "fr",
    "Italian": "it",
    "Portuguese": "pt",
    "Hindi": "hi",
    "Spanish": "es",
    "Thai": "th",
}
"""The languages named on the model card of Llama 3.3, with their codes."""

OTHER_LANGUAGES = tuple(name for name in LANGUAGES if name != "English")


@dataclass(frozen=True)
class Entry:
    """One meaning in eight languages; the fields are the codes of `LANGUAGES`."""

    en: str
    de: str
    fr: str
    it: str
    pt: str
    hi: str
    es: str
    th: str

    def in_language(self, language: str) -> str:
        """Return this entry in one language.

        Example: ``WORDS[0].in_language("German")`` is ``"Wasser"``.
        """
        text: str = getattr(self, LANGUAGES[language])
        return text


def _read(table: str) -> tuple[Entry, ...]:
    """Read entries of eight cells parted by bars; a blank line parts two longer entries."""
    text = table.strip()
    blocks = text.split("\n\n") if "\n\n" in text else text.split("\n")
    return tuple(Entry(*(cell.strip() for cell in block.split("|"))) for block in blocks)


WORDS = _read("""
water | Wasser | eau | acqua | água | पानी | agua | น้ำ
bread | Brot | pain | pane | pão | रोटी | pan | ขนมปัง
house | Haus | maison | casa | casa | घर | casa | บ้าน
mother | Mutter | mère | madre | mãe | माँ | madre | แม่
father | Vater | père | padre | pai | पिता | padre | พ่อ
child | Kind | enfant | bambino | criança | बच्चा | niño | เด็ก
friend | Freund | ami | amico | amigo | दोस्त | amigo | เพื่อน
sun | Sonne | soleil | sole | sol | सूरज | sol | ดวงอาทิตย์
moon | Mond | lune | luna | lua | चाँद | luna | ดวงจันทร์
star | Stern | étoile | stella | estrela | तारा | estrella | ดาว
sky | Himmel | ciel | cielo | céu | आसमान | cielo | ท้องฟ้า
sea | Meer | mer | mare | mar | समुद्र | mar | ทะเล
mountain | Berg | montagne | montagna | montanha | पहाड़ | montaña | ภูเขา
river | Fluss | rivière | fiume | rio | नदी | río | แม่น้ำ
tree | Baum | arbre | albero | árvore | पेड़ | árbol | ต้นไม้
forest | Wald | forêt | foresta | floresta | जंगल | bosque | ป่า
flower | Blume | fleur | fiore | flor | फूल | flor | ดอกไม้
garden | Garten | jardin | giardino | jardim | बगीचा | jardín | สวน
rain | Regen | pluie | pioggia | chuva | बारिश | lluvia | ฝน
snow | Schnee | neige | neve | neve | बर्फ़ | nieve | หิมะ
wind | Wind | vent | vento | vento | हवा | viento | ลม
fire | Feuer | feu | fuoco | fogo | आग | fuego | ไฟ
dog | Hund | chien | cane | cão | कुत्ता | perro | สุนัข
cat | Katze | chat | gatto | gato | बिल्ली | gato | แมว
horse | Pferd | cheval | cavallo | cavalo | घोड़ा | caballo | ม้า
bird | Vogel | oiseau | uccello | pássaro | चिड़िया | pájaro | นก
fish | Fisch | poisson | pesce | peixe | मछली | pez | ปลา
cow | Kuh | vache | mucca | vaca | गाय | vaca | วัว
apple | Apfel | pomme | mela | maçã | सेब | manzana | แอปเปิล
milk | Milch | lait | latte | leite | दूध | leche | นม
egg | Ei | œuf | uovo | ovo | अंडा | huevo | ไข่
cheese | Käse | fromage | formaggio | queijo | पनीर | queso | ชีส
salt | Salz | sel | sale | sal | नमक | sal | เกลือ
sugar | Zucker | sucre | zucchero | açúcar | चीनी | azúcar | น้ำตาล
tea | Tee | thé | tè | chá | चाय | té | ชา
coffee | Kaffee | café | caffè | café | कॉफ़ी | café | กาแฟ
soup | Suppe | soupe | zuppa | sopa | सूप | sopa | ซุป
rice | Reis | riz | riso | arroz | चावल | arroz | ข้าว
table | Tisch | table | tavolo | mesa | मेज़ | mesa | โต๊ะ
chair | Stuhl | chaise | sedia | cadeira | कुर्सी | silla | เก้าอี้
door | Tür | porte | porta | porta | दरवाज़ा | puerta | ประตู
window | Fenster | fenêtre | finestra | janela | खिड़की | ventana | หน้าต่าง
bed | Bett | lit | letto | cama | बिस्तर | cama | เตียง
kitchen | Küche | cuisine | cucina | cozinha | रसोई | cocina | ห้องครัว
city | Stadt | ville | città | cidade | शहर | ciudad | เมือง
street | Straße | rue | strada | rua | सड़क | calle | ถนน
bridge | Brücke | pont | ponte | ponte | पुल | puente | สะพาน
school | Schule | école | scuola | escola | स्कूल | escuela | โรงเรียน
book | Buch | livre | libro | livro | किताब | libro | หนังสือ
key | Schlüssel | clé | chiave | chave | चाबी | llave | กุญแจ
ship | Schiff | navire | nave | navio | जहाज़ | barco | เรือ
island | Insel | île | isola | ilha | द्वीप | isla | เกาะ
money | Geld | argent | denaro | dinheiro | पैसा | dinero | เงิน
hand | Hand | main | mano | mão | हाथ | mano | มือ
eye | Auge | œil | occhio | olho | आँख | ojo | ตา
heart | Herz | cœur | cuore | coração | दिल | corazón | หัวใจ
day | Tag | jour | giorno | dia | दिन | día | วัน
night | Nacht | nuit | notte | noite | रात | noche | กลางคืน
song | Lied | chanson | canzone | canção | गाना | canción | เพลง
music | Musik | musique | musica | música | संगीत | música | ดนตรี
""")
"""Sixty everyday nouns without article; no two share a translation in any language."""

# Polite forms a woman or a man may use alike: Hindi without a verb that shows the speaker's
# gender, Thai without pronoun and closing particle (a speaker adds khrap or kha). Portuguese
# "obrigado" is the dictionary form; a woman says "obrigada".
PHRASES = _read("""
Good morning | Guten Morgen | Bonjour | Buongiorno
| Bom dia | सुप्रभात | Buenos días | สวัสดีตอนเช้า

Good night | Gute Nacht | Bonne nuit | Buonanotte
| Boa noite | शुभ रात्रि | Buenas noches | ราตรีสวัสดิ์

Thank you very much | Vielen Dank | Merci beaucoup | Grazie mille
| Muito obrigado | बहुत धन्यवाद | Muchas gracias | ขอบคุณมาก

How are you? | Wie geht es Ihnen? | Comment allez-vous ? | Come sta?
| Como está? | आपका क्या हाल है? | ¿Cómo está usted? | สบายดีไหม

Where is the station? | Wo ist der Bahnhof? | Où est la gare ? | Dov'è la stazione?
| Onde fica a estação? | स्टेशन कहाँ है? | ¿Dónde está la estación? | สถานีอยู่ที่ไหน

I do not understand | Ich verstehe nicht | Je ne comprends pas | Non capisco
| Não entendo | मुझे समझ नहीं आया | No entiendo | ไม่เข้าใจ

How much does it cost? | Wie viel kostet das? | Combien ça coûte ? | Quanto costa?
| Quanto custa? | इसका दाम क्या है? | ¿Cuánto cuesta? | ราคาเท่าไร

Please help me | Bitte helfen Sie mir | Aidez-moi, s'il vous plaît | Mi aiuti, per favore
| Ajude-me, por favor | कृपया मेरी मदद कीजिए | Ayúdeme, por favor | กรุณาช่วยด้วย

What is your name? | Wie heißen Sie? | Comment vous appelez-vous ? | Come si chiama?
| Qual é o seu nome? | आपका नाम क्या है? | ¿Cómo se llama usted? | คุณชื่ออะไร

See you tomorrow | Bis morgen | À demain | A domani
| Até amanhã | कल मिलते हैं | Hasta mañana | พบกันพรุ่งนี้
""")
"""Ten polite phrases; a question keeps its mark, a statement has no full stop."""

SENTENCES = _read("""
The water is cold. | Das Wasser ist kalt. | L'eau est froide. | L'acqua è fredda.
| A água está fria. | पानी ठंडा है। | El agua está fría. | น้ำเย็น

The dog is in the garden. | Der Hund ist im Garten. | Le chien est dans le jardin.
| Il cane è in giardino. | O cão está no jardim. | कुत्ता बगीचे में है।
| El perro está en el jardín. | สุนัขอยู่ในสวน

My mother drinks tea. | Meine Mutter trinkt Tee. | Ma mère boit du thé.
| Mia madre beve il tè. | A minha mãe bebe chá. | मेरी माँ चाय पीती हैं।
| Mi madre bebe té. | แม่ของฉันดื่มชา

The child is reading a book. | Das Kind liest ein Buch. | L'enfant lit un livre.
| Il bambino legge un libro. | A criança lê um livro. | बच्चा किताब पढ़ रहा है।
| El niño lee un libro. | เด็กอ่านหนังสือ

The sun is shining today. | Heute scheint die Sonne. | Le soleil brille aujourd'hui.
| Oggi splende il sole. | Hoje o sol brilha. | आज सूरज चमक रहा है।
| Hoy brilla el sol. | วันนี้ดวงอาทิตย์ส่องแสง

We eat bread and cheese. | Wir essen Brot und Käse. | Nous mangeons du pain et du fromage.
| Mangiamo pane e formaggio. | Comemos pão e queijo. | हम रोटी और पनीर खाते हैं।
| Comemos pan y queso. | เรากินขนมปังและชีส

The house has a red door. | Das Haus hat eine rote Tür. | La maison a une porte rouge.
| La casa ha una porta rossa. | A casa tem uma porta vermelha. | घर का दरवाज़ा लाल है।
| La casa tiene una puerta roja. | บ้านมีประตูสีแดง

The cat is sleeping on the chair. | Die Katze schläft auf dem Stuhl.
| Le chat dort sur la chaise. | Il gatto dorme sulla sedia. | O gato dorme na cadeira.
| बिल्ली कुर्सी पर सो रही है। | El gato duerme en la silla. | แมวนอนบนเก้าอี้

We drink coffee in the morning. | Am Morgen trinken wir Kaffee.
| Le matin, nous buvons du café. | La mattina beviamo il caffè. | De manhã bebemos café.
| हम सुबह कॉफ़ी पीते हैं। | Por la mañana bebemos café. | ตอนเช้าเราดื่มกาแฟ

The moon is above the sea. | Der Mond steht über dem Meer.
| La lune est au-dessus de la mer. | La luna è sopra il mare. | A lua está sobre o mar.
| चाँद समुद्र के ऊपर है। | La luna está sobre el mar. | ดวงจันทร์อยู่เหนือทะเล

The bird is singing in the tree. | Der Vogel singt im Baum. | L'oiseau chante dans l'arbre.
| L'uccello canta sull'albero. | O pássaro canta na árvore. | चिड़िया पेड़ पर गा रही है।
| El pájaro canta en el árbol. | นกร้องเพลงบนต้นไม้

There is snow on the mountain. | Auf dem Berg liegt Schnee.
| Il y a de la neige sur la montagne. | C'è neve sulla montagna. | Há neve na montanha.
| पहाड़ पर बर्फ़ है। | Hay nieve en la montaña. | มีหิมะบนภูเขา

The school is near the bridge. | Die Schule ist in der Nähe der Brücke.
| L'école est près du pont. | La scuola è vicino al ponte. | A escola fica perto da ponte.
| स्कूल पुल के पास है। | La escuela está cerca del puente. | โรงเรียนอยู่ใกล้สะพาน

My friend has a black horse. | Mein Freund hat ein schwarzes Pferd.
| Mon ami a un cheval noir. | Il mio amico ha un cavallo nero.
| O meu amigo tem um cavalo preto. | मेरे दोस्त के पास काला घोड़ा है।
| Mi amigo tiene un caballo negro. | เพื่อนของฉันมีม้าสีดำ

The window is open. | Das Fenster ist offen. | La fenêtre est ouverte.
| La finestra è aperta. | A janela está aberta. | खिड़की खुली है।
| La ventana está abierta. | หน้าต่างเปิดอยู่

The soup needs salt. | Die Suppe braucht Salz. | La soupe a besoin de sel.
| La zuppa ha bisogno di sale. | A sopa precisa de sal. | सूप में नमक चाहिए।
| La sopa necesita sal. | ซุปต้องใส่เกลือ
""")
"""Short sentences made of the words above; Thai writes no full stop."""


def split_wordings(block: str) -> tuple[str, ...]:
    """Part wordings at bars and line ends."""
    return tuple(part.strip() for line in block.strip().split("\n") for part in line.split("|"))


# In all wordings {text} is what to translate, {language} the language asked for and {source}
# the language {text} is in.
_ASK_ANY = split_wordings("""
How do you say '{text}' in {language}? | How do I say '{text}' in {language}?
How would you say '{text}' in {language}? | How does one say '{text}' in {language}?
Translate '{text}' into {language}. | Translate '{text}' to {language}, please.
Please translate '{text}' into {language}. | Can you translate '{text}' into {language}?
Could you translate '{text}' to {language} for me? | Say '{text}' in {language}.
Could you tell me how to say '{text}' in {language}? | Tell me '{text}' in {language}.
Do you know how to say '{text}' in {language}? | What is '{text}' in {language}?
What's '{text}' in {language}? | '{text}' in {language}? | '{text}' in {language}, please.
{language} for '{text}', please? | {language} for '{text}'? | Give me the {language} for '{text}'.
In {language}, how do you say '{text}'? | In {language}, what is '{text}'?
I want to say '{text}' in {language}. | I need '{text}' in {language}, please.
Write '{text}' in {language}. | Teach me '{text}' in {language}. | Now '{text}' in {language}.
What does '{text}' become in {language}? | And how do you say '{text}' in {language}?
{language} translation of '{text}'? | What is the {language} translation of '{text}'?
I forgot how to say '{text}' in {language}. | Into {language}: '{text}' | {language}: '{text}'
My friend speaks only {language}. How do I say '{text}'?
""")

_ASK_WORD = split_wordings("""
What is the {language} word for {text}? | What is the {language} word for '{text}'?
What is the {language} for {text}? | What's the {language} word for {text}?
Give me the {language} word for {text}. | Tell me the {language} word for {text}, please.
What is the word for {text} in {language}? | Which {language} word means '{text}'?
Which word means '{text}' in {language}? | What do you call '{text}' in {language}?
Do you know the {language} word for {text}? | The {language} word for {text}?
Can you tell me the {language} word for {text}? | How do you write '{text}' in {language}?
""")

_ASK_PHRASE = split_wordings("""
What is the {language} phrase for '{text}'? | How do I politely say '{text}' in {language}?
Which {language} phrase means '{text}'? | Give me the {language} phrase for '{text}'.
Do you know the {language} phrase for '{text}'? | What is the {language} way to say '{text}'?
I am in a shop. How do I say '{text}' in {language}? | Tell me how to say '{text}' in {language}.
""")

_ASK_ENGLISH = split_wordings("""
What does '{text}' mean in English? | What does '{text}' mean? | What is the meaning of '{text}'?
What does the {source} '{text}' mean? | What does '{text}' mean in {source}?
What is the English for the {source} '{text}'? | Translate the {source} '{text}' into English.
'{text}' is {source}. What is it in English? | '{text}' means what in English?
I read '{text}' in {source}. What does it mean? | What is the {source} '{text}' in English?
What is the English for '{text}'? | Do you know what '{text}' means? | '{text}' means?
""")

TEST_WORDINGS = (
    "I am learning {language}. What is '{text}'?",
    "Can you give me '{text}' in {language}?",
    "Please put '{text}' into {language}.",
    "What should I say in {language} for '{text}'?",
)
"""Wordings that `ask` never uses: the benchmark asks in these."""

_LINES = split_wordings("""
In {language}, {text} is {answer}. | The {language} word for {text} is {answer}.
{text} is {answer} in {language}. | {answer} is {language} for {text}. | {text} = {answer}
In {language} people say {answer} for {text}. | {answer} is the {language} word for {text}.
{text} in {language}: {answer}. | {answer} means {text}. | The {language} {answer} means {text}.
If you want to say {text} in {language}, say {answer}. | {source}: {text}. {language}: {answer}.
{text} is called {answer} in {language}. | To say {text}, people who speak {language} say {answer}.
""")


def ask(rng: random.Random, entry: Entry, language: str) -> tuple[str, str]:
    """Return a question about one entry in a random wording, and its answer.

    Example: ``("What is the German word for water?", "Wasser")``. For English
    the question gives another language's word: ``("What does 'Wasser' mean?",
    "water")``.

    Args:
        rng: Source of the choices; the same state gives the same question.
        entry: One of `WORDS` or `PHRASES`.
        language: The language of the answer, a key of `LANGUAGES`.

    Returns:
        The question, always in English, and the bare translation.
    """
    own = _ASK_PHRASE if entry in PHRASES else _ASK_WORD
    wordings = rng.choice((_ASK_ANY, _ASK_ENGLISH)) if language == "English" else _ASK_ANY + own
    question, answer = _fill(rng, rng.choice(wordings), entry, language)
    return _vary(rng, question, entry), answer


def ask_test(rng: random.Random, entry: Entry, language: str) -> tuple[str, str]:
    """Return a question like `ask`, in one of the wordings kept for measuring."""
    return _fill(rng, rng.choice(TEST_WORDINGS), entry, language)


def _fill(rng: random.Random, wording: str, entry: Entry, language: str) -> tuple[str, str]:
    """Fill one wording; the text to translate is English unless English is the answer."""
    source = rng.choice(OTHER_LANGUAGES) if language == "English" else "English"
    text = entry.in_language(source)
    question = wording.format(text=text, language=language, source=source)
    return question, entry.in_language(language)


def _vary(rng: random.Random, question: str, entry: Entry) -> str:
    """Write a question as people type it: other quotation marks, lower case, no mark."""
    if rng.random() < 0.2:
        question = question.replace("'" + entry.en + "'", '"' + entry.en + '"')
    if rng.random() < 0.1:
        question = question.replace("'" + entry.en + "'", entry.en)
    if rng.random() < 0.08 and entry.en in question:
        question = question.lower()
    if rng.random() < 0.08:
        question = question.rstrip("?.")
    return question


def text_line(rng: random.Random, entry: Entry) -> str:
    """Return a line of plain text about one entry, as a base model may read it.

    Example: ``"English: water. German: Wasser. Thai: น้ำ."`` or ``"In German,
    water is Wasser."`` Half of the lines are lists of three to eight languages
    in random order.
    """
    if rng.random() < 0.5:
        names = rng.sample(list(LANGUAGES), rng.randint(3, len(LANGUAGES)))
        return " ".join(f"{name}: {_close(entry.in_language(name))}" for name in names)
    language, mark = rng.choice(OTHER_LANGUAGES), rng.choice(("'", "")) if entry in WORDS else "'"
    text, answer = mark + entry.en + mark, mark + entry.in_language(language) + mark
    line = rng.choice(_LINES).format(text=text, answer=answer, language=language, source="English")
    return line[0].upper() + line[1:] if line.startswith(entry.en) else line


def sentences(language: str) -> list[tuple[str, str]]:
    """Return the everyday sentences of one language, each with its English translation.

    Example: ``sentences("German")[0]`` is ``("Das Wasser ist kalt.", "The water is cold.")``.
    """
    return [(entry.in_language(language), entry.en) for entry in SENTENCES]


def sentence_line(rng: random.Random) -> str:
    """Return one everyday sentence in two to four languages as a line of plain text.

    Example: ``"German: Das Wasser ist kalt. English: The water is cold."``
    """
    entry = rng.choice(SENTENCES)
    names = rng.sample(list(LANGUAGES), rng.randint(2, 4))
    return " ".join(f"{name}: {_close(entry.in_language(name))}" for name in names)


def _close(text: str) -> str:
    """End a text with a full stop unless it has an end of its own (a danda is one)."""
    return text if text[-1] in ".?!।" else text + "."
