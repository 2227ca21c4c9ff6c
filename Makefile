# Everything runs in a virtual environment inside the checkout, installed from pinned, hashed locks.
# Needed: make, Python 3.11 or newer, and a package index for the first call.

VENV ?= .venv
RUN_PYTHON := $(VENV)/bin/python
# The locks are complete: with --no-deps pip never asks the index for a newer version than theirs.
PIP := $(RUN_PYTHON) -m pip --disable-pip-version-check install --quiet --no-deps
# PYTHON=/path/to/python chooses the interpreter; else the first of these that is new enough.
PYTHON ?=
CANDIDATES := python3.13 python3.12 python3.11 python3 python

.DEFAULT_GOAL := help
.PHONY: help demo test check docs pictures bench leaderboard validate lock clean

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

demo: $(VENV)/ready-to-run  ## check the shipped scenario and run it, with pages to look at
	$(VENV)/bin/patrolsim validate scenarios/miaoshan
	$(VENV)/bin/patrolsim demo

test: $(VENV)/ready-to-develop  ## run the tests, all but the slow ones
	$(RUN_PYTHON) -m pytest -n auto -m "not slow"

check: $(VENV)/ready-to-develop  ## look at the form of the code: format, lint, types, layers
	$(RUN_PYTHON) -m ruff format --check .
	$(RUN_PYTHON) -m ruff check .
	$(RUN_PYTHON) -m mypy
	$(VENV)/bin/lint-imports

docs: $(VENV)/ready-to-develop  ## build the site of the pages into site/
	NO_MKDOCS_2_WARNING=1 $(RUN_PYTHON) -m mkdocs build --strict

pictures: $(VENV)/ready-to-develop  ## photograph the pages of the demo for docs/gallery (needs Chromium)
	rm -rf $(VENV)/pictures
	$(VENV)/bin/patrolsim demo --out $(VENV)/pictures
	$(RUN_PYTHON) -m tests.browser.pictures $(VENV)/pictures docs/gallery

bench: $(VENV)/ready-to-develop  ## measure the speed, as ratios within one run
	$(RUN_PYTHON) -m pytest -q -p no:cacheprovider benchmarks/smoke benchmarks/speed

leaderboard: $(VENV)/ready-to-develop  ## rank the shipped policies on several maps (MANHATTAN=folder adds that city)
	$(RUN_PYTHON) -m benchmarks.leaderboard docs/leaderboard.md $(if $(MANHATTAN),--manhattan $(MANHATTAN))

validate: $(VENV)/ready-to-develop  ## measure what the statistics and the engine promise, in full (takes some hours)
	$(VENV)/bin/patrolsim verify
	$(RUN_PYTHON) -m benchmarks.validation.coverage $(VENV)/bank
	$(RUN_PYTHON) -m benchmarks.validation.gate_rates $(VENV)/bank
	$(RUN_PYTHON) -m benchmarks.validation.pairing $(VENV)/pairing.sqlite $(VENV)/bank
	$(RUN_PYTHON) -m benchmarks.validation.miaoshan 20 $(VENV)/miaoshan.sqlite

# The locks hold for every Python from 3.11 on. The packages that build patrolsim itself stand in
# them too, so that an installation fetches nothing without a hash.
COMPILE := compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock:  ## choose newer versions of the dependencies and write both locks
	$(MAKE) --no-print-directory $(VENV)/made
	$(RUN_PYTHON) -m venv $(VENV)/lock-tool
	$(VENV)/lock-tool/bin/pip install --quiet uv
	printf 'hatchling>=1.27\neditables>=0.5\n' > $(VENV)/build.in
	$(VENV)/lock-tool/bin/uv pip $(COMPILE) --upgrade pyproject.toml $(VENV)/build.in \
		--group dev --output-file requirements-dev.lock
	$(VENV)/lock-tool/bin/uv pip $(COMPILE) pyproject.toml $(VENV)/build.in \
		--constraint requirements-dev.lock --output-file requirements.lock

clean:  ## delete the environment and the caches of the tools
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/made:
	@for python in $(PYTHON) $(CANDIDATES); do \
	  if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
	      >/dev/null 2>&1; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "patrolsim needs Python 3.11 or newer with the venv module; tried:" \
	    $(PYTHON) $(CANDIDATES) >&2; \
	  echo "Install one, or name it: make demo PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	echo "making $(VENV) with $$("$$found" --version)"; "$$found" -m venv $(VENV)
	@touch $@

$(VENV)/ready-to-run: $(VENV)/made requirements.lock pyproject.toml
	@echo "installing what patrolsim needs (only the first time takes long)"
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-to-develop: $(VENV)/made requirements-dev.lock pyproject.toml
	@echo "installing what patrolsim and its tests need (only the first time takes long)"
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@ $(VENV)/ready-to-run
