"""What the front end is made of, and what must never be in the repository or in production."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_lock_file_pins_by_hash_and_names_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert not re.search(r"https?://", text)
    packages = json.loads(text)["packages"]
    assert all(one.get("integrity") for name, one in packages.items() if name)


def test_no_built_or_third_party_file_is_in_the_repository() -> None:
    kept = subprocess.run(
        ["git", "ls-files", "static", "frontend"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not [name for name in kept if name.endswith((".woff2", ".woff", ".css", ".min.js", ".map"))]
    assert not [name for name in kept if name.startswith("static/build/")]


def test_the_build_has_our_typeface_and_no_crown() -> None:
    build = ROOT / "static" / "build"
    styles = (build / "main.css").read_text()
    assert "Atkinson Hyperlegible" in styles
    assert "GDS Transport" not in styles
    assert not [path.name for path in build.rglob("*") if re.search("crown|crest|logotype", path.name)]
    named = set(re.findall(r"url\(\"?\.?/?([^)\"]+)\"?\)", styles)) - {""}
    missing = [name for name in named if not name.startswith("data:") and not (build / name.lstrip("./")).exists()]
    assert missing == [], "a strict static-file storage would refuse these"


def test_the_page_of_components_does_not_exist_in_production() -> None:
    code = (
        "import django; django.setup(); from django.urls import reverse, NoReverseMatch\n"
        "try: reverse('components'); print('there')\nexcept NoReverseMatch: print('absent')"
    )
    environment = {
        "ENVIRONMENT": "production",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "example.org",
        "DATABASE_URL": "postgres://a:b@127.0.0.1:1/x",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "SITE_URL": "https://example.org",
        "PATH": "/usr/bin:/bin",
    }
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert told.stdout.strip() == "absent", told.stderr[-2000:]
