"""Words that confine a person: the trap of domain.md §3, "a control that limits the person's freedom".

Pure. A sentence is looked at for a word of keeping from (stopped, on hold, not to, locked, taken, held) beside what
people are kept from (going out, places, doors, whom they see, what is theirs, an own will), in either order.

Two strengths. **Bans** are limits in plain words: they need a restriction record (§9), whatever else is said.
**Doubtful** words may limit somebody or may not ("for her own safety", a door sensor, the visits of a named man):
a human looks, and says why they do not. Left alone is what stops a worker or what is locked for everybody's safety.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from incidents.confining_rules import OF_PEOPLE, OF_THINGS, Of, Rule
from incidents.confining_words import (
    BAN,
    KIN,
    LIVED_IN,
    LOCKED,
    MONEY,
    STOP,
    THINGS,
    VISITOR,
    WORD,
    WORKER,
    as_words,
    spaced,
)

#: Where a new statement begins inside a sentence: what stands before it is about somebody else.
_STARTS = re.compile(
    r"[,;:()]|\s[-–—]\s|(?<![\w-])(?:and|but|while|so|because|until|till|if|when|whenever|where|who|that|after|then)"
    r"(?![\w-])",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[^\S\n]+")
_SENTENCE = re.compile(r"[.!?;\n]+")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){1,4}")
_AUX = (
    r"(?:is|are|was|were|be|been|being|to|must|may|will|would|should|shall|can|has|have|had|do|does|also|still|now|"
    r"for now|today|currently|temporarily|therefore|asked|told|reminded|who)"
)
_DETERMINER = r"(?:the|a|an|any|all|two|three|no|each|every|other|named|this|that|our|new|his|her|their|both)"
#: What is not done, up to the word of doing: "nobody may", "do not let him be", "instead of".
_NOT_DONE = as_words(
    r"(?:no longer|not|never|nobody|no one|nothing|no|without|instead of|rather than|stop|stops|stopped|end|ends|avoid|"
    r"\w+n['’]t|unless) (?:(?:to|be|been|being|have|has|need|needs|is|are|let|may|must|should|can|will|anyone|anybody|"
    r"staff|members?|workers?|carers?|him|her|them|his|their|the|a|any|use|longer|more|ever|again|forget|fail) ){0,4}$"
)
_NOT_INSIDE = as_words(
    r"(?:no longer|not|never)(?! (?:happen|going ahead|allowed|permitted|offered|take place|go ahead|start|resume))"
)
_FORGET = as_words(r"forget|fail|omit|miss")
_LIFTED = re.compile(
    spaced(
        rf"^\s*(?:{WORD} ){{0,4}}?(?:ends?|ended|lifted|is over|are over|withdrawn|taken off|come off|comes off|"
        rf"off|down|"
        r"removed|given back|no longer|at any time|whenever|reinstated|restored|resumed?)\b"
    ),
    re.IGNORECASE,
)
_A_LIMIT = as_words(rf"{BAN} (?:on|of|to)|bed ?rails?|(?:\w+ )?belts?|straps?|lock|harness|mittens")
_UNLIMITED = as_words(
    r"(?:at any time|any time|when(?:ever)? (?:he|she|they) (?:likes?|wants?|wish(?:es)?|asks?|chooses?)|"
    r"(?:as|if) (?:he|she|they) (?:likes?|wants?|wish(?:es)?|asks?|chooses?)|at (?:his|her|their) (?:own )?request|"
    r"(?:as|because) (?:he|she|they) (?:asked|chose|wanted|prefers?))\b"
)
_ALONE = as_words(r"(?:alone|lone|single-handed)\b")
_LONE = as_words(r"no (?:\w+ )?(?:lone|solo|single-handed|single|late|missed|shorter?)\b")
_LOCK_OFF = as_words(r"lock off\b")
_BY = re.compile(r"^\s+(?:by|from)\s+(.*)", re.IGNORECASE)
_LIVED_IN = as_words(LIVED_IN)
_THINGS = as_words(THINGS)
_LOCK_OR_KEY = as_words(rf"(?:{LOCKED}|{MONEY}|keys?|post|letters)")
_WISHED = as_words(
    r"(?:likes?|prefers?|wants?|wish(?:es)?|chooses?|chose|asks?|asked|enjoys?|happy|decides?|decided) (?:to |for )?$"
)
_ASKED_WHY = as_words(r"(?:why|whether) (?:\w+ ){1,3}$")
#: A lock that the person opens, a thing that they hold.
_THEIRS = re.compile(
    spaced(
        r"^\s+(?:(?:that|which|so|so that) )?(?:he|she|they) (?:(?:\w+ )?can(?! ?not)|has|have|holds?|keeps?|opens?)\b"
    ),
    re.IGNORECASE,
)
_MENDED = as_words(r"(?:broken|mend(?:ed|ing)?|repair\w*|replac\w+|servic(?:ed|ing)|faulty|fixed|cleaned)\b")
_MAY_BE_MENDED = as_words(rf"(?:{LOCKED}|bed ?rails?|belts?|frame|wheelchair|doors?)")
_NONE_OF = as_words(r"(?:no|none|without|stop|supervised)\b")
_NO_SUCH = as_words(r"(?:no|none of|neither) (?:\w+ )?$")
_SPOKEN_OF = as_words(
    r"(?:train\w*|courses?|talk\w*|meetings?|sessions?|polic(?:y|ies)|learning|discuss\w*|review\w*|asks?|asked) "
    r"(?:\w+ ){0,2}(?:on|about|of) (?:\w+ )?$"
)
_NO_VISITS = as_words(r"no visits?")
_THE_PERSON = re.compile(r"(?:the )?(?:person|residents?|tenants?)\b|(?:[A-Z]_)+|(?:him|them)\b|her\b(?!\s+\w)")


@dataclass(frozen=True)
class Confining:
    """What was found, as it was written but for double blanks: `bans` in plain words, and words that are `doubtful`."""

    bans: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()

    @property
    def found(self) -> list[str]:
        """Both, the plain ones first."""
        return [*self.bans, *self.doubtful]


def confining(
    text: str, *, about_worker: bool = False, about_things: bool = False, workers: Iterable[str] = ()
) -> Confining:
    """What in `text` confines a person, in plain words or doubtfully.

    `workers` are the names of people who work here: what stops one of them is left alone. With `about_worker` the
    control names a worker, so a sentence that names nobody may be about them. With `about_things` it secures records
    or evidence, so what is locked or taken is left alone.
    """
    named = _names(workers)
    bans: list[tuple[int, int]] = []
    doubtful: list[tuple[int, int]] = []
    # Dots of initials end no sentence; everything keeps its place, so that what is found is quoted as written.
    text = _BLANKS.sub(" ", text)
    plain = _INITIALS.sub(lambda initials: initials.group(0).replace(".", "_"), text)
    at = 0
    for sentence in _SENTENCE.split(plain):
        at = plain.index(sentence, at)
        for rule in OF_PEOPLE if about_things else (*OF_PEOPLE, *OF_THINGS):
            for match in rule.words.finditer(sentence):
                judged = _judge(rule, sentence, match, about_worker, named)
                if judged is not None:
                    (bans if judged else doubtful).append((at + match.start(), at + match.end()))
        at += len(sentence)
    told = _apart(bans, ())
    return Confining(
        tuple(text[start:end].strip() for start, end in told),
        tuple(text[start:end].strip() for start, end in _apart(doubtful, told)),
    )


def words_that_confine(text: str, *, about_worker: bool = False, workers: Iterable[str] = ()) -> list[str]:
    """The phrases found in `text` by either strength, as written, the plain ones first."""
    return confining(text, about_worker=about_worker, workers=workers).found


def _names(workers: Iterable[str]) -> str:
    """The workers' names as one pattern: the whole name, or the first name."""
    names = {
        part for name in workers for part in (name.strip(), name.split()[0] if name.split() else "") if len(part) > 1
    }
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or r"(?!)"


