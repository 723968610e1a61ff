"""`make audit`: does a published advisory name one of the pinned packages? Asks the OSV database through pip-audit.

Ends with 0 when none does, with 1 when one does (and names it), and with 0 and one sentence where the service
cannot be reached: it is no part of `make check`, and a machine without the internet has nothing to mend.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
#: How pip-audit and what is under it say that nobody answered.
NOBODY_ANSWERED = ("ConnectionError", "Max retries exceeded", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError")


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    command += ["--vulnerability-service", "osv", "--format", "json", "--timeout", "10"]
    if service := os.environ.get("AUDIT_SERVICE"):
        command += ["--osv-url", service]
    for file in PINNED:
        command += ["--requirement", str(ROOT / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        if any(words in done.stderr for words in NOBODY_ANSWERED):
            sys.stdout.write("The advisory service could not be reached, so nothing was audited.\n")
            return 0
        sys.stderr.write(f"{done.stderr.strip()}\n")
        return 1
    named = [(one["name"], one["version"], found) for one in packages for found in one.get("vulns", [])]
    for name, version, found in named:
        mended = ", ".join(found["fix_versions"]) or "no version yet"
        sys.stdout.write(f"{name} {version}: {found['id']}, mended in {mended}\n")
    sys.stdout.write(f"{len(packages)} pinned packages, {len(named)} advisories.\n")
    return 1 if named else 0


if __name__ == "__main__":
    sys.exit(main())
