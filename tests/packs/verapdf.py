"""veraPDF, the independent validator of PDF/UA: found or fetched by Maven, run as its own process."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "var" / "verapdf"
MAIN = "org.verapdf.apps.GreenfieldCliWrapper"


def jars() -> Path:
    """The folder of veraPDF's jars. Skips, saying what is missing, where it cannot be had."""
    if not shutil.which("java"):
        pytest.skip(
            "veraPDF needs Java, which is not here; the structural checks have run (apt-get install default-jre-headless maven)"
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if list(FOLDER.glob("cli-*.jar")):
            return FOLDER
        if not shutil.which("mvn"):
            pytest.skip(
                "veraPDF is fetched by Maven, which is not here; the structural checks have run (apt-get install maven)"
            )
        command = ["mvn", "-q", "-B", "-f", str(Path(__file__).with_name("verapdf.xml"))]
        done = subprocess.run(
            [*command, "dependency:copy-dependencies", f"-DoutputDirectory={FOLDER}"],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"veraPDF could not be fetched by Maven: {done.stdout[-300:]}")
    return FOLDER


def failures(file: Path) -> list[str]:
    """What veraPDF finds against PDF/UA-1 in a file; nothing when it passes."""
    done = subprocess.run(
        [
            "java",
            "-Djava.awt.headless=true",
            "-cp",
            f"{jars()}/*",
            MAIN,
            "--flavour",
            "ua1",
            "--format",
            "text",
            "-v",
            str(file),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    assert lines, done.stderr
    return [] if lines[0].startswith("PASS ") else lines
