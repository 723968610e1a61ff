"""The words by which incidents/confining.py knows what a person is kept from, and how (domain.md §9). Data only.

Every name here is a piece of a regular expression; a blank stands for any white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property


def spaced(text: str) -> str:
    """The pattern with its blanks standing for any white space, and "blank or none" for any or none."""
    return text.replace(" ?", r"\s*").replace(" ", r"\s+")


class Words:
    """A pattern that is compiled when it is first looked for: a hundred at each start would cost every process a second."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(spaced(rf"(?<![\w-])(?:{self.text})"), re.IGNORECASE)

    def search(self, said: str, start: int = 0) -> re.Match[str] | None:
        return self._compiled.search(said, start)

    def match(self, said: str, start: int = 0) -> re.Match[str] | None:
        return self._compiled.match(said, start)

    def fullmatch(self, said: str) -> re.Match[str] | None:
        return self._compiled.fullmatch(said)

    def finditer(self, said: str) -> Iterator[re.Match[str]]:
        return self._compiled.finditer(said)


def as_words(text: str) -> Words:
    """The pattern, from the beginning of a word on, in whatever case it is written."""
    return Words(text)


#: One word, and up to n words of a gap that stays inside a clause.
WORD = r"[\w'’&/-]+"


def gap(most: int) -> str:
    """Up to `most` words, each with the blank after it; never over a comma or the end of a sentence."""
    return rf"(?:{WORD} ){{0,{most}}}?"


THEIR = r"(?:his|her|their|the|all|any|\w+['’]s?)"
THEM = r"(?:him|her|them|(?:the )?(?:person|people|residents?|tenants?|clients?|service users?)|everyone)"

# --- Who is spoken of ---------------------------------------------------------------------------------------

#: Those who work here. What stops them is about their duties.
WORKER = (
    r"(?:support |care |night |agency |relief |bank |senior |key ?|live-in |day ){0,3}"
    r"(?:workers?|staff|carers?|seniors?|agency|employees?|team leaders?|shift leads?|managers?|deput(?:y|ies)|"
    r"drivers?|"
    r"nurses?|colleagues?|volunteers?|coach(?:es)?|assessors?|supervisors?|members? of staff)"
)
#: Those who are near the person. What stops them may limit the person or may protect them.
KIN = (
    r"(?:mums?|mother|dads?|father|parents?|sons?|daughters?|sisters?|brothers?|siblings?|aunt(?:ie|y)?|uncles?|"
    r"nieces?|"
    r"nephews?|cousins?|wife|husband|partners?|boyfriends?|girlfriends?|grand\w+|famil(?:y|ies)|relatives?|"
    r"friends?|neighbours?|advocates?)(?:['’]s?)?"
)
VISITOR = rf"(?:{KIN}|visitors?|guests?)"

# --- What a person is kept from -----------------------------------------------------------------------------

