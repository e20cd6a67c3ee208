"""A chat in which people name each other, and fifty rules of what is withheld; all made up.

Three hundred people on three networks write posts with mentions, full names, links, described
pictures and hashtags; some are reposted or copied, some have a note that names their author.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Person, Question
from tartantm.core.events import (
    Begun,
    Captured,
    Event,
    Noted,
    Placement,
    Recorded,
    Redacted,
    Summarised,
)
from tartantm.core.post import Author, Link, Media, Post

START = datetime(2026, 6, 17, 17, tzinfo=UTC)

PEOPLE = 300
FIRST = (
    *("Ailsa", "Bruno", "Calum", "Dòmhnall", "Eilidh", "Fearchar", "Grażyna", "Hamish", "Isla"),
    *("Jörg", "Kirsty", "Layla", "Morag", "Niamh", "Oonagh", "Padraig", "Quentin", "Ruaridh"),
    *("Seònaid", "Torquil", "Una", "Verity", "Wilma", "Xanthe", "Yusuf"),
)
LAST = (
    *("Example", "Sample", "Placeholder", "Specimen", "Mockup", "Notional", "Pretend", "Testcase"),
    *("Invented", "Fictitious", "Fabrication", "Dummy"),
)
ADDITIONS = "", "", "", "", " (she/her)", " 🌻", ", MSc", " | Example Council", " – views my own"

_SYLLABLES = (
    *("ba", "der", "fin", "gor", "hal", "kem", "lin", "mor", "nes", "per", "quil", "ros", "sal"),
    *("tor", "und", "ver", "wic", "yar", "zol", "ent"),
)
_COMMON = (
    *("the", "a", "and", "of", "to", "we", "in", "is", "for", "that", "it", "you", "our", "with"),
    *("on", "are", "this", "not", "as", "they", "what", "so"),
)


def _vocabulary() -> list[str]:
    random = Random("vocabulary")
    made = {"".join(random.choices(_SYLLABLES, k=random.randint(2, 4))) for _ in range(3000)}
    return [*sorted(made), "café", "naïve", "résumé", "mìle", "Gàidhlig", "don’t", "we’ll"]


VOCABULARY = _vocabulary()


def people() -> list[tuple[str, Author]]:
    """Everybody, with the network that they write on."""
    made: list[tuple[str, Author]] = []
    for n in range(PEOPLE):
        first, last = FIRST[n % len(FIRST)], LAST[n // len(FIRST)]
        title = "Dr " if n % 17 == 0 else ""
        name = f"{title}{first} {last}{ADDITIONS[n % len(ADDITIONS)]}"
        plain = f"{first}{last}".encode("ascii", "ignore").decode().lower()
        match n % 3:
            case 0:
                made.append(("x", Author(plain[:14], name, str(70_000 + n))))
            case 1:
                home = f"{('thistle', 'heather', 'bracken')[n % 9 // 3]}.example"
                url = f"https://{home}/users/{plain}"
                made.append(("mastodon", Author(f"{plain}@{home}", name, url, f"{url}/")))
            case _:
                did = f"did:plc:{Random(n).getrandbits(80):020x}"
                made.append(("bluesky", Author(f"{plain}.example", name, did)))
    return made


AGENDA = Agenda(
    "Made-up names in a long evening",
    ("tartantm",),
    START,
    START + timedelta(hours=2),
    "Europe/London",
    people=(
        Person("Ailsa Example", ("ailsaexample@x",), "host", "Example Council"),
        Person("Bruno Example", ("@brunoexample@heather.example",), "guest"),
    ),
    questions=tuple(
        Question(f"Q{n}", f"What of {VOCABULARY[n]} and {VOCABULARY[-90 - n]}?")
        for n in range(1, 10)
    ),
)


def _post_id(network: str, author: Author, n: int) -> tuple[str, str]:
    if network == "mastodon":
        home = author.handle.partition("@")[2]
        return f"mastodon:{author.id}/statuses/{10**17 + n}", f"https://{home}/@a/{10**17 + n}"
    if network == "bluesky":
        at = f"at://{author.id}/app.bsky.feed.post/3k{n:010}"
        return f"bluesky:{at}", f"https://bsky.app/profile/{author.handle}/post/3k{n:010}"
    return f"x:{2 * 10**18 + n}", f"https://x.com/{author.handle}/status/{2 * 10**18 + n}"


def _text(random: Random, n: int, everybody: list[tuple[str, Author]]) -> str:
    said = [
        random.choice(_COMMON if random.random() < 0.45 else VOCABULARY)
        for _ in range(random.randint(8, 26))
    ]
    other = random.choice(everybody)[1]
    for at in range(0, len(said), 9):
        said[at] = said[at].capitalize()
    match random.randrange(8):
        case 0 | 1:
            said.insert(0, f"@{other.handle}")
        case 2:
            said.insert(random.randrange(len(said)), f"@{other.handle}")
        case 3:
            said.insert(random.randrange(len(said)), other.name.partition(" (")[0])
        case 4:
            said.insert(random.randrange(len(said)), other.name.split()[0])
    return f"A{1 + n % 9} {' '.join(said)}. #tartantm"


def posts(count: int) -> list[Post]:
    """So many posts, always the same."""
    everybody, made = people(), list[Post]()
    for n in range(count):
        random = Random(n)
        network, author = everybody[random.randrange(PEOPLE)]
        post_id, url = _post_id(network, author, n)
        post = Post(
            post_id, author, START + timedelta(seconds=n / 2), "", url, hashtags=("tartantm",)
        )
        text = _text(random, n, everybody)
        if random.random() < 0.08:
            address = f"https://{random.choice(VOCABULARY)}.example/{random.choice(VOCABULARY)}/{n}"
            title = " ".join(random.choices(VOCABULARY, k=6)).capitalize()
            post = replace(post, links=(Link(address, address[8:40], title),))
            text = f"{text} {address[8:40]}"
        if random.random() < 0.05:
            alt = f"A picture of {' '.join(random.choices(VOCABULARY, k=12))}"
            post = replace(post, media=(Media("image", f"https://media.example/{n}.png", alt),))
        if made and random.random() < 0.1:
            other = random.choice(made[-50:])
            if not other.repost_of and other.network == network:
                post, text = replace(post, repost_of=other.id), other.text
        elif made and random.random() < 0.3:
            other = random.choice(made[-50:])
            if other.network == network:
                post = replace(post, reply_to=other.id, reply_to_handle=other.author.handle)
        made.append(replace(post, text=text, mentions=_mentions(text)))
    return made


def _mentions(text: str) -> tuple[str, ...]:
    return tuple(word[1:] for word in text.split() if word.startswith("@"))


def rules(made: list[Post], count: int = 50) -> list[Event]:
    """Redactions: of ten, four of authors, four of phrases, one exact, one of a post."""
    found: list[Event] = []
    everybody = people()
    for n in range(count):
        random = Random(f"rule {n}")
        network, author = everybody[(n * 37) % PEOPLE]
        match n % 10:
            case 0 | 1 | 2 | 3:
                found.append(Redacted("author", f"{network}:{author.handle}", reason="request"))
            case 4 | 5 | 6:
                found.append(
                    Redacted(
                        "phrase", f"{author.name.split()[0]} {VOCABULARY[n * 31 % len(VOCABULARY)]}"
                    )
                )
            case 7:
                found.append(Redacted("phrase", VOCABULARY[n * 53 % len(VOCABULARY)]))
            case 8:
                found.append(
                    Redacted("exact", "café" if n == 8 else VOCABULARY[n * 59 % len(VOCABULARY)])
                )
            case _:
                found.append(Redacted("post", made[random.randrange(len(made))].id))
    return found


def events(count: int, redactions: int = 0) -> list[Event]:
    """All events of a chat of so many posts, with so many rules at its end."""
    made = posts(count)
    happened: list[Event] = [Begun(AGENDA, "digest", "5a17" * 4)]
    for n, post in enumerate(made):
        question = f"Q{1 + n % 9}"
        placement = Placement(question, "time", f"{question} was open when it was said", 0.8)
        happened.append(Captured(post, placement, post.network))
    for n in range(0, count, 60):
        who = made[n].author
        happened.append(Noted(made[n].id, f"Ask {who.name.split()[0]} for {VOCABULARY[n % 999]}"))
    for asked in AGENDA.questions:
        named = made[int(asked.id[1:])].author.name
        happened.append(Summarised(asked.id, f"{named} and others spoke of {VOCABULARY[7]}."))
    return [*happened, *rules(made, redactions)]


def recorded(count: int, redactions: int = 0) -> list[Recorded]:
    """The same as the journal returns them."""
    return [
        Recorded(seq, START + timedelta(seconds=seq / 2), event)
        for seq, event in enumerate(events(count, redactions), 1)
    ]
