"""What people write around a question's number, by language: "late to Q2", "back to Q2".

Each phrase is a regular expression without named groups, for text in any case. A blank stands for
white space; one bar between two blanks, as at the beginning of a line, is a mere bar. Languages are
those in which `small_talk` knows greetings, with Scots. This file is longer than others because it
is one table.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Phrases(NamedTuple):
    """The phrases of one language."""

    late: str
    """Right before a label, by whoever comes late or adds something: "late", "answering"."""
    back: str
    """Before a number, by whoever returns to it: "back to"."""
    onward: str
    """By a host who ends a question: "moving on", "next question"."""
    to: str
    """Between `onward` and the question that comes: "to"."""
    last: str
    """By a host who is about to end one: "last thoughts"."""
    on: str
    """Between `last` and the question that ends: "on"."""
    later: str
    """What says that something is yet to come: "in five minutes"."""
    opening: str
    """Words before a cue that change nothing: "ok, let's"."""
    question: str
    """The word before a number, beside the agenda's letters."""
    this: str
    """What stands for a question that the post quotes or replies to: "this one"."""


PHRASES: dict[str, Phrases] = {
    "English": Phrases(
        late=r"""
            (?:(?:sorry|oops|a bit|bit|very|so|too|super|rather|joining|arriving|coming
            | running|jumping in|chiming in|i'?m|my)[ ,.!-]+)*+(?:belated(?:ly)?|delayed|tardy
            | late(?: (?:to|for|on|with|in|add(?:ition)?))?|catching up(?: (?:on|with|to))?
            | adding to|follow(?:ing)?[ -]?up (?:to|on)|as for|regarding|still on|another
            | one more)(?:[ ,.:-]+(?:my|an?|the))?(?: (?:answer|reply|response
            | thought)s?(?: (?:to|on|for))?)?|(?:in )?(?:answer(?:ing)?|reply(?:ing)?
            | respon(?:se|ding)) to|more (?:on|for)|thoughts? on|sub|oops|other
            """,
        back=r"""
            (?:(?:go|going|get|getting|come|coming|turn|turning|jump|jumping|circle|circling
            | head|heading|bring us|bringing us|loop|looping) )?back (?:on )?to
            | return(?:ing)? to|revisit(?:ing)?|reopen(?:ing)?
            """,
        onward=r"""
            mov(?:e|ing) (?:on|along|forward|to(?= ))|go(?:ing)? on|on ?to(?= )
            | (?:time for )?(?:the |our )?next (?:question|one|up|q)
            """,
        to=r"(?: ?(?:now|then))?[ ,]{0,2}(?:on ?)?(?:to|with|is)?",
        last=r"""
            (?:any |your |some |a few )?(?:more )?(?:last|final|closing|remaining|further
            | other|parting)(?: minute| few)? (?:thoughts?|comments?|words?|calls?|answers?
            | ideas?|responses?|chances?|remarks?|bits?)
            | any(?:thing|one) (?:else|more)(?! (?:here|join|out|lurk|com))
            | any more(?: (?:thoughts?|comments?|words?|answers?|ideas?|takers?))?
            | (?:(?:only|just) )?\w{1,8} (?:more min(?:ute)?s?|min(?:ute)?s? (?:left|more|to go))
            | (?:the )?(?:last|final) (?:few |couple of )?min(?:ute)?s?
            """,
        on=r"(?:to (?:answer|add|say|share)|on|for|about|to|with|re)",
        later=r"""
            \b(?:later|soon|shortly|coming|next up|up next|tomorrow|next (?:week|time|month)
            | in (?:just )?(?:an? |one|two|three|four|five|ten|fifteen|\d+|about|under|a few
            | our)\b|at (?:the end|\d)|after|before|until|when|once|if|ready|prepare
            | won't|not|don't|no time|can'?t|cannot|wish)\b
            """,
        opening=r"""
            ok(?:ay)?|alright|all right|right|so|now|well|and|then|folks|everyone|everybody
            | all|friends|team|great|thanks|hi|hey|just|please|let us|let'?s|we'?re|we are
            | shall we|can we|could we|i'?d like to|i want to|want to|like to|time to
            | we should|time now|i'?m|also|quickly|i'?ll|to
            """,
        question=r"questions?|q|number|no",
        this=r"this(?: (?:one|question|q))?|it",
    ),
    "Scots": Phrases(
        late=r"(?:a wee bit |gey )?late(?: (?:tae|til|wi))?|ahint(?: (?:on|wi))?|anither",
        back=r"(?:(?:gang|gaun|gan|come|turn) )?back tae",
        onward=r"(?:movin|shiftin|gaun|gan) (?:on|forrit)|the neist (?:speirin|question|ane)",
        to=r"(?: noo)?(?: ?tae)?",
        last=r"""
            (?:ony )?(?:last|hinmaist|hinnermaist) (?:thochts?|wirds?|thots?)
            | ony mair(?: \w+)?|onybody else
            """,
        on=r"(?:on|anent|aboot|for)",
        later=r"\b(?:efter|suin|shuin|the morn|in a wee\b|in \w+ meenits?|no|dinna|afore)\b",
        opening=r"richt|aye|weel|noo|an|folk|fowk|abody|awbody|lat'?s|let'?s|we'?re",
        question=r"speirins?|question",
        this=r"this(?: ane)?",
    ),
    "German": Phrases(
        late=r"""
            (?:etwas |sehr |leider |zu )*+(?:spät(?:e[rs]?)?|verspätete?[rs]?
            | nachträglich)(?: (?:zu[rm]?|auf))?|nachtrag(?: zu[rm]?)?|ergänzung(?: zu[rm]?)?
            | noch (?:ein)?mal zu[rm]?|noch (?:was )?zu[rm]?
            """,
        back=r"""
            (?:wieder )?zurück zu[rm]?|(?:kehren|kommen
            | gehen) (?:wir )?(?:nochmal |wieder )?(?:zurück )?zu[rm]?
            | nochmal (?:zurück )?zu[rm]?
            """,
        onward=r"""
            (?:und )?weiter(?: geht'?s)?|machen wir weiter|(?:auf )?zur nächsten frage
            | (?:und )?(?:die )?nächste frage
            """,
        to=r"(?: ?(?:jetzt|nun))? ?(?:mit|zu[rm]?|auf)?",
        last=r"""
            (?:noch )?(?:letzte|abschließende|weitere|noch) (?:gedanken|kommentare|worte
            | meinungen|antworten|ideen|stimmen)|sonst noch (?:jemand|was|etwas)
            | noch (?:jemand|was)
            """,
        on=r"(?:zu[rm]?|auf|über)",
        later=r"""
            \b(?:später|gleich|bald|nachher|morgen|nächste woche|in (?:\d+|ein|zwei|drei|fünf
            | zehn)|am ende|nach|bevor|wenn|nicht|minuten?)\b
            """,
        opening=r"""
            ok(?:ay)?|gut|so|also|jetzt|nun|und|dann|leute|alle|lasst uns|lass uns|wir|bitte
            | gehen wir|kommen wir|ich möchte
            """,
        question=r"fragen?|nummer|nr",
        this=r"(?:dieser|diese|dem|der)(?: frage)?",
    ),
    "French": Phrases(
        late=r"""
            (?:un peu |très |désolée? )*+(?:en retard|tardi(?:f|ve)|tardivement)(?: (?:pour
            | sur|à))?(?: la)?|(?:en )?réponse (?:à|sur)(?: la)?|encore sur(?: la)?
            """,
        back=r"(?:on )?(?:revenons|revient|retournons|retour|pour revenir) (?:à|sur|vers)",
        onward=r"""
            (?:passons|on passe)(?: maintenant)?(?=\W)|(?:la )?(?:prochaine question
            | question suivante)|on (?:continue|avance)
            """,
        to=r"(?: maintenant)?(?: ?(?:à|avec|vers))?",
        last=r"""
            (?:des |vos |les )?(?:dernières?|derniers|d'autres) (?:pensées?|mots?|idées?|avis
            | commentaires?|réflexions?|réponses?|remarques?)|(?:quelque chose|rien) à ajouter
            | autre chose
            """,
        on=r"(?:sur|à|pour|concernant)",
        later=r"""
            \b(?:plus tard|bientôt|tout à l'heure|demain|dans (?:\d+|une?|deux|cinq|dix
            | quelques)|à la fin|après|avant|quand|si|pas|minutes?)\b
            """,
        opening=r"""
            ok|bon|bien|alors|et|maintenant|donc|allez|tous|tout le monde|merci|on va
            | s'il vous plaît
            """,
        question=r"questions?|numéro|no",
        this=r"(?:cette|la) question|ça|celle-ci",
    ),
    "Spanish": Phrases(
        late=r"""
            (?:un poco |muy |perdón )*+(?:tarde|con retraso|tardía?)(?: (?:a|para|con
            | en))?(?: la)?|(?:en )?respuesta a(?: la)?|respondiendo a(?: la)?
            """,
        back=r"""
            (?:volvamos|volvemos|volviendo|regresemos|regresamos|regresando|vuelta
            | de vuelta) a
            """,
        onward=r"""
            (?:pasemos|pasamos|vamos|sigamos|seguimos|avancemos)(?=\W)|(?:la )?(?:siguiente
            | próxima) pregunta
            """,
        to=r"(?: ahora)?(?: ?(?:a|con))?",
        last=r"""
            (?:algun[oa]s? |algún )?(?:últim[oa]s?|más|otr[oa]s?) (?:pensamientos?
            | comentarios?|palabras?|ideas?|opini(?:ón|ones)|respuestas?)|algo más|alguien más
            """,
        on=r"(?:sobre|a|para|de|en)",
        later=r"""
            \b(?:más tarde|luego|pronto|después|mañana|en (?:\d+|unos?|dos|cinco|diez)
            | al final|antes|cuando|si|no|minutos?)\b
            """,
        opening=r"ok|bueno|bien|vale|entonces|y|ahora|pues|todos|todas|gracias|vamos|por favor",
        question=r"preguntas?|número",
        this=r"est[ae](?: pregunta)?|ella",
    ),
    "Portuguese": Phrases(
        late=r"""
            (?:um pouco |muito )*+(?:tarde|atrasad[oa]s?|com atraso)(?: (?:para|na|à|a
            | com))?(?: a)?|(?:em )?resposta à|respondendo (?:à|a)
            """,
        back=r"""
            (?:voltemos|voltamos|voltando|vamos voltar|de volta|regressemos|regressando) (?:à
            | a|para(?: a)?)
            """,
        onward=r"""
            (?:passemos|passamos|vamos|avancemos|seguimos|continuemos)(?=\W)|(?:a )?(?:próxima
            | seguinte) (?:pergunta|questão)|(?:pergunta|questão) seguinte
            """,
        to=r"(?: agora)?(?: ?(?:à|a|para(?: a)?|com))?",
        last=r"""
            (?:algum(?:as?)? |alguns )?(?:últim[oa]s?|mais|outr[oa]s?) (?:pensamentos?
            | palavras?|coment[áa]rios?|ideias?|opini(?:ão|ões)|respostas?)|mais alguma coisa
            | mais alguém
            """,
        on=r"(?:sobre|à|a|para|da|na)",
        later=r"""
            \b(?:mais tarde|logo|depois|em breve|amanhã|em (?:\d+|uns|dois|cinco|dez)
            | no (?:fim|final)|antes|quando|se|não|minutos?)\b
            """,
        opening=r"ok|bom|bem|então|e|agora|pois|todos|todas|gente|pessoal|obrigad[oa]|por favor",
        question=r"perguntas?|quest(?:ão|ões)|número",
        this=r"est[ae](?: pergunta)?|ela",
    ),
    "Italian": Phrases(
        late=r"""
            (?:un po'? |molto |scusate )*+(?:tardi|in ritardo|tardiv[oa])(?: (?:su|per|con
            | a))?(?: la)?|(?:in )?risposta alla?|rispondendo alla?
            """,
        back=r"(?:torniamo|tornando|ritorniamo|ritornando|di nuovo|indietro) (?:alla?|sulla)",
        onward=r"""
            (?:passiamo|andiamo|proseguiamo|continuiamo)(?=\W)(?: avanti| oltre)?
            | (?:la )?(?:prossima domanda|domanda successiva)
            """,
        to=r"(?: (?:ora|adesso))?(?: ?(?:alla?|con))?",
        last=r"""
            (?:qualche )?(?:ultim[oaie]|altr[oaie]) (?:pensier[oi]|parol[ae]|commento|commenti
            | ide[ae]|opinion[ei]|rispost[ae])|altro da aggiungere|qualcun altro
            """,
        on=r"(?:sulla?|alla?|per|di)",
        later=r"""
            \b(?:più tardi|dopo|presto|poi|domani|tra (?:\d+|un|due|cinque|dieci|poco)
            | fra (?:\d+|un|due|cinque|dieci|poco)|alla fine|prima|quando|se|non|minut[oi])\b
            """,
        opening=r"ok|bene|allora|e|ora|adesso|dunque|quindi|tutti|ragazzi|grazie|per favore",
        question=r"domand[ae]|numero",
        this=r"quest[ao](?: domanda)?",
    ),
    "Dutch": Phrases(
        late=r"""
            (?:beetje |een beetje |erg |te |sorry )*+(?:laat|late|verlate)(?: (?:voor|met|bij
            | op))?|(?:in )?antwoord op|nog (?:even )?(?:over|op|bij)
            """,
        back=r"(?:(?:even |weer )?terug(?:komen)?) (?:naar|op|bij)",
        onward=r"(?:en )?(?:verder|door)(?=\W)|(?:de )?volgende vraag|we gaan (?:verder|door)",
        to=r"(?: nu)?(?: ?(?:naar|met|op))?",
        last=r"""
            (?:nog )?(?:laatste|andere|meer) (?:gedachten?|woord(?:en)?|opmerking(?:en)?
            | idee(?:ën)?|reacties?|antwoord(?:en)?)|nog iemand|nog iets
            """,
        on=r"(?:over|op|bij|voor)",
        later=r"""
            \b(?:later|straks|zo meteen|binnenkort|morgen|over (?:\d+|een|twee|vijf|tien)
            | aan het eind|na|voordat|als|niet|minuten?)\b
            """,
        opening=r"""
            ok(?:é|ay)?|goed|dus|en|nu|dan|allemaal|iedereen|mensen|laten we|we gaan|we|graag
            """,
        question=r"vra(?:ag|gen)|nummer",
        this=r"(?:deze|die)(?: vraag)?",
    ),
    "Gaelic": Phrases(
        late=r"(?:beagan |glè )*+(?:anmoch|fadalach)(?: (?:air|do|gu))?|a' freagairt",
        back=r"(?:a' tilleadh|tillidh sinn|tilleamaid|air ais) (?:gu|dhan|chun)",
        onward=r"(?:air adhart)(?=\W)|a' gluasad air adhart|an ath cheist",
        to=r"(?: a-nis)?(?: ?(?:gu|dhan|chun))?",
        last=r"""
            (?:beachdan|smuaintean|faclan) (?:mu dheireadh|eile)|beachd sam bith eile
            | duine eile
            """,
        on=r"(?:air|mu|mun)",
        later=r"""
            \b(?:nas fhaide|an ceann|a dh'aithghearr|a-màireach|aig an deireadh|às dèidh
            | mionaid\w*|cha|nuair|ma)\b
            """,
        opening=r"ceart|ma-thà|matà|uill|a-nis|agus|a chàirdean|a h-uile duine",
        question=r"c(?:h)?eist(?:ean)?|àireamh",
        this=r"seo|a' cheist seo",
    ),
    "Welsh": Phrases(
        late=r"(?:braidd |ychydig )*+(?:yn )?hwyr(?: (?:i|ar|gyda))?|ateb i",
        back=r"(?:(?:mynd|dod) )?(?:yn ôl|'?nôl) (?:i|at)",
        onward=r"(?:ymlaen)(?=\W)|symud ymlaen|(?:y )?cwestiwn nesaf",
        to=r"(?: nawr)?(?: ?(?:i|at))?",
        last=r"""
            (?:unrhyw )?(?:sylw|sylwadau|feddyliau|meddyliau|syniadau) (?:olaf|arall|eraill)
            | unrhyw beth arall|rhywun arall
            """,
        on=r"(?:ar|am|i)",
        later=r"""
            \b(?:yn nes ymlaen|wedyn|cyn bo hir|yfory|mewn|ar ôl|ar y diwedd|cyn|pan|os|nid
            | munud\w*)\b
            """,
        opening=r"iawn|reit|nawr|felly|a|bawb|pawb|ffrindiau|gadewch i ni|beth am",
        question=r"g?cwestiwn|gwestiwn|cwestiynau|rhif",
        this=r"hwn|(?:y )?cwestiwn hwn",
    ),
}


def phrase(*written: str) -> str:
    """Returns one pattern for any of these phrases as they stand in the table."""
    folded = (" ".join(each.split()).replace(" | ", "|") for each in written if each)
    return "|".join(re.sub(" ", r"\\s", each) for each in folded)


def each_language(field: str) -> str:
    """Returns one pattern for what all languages have in one field of `Phrases`."""
    return phrase(*(getattr(each, field) for each in PHRASES.values()))