ACTIVITY = (
    r"(?:outings?|(?:day )?trips?(?: out)?|town|markets?|caf[eé]s?|shops?|shopping|pubs?|parks?|church|mosque|"
    r"temple|chapel|"
    r"synagogue|gym|pool|swimming|swim|cinema|clubs?|college|school|day (?:centre|service|care|opportunities)|walks?|"
    r"walking|holidays?|library|football|bingo|disco|bowling|horse riding|cycling|work placement|"
    r"volunteering|activit(?:y|ies)|excursions?|bus(?:es)?(?: rides?)?(?! stop)|drives?|garden time|town centre|"
    r"(?:community|gym|swimming|activity|day|weekly|social|art|music|dance)(?: \w+)? (?:sessions?|access|visits?|time|"
    r"activit(?:y|ies)|support|presence|hours|leave)|"
    r"sessions? (?:out|in (?:the )?(?:community|town))|community|time (?:out|outside|outdoors)|going out|"
    r"leaving (?:the )?(?:house|flat|home|building|unit)|(?:un)?escorted leave|home leave|overnight leave)"
)
CONTACT = (
    rf"(?:visitors?|guests?|visiting|(?:{KIN}|social|home|weekend|overnight|private) (?:visits?|visiting|calls?|"
    rf"contact|time)|"
    rf"visits? (?:from|by|of|to|with) (?:{THEIR} )*{VISITOR}|"
    rf"(?:phone|video|telephone|face ?time) ?calls?|calls? home|calls? (?:to|from|with) (?:{THEIR} )*{KIN}|"
    rf"contact with (?:{THEIR} )*{KIN}|seeing (?:{THEIR} )*{KIN}|"
    rf"texts? (?:to|from) (?:{THEIR} )*{KIN})"
)
#: What is theirs, whatever it is called at home.
DEVICE = (
    r"(?:(?:mobile |smart)?phones?|mobiles?|handsets?|tablets?|i-?pads?|laptops?|computers?|x-?box|play ?station|"
    r"consoles?|"
    r"gaming|games?|tv|tellys?|television|radio|internet|online access|wi-?fi|social media)"
)
FOODS = (
    r"(?:snacks?|food|fluids?|seconds|(?:second )?helpings?|puddings?|desserts?|biscuits?|sweets|chocolate|crisps|"
    r"cakes?|coffee|tea|drinks?|fizzy drinks?|"
    r"alcohol|beer|wine|cigarettes?|tobacco|smoking|vap(?:es?|ing)|smokes|lighters?|takeaways?)"
)
AIDS = (
    r"(?:(?:walking |zimmer )?frames?|(?:walking )?sticks?|wheelchairs?|glasses|hearing aids?|call (?:bell|button)|"
    r"buzzer|pendants?|communication (?:aid|device))"
)
CLOTHING = r"(?:coats?|shoes|boots|jackets?|outdoor clothes)"
MONEY = r"(?:(?:pocket |spending )?money|cash|wallets?|purses?|(?:bank|debit|cash) ?cards?|cards?|allowance|benefits|savings)"
PRIVATE = (
    r"(?:belongings|possessions|"
    r"(?:hand)?bags?|things|bikes?|(?:car|house|door|front door) keys?|keys?|post|letters|mail|passport)"
)
OWN = rf"(?:{DEVICE}|{FOODS}|{AIDS}|{CLOTHING}|{MONEY}|{PRIVATE})"

#: Where a person is kept, or kept from.
HOME = (
    r"(?:(?:own )?(?:bed)?rooms?|flats?|apartments?|house|home|building|unit|wing|bungalow|premises|grounds|"
    r"(?:first |ground |top |second |own )?floor|lounge|living room|day room|quiet room|dining room|bed|(?:arm)?chair|"
    r"hallway|corridor|upstairs|downstairs|wheelchair)"
)
#: What is locked against a person, whoever else it is locked against.
LIVED_IN = (
    r"(?:kitchens?|fridges?|freezers?|larder|pantry|bedrooms?|bathrooms?|toilets?|lounge|living room|conservatory|"
    r"garden|"
    r"wardrobes?|snack cupboards?|food cupboards?|exits?|stair ?gates?)"
)
#: What is locked for many reasons.
DOORS = r"(?:(?:front|back|side|outer|outside|internal|fire|main|patio|flat|entrance)?[ -]?doors?|gates?|windows?|cupboards?)"

# --- How --------------------------------------------------------------------------------------------------

