# Two commands set everything up: `make demo` and `make test`. Both make a virtual environment of their own.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help demo test bench fuzz clean accept

help:
	@echo "make demo   install, then decide the founding case"
	@echo "make test   install, then lint, types, import contracts, all tests"
	@echo "make bench  measure against other engines (takes minutes; see benchmarks/)"
	@echo "make fuzz   tens of thousands of generated cases, engine against engine"
	@echo "make accept rewrite the approved outputs in tests/golden; review them with git diff"

$(BIN)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check .
	@touch $@

$(BIN)/.installed-dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(BIN)/.installed

demo: $(BIN)/.installed
	$(BIN)/caveat decide examples/founding-case.yaml

test: $(BIN)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/caveat lint --quiet
	$(BIN)/caveat test --quiet
	$(BIN)/python -m pytest

fuzz: $(BIN)/.installed-dev
	$(BIN)/python -m tests.fuzz --pairs 30000

bench: $(BIN)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	$(BIN)/python -m benchmarks

accept: $(BIN)/.installed-dev
	$(BIN)/python -m pytest tests/test_golden.py --accept

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache
