"""What somebody searched for, kept on the server: an address shows a key that says nothing (ASVS 14.2.1, decisions/0004).

    key = searching.keep(request, words)     after a POST; redirect to ?search=<key>
    words = searching.words(request)         of this person's own session; "" for a key that is none or is gone

So paging, reloading and the back button work, and neither the browser's history nor a log holds a name.
"""

from __future__ import annotations

import secrets

from django.http import HttpRequest

#: The name of the key in an address, and of the searches in the session.
KEY = "search"
_KEPT = "searches"
#: The newest searches of a session that are kept; one before them shows the whole list again.
MOST = 30
#: Longer words are cut: nobody types them.
LONGEST = 200


def keep(request: HttpRequest, words: str) -> str:
    """Keep the words with the session and say under which key; "" when there are none."""
    typed = " ".join(words.replace("\0", "").split())[:LONGEST]
    if not typed:
        return ""
    kept: dict[str, str] = request.session.get(_KEPT, {})
    key = next((one for one, same in kept.items() if same == typed), "") or secrets.token_urlsafe(9)
    kept.pop(key, None)
    newest = [*kept.items(), (key, typed)][-MOST:]
    request.session[_KEPT] = dict(newest)
    return key


def words(request: HttpRequest) -> str:
    """What was searched for under the key of this address, by this person in this session."""
    kept: dict[str, str] = request.session.get(_KEPT, {})
    return kept.get(request.GET.get(KEY, ""), "")
