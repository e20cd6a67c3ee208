"""Small talk, which answers no question: greetings, thanks, farewells, announcements, the tools."""

from __future__ import annotations

import re
from typing import Literal

Talk = Literal["greeting", "introduction", "thanks", "farewell", "announcement", "technical"]

# Tried in this order on text from `normalise.bare`, where the chat's own hashtag is "chat"; in
# lower case, except for introductions, which need the capitals of names.
_PATTERNS: dict[Talk, str] = {
    "farewell": r"""
        \b(?:
            good\s*night\s+(?:all|everyone|everybody|folks|to|chat)\b | good\s*night\W*$
            | (?:i|i've|i\s+have|we)\s+(?:got\s+to|have\s+to|need\s+to|gotta|had\s+to|must)\s+
              (?:go|run|dash|jet|leave|head\s+out|bounce|duck\s+out|jump\s+off)\b
            | time\s+to\s+(?:bounce|go\s+to\s+bed|head\s+out)\b | (?:signing|logging)\s+off\b
            | see\s+(?:you|ya|u|y'all|everyone)\s+(?:all\s+)?
              (?:next|in\s+(?:\w+\s+)?(?:weeks?|months?)|soon|then|there|again|at)\b
            | until\s+next\s+(?:time|week|month)\b | off\s+to\s+bed\b
          )
        | ^\W*+(?:
            (?:good\s?night|night\s+(?:all|everyone|folks)|bye|goodbye|cheerio|take\s+care
              |signing\s+off)\b
            | (?:gotta|got\s+to|have\s+to)\s+(?:go|run|dash|jet|leave|head)\b
            | take\s+(?:good\s+)?care\b
          )
        """,
    "thanks": r"""
        \b(?:
            (?:thanks|thank\s+you|thank\s+u|thx|thnx|tx|cheers|kudos|props|credit)\b.{0,60}
              \b(?:host|hosting|modding|moderat\w+|facilitat\w+|organi[sz](?:ing|ers?)|leading|guid\w+|joining
              |coming|particip\w+|tonight|today|this\s+(?:evening|week|chat)|having\s+(?:me|us)
              |everyone|everybody|folks|stopping\s+by|being\s+here|attending|conversation|discussion
              |evening|session|great\s+job|(?:the|great|good|wonderful|tonight's|another)\s+chats?)\b
            | (?:great|good|awesome|excellent|fantastic|fun|lovely|wonderful|amazing|fab|brilliant
              |terrific|super|fabulous|interesting|successful|another)\s+(?:chat|hour)\b
            | (?:great|good|lovely|wonderful|fun|fab)\s+(?:time|evening|one)\s+
              (?:tonight|today|all)\b
            | enjoyed\s+(?:the|this|tonight|our)\b.{0,20}\b(?:chat|discussion|conversation)\b
            | (?:great|good|awesome)\s+(?:job|work)\s+
              (?:tonight|today|hosting|moderating|everyone)\b
          )
        | ^\W*+(?:
            (?:many\s+)?(?:thanks|thank\s+you|thx|thnx)\s+(?:so\s+much\s+)?(?:to\s+)?
              (?:all|everyone|everybody|folks|again|chat)\b
            | (?:(?:many\s+)?(?:thanks|thank\s+you|thx|thnx)\W*)+$
            | (?:great|good|awesome|amazing|nice)\s+(?:job|work)\W*$
          )
        """,
    "announcement": r"""
        \b(?:
            (?:starts|starting|begins|beginning|kicks?\s+off|kicking\s+off)\s+(?:up\s+)?
              (?:in|at|soon|shortly|now|tonight)\b
            | chat\s+(?:is\s+|will\s+)?(?:start|begin|in\s+(?:a\s+few|just|\d+)|will\s+(?:focus|be))
            | in\s+(?:just\s+)?(?:\d+|a\s+few|five|ten|two|a\s+couple\s+of)\s+
              min(?:ute)?s?\b(?!\s+of)
            | join\s+us
              (?:\s+(?:at|for|on|now|tonight|today|tomorrow|next|here|this|in\s+\d+)\b|\W*$)
            | (?:tune\s+in|stay\s+tuned|mark\s+your\s+calendars?|save\s+the\s+date)\b
            | (?:next|last|final|first)\s+(?:question|q)\b.{0,10}$
            | (?:questions?|notes|topics?|links?)\s+(?:are|is|will\s+be)\s+
              (?:posted|available|here|at|on)\b
            | (?:next|our\s+next|next\s+week'?s|next\s+month'?s)\s+(?:\w+\s+)?
              (?:chat|meeting|event)\b
            | (?:storif\w+|archives?|transcript|wakelet|recap)\b.{0,40}
              \b(?:chat|tonight|tonight's|later|soon|shortly|up|posted|volunteer)\b
            | (?:let's|we'll|we\s+will|about\s+to)\s+(?:now\s+)?(?:get\s+(?:started|going)|begin\b
              |start\s+(?:in|with\s+intro|soon|now|the\s+chat)|move\s+on|wrap)
            | (?:tonight|today|this\s+evening)(?:'s)?\b.{0,24}\b(?:topic|theme|guest|host|meeting
              |we're|we\s+are|we'll|we\s+will|chat\s+(?:is|will))\b
            | we(?:'re|\s+are|'ll|\s+will)\b.{0,20}\b(?:tonight|this\s+evening)\b
            | (?:hosted|moderated)\s+by\b | guest\s+(?:host|moderator)\b
            | (?:time's\s+up|out\s+of\s+time|time\s+already
              |that's\s+(?:a\s+wrap|our\s+(?:time|hour)))
            | goes\s+(?:so\s+)?fast\b | (?:time|hour|minutes)\b.{0,20}\b(?:flew|flies|went)\b
            | continu(?:e|ing)\s+(?:the|this|our)\s+(?:chat|convo|conversation)\b
            | keep\s+(?:chatting|(?:the|this|our)\s+(?:chat|convo|conversation)\s+going)\b
          )
        | ^\W*+(?:
            (?:start|end)meeting\b
            | (?:anyone|anybody)\s+(?:else\s+)?(?:here|joining|out\s+there)\b
            | (?:(?:ok|okay|alright|right|so)\W+)?(?:next|last|another)\s+(?:one|question|q)\W*$
            | (?:(?:ok|okay|alright|all\s+right|right|so|now|well)\W+)*
              (?:let's\s+|we'll\s+|time\s+to\s+)?(?:mov(?:e|ing)\s+on|start\s+with)\b.{0,24}$
          )
        | ^.{0,30}\b(?:question|q)\s?\d?\W+(?:is\s+)?(?:coming|next)\b
        """,
    "technical": r"""
        \b(?:
            (?:use|add|include|remember|forget|forgot)\b.{0,30}
              \b(?:hash\s?tags?|the\s+tag|in\s+(?:all\s+)?(?:your|ur)\s+(?:tweets?|posts?|replies|responses))\b
            | (?:tweetdeck|tchat|hootsuite|twubs|nurph|refresh\s+speed)\b | tweet\s?chat\s+by\b
            | (?:twitter|internet|wifi|wi-fi|connection|mastodon|bluesky)\b.{0,20}
              \b(?:slow|down|lag\w*|acting|fail\w*|dropped|trouble|loading)\b
            | (?:140|280|500)\s+char\w*\b | out\s+of\s+(?:characters|chars)\b
          )
        """,
    "greeting": r"""
        \b(?:
            (?:welcome|glad|great|good|nice|happy|excited|thrilled|pleased|delighted)\b.{0,16}
              \b(?:to\s+(?:chat|the\s+chat|see\s+you|have\s+you|be\s+here|meet\s+you|join)
              |you\s+(?:are\s+)?here|you(?:'re|\s+are|\s+could|\s+made)?\s+(?:here|join\w*|make\s+it|it)|joining\s+(?:us|in))\b
            | (?:lurking|(?:checking|tuning|dropping|popping|jumping)\s+in)\b
            | (?:joining|arriving|coming|showing\s+up|running)\s+(?:\w+\s+)?late\b
            | sorry\s+(?:i'?m|to\s+be|for\s+being)\s+late\b(?!\s+(?:with|on|to\s+(?:this|q|that)))
            | (?:in\s+and|in\s?&)\s+out\b | i'?m\s+(?:here|back|late)\b\W*$
            | (?:1st|first)[\s-]+tim(?:e|er|ers)\b\W*(?:here)?\W*$
            | (?:miss(?:ed|ing)|follow(?:ing)?|lurk\w*|watching|reading|joining|doing)\s+
              (?:out\s+on\s+)?(?:all\s+of\s+)?(?:tonight's\s+|the\s+|this\s+)?chat\b
            | how\s+(?:are\s+(?:you|we|y'all|things)|is\s+every(?:one|body))
              (?:\s+(?:all|doing|today|tonight|everyone))*\s*[?!]
            | introduc(?:e|ing)\s+(?:your|my)sel\w+ | with\s+introductions\b
          )
        | ^\W*+(?:
            (?:chat\W++)?(?:hi+|hello+|hey+a?|hiya|howdy|hola|aloha|greetings|welcome|yo|evening|morning
              |good\s+(?:evening|morning|afternoon|day)|g'day|salut|bonjour|hallo|moin)\b
              (?!\s+(?:that|this|look|what|to\s+the\s+idea)\b)
            | late\s+to\b(?!\W+[^\W\d]{1,9}\W?\d)
          )
        """,
    "introduction": r"""
        \b(?:
            (?:[Ii]'?m|[Ii]\s+am|[Mm]y\s+name\s+is|[Tt]his\s+is)\s+[A-Z][\w'-]+[\s,.]
              .{0,40}\b(?:from|in|at|with|here)\b
            | here\s+from\s+[A-Z]\w+
          )
        | ^\W*+(?:
            (?:chat\W++)?[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)?,?\s+
              (?:(?:here\s+)?from\s+(?:the\s+)?[A-Z]|here\s+(?:in|at)\b)
            | [A-Z][\w'-]+\s+here\b
          )
        """,
}
_ELSEWHERE: dict[Talk, str] = {
    "farewell": r"""
        gute\s+nacht|tschüss|tschau|auf\s+wiedersehen|schönen\s+abend\s+(?:noch|euch|allen)
        |bis\s+(?:zum\s+nächsten|nächste|bald|dann)|ich\s+muss\s+(?:leider\s+)?(?:los|weg)
        |hasta\s+(?:la\s+próxima|luego|pronto|mañana)|adiós|me\s+tengo\s+que\s+ir
        |au\s+revoir|à\s+(?:bientôt|la\s+prochaine)|bonne\s+(?:soirée|nuit)
        |até\s+(?:logo|breve|a\s+próxima)|arrivederci|buona\s?notte|tot\s+(?:ziens|volgende)
        |oidhche\s+mhath|mar\s+sin\s+leib|nos\s+da
        """,
    "thanks": r"""
        (?:vielen\s+|herzlichen\s+)?dank(?:e)?\s+(?:an|euch|allen|für)|(?:muchas\s+)?gracias\s+(?:a|por)
        |merci\s+(?:à|pour|beaucoup|tout)|obrigad[oa]\s+(?:a|por|pel)|grazie\s+(?:a|per|mille)
        |bedankt|dank\s+(?:je|jullie|u)\b|mòran\s+taing|tapadh\s+lei(?:bh|t)|diolch
        """,
    "greeting": r"""
        hallo|guten\s+(?:abend|morgen|tag)|moin|servus|grüezi|grüß\w*|(?:herzlich\s+)?willkommen
        |hola|buen[oa]s\s+(?:tardes|noches|días)|bienvenid[oa]s?|bonsoir|bonjour|bienvenue|salut
        |olá|boa\s+(?:noite|tarde)|bem-?vindos?|ciao|buonasera|benvenut[io]|hoi|goede(?:n)?\s?avond
        |welkom|halò|feasgar\s+math|fàilte|croeso|helo
        """,
    "introduction": r"""
        (?:ich\s+(?:bin|heiße)|mein\s+name\s+ist|me\s+llamo|soy|je\s+(?:suis|m'appelle)|sou|sono
        |mi\s+chiamo|ik\s+ben)\s+\w+.{0,40}\b(?:aus|von|de|desde|du|da|uit|van)\b
        """,
}
"""Beginnings of such posts in other languages."""

_COMPILED = [(kind, re.compile(pattern, re.VERBOSE)) for kind, pattern in _PATTERNS.items()] + [
    (kind, re.compile(rf"(?i)^\W*+(?:chat\W++)?(?:{pattern})(?!\w)", re.VERBOSE))
    for kind, pattern in _ELSEWHERE.items()
]

LONGEST = 320
"""Characters that are looked at: whoever writes more says something. It takes up to 8 us each."""


def talk_of(text: str) -> Talk | None:
    """Returns the kind of talk in `text` (from `normalise.bare`); None if it may be an answer."""
    text = text[:LONGEST]
    folded = text.casefold()
    for kind, pattern in _COMPILED:
        if pattern.search(text if kind == "introduction" else folded):
            return kind
    return None
