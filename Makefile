# Madang: `make up` prepares everything and starts the studio; `make test` prepares everything and tests it.
# Both need Python 3.11+, make and a package index; a second run of either starts in seconds.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
STAMP  := $(VENV)/.stamps
UV_VERSION := 0.13.9
# weights lie in the data folder: another MADANG_DATA needs them again
WEIGHTS := $(STAMP)/weights-$(shell printf '%s' '$(MADANG_DATA)' | cksum | cut -d' ' -f1)
# uv reads neither pip's settings nor a parent environment here: the lock files decide.
# Compiled here, once: otherwise the first start does it, and every start where Python may not write.
SYNC    = VIRTUAL_ENV=$(abspath $(VENV)) $(UV) pip install --quiet --compile-bytecode

UNIT    = -m "not weights and not browser and not slow"

.PHONY: help setup up test test-unit check bench docs clean lock dev browser
help:          ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(WEIGHTS) ## everything the studio needs: environment, locked packages, weights

$(STAMP)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Madang needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@echo "· environment"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/packages: $(STAMP)/venv requirements.lock pyproject.toml
	@echo "· packages (hashed, from requirements.lock)"
	@$(SYNC) --require-hashes -r requirements.lock
	@$(SYNC) --no-deps --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(WEIGHTS): $(STAMP)/packages
	@echo "· weights"
	@$(BIN)/madang models pull
	@touch $@

up: setup      ## start the studio on 127.0.0.1:8600
	@exec $(BIN)/madang up

$(STAMP)/dev: $(STAMP)/packages requirements-dev.lock
	@echo "· test tools (hashed, from requirements-dev.lock)"
	@$(SYNC) --require-hashes -r requirements-dev.lock
	@touch $@

dev: setup $(STAMP)/dev ## setup, and the tools that tests and checks need

browser:       ## Debian's Chromium for the browser journeys, where apt-get is there
	@.ci/install-browser

check: $(STAMP)/dev ## style, types, floors of the house
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: dev browser check ## everything, in an environment prepared from nothing
	$(BIN)/python -m pytest -n 2 --dist loadfile $(UNIT)
	$(BIN)/python -m pytest -m "(weights or slow) and not browser"
	$(BIN)/python -m pytest -m browser

test-unit: $(STAMP)/dev ## without weights, browser and slow tests
	$(BIN)/python -m pytest -n 2 --dist loadfile $(UNIT)

bench: dev     ## every benchmark; results in benchmarks/results
	$(BIN)/python -m benchmarks $(BENCH)

docs: dev      ## the API document and the screenshots, from the running studio
	$(BIN)/python -m docs.make

lock: $(STAMP)/venv ## resolve pyproject.toml again into the two lock files
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock pyproject.toml
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:         ## the environment and caches; what people made stays where it is
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache dist build