def _apart(spans: list[tuple[int, int]], taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that overlap none before them, in the order of the text, and nothing `taken`; the longest kept."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        if all(end <= left or right <= start for left, right in (*kept, *taken)):
            kept.append((start, end))
    return sorted(kept)


def _judge(rule: Rule, sentence: str, match: re.Match[str], about_worker: bool, named: str) -> bool | None:
    """True for a ban, False for a doubtful word, None for what limits nobody."""
    begins = max((start.end() for start in _STARTS.finditer(sentence, 0, match.start())), default=0)
    before, words, after = sentence[begins : match.start()], match.group(0), sentence[match.end() :]
    if _LOCK_OR_KEY.search(words) and not _LIVED_IN.search(words) and _THINGS.search(sentence):
        return None
    if rule.of is not Of.DONE and _speaks_of(before, rf"{WORKER}|{named}"):
        return None
    if (_LOCK_OR_KEY.search(words) and _THEIRS.match(after)) or (
        _MENDED.search(sentence) and _MAY_BE_MENDED.search(words)
    ):
        return None
    if rule.of is Of.TOLD and _ASKED_WHY.search(sentence[: match.start()]):
        return None
    if _stops_a_worker(words, named) or (rule.of in (Of.TOLD, Of.STAYS) and _WISHED.search(before)):
        return None
    # A sentence without a name is about the worker, perhaps, where the control names one.
    perhaps_worker = about_worker and _speaks_of(before, "")
    judged: bool | None = rule.ban
    if rule.of is Of.TOLD:
        judged = _told(rule, before, perhaps_worker)
    elif rule.of is Of.STAYS:
        judged = None if _speaks_of(before, VISITOR) else rule.ban and not re.match(r"\s+with\b", after)
    elif rule.of is Of.ANYBODY:
        judged = None if about_worker else rule.ban
    elif rule.of is Of.DONE:
        judged = None if _set_aside(before, words, after) else rule.ban
    else:
        judged = _there_is_none(rule, before, words, after, about_worker, perhaps_worker, named)
    if judged is None or not _UNLIMITED.search(after):
        return judged
    # What the person does as they like is no limit. What is done to them "as she asked" rests on consent: a record.
    if judged:
        return rule.of not in (Of.TOLD, Of.STAYS)
    return None


def _told(rule: Rule, before: str, perhaps_worker: bool) -> bool | None:
    if perhaps_worker:
        return False if rule.ban else None
    return rule.ban and not _speaks_of(before, KIN)


def _there_is_none(
    rule: Rule, before: str, words: str, after: str, about_worker: bool, perhaps_worker: bool, named: str
) -> bool | None:
    if _LONE.match(words) or _NOT_INSIDE.search(words) or _NO_SUCH.search(before):
        return None
    whose = _whose(words, after)
    if re.match(spaced(rf"(?:{_DETERMINER} )*(?:{WORKER}|{named})\b"), whose, re.IGNORECASE):
        return None
    if not rule.ban and _THE_PERSON.match(whose):
        return None
    if re.match(r"[A-Z]\w+", whose) and not re.match(KIN, whose, re.IGNORECASE):
        return None if about_worker or _ALONE.search(whose) else False
    return rule.ban and not (perhaps_worker and _NO_VISITS.fullmatch(words))


def _speaks_of(before: str, who: str) -> bool:
    """Whether what stands before the words names just that: "the night carer is", "Dionne Asante", "Staff"."""
    name = rf"(?:{_DETERMINER} )*(?:{who})(?:['’]s?)?(?: (?-i:[A-Z])\w+)?(?:['’]s?)? ?" if who else ""
    return re.fullmatch(spaced(rf"\s*{name}(?:{_AUX} )*"), before, re.IGNORECASE) is not None


def _stops_a_worker(words: str, named: str) -> bool:
    """Whether the one stopped, behind the word of stopping, works here."""
    stopped = rf"{STOP} (?:{_DETERMINER} )*(?:{WORKER}|{named})(?:\b|$)(?! (?:phone|money))"
    return re.match(spaced(stopped), words, re.IGNORECASE) is not None


def _set_aside(before: str, words: str, after: str) -> bool:
    """Whether it is said that this is not done, or not done any more."""
    denied = _NOT_DONE.search(before)
    if denied and not _FORGET.search(denied.group(0)):
        return True
    if _LOCK_OFF.search(words) or _SPOKEN_OF.search(before):
        return True
    return _A_LIMIT.search(words) is not None and _LIFTED.match(after) is not None


def _whose(words: str, after: str) -> str:
    """Who follows "by", "from" or "with" directly behind what there is none of; "" where nothing is said to be none."""
    if not _NONE_OF.match(words):
        return ""
    told = re.search(r"\b(?:by|from|with|to)\s*$", words, re.IGNORECASE)
    if told:
        return after.strip()
    following = _BY.match(after)
    return following.group(1) if following else ""
