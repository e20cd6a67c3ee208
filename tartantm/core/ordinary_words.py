"""English words that people and accounts are called by, too: alone they can mean anything."""

from __future__ import annotations

from tartantm.core.common_words import COMMON
from tartantm.core.folding import letters

_NOUNS = """
abbey art august autumn april amber ash baker banks bell best bishop black blue bond book brook
brown bush carol chance chase christian clay cliff cook cross curtis daisy dale dawn day dean
drew earl east english faith field fisher fleur flora ford forest fox frank gene glen good grace
grant gray green grey guy hall hand harmony harper hazel heather hill holly hope hunt ivy jack
jade jasmine jay joy june king knight lane law lee lily little long love mark marsh martin mason
may miles mill miller moon north olive page park pat patience pearl penny piper poppy price
prudence ray read reed rich river rob robin rock rose ruby rush sage sand scott sky skip small
smart smith spring star stone street sue summer sunny taylor temple victor violet wade walker
wall ward waters way weaver wells west white wild will willow winter wise wood woods young
"""

_THINGS = """
aberdeen academy access action agency also analysis answer anybody article assembly board
borough britain budget building business campaign care centre change charity chat children
citizen citizens city civic clinic college comms communications community company computer
consultation content council councils country culture data democracy department design
development digital director disability doctor dundee economy edinburgh editor education
election energy engagement england enterprise environment europe event everybody fife finance
fire future garden gazette glasgow government group guest health heritage highland highlands
history hospital host house housing human ideas impact inclusion industry information innovation
insight inverness ireland island islands jobs justice kitchen labour language leader learning
library local london manager market media meeting member minister moderator money mountain
museum music national nature network news newspaper nobody office officer online open opinion
parent parents parish parliament partnership party patient people perth planning police policy
politics practice press project property provost public question questions radio railway recovery
research resource review rural safety school schools science scotland scottish secretary sector
security service services social society somebody speaker sport stirling story strategy student
study support survey system teacher team technology theatre today tourism town training transport
travel treasury trust tweet union university village volunteer wales water weather website welfare
wellbeing woman women work world writer youth
"""

_SHORT = """
able all am an and any are as ask at be bit but buy by can day did do end far few for from get go
got had has have he her here him his hot how if in is it its job just key let lot made make many
me more most much must my near new next no nor not now of off oh ok old on one only or our out own
per put ran run said same saw say see set she so some such than that the them then there these
they this those to too top try two up us use very via was we well were what when where which who
why win with yes yet you your
"""

_WITH_DIGITS = "3d 4g 5g a4 b2b co2 cop26 cop27 cop28 cop29 cop30 covid19 h2o mp3 mp4 n95 web2 web3"

_ORDINARY = frozenset(f"{COMMON} {_NOUNS} {_THINGS} {_SHORT} {_WITH_DIGITS}".split())


def is_ordinary_word(text: str) -> bool:
    """Whether a single word stands in every text about anything: "Transport", "will"."""
    return letters(text) in _ORDINARY
