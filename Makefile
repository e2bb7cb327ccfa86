# Two commands set everything up: `make demo` and `make test`. Both make a virtual environment of their own.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := -m pip install --quiet --disable-pip-version-check
# Everything that is installed, and what it is built with, in the versions of constraints.txt; both names, for old and new pip.
PINNED := PIP_CONSTRAINT="$(CURDIR)/constraints.txt $$PIP_CONSTRAINT" PIP_BUILD_CONSTRAINT="$(CURDIR)/constraints.txt $$PIP_BUILD_CONSTRAINT"
# durable-rules calls a function that Python 3.13 took away, and that is the same as this one.
export CPPFLAGS := $(CPPFLAGS) -DPyEval_CallObject=PyObject_CallObject

# What touches durable-rules, the command line, the cache, approved outputs, and text that parsers of other versions may read otherwise.
PORTABLE := tests/test_forward.py tests/test_rete.py tests/test_derive.py tests/test_derive_cases.py tests/test_derivation_files.py \
	tests/test_incidents.py tests/test_watch.py tests/test_watch_killed.py tests/test_cli.py tests/test_streams.py tests/test_cache.py \
	tests/test_golden.py tests/test_diff_reports.py tests/test_prove.py tests/test_trial.py tests/test_examples.py tests/test_house.py tests/test_pages.py \
	tests/test_strict_yaml.py tests/test_bad.py tests/test_record_files.py tests/test_founding_case.py
# Loading, deciding, the command line; `caveat test` runs the cases.
LEAST := tests/test_strict_yaml.py tests/test_bad.py tests/test_cli.py tests/test_streams.py tests/test_cache.py tests/test_examples.py \
	tests/test_founding_case.py tests/test_law_examples.py tests/test_trial.py tests/test_golden.py tests/test_forward.py tests/test_rete.py

.PHONY: help demo test pythons newest oldest constraints bench fuzz fuzz-inputs mutants sentences docs clean accept

help:
	@echo "make demo   install, then decide the founding case"
	@echo "make test   install, then lint, types, import contracts, all tests"
	@echo "make pythons the tests that may differ, on every other Python of 3.11 to 3.14 that is found"
	@echo "make newest the tests of loading, deciding and the command line with the newest of everything; make oldest with the oldest allowed"
	@echo "make constraints rewrite constraints.txt with the newest versions with which all tests pass on every Python that is found"
	@echo "make docs   the pages of docs/ as a site in build/docs; a warning or a link that leads nowhere is an error"
	@echo "make bench  measure against other engines (takes minutes; see benchmarks/)"
	@echo "make sentences print every sentence that the shipped cases can produce"
	@echo "make fuzz   tens of thousands of generated cases, engine against engine"
	@echo "make fuzz-inputs files of every kind, changed by chance: each ends in an answer or a designed error (INPUTS=, SEED=, JOBS=)"
	@echo "make mutants small changes of the code: does a test notice each? (SAMPLE=, SEED=, JOBS=, MINUTES=)"
	@echo "make accept rewrite the approved outputs in tests/golden and examples/reports; review them with git diff"

$(BIN)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PINNED) $(BIN)/python $(PIP) .
	@touch $@

$(BIN)/.installed-dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PINNED) $(BIN)/python $(PIP) -e '.[dev]'
	@touch $@ $(BIN)/.installed

demo: $(BIN)/.installed
	$(BIN)/caveat decide examples/founding-case.yaml

test: $(BIN)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/caveat lint --quiet --strict
	$(BIN)/caveat test --quiet
	$(BIN)/caveat prove --quiet
	$(BIN)/python -m pytest

# The other supported Pythons, wherever version managers keep them, each in an environment of its own.
pythons:
	tools/on-pythons $(VENV) $(PYTHON) $(PORTABLE)

# Today's newest of everything, and the lower bounds of pyproject.toml, each in an environment of its own.
newest:
	tools/with-versions newest $(VENV)-newest $(PYTHON) $(LEAST)

oldest:
	tools/with-versions oldest $(VENV)-oldest $(PYTHON) $(LEAST)

# Newest of everything on each Python found; where all tests pass on all of them, the constraints are rewritten.
constraints:
	tools/move-constraints $(VENV)-moved $(PYTHON)

# Every sentence that the shipped cases can produce, sorted, to be read; what is odd about one stands last.
sentences: $(BIN)/.installed-dev
	$(BIN)/python -m tests.sentences

fuzz: $(BIN)/.installed-dev
	$(BIN)/python -m tests.fuzz --pairs 30000 --jobs 2
	$(BIN)/python -m tests.fuzz_diff --pairs 5000 --jobs 2

INPUTS ?= 100000
SEED ?= $(shell date +%j)
JOBS ?= 2
SAMPLE ?= 200
MINUTES ?= 120

# Both go on where they stopped, from the file that holds what was done.
fuzz-inputs: $(BIN)/.installed-dev
	$(BIN)/python -m tests.fuzz_inputs --inputs $(INPUTS) --seed $(SEED) --jobs $(JOBS) --state fuzz-inputs-$(SEED).jsonl

mutants: $(BIN)/.installed-dev
	$(PINNED) $(BIN)/python $(PIP) 'cosmic-ray>=8.7'
	$(BIN)/python -m tests.warm_mutants --sample $(SAMPLE) --seed $(SEED) --minutes $(MINUTES) --state mutants-$(SEED).jsonl
	$(BIN)/python -m tests.mutants --sample $(SAMPLE) --seed $(SEED) --jobs $(JOBS) --minutes $(MINUTES) --state mutants-$(SEED).jsonl

# In an environment of its own, so that those who only test need no site.
$(VENV)-docs/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)-docs
	$(PINNED) $(VENV)-docs/bin/python $(PIP) '.[docs]'
	@touch $@

docs: $(VENV)-docs/.installed
	$(VENV)-docs/bin/sphinx-build -W --keep-going -E -q -b html -c docs . build/docs
	@echo "build/docs/index.html"

bench: $(BIN)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	$(BIN)/python -m benchmarks

accept: $(BIN)/.installed-dev
	$(BIN)/python -m pytest tests/test_golden.py tests/test_diff_reports.py tests/test_prove.py tests/test_coverage.py --accept

clean:
	rm -rf $(VENV) $(VENV)-* build dist .mypy_cache .pytest_cache .ruff_cache
