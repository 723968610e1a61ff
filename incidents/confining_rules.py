"""The rules by which incidents/confining.py finds a limit on a person. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from incidents.confining_words import (
    ACTIVITY,
    AIDS,
    BAN,
    CLOTHING,
    CONTACT,
    DEVICE,
    DOORS,
    DUTY,
    FOODS,
    GO,
    HAVE,
    HOME,
    KEPT_FROM,
    KIN,
    LIVED_IN,
    LOCKED,
    MEDICINE,
    MEET,
    MONEY,
    OWN,
    PLACE_AFTER,
    PRIVATE,
    QUIET,
    QUIETENING,
    STOP,
    STOPPED,
    TAKE,
    TAKEN,
    THEIR,
    THEM,
    TO_QUIETEN,
    TOLD_NO,
    VISITOR,
    WORD,
    WORKER,
    Words,
    as_words,
    gap,
)


class Of(Enum):
    """Of whom a rule's words speak, which decides what sets them aside."""

    TOLD = "the one named before the words is told no: a worker may be"
    STAYS = "the one named before the words stays somewhere: a visitor may"
    DONE = "somebody does it to the person: not doing it, or no longer, is no limit"
    ANYBODY = "they say nothing of whom: where the control names a worker, of them"
    NONE = "there is none of it: whose it is says the rest"


@dataclass(frozen=True)
class Rule:
    words: Words
    of: Of
    ban: bool


def _ban(text: str, of: Of) -> Rule:
    return Rule(as_words(text), of, ban=True)


def _doubt(text: str, of: Of = Of.DONE) -> Rule:
    return Rule(as_words(text), of, ban=False)


_SOMEBODY = rf"(?:{THEM}|(?-i:[A-Z])[\w.']*|{WORD})"
_MORE = (
    r"(?:more |further |unescorted |"
    r"escorted |unsupervised |unplanned |family |access to |use of |going (?:to|on|into) )"
)
_PERSON = rf"(?:{THEM}|(?-i:[A-Z])[\w']*)"
_ROOM = r"(?:(?:(?:bed|quiet |safe |time-?out |calm(?:ing)? )?room|lounge|flat)s?)"

