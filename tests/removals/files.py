"""Removals in evidence files: what is kept, what is refused, what is given out (records/files.py, incidents/)."""

from __future__ import annotations

from tests.removals.table import Removal

FILE = "tests/evidence/test_files.py::"

PHOTO = FILE + "test_a_photo_is_given_out_without_place_and_camera_and_the_original_keeps_its_hash"
NOT_ON_THE_LIST = FILE + "test_what_is_not_on_the_list_is_refused_whatever_it_is_called"
EMPTY_OR_LARGE = FILE + "test_an_empty_and_a_too_large_file_are_refused"
SAFE_NAME = FILE + "test_a_file_name_is_made_safe"
QUARANTINE = FILE + "test_a_file_is_in_quarantine_until_a_real_clamd_found_it_clean"
NEWER = FILE + "test_a_newer_version_stands_beside_the_old_one_which_stays"

FILES = "records/files.py"
KEEPING = "incidents/actions/evidence.py"
GIVING = "incidents/views/evidence.py"
MODEL = "incidents/models/evidence.py"

REMOVALS = [
    # -- F08 evidence files
    Removal(
        "F08",
        "the SHA-256 is of what came",
        KEEPING,
        "        digest.update(chunk)\n",
        "        pass\n",
        (PHOTO,),
    ),
    Removal(
        "F08",
        "a picture gets a copy without hidden data",
        KEEPING,
        "    copy = files.without_metadata(upload, kind)",
        "    copy = None",
        (PHOTO,),
    ),
    Removal(
        "F08",
        "the copy is what is given out",
        GIVING,
        "    content = (kept.copy or kept.file).open",
        "    content = kept.file.open",
        (PHOTO,),
    ),
    Removal(
        "F08",
        "as a download",
        GIVING,
        "as_attachment=True",
        "as_attachment=False",
        (PHOTO,),
    ),
    Removal(
        "F08",
        "in a sandbox",
        GIVING,
        """    response["Content-Security-Policy"] = "sandbox; default-src 'none'"\n""",
        "",
        (PHOTO,),
    ),
    Removal(
        "F08",
        "upright, as the phone meant it",
        FILES,
        "frames.append(_bare(ImageOps.exif_transpose(frame)))",
        "frames.append(_bare(frame))",
        (PHOTO,),
    ),
    Removal(
        "F08",
        "the points alone are drawn anew",
        FILES,
        "frames.append(_bare(ImageOps.exif_transpose(frame)))",
        "frames.append(frame.copy())",
        (FILE + "test_every_kind_of_picture_loses_what_is_hidden_in_it",),
    ),
    Removal(
        "F08",
        "only what is on the list",
        FILES,
        "    if kind not in ALLOWED:",
        "    if False:",
        (NOT_ON_THE_LIST,),
        by=("KeyError",),
    ),
    Removal(
        "F08",
        "no page and no script",
        FILES,
        '    if start.startswith(("<", "#!", "%!", "{\\\\rtf")):',
        "    if False:",
        (NOT_ON_THE_LIST,),
    ),
    Removal(
        "F08",
        "an archive is not a document",
        FILES,
        '                return declared if declared in OFFICE else ""',
        "                return next(iter(OFFICE))",
        (NOT_ON_THE_LIST,),
    ),
    Removal("F08", "not empty", KEEPING, "    if size == 0:", "    if False:", (EMPTY_OR_LARGE,)),
    Removal("F08", "not too large", KEEPING, "    if size > limit:", "    if False:", (EMPTY_OR_LARGE,)),
    Removal(
        "F08",
        "what it opens to is asked before it is opened",
        KEEPING,
        "    files.check(upload, kind)\n",
        "",
        (FILE + "test_a_document_that_may_not_be_kept_is_refused_by_the_action",),
    ),
    Removal(
        "F08",
        "no picture that bursts",
        FILES,
        "    if wide * high > MAX_PIXELS or frames > MAX_FRAMES or wide * high * frames > MAX_FRAME_PIXELS:",
        "    if False:",
        (FILE + "test_a_picture_that_bursts_is_refused_unopened",),
    ),
    Removal(
        "F08",
        "no damaged picture",
        FILES,
        "        raise _refuse(DAMAGED) from problem\n    finally:",
        "        return None\n    finally:",
        (FILE + "test_a_damaged_picture_is_refused",),
    ),
    Removal(
        "F08",
        "no document that bursts",
        FILES,
        "            if len(parts) > MAX_PARTS or told > MAX_UNPACKED or (told > 10_000_000 and told / packed > MAX_RATIO):",
        "            if False:",
        (FILE + "test_a_document_that_bursts_is_refused",),
    ),
    Removal(
        "F08",
        "no document that lies about its size",
        FILES,
        "                    while chunk := part.read(1 << 16):",
        "                    while chunk := b'':",
        (FILE + "test_a_document_that_lies_about_its_size_is_refused",),
    ),
    Removal(
        "F08",
        "no macros",
        FILES,
        '                "vbaproject" in one.filename.lower() or one.filename.startswith(("Basic/", "Scripts/")) for one in parts',
        "                False for one in parts",
        (FILE + "test_a_document_with_macros_is_refused",),
    ),
    Removal(
        "F08",
        "no password",
        FILES,
        "            if any(one.flag_bits & 1 for one in parts):",
        "            if False:",
        (FILE + "test_a_document_with_a_password_or_a_way_out_of_its_folder_is_refused",),
    ),
    Removal(
        "F08",
        "no way out of its folder",
        FILES,
        '                if os.path.isabs(one.filename) or ".." in one.filename.split("/"):',
        "                if False:",
        (FILE + "test_a_document_with_a_password_or_a_way_out_of_its_folder_is_refused",),
    ),
    Removal(
        "F08",
        "a name without folders",
        FILES,
        'os.path.basename(name.replace("\\\\", "/"))',
        "name",
        (SAFE_NAME,),
    ),
    Removal(
        "F08",
        "a name without tricks",
        FILES,
        'sign for sign in stem if unicodedata.category(sign)[0] in "LNPSZ" and sign not in \'<>:"|?*/;%\'',
        "sign for sign in stem",
        (SAFE_NAME,),
    ),
    Removal(
        "F08",
        "the ending of what it is",
        FILES,
        '    return f"{stem}.{ALLOWED[kind]}"',
        '    return f"{stem}{os.path.splitext(plain)[1]}"',
        (SAFE_NAME,),
    ),
    Removal(
        "F08",
        "the path says nothing",
        MODEL,
        '    return f"{str(instance.pk)[:2]}/{instance.pk}"',
        '    return f"{str(instance.pk)[:2]}/{instance.pk}-{instance.name}"',
        (FILE + "test_where_it_lies_says_nothing_of_anybody",),
    ),
    Removal(
        "F08",
        "a newer version names the one before it",
        KEEPING,
        "        replaces=replaces,\n",
        "        replaces=None,\n",
        (NEWER,),
        by=("DoesNotExist",),
    ),
    Removal(
        "F08",
        "one newer version",
        KEEPING,
        '        if hasattr(replaces, "replaced_by"):',
        "        if False:",
        (NEWER,),
        by=("IntegrityError",),
    ),
    Removal(
        "F08",
        "several at once, or none",
        GIVING,
        "        with transaction.atomic():  # all of them, or none\n",
        "        if True:\n",
        (FILE + "test_several_files_come_at_once_or_not_at_all",),
    ),
    Removal(
        "F08",
        "in quarantine until it is clean",
        GIVING,
        "    if not kept.may_be_opened:",
        "    if False:",
        (QUARANTINE,),
    ),
    Removal(
        "F08",
        "no link to what is in quarantine",
        GIVING,
        " if self.file.may_be_opened else",
        " if True else",
        (QUARANTINE,),
    ),
    Removal(
        "F08",
        "what has a virus stays there",
        KEEPING,
        "        kept.scan = Scan.FOUND if found else Scan.CLEAN",
        "        kept.scan = Scan.CLEAN",
        (QUARANTINE,),
    ),
    Removal(
        "F08",
        "a scanner that is away lets nothing out",
        "records/clamd.py",
        "        raise ScannerAway(type(problem).__name__) from problem",
        '        return ""',
        (QUARANTINE,),
    ),
    Removal(
        "F08",
        "only the product says that it is clean",
        KEEPING,
        "    if not by.is_system:",
        "    if False:",
        (FILE + "test_nobody_but_the_product_says_that_a_file_is_clean",),
    ),
]
