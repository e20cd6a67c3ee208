"""``lang`` attributes of posts: a network's language tag, where it certainly names a language."""

from __future__ import annotations

import re
from functools import lru_cache

# All of ISO 639-1, and the few longer codes that social networks use.
_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy
hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg
li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or
os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
ast ckb fil gsw hmn kab sco smn sms szl tok wuu yue
"""
_KNOWN = frozenset(_CODES.split())
_OLD = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv"}
_WRITTEN = re.compile(r"(?i)zh[-_](hans|hant|cn|hk|tw)\b")


@lru_cache(maxsize=256)
def html_lang(tag: str) -> str | None:
    """Returns the ``lang`` attribute for a network's language tag, None where it is not certain.

    Regions are left out, except for Chinese, where they choose the characters.
    """
    if match := _WRITTEN.match(tag):
        part = match[1]
        return "zh-" + (part.title() if len(part) == 4 else part.upper())
    language = re.split("[-_]", tag, maxsplit=1)[0].casefold()
    language = _OLD.get(language, language)
    return language if language in _KNOWN else None


def primary_language(tag: str) -> str:
    """Returns the language of a tag, without script and region."""
    return tag.partition("-")[0].casefold()
