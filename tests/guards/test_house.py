"""Rules of the whole house: imports run downhill, nothing of other people's is in it, no address is recorded."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_imports_run_downhill() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_no_file_names_a_package_registry_or_a_download_address() -> None:
    registries = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org|repo1?\.maven", re.I)
    found = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path != Path(__file__)
        and path.suffix not in {".png", ".woff2"}
        and registries.search(path.read_text(errors="ignore"))
    ]
    assert found == []


def test_no_compiled_or_copied_code_is_in_the_repository() -> None:
    assert [str(p) for p in tracked_files() if p.suffix in {".whl", ".so", ".woff", ".woff2", ".map", ".jar"}] == []
    assert [str(p) for p in tracked_files() if p.name.endswith((".min.js", ".min.css"))] == []


def test_typed_text_is_never_marked_safe_in_a_template() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.suffix == ".html" and re.search(r"\|\s*safe\b|autoescape\s+off", path.read_text())
    ]
    assert found == []


def test_templates_carry_no_inline_script_or_style_without_a_nonce() -> None:
    found = []
    for path in tracked_files():
        if path.suffix != ".html" or {"packs", "pack"} & set(path.parts):
            continue
        text = path.read_text()
        if re.search(r"<(script|style)(?![^>]*(nonce|src=))[^>]*>", text) or re.search(
            r"\sstyle=\"|\son[a-z]+=\"", text
        ):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_nothing_that_comes_in_is_read_as_xml() -> None:
    """An office file is looked into as a zip, never parsed: no entity can be expanded (OWASP ASVS 5.0 1.5.1)."""
    readers = re.compile(r"^\s*(?:import|from)\s+(xml|lxml|defusedxml|openpyxl|docx)\b", re.MULTILINE)
    ours = [path for path in tracked_files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "tests"]
    found = [str(path.relative_to(ROOT)) for path in ours if readers.search(path.read_text())]
    assert found == []


def test_views_hold_no_writes() -> None:
    """Find, form, action, redirect: a view that saves has taken a rule out of its action."""
    found = []
    for path in tracked_files():
        if path.suffix == ".py" and ("views" in path.parts or path.name == "views.py"):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if (
                    re.search(r"\.(save|delete|update|bulk_create|bulk_update|create|get_or_create)\(", line)
                    and "form" not in line
                ):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_every_form_says_where_it_goes() -> None:
    """A page may be shown at another address than its own: after the password was asked for on the way (allauth)."""
    forms = [
        (path.name, form)
        for path in tracked_files()
        if path.suffix == ".html"
        for form in re.findall(r"<form\b[^>]*method=\"post\"[^>]*>", path.read_text())
    ]
    assert len(forms) > 40
    assert [one for one in forms if "action=" not in one[1]] == []