STOP = (
    r"(?:stop(?:s|ping)?|paus(?:e|es|ing)|suspend(?:s|ing)?|cancel(?:s|ling)?|halt(?:s|ing)?|ban(?:s|ning)?|"
    r"bar(?:ring)?|forbid(?:s|ding)?|prohibit(?:s|ing)?|prevent(?:s|ing)?|refus(?:e|es|ing)|den(?:y|ies|ying)|disallow|"
    r"withhold(?:s|ing)?|withdraw(?:s|ing)?|curtail|restrict(?:s|ing)?|limit(?:s|ing)?|block(?:s|ing)?|reduc(?:e|"
    r"es|ing)|"
    r"postpon(?:e|es|ing)|cut(?:ting)?(?: back| down| off| out)?|discourag(?:e|es|ing)|exclud(?:e|es|ing)|delay)"
)
STOPPED = (
    r"(?:stopped|paused|suspended|cancelled|canceled|halted|banned|barred|forbidden|prohibited|prevented|refused|"
    r"denied|"
    r"disallowed|withheld|withdrawn|curtailed|restricted|limited|blocked|reduced|postponed|deferred|cut(?: back|"
    r" down| off)?|"
    r"put off|called off|taken away|removed|on hold|on pause|off[ -]limits|out of bounds|not happening|"
    r"not going ahead|not (?:take place|go ahead|happen|start|resume)|stop|excluded|"
    r"turned away|sent away|(?:is|are) off(?! work| sick| duty)|not allowed|not permitted|off for (?:now|the \w+)|"
    r"off until|off till|to stop|must stop|stops|to cease|ceased|"
    r"no longer (?:happening|offered|allowed))"
)
BAN = r"(?:bans?|suspension|pause|stop|block|bar|restrictions?|limits?|embargo|moratorium|hold)"
LOCKED = r"(?:(?:pad|dead)?lock(?:ed|s|ing)?|bolt(?:ed|s|ing)?|chain(?:ed|s)?|key-?code[ds]?|coded)"
KEPT_FROM = (
    r"(?:kept|held|stored|put|locked|left|looked after|stays?|are|is|lives?) (?:away )?(?:(?:up|safe|safely|"
    r"overnight|at night) )?"
    r"(?:in|at|by|with|behind) (?:the |a )?(?:locked )?(?:\w+['’]s )?(?:office|safe|staff|staff room|manager|"
    r"team leader|senior|cupboard|drawer|locker|locked|car boot)"
)
TAKE = (
    r"(?:take(?:s|n)?|taking|remov(?:e|es|ed|ing)|confiscat(?:e|es|ed|ing)|seiz(?:e|es|ed)|withhold|withheld|"
    r"withholding|"
    r"hid(?:e|es|ing|den)|ration(?:s|ed|ing)?|lock(?:s|ed|ing)?|holds? on to|hold(?:s|ing)? back|"
    r"keep(?:s|ing)? back|switch(?:ed)? off|turn(?:ed)? off|unplug(?:ged)?|disconnect(?:ed)?)"
)
TAKEN = (
    r"(?:taken (?:away|off|from|out|at|in|until|every|each|by (?!(?:the )?police))|removed|confiscated|seized|"
    r"withheld|hidden|rationed|"
    r"(?:locked|put|kept|moved|placed|left) (?:away|up|out of (?:reach|sight)|in a safe place)|out of reach|"
    r"(?:switched|turned|cut) off|unplugged|disconnected|kept back|held back|kept from|handed in|handed over)"
)
#: Told no: what follows is what the one spoken of may not do.
TOLD_NO = (
    r"(?:(?:is|are|was|were|be|being|remains?|am)(?: not| never| no longer|n['’]t)|not|never|no longer) "
    r"(?:to(?: be)?|(?:be )?(?:allowed|permitted|free|supported|encouraged|expected|enabled)(?: to)?)"
    r"|(?:must|may|can|should|shall|will|could)(?:n['’]t| not| never| no longer)(?: be)?(?: allowed| permitted|"
    r" able)?(?: to)?"
    r"|won['’]t(?: be)?|can['’]t|can ?not|(?:forbidden|banned|barred|prevented|stopped|prohibited|excluded) (?:to|from)"
    r"|ha(?:s|ve) no permission to"
)
PLACE_AFTER = rf"(?:{THEIR} |own )*(?:{HOME}|{ACTIVITY}|site|table|area)"
#: Going somewhere, as it follows "not to".
GO = (
    r"(?:(?:go(?:es|ing)?|be|get(?:ting)?|come|coming|walk(?:ing)?|wander(?:ing)?|step(?:ping)?|venture|"
    r"head(?:ing)?) (?:out|outside|outdoors|off|anywhere|shopping|swimming|upstairs|downstairs|home|past)\b"
    rf"|(?:go(?:es|ing)?|get(?:ting)?|come|coming|walk(?:ing)?|travel(?:ling)?|enter(?:ing)?|"
    rf"access(?:ing)?|attend(?:ing)?) (?:back )?(?:in |into |to |on |near |beyond )?{PLACE_AFTER}"
    rf"|leav(?:e|es|ing) (?:{PLACE_AFTER}|without|unless|until|unaccompanied|unescorted|at night|on (?:his|her|"
    rf"their) own)"
    r"|leav(?:e|ing)(?=\s*$|[,;])|out(?:side|doors)?\b(?! of)|out of (?:the |his |her )?(?:front )?(?:door|house|"
    r"flat|room|building|"
    r"bed|chair|sight))"
)
HAVE = (
    rf"(?:(?:use|using|have|having|keep(?:ing)?|touch(?:ing)?|eat(?:ing)?|drink(?:ing)?|buy(?:ing)?|spend(?:ing)?|"
    rf"hold(?:ing)?|"
    rf"access(?:ing)?|open(?:ing)?|watch(?:ing)?|play(?:ing)?|answer(?:ing)?|go on) (?:{THEIR} |own |more |to )*"
    rf"(?:{OWN}|{ACTIVITY}|{HOME}|{LIVED_IN}|{DOORS}|{CONTACT})|smoke|smoking|vape|vaping)\b"
)
MEET = (
    rf"(?:see(?:ing)?|meet(?:ing)?|have|having|phon(?:e|ing)|ring(?:ing)?|call(?:ing)?|text(?:ing)?|"
    rf"speak(?:ing)? (?:to|with)|talk(?:ing)? (?:to|with)|contact(?:ing)?|visit(?:ing)?|stay(?:ing)? with|live with) "
    rf"(?:{THEIR} |other |old )*{VISITOR}|(?:phon(?:e|ing)|ring(?:ing)?) (?:home|anyone|anybody|out|after|at|"
    rf"before|until)|"
    r"(?:phone|telephone|receive (?:visitors|calls|post))(?=\s*$)"
)
#: Words of a worker's duties: "not allowed to …" them is no limit on a person.
DUTY = (
    r"(?:(?:to |be |from |the |any |do |doing |on )*(?:work\w*|lone|alone|shifts?|rota|on-call|sign\w*|"
    r"enter(?:ing)? (?:record|check|note|"
    r"data)\w*|record\w*|writ\w+|lead\w*|supervis\w+|assess\w*|coach\w*|train\w*|administ\w+|medicat\w+|hoist\w*|"
    r"driv\w+|lift\w*|handl\w+|giv\w+|carry\w*|personal care|assist\w*|support\w*|visit\w*|duties|duty|investigat\w+|"
    r"interview\w*|sampl\w+|mark\w*|observ\w+|decid\w+|clos\w+|deal\w*|manag\w+|approv\w+|rais\w+|triag\w+|escort\w*|"
    r"take part|key safe|cases?|calls?))\b"
)
#: Medicines that quieten, and what they are given for.
QUIETENING = (
    r"(?:lorazepam|diazepam|midazolam|clonazepam|temazepam|nitrazepam|zopiclone|haloperidol|promethazine|phenergan|"
    r"risperidone|quetiapine|olanzapine|aripiprazole|chlorpromazine|levomepromazine|melatonin|benzo\w*|"
    r"anti-?psychotics?|tranquilli[sz]\w+|sleeping (?:tablets?|pills?)|sedative)"
)
MEDICINE = rf"(?:{QUIETENING}|prn|medication|medicines?|meds|tablets?)"
QUIET = (
    r"(?:agitat\w+|distress\w*|aggress\w+|challeng\w+|behaviours?|shout\w*|scream\w*|wander\w*|restless\w*|"
    r"violent|hits? out|"
    r"kick\w* off|resist\w*|anxious|upset|(?:not|n['’]t) settl\w+|unsettled)"
)
TO_QUIETEN = (
    r"(?:to|so (?:that )?(?:he|she|they)) (?:\w+ ){0,2}(?:keep|quiet\w*|calm\w*|settl\w+|control|sleep\w*|"
    r"subdu\w+|compl\w+|manage|"
    r"make (?:him|her|them))"
)
#: Locked or kept for everybody's safety, nobody's freedom: medicines, records, the office, what cleans.
THINGS = (
    r"(?:medic\w+|meds|drugs?|mar\b|controlled drugs|records?|notes?|care plans?|files?|filing|archiv\w+|logs?|"
    r"books?|charts?|"
    r"evidence|cctv|footage|disks?|office|staff (?:room|toilets?|areas?|lockers?|kitchen)|laundry|sluice|cleaning|"
    r"coshh|bleach|chemicals?|store ?room|boiler|"
    r"money safe|key ?safe|safe door|server|systems?|statements?|petty cash|cabinet)"
)
