# FANZ Admin. `make run` and `make test` need Python 3.11 or newer and make, nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
unexport PYTHONDONTWRITEBYTECODE  # compiled once, not by every role and every worker of the tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# A stamp carries the hash of what was installed: a second run installs nothing, a changed pin installs again.
hash = $(shell cat $(1) 2>/dev/null | sha256sum | cut -c1-16)
RUN_STAMP := $(VENV)/.run-$(call hash,requirements.txt constraints.txt)
TEST_STAMP := $(VENV)/.test-$(call hash,requirements.txt tests/requirements.txt constraints.txt)
NODE_STAMP := node_modules/.stamp-$(call hash,package.json package-lock.json)
NODE_TOOLS := node_modules/.tools-$(call hash,package.json package-lock.json)

.PHONY: help run install test test-fast check javascript bench clean debian

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(RUN_STAMP) $(NODE_STAMP) ## start everything (PORT, FANZ_VAR, DATABASE_URL, ... change where)
	@exec $(BIN)/python run.py up

install: $(RUN_STAMP) $(NODE_STAMP) ## only install what `make run` needs

test: $(TEST_STAMP) $(NODE_TOOLS) debian ## run every test and measure the coverage
	$(BIN)/python -m pytest -n 4 --cov --cov-report=term $(ARGS)

test-fast: $(TEST_STAMP) $(NODE_TOOLS) ## without browsers, whole platforms and coverage: for while one works
	$(BIN)/python -m pytest -n 3 -m "not slow and not browser" $(ARGS)

check: $(TEST_STAMP) $(NODE_TOOLS) javascript ## style, types, architecture, migrations, docs, known holes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python run.py migrate --check
	$(BIN)/python run.py docs --check
	$(BIN)/python run.py words --check
	@audit=$$($(BIN)/pip-audit --progress-spinner off --disable-pip --no-deps -r constraints.txt 2>&1) && found=0 || found=$$?; \
	unknown=$$(grep -c 'could not be audited' <<<"$$audit" || true); \
	if [ "$$unknown" -gt 20 ] || grep -qE 'ConnectionError|ConnectTimeout|ServiceError|Max retries|HTTPError|NameResolution' <<<"$$audit"; \
	then echo "pip-audit cannot reach its data from here: skipped."; \
	else grep -v 'could not be audited' <<<"$$audit" || true; exit $$found; fi

javascript: $(RUN_STAMP) $(NODE_TOOLS) ## style, types and unit tests of the scripts
	.ci/node node node_modules/eslint/bin/eslint.js fanzadmin/static/js tests/javascript eslint.config.js
	.ci/node node node_modules/typescript/bin/tsc --project .
	.ci/node node --test tests/javascript/*.test.js

bench: $(TEST_STAMP) $(NODE_STAMP) ## facts end to end, beside raw JetStream
	$(BIN)/python -m bench.facts
	@echo "bench.api and bench.media need a running platform: see docs/benchmarks.md."

clean: ## remove what was installed and generated; the data in var/ stays
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache htmlcov .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "FANZ Admin needs Python 3.11 or newer: '$(PYTHON)' is not. Name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Debian's python3-venv, which this Python lacks."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; \
	  else \
	    echo "This Python cannot make a virtual environment. Have an administrator run: apt-get install python3-venv"; exit 1; \
	  fi; fi
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): | $(BIN)/python
	@echo "Installing the Python packages of requirements.txt (a minute or two, once)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements.txt
	@rm -f $(VENV)/.run-*; touch $@

$(TEST_STAMP): | $(BIN)/python
	@echo "Installing the Python packages of requirements.txt and tests/requirements.txt (a minute or two, once)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements.txt -r tests/requirements.txt
	@rm -f $(VENV)/.run-* $(VENV)/.test-*; touch $@ $(RUN_STAMP)

NPM_CI := .ci/node npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

$(NODE_STAMP): | $(RUN_STAMP)
	@echo "Installing the npm packages of package.json."
	@$(NPM_CI) --omit=dev
	@touch $@

$(NODE_TOOLS): | $(RUN_STAMP)
	@echo "Installing the npm packages of package.json, with those for checks and tests."
	@$(NPM_CI)
	@touch $@ $(NODE_STAMP)

# The tests drive Debian's chromium (its headless shell does the same for a third less) and, once, Debian's own servers.
# Without them those tests skip themselves.
debian:
	@missing=(); \
	command -v chromium-headless-shell >/dev/null || missing+=(chromium-headless-shell); \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql-15); \
	command -v redis-server >/dev/null || missing+=(redis-server); \
	if [ $${#missing[@]} -gt 0 ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Debian's $${missing[*]} for the tests."; \
	    { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null; } || \
	      echo "apt-get could not install them: the tests that need them are skipped."; \
	  else \
	    echo "Not installed: $${missing[*]}. The tests that need them are skipped; apt-get install $${missing[*]} brings them."; \
	  fi; fi
