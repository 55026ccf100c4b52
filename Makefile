# make        sets up, checks the package and builds the release into dist/
# make test   runs all tests
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
export NO_MKDOCS_2_WARNING := 1

.PHONY: release setup check bench faults format compare headers sheet intake test lint site serve lock clean

release: setup
	@$(PY) scripts/build_release.py

setup: .venv/ready

.venv/ready: requirements.txt
	@echo "setting up .venv (a minute or two)"
	@$(PYTHON) -m venv --clear .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/ready-for-tests: requirements-test.txt .venv/ready
	@echo "adding what the tests need (another minute or two)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

check: setup
	@$(PY) scripts/check.py

# make bench [SCALES="1 10 100"]: time and memory on multiples of the package, beside frictionless
bench: setup
	@$(PY) scripts/bench.py $(if $(SCALES),--scales $(SCALES))

# make faults [NUMBER=10000]: random damages, and how many of them the check reports
faults: .venv/ready-for-tests
	@PYTHONPATH=scripts:tests $(PY) tests/faults.py $(if $(NUMBER),--number $(NUMBER))

# Canonical CSV, filled quantities, citation files and record schemas: all that is made from what was typed.
format: setup
	@$(PY) scripts/format_csv.py
	@$(PY) scripts/build_record_schemas.py
	@$(PY) scripts/build_citation.py

# make compare OLD=v0.1.0 [NEW=folder, zip or revision] [CSV=changes.csv]; NEW is the package as it lies here
compare: setup
	@$(PY) scripts/compare.py $(OLD) $(NEW) $(if $(CSV),--csv $(CSV))

# Writes down the headers of the version that is about to be published.
headers: setup
	@$(PY) scripts/publish_headers.py

# make sheet ID=joint-sea-2024 [OUT=joint-sea-2024.yaml]
sheet: setup
	@$(PY) scripts/sheet.py $(ID) $(if $(OUT),--out $(OUT))

# make intake SHEET="one.yaml two.yaml"
intake: setup
	@$(PY) scripts/intake.py $(SHEET)

test: .venv/ready-for-tests lint
	@$(PY) -m pytest

lint: .venv/ready-for-tests
	@.venv/bin/ruff check scripts tests
	@.venv/bin/ruff format --check scripts tests
	@.venv/bin/mypy

site: setup
	@.venv/bin/mkdocs build --strict
	@echo "the site is in site/"

serve: setup
	@.venv/bin/mkdocs serve

# After a change of the dependencies in pyproject.toml; needs pip-tools
lock:
	pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --output-file=requirements.txt pyproject.toml
	pip-compile --quiet --extra test --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --constraint=requirements.txt --output-file=requirements-test.txt pyproject.toml

clean:
	rm -rf dist site .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