#: Going out, staying in, seeing people, being held.
OF_PEOPLE: tuple[Rule, ...] = (
    # There is none of it: "no outings", "no access to the kitchen".
    _ban(
        rf"(?:no|without any) (?:{THEIR} )?{_MORE}*(?:{WORD} )?(?:{ACTIVITY}|{CONTACT}|visits?|leave|"
        rf"access)\b(?! limits?"
        r")(?! (?:to be |is |are |may be |must be )?(?:under|shorter|less|missed|late|cut|cancelled|stopped))",
        Of.NONE,
    ),
    _ban(
        rf"no (?:{THEIR} )?{_MORE}*(?:{OWN})\b(?= (?:between|after|before|until|till|at|in|unless|for|from|during|this|"
        r"today|tonight|tomorrow|over|because|as|if|when|while)\b|\s*$|,)",
        Of.NONE,
    ),
    _ban(rf"no {gap(2)}time (?:in the|outside|out|outdoors)\b", Of.NONE),
    _doubt(r"none (?:before|until|till|for now)\b", Of.NONE),
    # It is stopped, it is on hold; in either order, and "a ban on it".
    _ban(rf"(?:{ACTIVITY}|{CONTACT})\b {gap(4)}(?:{STOPPED})\b", Of.NONE),
    _ban(rf"(?:{STOP}|{STOPPED}|put|place)(?! from) {gap(4)}(?:{ACTIVITY}|{CONTACT})\b(?! rota)", Of.DONE),
    _ban(rf"{BAN} (?:on|of|to) {gap(3)}(?:{ACTIVITY}|{CONTACT}|{OWN})\b", Of.DONE),
    _ban(
        rf"(?:{STOP}|stopped) (?:{THEIR} )*{VISITOR} (?:from )?(?:coming|visiting|calling|ringing|phoning|seeing|"
        rf"going)",
        Of.DONE,
    ),
    _ban(
        rf"{STOP} (?:{WORD} ){{1,3}}?(?:from )?(?:going|leaving|seeing|using|getting (?:out|up)|phoning|ringing|"
        rf"walking|"
        r"entering|wandering|smoking)\b",
        Of.DONE,
    ),
    _ban(
        rf"(?:refus|den)\w+ {gap(3)}(?:requests?|asking|wish(?:es)?) (?:to|for) {gap(1)}(?:{GO}|{MEET}|{HAVE}|"
        rf"{ACTIVITY}|{CONTACT}|{OWN}|leave)",
        Of.DONE,
    ),
    _ban(
        rf"{VISITOR} (?:is |are |was |were |to be )?{STOPPED} from (?:coming|visiting|calling|ringing|phoning|seeing)",
        Of.DONE,
    ),
    # Somebody is told no: not to leave, not to see, not to have.
    _ban(rf"(?:{TOLD_NO}) (?:{WORD} )?(?:{GO})", Of.TOLD),
    _ban(rf"(?:{TOLD_NO}) (?:{HAVE}|{MEET})", Of.TOLD),
    _ban(rf"(?:banned|barred|excluded) from (?:{THEIR} )?(?:{ACTIVITY}|{HOME}|{LIVED_IN}|{OWN})\b", Of.TOLD),
    _ban(
        r"(?:(?:do|does|will|must|shall|should) not|don['’]t|won['’]t|mustn['’]t|never) (?:let|allow|permit) "
        rf"{gap(3)}(?:{GO}|(?:to )?(?:{HAVE}|{MEET})|{ACTIVITY}|{CONTACT}|visits?)",
        Of.DONE,
    ),
    _ban(
        rf"(?:not|nowhere|never) {gap(5)}(?:out|outside|anywhere) {gap(2)}(?:without|unless)\b|nowhere without\b",
        Of.TOLD,
    ),
    _ban(
        rf"(?:(?:is|are|will)(?: not|n['’]t| never)|won['’]t)(?: be)? (?:being )?(?:going|taking {_PERSON}|taken|"
        rf"leaving)"
        rf" (?:back )?(?:out\b|outside|(?:to|into|on) {gap(2)}(?:{ACTIVITY}|{HOME})|{PLACE_AFTER})",
        Of.TOLD,
    ),
    _ban(rf"(?:nobody|no one|no (?:resident|tenant|person|client)s?) {gap(1)}(?:{GO})", Of.DONE),
    _ban(rf"not going (?:back )?(?:out\b|outside|(?:to|into|on) {gap(2)}(?:{ACTIVITY}))", Of.TOLD),
    _ban(
        r"(?:nobody|no one|no staff|(?:staff|carers|workers|seniors|team|we|do|does) (?:(?:are|is|must|will|should|"
        rf"do) )?(?:not|never)|don['’]t) (?:(?:is|are|to|may|must|can|should|will) )*tak(?:e|es|ing) {_PERSON} (?:back "
        rf")?(?:out\b|to {gap(2)}(?:{ACTIVITY}))",
        Of.DONE,
    ),
    # Only so, only then.
    _ban(rf"(?:can|may|is|are|to|allowed|permitted|must) {gap(1)}only {gap(3)}(?:{GO}|{HAVE}|{MEET})", Of.TOLD),
    _ban(rf"only to (?:{GO}|{HAVE}|{MEET})", Of.TOLD),
    _ban(rf"only (?:one|two|three|\d+|a few) {gap(2)}(?:{ACTIVITY}|{CONTACT}|{OWN})\b", Of.NONE),
    _ban(rf"only (?:be )?(?:allowed|permitted) {gap(2)}(?:{GO}|{HAVE}|{MEET})", Of.TOLD),
    _ban(rf"access to {gap(2)}(?:{ACTIVITY}|{CONTACT}|{OWN}|{LIVED_IN}|{KIN})\b {gap(3)}{STOPPED}", Of.NONE),
    _ban(rf"{STOP} {gap(3)}access to {gap(2)}(?:{ACTIVITY}|{CONTACT}|{OWN}|{LIVED_IN}|{KIN})", Of.DONE),
    _doubt(rf"{ACTIVITY} with {gap(3)}only\b", Of.NONE),
    _ban(
        rf"(?:{ACTIVITY}|{CONTACT}|{LIVED_IN}|{DEVICE}|{FOODS}) {gap(2)}only (?:with|if|when|after|once|at|on)\b",
        Of.NONE,
    ),
    # Kept in, sent in, taken in.
    _ban(
        r"(?:keep|keeps|kept|keeping|confine[sd]?|confining|hold|held|shut|isolate[sd]?|restricted|lock(?:s|ed|ing)"
        rf"?|secure[sd]?|contain(?:s|ed)?) (?:{gap(4)})(?:in|inside|within|to|on|at|upstairs|indoors) ?(?:{THEIR} |"
        rf"own |back )*(?:{HOME})\b",
        Of.DONE,
    ),
    _ban(
        rf"(?:keep|keeps|kept|keeping|hold|shut|lock(?:s|ed)?) {gap(3)}(?:indoors|inside|upstairs|at home|in (?=until|"
        r"till|for|over|all|this|at|after|before|tonight|today|while|$))",
        Of.DONE,
    ),
    _ban(
        rf"(?:stay|stays|staying|remain|remains|remaining|sit|sits|spends?) {gap(2)}(?:in|inside|within|on|"
        rf"at) (?:{THEIR}"
        rf" |own )*(?:{HOME})\b",
        Of.STAYS,
    ),
    _ban(
        r"(?:stay|stays|remain|remains|sleeps?) (?:\w+ )?(?:indoors|inside|upstairs|home\b|in bed|at home|in(?=\s*$)"
        r"|in (?=until|till|all|this|while|for|after|before|over|at night|tonight|today))",
        Of.STAYS,
    ),
    _ban(
        rf"(?:send|sends|sent|put|puts|return|returns|returned|banish\w*|order(?:ed)?) {_PERSON} (?:straight )?(?:back "
        rf")?(?:to|in|into) (?:{THEIR} )?(?:own )?{_ROOM}\b",
        Of.DONE,
    ),
    _ban(
        rf"(?:take|takes|taken|bring|move|moved|lead|led|escort|escorted|guide|guided|walk|walked) {gap(2)}back (?:to|"
        rf"into) (?:{THEIR} )?(?:own )?{_ROOM}\b",
        Of.DONE,
    ),
    _doubt(
        rf"(?:take|takes|move|moved|lead|led|escort\w*|guide[ds]?|walk|bring) {gap(2)}(?:to|into) (?:{THEIR} )?(?:own "
        r")?(?:bed|quiet )?room\b",
    ),
    _ban(
        rf"(?:stay|stays|keep|keeps|remain|remains) (?:out of|away from|off) (?:{THEIR} )?(?:{LIVED_IN}|{ACTIVITY})"
        r"\b",
        Of.STAYS,
    ),
    _doubt(
        rf"(?:stay|stays|keep|keeps|remain|remains) (?:out of|away from) (?:{THEIR} )?(?:{HOME}|{KIN}|him|her|them)"
        r"\b",
        Of.STAYS,
    ),
    _ban(r"isolat(?:e|es|ed|ing) (?:him|her|them|from|in)\b", Of.DONE),
    _ban(rf"(?:ban|bar|exclud)\w* {gap(2)}from {gap(2)}(?:{ACTIVITY}|{HOME}|{LIVED_IN}|{OWN})\b", Of.TOLD),
    # Held, strapped, sedated.
    _ban(
        rf"(?:hold|holds|held|holding|pin(?:s|ned)?|wrestle[ds]?) {_SOMEBODY} (?:\w+ )?(?:down|still|back|against|by "
        r"the arms?)",
        Of.DONE,
    ),
    _ban(
        r"restrain\w*\b(?! (?:training|course|log|policy|record|review|reduction))|strap(?:s|ped|ping)? (?!line)|"
        r"(?:lap|"
        r"posture|wheelchair|harness) (?:belts?|straps?)|harness\w*|mittens|bed ?rails?|cot ?sides?|hand ?cuff\w*|"
        r"tie[sd]? (?:him|her|them)|physical interventions?",
        Of.DONE,
    ),
    _ban(
        rf"(?:hold|holds|holding|held|pin|pinned) (?:down )?(?:{THEIR} )(?:arms?|wrists?|legs?|head|body)\b",
        Of.DONE,
    ),
    _ban(rf"belts? {gap(5)}(?:wheel|arm)?chair|(?:bed )?rails up\b", Of.DONE),
    _ban(
        r"so (?:that )?(?:he|she|they) (?:\w+ )?(?:cannot|can['’]t|can not|couldn['’]t|is unable to|does not|"
        r"doesn['’]t)"
        r" (?:get|stand|leave|go|move|walk|reach|come|call|ring|wander|open|use)",
        Of.DONE,
    ),
    _ban(r"sedat(?!ion review|ive load)\w+", Of.DONE),
    _ban(
        rf"(?:give|gives|given|use|uses|offer|administer|increase[ds]?|extra|double|add) {gap(4)}(?:{MEDICINE}) "
        rf"{gap(4)}(?:{TO_QUIETEN})",
        Of.DONE,
    ),
    _ban(rf"(?:{QUIETENING}|prn) {gap(5)}(?:{TO_QUIETEN})", Of.DONE),
    _doubt(
        rf"(?:prn|as needed|when needed|extra|increase[ds]?)? ?(?:{QUIETENING})\b(?! (?:review|reduc\w+|stopped|"
        rf"withdrawn"
        r"))",
    ),
    _doubt(
        rf"(?:prn|as needed|when needed) {gap(6)}(?:{QUIET})|(?:{MEDICINE}) {gap(6)}(?:{QUIET})|covert\w*|crushed in "
        r"(?:his|her|their)",
    ),
    # Won and lost; alone in a room; rules for all.
    _ban(rf"(?:lost|has lost|have lost) (?:{THEIR} )(?:{ACTIVITY}|{CONTACT})", Of.DONE),
    _ban(
        rf"(?:los(?:e|es|ing)|forfeits?|earn(?:s|ed|ing)?|misses|miss|deprived? of|"
        rf"go(?:es)? without) (?:back )?(?:{THEIR}"
        rf" )?(?:{ACTIVITY}|{CONTACT}|{OWN}|privileges?)\b",
        Of.DONE,
    ),
    _ban(
        rf"(?:{ACTIVITY}|{CONTACT}|{OWN}) {gap(4)}(?:as a reward|a reward|if (?:he|she|they) behaves?|"
        rf"for good behaviou?r"
        r"|as a (?:punishment|sanction|consequence))",
        Of.DONE,
    ),
    _ban(
        r"privileges? (?:\w+ ){0,3}?(?:removed|lost|withdrawn|taken|stopped)|ground(?:ed|ing) (?=for|until|till|this|"
        r"over|$)|grounded|curfew|time[- ]out (?=room|chair|for|if|when|until|in)|(?:remove|withdraw|stop|lose)\w* "
        r"(?:his |her |their |all )?privileges|confin\w+|seclu\w+|segregat\w+",
        Of.DONE,
    ),
    # What asks for a human look, whoever it is about.
    _doubt(
        r"(?:(?:not|n['’]t|never) (?:be )?(?:allowed|permitted)|banned?|barred|forbidden|prohibited|stopped from)"
        rf"\b(?! {gap(1)}{DUTY})",
        Of.TOLD,
    ),
    _doubt(r"(?:until|till|til) further notice", Of.ANYBODY),
    _doubt(r"(?:must|may) not (?:leave|go|see|have|use|touch|eat|drink|watch)\b", Of.TOLD),
    _doubt(r"for (?:his|her|their|\w+['’]s?)? ?own (?:safety|good|protection)|house rules?|blanket", Of.DONE),
    _doubt(
        r"(?:everyone|everybody|all (?:residents|tenants|people)|(?:residents|tenants) all|nobody) (?:is |are |must "
        r"|to |has to |have to |should )*(?:in (?:bed|their)|up by|asks?|only|hand)|lights out|bed ?time (?:is|at|"
        r"by)|in bed (?:by|before|from)",
        Of.DONE,
    ),
    _doubt(rf"(?:{TOLD_NO}) (?:visit|come|call|ring|see|enter|be alone)\b(?! {gap(1)}{DUTY})", Of.TOLD),
    _doubt(r"(?:no|stop|supervised) (?:contact|visits?|calls?) (?:with|by|from|to) ", Of.NONE),
    _doubt(
        rf"(?:visits?|contact|calls?) {gap(4)}(?:supervised|monitored|listened to|not in|not at|in the office)",
        Of.DONE,
    ),
    _doubt(
        r"(?:door|bed|chair|movement|window) (?:sensors?|alarms?|monitors?)|sensor mats?|gps|track(?:er|ers|ing device)"
        r"|(?:camera|cctv|baby monitor|listening device)s? (?:is |are |to be |will be )?(?:put|fitted|install\w*|set|"
        r"in|on|up|over|outside|used)|(?:put|fit|install|set)\w* (?:up )?(?:a )?(?:camera|cctv)",
    ),
    _doubt(
        r"search(?:es|ed|ing)? (?:of )?(?:his|her|their|him|them|\w+['’]s|bags?|rooms?)|room searches|(?:one|1|two|"
        r"2)[- :](?:to[- ])?(?:one|1) (?:\w+ ){0,3}?(?:at all times|within|24|day and night|even)|line of sight|within "
        r"eyesight|within arm|constant(?:ly)? (?:observ|watch|supervis)\w*|never (?:left alone|out of sight)",
    ),
    _doubt(rf"(?:{OWN}|{ACTIVITY}) {gap(3)}(?:limited|restricted|only (?:at|when|if|after|with|on))"),
)


