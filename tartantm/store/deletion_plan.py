"""What has to leave the file when posts are deleted at their network, as a chat shows it.

A deleted post goes with its reposts, which repeat its words. Of the copies that were folded into it
the next that stands takes its place, for it is still there on its network; anybody can post a copy
first and delete it. Where the post was hidden or redacted they stay folded: a deletion must not
make appear what was withheld. What a rule withheld because of the post is withheld in the texts
themselves from now on, or the rule names what is still there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.asked_words import Said, said_by
from tartantm.core.carried import left_alone
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.folding import letters
from tartantm.core.for_good import ForGood
from tartantm.core.gone import gone_names, without_number
from tartantm.core.identity import fingerprint, gone_id, is_gone
from tartantm.core.manual_reposts import is_repeated
from tartantm.core.post import Author
from tartantm.core.redaction import Redactions
from tartantm.core.said import SaidWords
from tartantm.core.traces import Traces
from tartantm.core.wordings import Wordings
from tartantm.store import deleted_words
from tartantm.store.deleted_addresses import names_of
from tartantm.store.leaning_rules import LeaningRules, named_by_rules
from tartantm.store.without_more import Besides


class DeletionPlan(NamedTuple):
    """What is to be taken out of the file, and what is recorded instead."""

    seq: int
    """Number of the last event that the plan knows of."""
    salt: str
    gone: dict[str, str]
    """By every id and alias of the posts that go, what stands for it from now on."""
    entries: list[Entry]
    """The posts that go, as far as they are held."""
    alone: frozenset[str]
    """Ids and aliases of what only came along with them: it leaves the file, and may come again."""
    events: list[ev.Deleted | None]
    """Each deletion as it is recorded; None where all of it was deleted before."""
    rules: list[ev.Muted | ev.Redacted]
    """Rules to be recorded too, for accounts whose rule would lose them."""
    keys: dict[str, str]
    """By the key of an author that rules name, the key by which the account is still known."""
    names: tuple[Author, ...]
    """Authors whose name and handle nothing in the file has any more."""
    accounts: frozenset[tuple[str, str]]
    """By network and permanent id, the accounts of which no post stays."""
    planned: frozenset[str]
    """Texts of questions that were on the agenda before anybody posted them."""
    withheld: Wordings[str]
    """Names that were withheld because of these posts, with what stands for them."""
    for_good: ForGood
    """Takes stretches out of texts, so that what is left shows no more than before."""
    before: Chat | None
    """The chat as it was, where rules hold: then it has to be seen to that no more shows."""
    kept_handles: frozenset[str]
    """Handles by which redactions name authors: they stand in the file all the same."""
    redactions: tuple[Redactions, ...]
    """Of posts that go: what they withhold elsewhere, in copies, quotations and questions."""
    said: Wordings[str]
    """What the posts said, where it is long enough to be theirs; each stands for itself."""
    parts: SaidWords[None]
    """The same, to be found in parts; not what the agenda or others said before."""
    asked: dict[str, Said]
    """By every id and alias of the posts that go, what a question that was made of it may have.

    As it is when the plan is made, for the chat goes on before that is carried out.
    """

    def deletions(self, besides: Besides) -> list[ev.Deleted]:
        """Returns the deletions as they are recorded, the first with what is withheld besides."""
        found = [event for event in self.events if event is not None]
        if found:
            found[0] = replace(
                found[0],
                hidden=besides.hidden,
                redacted=besides.redacted,
                folds=found[0].folds | besides.folds,
            )
        return found


def plan_of(
    chat: Chat, deletions: Sequence[ev.Deleted], folded: Chat | None = None
) -> DeletionPlan:
    """Returns what these deletions take out of a chat; `folded` knows what its readers saw.

    Takes a few milliseconds unless rules hold: then everybody's accounts are looked through.
    """
    gone: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    events: list[ev.Deleted | None] = []
    for deletion in deletions:
        new = [post for post in deletion.posts if not _was_deleted(chat, post, gone)]
        held = _with_reposts(chat, new)
        entries |= {entry.id: entry for entry in held}
        names = [name for entry in held for name in (entry.id, *entry.post.aliases)]
        gone |= {name: gone_id(chat.salt, name) for name in (*names, *new) if not is_gone(name)}
        posts = tuple(dict.fromkeys(gone.get(name, name) for name in (*names, *new)))
        events.append(replace(deletion, posts=posts) if posts else None)
    alone = {entry.id: entry for entry in left_alone(chat, entries)}
    going = entries | alone
    left = [e for e in chat.entries.values() if e.id not in going and not is_gone(e.id)]
    lost = _lost_authors(chat, going.values(), left)
    traces = Traces(chat)
    rules = LeaningRules(chat, going, left, traces)
    first = next((n for n, event in enumerate(events) if event), None)
    if first is not None and (event := events[first]):
        hashes = gone_names(chat.salt, _without_number(chat, going.values(), left), chat.agenda)
        leading = names_of(gone, (entry.post for entry in entries.values()))
        addresses = tuple(sorted(fingerprint(chat.salt, each) for each in leading))
        folds = _folds(chat, folded or chat, entries, gone)
        words = deleted_words.withheld_words(chat, entries, left, traces, rules.redactions)
        events[first] = replace(
            event,
            names=hashes,
            addresses=addresses,
            words=tuple(sorted(fingerprint(chat.salt, each) for each in words)),
            folds=folds,
        )
    for_good = ForGood(chat, traces)
    telling = any(isinstance(act.event, ev.Noted | ev.Summarised) for act in chat.history.acts)
    if telling:
        for_good.learn_names()  # now, for the chat goes on before the plan is carried out
    said = [text for entry in entries.values() for text in deleted_words.said_in(entry)]
    withholding = chat.mutes or chat.redactions or for_good.questions
    return DeletionPlan(
        seq=chat.last_seq,
        salt=chat.salt,
        gone=gone,
        entries=list(entries.values()),
        alone=frozenset(name for one in alone.values() for name in (one.id, *one.post.aliases)),
        events=events,
        rules=rules.more,
        keys=rules.keys,
        names=lost,
        accounts=_accounts(entries.values()) - _accounts(left),
        planned=frozenset(chat.planned),
        withheld=rules.withheld(),
        for_good=for_good,
        before=chat if entries and withholding else None,
        kept_handles=named_by_rules(chat, rules.keys),
        redactions=rules.redactions,
        said=Wordings((text, text) for text in said),
        parts=deleted_words.parts(
            chat, said, deleted_words.said_before(left, entries, traces) if telling else ()
        ),
        asked={
            name: said_by([entry])
            for entry in entries.values()
            for name in (entry.id, *entry.post.aliases)
        },
    )


def _was_deleted(chat: Chat, post_id: str, gone: dict[str, str]) -> bool:
    if post_id in gone or chat.has_tombstone(post_id):
        return True
    entry = chat.entry(post_id)
    return entry is not None and is_gone(entry.id)


def _with_reposts(chat: Chat, posts: Iterable[str]) -> list[Entry]:
    """Returns the entries of posts and of all that repost them, each once."""
    reposts: dict[str, list[str]] = {}
    for entry in chat.entries.values():
        if entry.post.repost_of:
            reposts.setdefault(chat.threads.resolve(entry.post.repost_of), []).append(entry.id)
        elif is_repeated(entry.id):  # what others repeated of it by hand, with its words
            reposts.setdefault(chat.threads.resolve(entry.id), []).append(entry.id)
    names = list(posts)
    for name in names:  # which grows
        names += [r for r in reposts.get(chat.threads.resolve(name), ()) if r not in names]
    known = (chat.entries.get(name) or chat.entry(name) for name in names)
    held = {entry.id: entry for entry in known if entry}
    return [entry for post_id, entry in held.items() if not is_gone(post_id)]


def _folds(
    chat: Chat, seen: Chat, going: dict[str, Entry], gone: dict[str, str]
) -> dict[str, tuple[str, ...]]:
    """Returns the copies that stay folded, by the post that they are folded into from now on.

    Whole groups, as `seen` has them: a copy may have been recognised by another one that goes.
    """
    rules = Redactions(seen) if seen.redactions else None
    touched = {
        member
        for head, copies in _groups(chat)
        if not going.keys().isdisjoint((head, *copies))
        for member in (head, *copies)
    }
    folds = {}
    for head, copies in _groups(seen):
        if not touched.isdisjoint((head, *copies)):
            first = _next(seen, head, copies, going, rules) if head in going else head
            rest = [each for each in copies if each != first]
            folds[gone.get(first, first)] = tuple(gone.get(each, each) for each in rest)
    return folds


def _next(
    seen: Chat, head: str, copies: list[str], going: dict[str, Entry], rules: Redactions | None
) -> str:
    """Returns the copy that takes the place of a post that goes, or that post where none does."""
    if not seen.entries[head].published:
        return head
    if rules is not None and any(rules.rules_in(seen.entries[e].post) for e in (head, *copies)):
        return head
    standing = (each for each in copies if each not in going and seen.entries[each].published)
    return next(standing, head)


def _groups(chat: Chat) -> Iterator[tuple[str, list[str]]]:
    """Yields posts with the copies that are folded into them; not with reposts."""
    for entry in chat.entries.values():
        if entry.folds:
            copies = [each for each in entry.folds if not chat.entries[each].post.repost_of]
            if copies:
                yield entry.id, copies


def _lost_authors(chat: Chat, going: Iterable[Entry], left: Sequence[Entry]) -> tuple[Author, ...]:
    """Returns the authors of posts that go as nobody who stays is called, by name or handle."""
    # Equal authors are mostly one object, and there may be many posts.
    staying = set({id(entry.post.author): entry.post.author for entry in left}.values())
    names = {letters(one.name) for one in staying} | {letters(p.name) for p in chat.agenda.people}
    handles = {one.handle.casefold() for one in staying}
    lost = []
    for _, author in _authors_of(chat, going):
        name = author.name if letters(author.name) not in names else ""
        handle = author.handle if author.handle.casefold() not in handles else ""
        if name or handle:
            lost.append(Author(handle, name))
    return tuple(dict.fromkeys(lost))


def _accounts(entries: Iterable[Entry]) -> frozenset[tuple[str, str]]:
    posts = (entry.post for entry in entries)
    return frozenset((post.network, post.author.id) for post in posts if post.author.id)


def _without_number(chat: Chat, going: Iterable[Entry], left: Sequence[Entry]) -> list[Author]:
    """Returns the authors of posts that go whom pseudonyms would not recognise any more."""
    # Equal authors are mostly one object, and there may be many posts.
    staying = {id(each.post.author): (each.post.network, each.post.author) for each in left}
    return without_number(_authors_of(chat, going), staying.values(), chat.agenda, chat.people)


def _authors_of(chat: Chat, entries: Iterable[Entry]) -> list[tuple[str, Author]]:
    """Returns everybody whom the accounts of posts were heard as, by network."""
    gone = {(entry.post.network, entry.post.author) for entry in entries}
    accounts = {key for network, author in gone for key in _account_keys(network, author)}
    return [
        (network, author)
        for network, author in chat.authors
        if not accounts.isdisjoint(_account_keys(network, author))
    ]


def _account_keys(network: str, author: Author) -> Iterator[tuple[str, str]]:
    if author.id:
        yield network, author.id
    if author.handle:
        yield network, f"@{author.handle.casefold()}"
    elif not author.id:
        yield network, author.name
