# `make demo` and `make test` need nothing but Python 3.11 or newer, and make.
.POSIX:

VENV = .venv
BIN = $(VENV)/bin
# xdist's workers: each imports PyTorch, so more of them than cores cost more than they save
WORKERS = 2

.PHONY: help setup demo test bench clean

help:
	@echo "make demo    grade a right answer, a wrong one and an untouched stub"
	@echo "make test    lint, check types, run the tests, prove the exercises"
	@echo "make bench   measure what a check costs"
	@echo "make setup   only the virtual environment in $(VENV)"
	@echo "make clean   remove what the above made"

setup: $(VENV)/.installed

# The stamp is newer than what it depends on as long as the environment is up to date.
$(VENV)/.installed: pyproject.toml constraints.txt hatch_build.py
	@python=; for candidate in python3.11 python3 python; do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        python=$$candidate; break; \
	    fi; \
	done; \
	if [ -z "$$python" ]; then echo "make: Python 3.11 or newer is needed, and was not found" >&2; exit 1; fi; \
	if [ ! -x $(BIN)/python ]; then echo "making $(VENV) with $$python"; "$$python" -m venv $(VENV); fi
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")' > $(VENV)/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . -r $(VENV)/dev.txt
	@touch $@

demo: setup
	@$(BIN)/gradkata demo clip_grad_norm --solution card --mistake per_parameter_norm

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(WORKERS)
	$(BIN)/gradkata dev check

bench: setup
	@for script in benchmarks/*.py; do \
	    echo "== $$script"; $(BIN)/python "$$script" || exit 1; \
	done

clean:
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