#: Doors, and what is theirs: left alone where a control secures records or evidence.
OF_THINGS: tuple[Rule, ...] = (
    # Locked.
    _ban(rf"{LOCKED} {gap(3)}(?:{LIVED_IN})\b", Of.DONE),
    _ban(
        rf"(?:{LIVED_IN}) (?:{gap(5)})(?:{LOCKED}|out of bounds|off[ -]limits|shut off|closed to|closed off|"
        rf"kept (?:shut|"
        r"closed)|(?:shut|closed) (?:at|over|overnight|between|after|from|before))\b",
        Of.NONE,
    ),
    _ban(
        rf"(?:{LOCKED}|hold(?:ing|s)?|held|shut|jam\w*|block(?:ed|s)?) {gap(3)}(?:{DOORS}) (?:\w+ ){{0,4}}?(?:shut|"
        r"closed|so (?:that )?(?:he|she|they)|from (?:the )?outside)",
        Of.DONE,
    ),
    _ban(
        rf"(?:{DOORS}) {gap(5)}(?:{LOCKED}|shut|closed) (?:\w+ ){{0,4}}?(?:so (?:that )?(?:he|she|they)|from (?:the "
        r")?outside|to (?:keep|stop) (?:him|her|them))",
        Of.DONE,
    ),
    _ban(rf"(?:{DOORS}|{LIVED_IN}) {gap(3)}(?:screwed|nailed|wedged|jammed|sealed|taped)\b", Of.NONE),
    _ban(rf"(?:his|her|their|\w+['’]s) (?:bed)?rooms? {gap(3)}{LOCKED}", Of.NONE),
    _doubt(rf"rooms? {gap(3)}{LOCKED}", Of.NONE),
    _ban(rf"doors? (?:of|to) (?:{THEIR} )?(?:own )?(?:{LIVED_IN}|{HOME}) {gap(3)}(?:{LOCKED}|kept shut)", Of.NONE),
    _ban(rf"(?:hold|holds|holding|held) (?:{THEIR} )?(?:bedroom |room )?doors?\b", Of.DONE),
    _ban(
        r"lock(?:s|ed|ing)? (?:him|her|them) (?:in|out)\b|lock(?:ed)? in\b(?! (?:the )?(?:office|safe|cupboard|cabinet|"
        r"drawer))",
        Of.DONE,
    ),
    _doubt(rf"{LOCKED} {gap(3)}(?:{DOORS})\b"),
    _doubt(rf"(?:{DOORS}) {gap(5)}(?:{LOCKED})\b", Of.NONE),
    _doubt(
        rf"(?:not|never|nobody) {gap(4)}(?:leave[sd]?|left|unlock\w*|open\w*) {gap(3)}(?:{DOORS}|{LIVED_IN})\b",
        Of.TOLD,
    ),
    _doubt(rf"(?:not|never) {gap(3)}(?:{DOORS}|{LIVED_IN}) {gap(2)}(?:unlocked|open)\b", Of.TOLD),
    _ban(
        rf"(?:keep|keeps|kept|keeping) (?:him|her|them|residents|tenants|everyone) (?:away from|out of|off) (?:{THEIR} "
        rf")?(?:{LIVED_IN}|{DOORS}|{HOME}|{ACTIVITY})",
        Of.DONE,
    ),
    _doubt(
        rf"(?:keep|keeps|kept|keeping) {_SOMEBODY} (?:away from|out of|apart from) (?:{THEIR} )?(?:{LIVED_IN}|"
        rf"{DOORS}|{HOME}|{ACTIVITY}|{KIN}|him|her|them)",
    ),
    # What is theirs: taken, kept from them, counted out.
    _ban(
        rf"(?:{TAKE}|keep|hold|(?:{WORKER}|we) (?:keeps?|holds?)) (?:away |off )?(?:{THEIR} )(?:own )?(?:{DEVICE}|"
        rf"{FOODS}|{AIDS}|{CLOTHING})\b(?! (?:with|to|charged|near|close|within|in reach|by (?:the|his|her)|on|ready)"
        r")",
        Of.DONE,
    ),
    _ban(rf"{TAKE} (?:away |off )?(?:{THEIR} )(?:own )?(?:{MONEY}|{PRIVATE})\b(?! (?:with|to|out with)\b)", Of.DONE),
    _ban(
        rf"(?:{TAKE}|{STOP}) (?:away )?(?:{DEVICE}|{FOODS}|{CLOTHING}|{AIDS}|pocket money|spending money)\b",
        Of.DONE,
    ),
    _ban(rf"(?:turn|switch)(?:s|es|ed|ing)? (?:{THEIR} )?(?:{DEVICE}) off\b", Of.DONE),
    _doubt(
        rf"(?:{OWN}|{ACTIVITY}) {gap(3)}(?:one|an|half an|two|\d+) (?:hours?|minutes?|times?|once|"
        rf"twice)\b(?! (?:before|"
        r"after))",
        Of.NONE,
    ),
    _ban(rf"{STOP} {THEIR} (?!lost|stolen){gap(1)}(?:{OWN})\b", Of.DONE),
    _ban(
        rf"(?:{DEVICE}|{FOODS}|{AIDS}|{CLOTHING}|pocket money|spending money) (?:{gap(4)})(?:{TAKEN}|{STOPPED}|"
        rf"{KEPT_FROM})(?:\b|$)",
        Of.NONE,
    ),
    _ban(rf"(?:{MONEY}|{PRIVATE}) (?:{gap(3)})(?:{TAKEN}|{STOPPED})(?:\b|$)", Of.NONE),
    _doubt(rf"(?:{MONEY}|{PRIVATE}) (?:{gap(3)})(?:{KEPT_FROM})(?:\b|$)", Of.NONE),
    _doubt(rf"(?:keep|keeps|hold|holds|manage[sd]?|control[s]?) (?:{THEIR} )(?:{MONEY}|{PRIVATE})\b"),
    _ban(
        rf"(?:keep|hold|put|store)s? {gap(2)}(?:{DEVICE}|{FOODS}|{CLOTHING}|{AIDS}) (?:in|at|with|by|behind) (?:the "
        r"|a )?(?:locked |staff )?(?:office|safe|staff|manager|cupboard|drawer|locker|car)\b",
        Of.DONE,
    ),
    _doubt(
        rf"(?:keep|hold|put|store)s? {gap(2)}(?:{MONEY}|{PRIVATE}) (?:in|at|with|by|behind) (?:the |a )?(?:locked |"
        r"staff )?(?:office|safe|staff|manager|cupboard|drawer|locker)\b",
    ),
)
