# Two commands set everything up: `make demo` and `make test`. Both make a virtual environment of their own.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help demo test pythons bench fuzz clean accept

help:
	@echo "make demo   install, then decide the founding case"
	@echo "make test   install, then lint, types, import contracts, all tests"
	@echo "make pythons the tests on every other Python of 3.11 to 3.13 that is installed"
	@echo "make bench  measure against other engines (takes minutes; see benchmarks/)"
	@echo "make fuzz   tens of thousands of generated cases, engine against engine"
	@echo "make accept rewrite the approved outputs in tests/golden and examples/reports; review them with git diff"

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
	$(BIN)/caveat lint --quiet --strict
	$(BIN)/caveat test --quiet
	$(BIN)/caveat prove --quiet
	$(BIN)/python -m pytest

# Every other supported Python on the path: its own environment, all tests.
pythons: $(BIN)/.installed-dev
	@for v in 3.11 3.12 3.13; do \
	  if python$$v -c 'import venv' 2>/dev/null && [ "$$(python$$v -c 'import sys; print(sys.version_info[:2])')" != "$$($(BIN)/python -c 'import sys; print(sys.version_info[:2])')" ]; then \
	    echo "== Python $$v"; python$$v -m venv $(VENV)-$$v && $(VENV)-$$v/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' && $(VENV)-$$v/bin/python -m pytest || exit 1; \
	  else echo "== Python $$v: not installed, or tested already"; fi; \
	done

fuzz: $(BIN)/.installed-dev
	$(BIN)/python -m tests.fuzz --pairs 20000
	$(BIN)/python -m tests.fuzz_diff --pairs 5000

bench: $(BIN)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	$(BIN)/python -m benchmarks

accept: $(BIN)/.installed-dev
	$(BIN)/python -m pytest tests/test_golden.py tests/test_diff_reports.py tests/test_prove.py tests/test_coverage.py --accept

clean:
	rm -rf $(VENV) $(VENV)-3.* build dist .mypy_cache .pytest_cache .ruff_cache
