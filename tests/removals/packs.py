"""Removals in governance packs: contents, redaction, document, seal (governance/packs/)."""

from __future__ import annotations

from tests.removals.table import Removal

DOCUMENT = "tests/packs/test_document.py::"
PAGES = "tests/packs/test_pages.py::"
NAMES = "tests/packs/test_redaction.py::"
VERIFY = "tests/packs/test_verify.py::"

WHOLE_WAY = PAGES + "test_the_manager_asks_waits_checks_signs_and_downloads"
NO_NAME = NAMES + "test_no_name_is_left_in_the_data_the_pdf_or_the_html"
ELSEWHERE = NAMES + "test_the_search_looks_where_nobody_reads"
LISTED = NAMES + "test_each_replacement_is_listed_in_its_sentence_for_a_person_to_check"
STRUCTURE = DOCUMENT + "test_the_structure_is_tagged_in_words_a_reader_s_software_knows"
FOURTEEN = DOCUMENT + "test_fourteen_parts_are_bookmarked_and_the_contents_give_their_true_pages"
KEPT = DOCUMENT + "test_a_kept_pack_is_made_again_byte_for_byte_although_the_case_went_on"
SUPERSEDED = PAGES + "test_a_superseded_version_stays_and_cannot_be_released"
FLIPPED = VERIFY + "test_one_flipped_byte_anywhere_is_caught"

REDACTION = "governance/packs/redaction.py"
ACTIONS = "governance/actions/packs.py"
DOCUMENT_HTML = "governance/templates/governance/pack/document.html"
BODY_HTML = "governance/templates/governance/pack/body.html"


REMOVALS = [
    # -- F75 the case pack
    Removal(
        "F75",
        "from one click, in the background",
        ACTIONS,
        "        transaction.on_commit(lambda: queue.send(pack.pk), robust=True)",
        "        pass",
        (WHOLE_WAY,),
    ),
    Removal(
        "F75",
        "with progress",
        "governance/views/packs.py",
        "    if found.is_finished:\n        response.headers",
        "    if False:\n        response.headers",
        (WHOLE_WAY,),
        by=("KeyError",),
    ),
    Removal(
        "F75",
        "all fourteen parts",
        "governance/packs/contents.py",
        "    contents_effect.open_risks,\n",
        "",
        (DOCUMENT + "test_the_manager_s_full_copy_holds_all_fourteen_parts_even_of_an_empty_case",),
    ),
    Removal(
        "F75",
        "what went badly is in it",
        "governance/packs/contents_effect.py",
        "        if lateness(due, done)\n    ]",
        "        if False\n    ]",
        (DOCUMENT + "test_what_went_badly_is_in_the_pack",),
    ),
    Removal(
        "F75",
        "nothing leaves before it is released",
        "governance/views/packs.py",
        "    if not _releases().filter(pack=found, withdrawn_by=None, expires_on__gte=times.today()).exists():",
        "    if False:",
        (WHOLE_WAY,),
    ),
    # -- F78 redaction
    Removal(
        "F78",
        "names are taken out of the data",
        REDACTION,
        "    known = names_of(case, also) if profile.redacts else []",
        "    known: list[Known] = []",
        (NO_NAME, LISTED),
    ),
    Removal(
        "F78",
        "initials too",
        REDACTION,
        "        return _INITIALS.sub(put_code, said) if initials else said\n",
        "        return said\n",
        (NAMES + "test_the_initials_of_one_person_become_their_code",),
    ),
    Removal(
        "F78",
        "but not where two people share them",
        REDACTION,
        "letters in of_persons or len(initials.get(letters, ())) != 1:",
        "letters not in initials:",
        (NAMES + "test_the_code_of_a_person_supported_is_never_taken_for_a_worker_s_initials",),
    ),
    Removal(
        "F78",
        "the finished file is searched",
        "governance/packs/making.py",
        "        if left := redaction.leaks(texts, redacted.known):",
        "        if left := []:",
        (NAMES + "test_a_file_that_still_holds_a_name_is_thrown_away",),
    ),
    Removal(
        "F78",
        "also inside every object",
        REDACTION,
        "            texts += walk(value)\n",
        "",
        (ELSEWHERE,),
    ),
    Removal(
        "F78",
        "also in attachments and streams",
        REDACTION,
        "                texts += _decoded(value.get_data())\n",
        "                pass\n",
        (ELSEWHERE,),
    ),
    Removal(
        "F78",
        "former names too",
        REDACTION,
        "        found.append(Known(staff.name, REPORTER if staff.id in reporters else staff.role_code))",
        "        pass",
        (NAMES + "test_former_names_are_taken_out_too",),
    ),
    Removal(
        "F78",
        "former names of sign-ins too",
        REDACTION,
        '        found += [Known(then["name"], instead), Known(then["email"], instead)]',
        "        pass",
        (NAMES + "test_the_former_name_and_address_of_a_sign_in_are_taken_out",),
    ),
    Removal(
        "F78",
        "the reporter has no code",
        REDACTION,
        "        instead = REPORTER if staff.pk in reporters else staff.role_code",
        "        instead = staff.role_code",
        (NAMES + "test_the_reporter_is_not_even_known_by_a_role_code",),
    ),
    Removal(
        "F78",
        "the HR compartment is dropped",
        REDACTION,
        '        if names := block.get("hr_names"):',
        "        if names := None:",
        (NAMES + "test_what_a_part_marks_as_hr_is_dropped_even_where_no_field_is_declared",),
    ),
    Removal(
        "F78",
        "each place is listed for a person",
        REDACTION,
        '"why": SHARED, "sentence": around})\n'
        '            made.replaced.append({"was": match.group(), "now": found, "sentence": around})\n',
        '"why": SHARED, "sentence": around})\n',
        (LISTED,),
    ),
    Removal(
        "F78",
        "released only when a person has checked",
        ACTIONS,
        "    if not checked:",
        "    if False:",
        (PAGES + "test_release_is_signed_on_its_page_and_refused_without_the_check",),
    ),
    # -- F79 the document
    Removal("F79", "its language", DOCUMENT_HTML, '<html lang="en-GB">', "<html>", (STRUCTURE,)),
    Removal("F79", "pictures say what they show", BODY_HTML, ' alt="{{ block.alt }}">', ' alt="">', (STRUCTURE,)),
    Removal(
        "F79",
        "fourteen bookmarked parts",
        "governance/packs/contents.py",
        "    contents_effect.open_risks,\n",
        "",
        (FOURTEEN,),
    ),
    Removal(
        "F79",
        "the twin needs nothing else",
        "governance/packs/render.py",
        '"sheet": _sheet()}',
        '"sheet_url": "build/pack.css"}',
        (DOCUMENT + "test_the_html_twin_says_the_same_and_needs_nothing_else",),
    ),
    Removal(
        "F79",
        "cells are tied to their headings",
        BODY_HTML,
        '<th scope="row">{{ row.0 }}</th>',
        "<td>{{ row.0 }}</td>",
        (STRUCTURE,),
    ),
    # -- F80 the seal
    Removal(
        "F80",
        "not one byte changed",
        "governance/packs/seal.py",
        "        return bool(status.intact and status.valid and status.trusted and whole)",
        "        return True",
        (FLIPPED,),
    ),
    Removal(
        "F80",
        "nothing added after the seal",
        "governance/packs/seal.py",
        "        return bool(status.intact and status.valid and status.trusted and whole)",
        "        return bool(status.intact and status.valid and status.trusted)",
        (VERIFY + "test_something_added_after_the_seal_is_caught",),
    ),
    Removal(
        "F80",
        "changed since is said",
        "governance/packs/checking.py",
        "    if ours or seal.bears_our_certificate(data):",
        "    if False:",
        (FLIPPED,),
    ),
    Removal(
        "F80",
        "intact is said",
        ACTIONS,
        "    pack.sha256, pack.html_sha256 = sha256(pdf), sha256(html)\n",
        "",
        (VERIFY + "test_anybody_with_the_file_learns_that_it_is_intact",),
    ),
    Removal(
        "F80",
        "the ledger's head is kept with it",
        ACTIONS,
        '    pack.ledger_seq, pack.ledger_head = contents["ledger_seq"], contents["ledger_head"]\n',
        "",
        (VERIFY + "test_the_head_printed_in_a_pack_anchors_the_ledger",),
        by=("ValueError",),
    ),
    # -- F81 frozen
    Removal(
        "F81",
        "a finished version does not change",
        ACTIONS,
        "    if found.is_finished:",
        "    if False:",
        (SUPERSEDED,),
    ),
    Removal(
        "F81",
        "a superseded version is not released",
        ACTIONS,
        '    if latest := newer.order_by("-version").first():',
        "    if latest := None:",
        (SUPERSEDED,),
    ),
    Removal("F81", "it names what it supersedes", ACTIONS, "        supersedes=before,\n", "", (SUPERSEDED,)),
    Removal(
        "F81",
        "a changed one is not said to be reproduced",
        "governance/packs/making.py",
        "    return sealed.startswith(again) and seal.sha256(sealed) == pack.sha256",
        "    return True",
        (KEPT,),
    ),
]
