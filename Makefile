# Everything runs in .venv, which is made where it is missing. `make bench` and `make test` need no other set-up than
# Python 3.11 or newer with its venv module.

VENV := .venv
MAX_TIME ?= 130

# Stamps: what has been installed since pyproject.toml last changed. The program itself is installed as a link to this
# folder, so a change of its source needs no other install.
RUNTIME := $(VENV)/.installed-runtime
TEST := $(VENV)/.installed-test
TEST_ALL := $(VENV)/.installed-test-all
NOTEBOOK := $(VENV)/.installed-notebook

# Files are shared out whole among as many processes as there are cores: a file's fixtures are set up once.
PYTEST := $(VENV)/bin/pytest --numprocesses auto --dist loadfile

PIP_INSTALL := $(VENV)/bin/python -m pip install -qq --disable-pip-version-check --no-input

.PHONY: help install bench test test-full test-all coverage check lint type plot notebook postgres clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "PYTHON=python3.13 chooses the interpreter that a new $(VENV) is made with, MAX_TIME=600 the seconds of make bench."

install: $(TEST) ## set up .venv with the program and all that its tests and checks need

bench: $(RUNTIME) ## measure everything in MAX_TIME seconds (130), then draw the charts and write the report
	@trap : INT; status=0; \
	$(VENV)/bin/bench run --trace --max-time $(MAX_TIME) || status=$$?; \
	for command in plot report; do \
	    $(VENV)/bin/bench $$command || { wrong=$$?; [ $$status -ne 0 ] || status=$$wrong; }; \
	done; \
	exit $$status

test: $(TEST) ## run all tests that are not slow by nature: about three minutes on two cores
	$(PYTEST) -m "not slow"

test-full: $(TEST) ## run all tests of the backends that are installed, with more random examples: about 15 minutes
	$(PYTEST) --hypothesis-profile full

test-all: $(TEST_ALL) ## install every backend and run all tests: about 45 minutes, most of them engines that start
	$(PYTEST) --hypothesis-profile full

coverage: $(TEST) ## run all tests, and say which lines and branches they never reach
	$(PYTEST) --cov --cov-report=term:skip-covered --cov-report=html

check: lint type test-full ## lint, type and test everything

lint: $(TEST) ## look for mistakes and formatting with Ruff
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check

type: $(TEST) ## check the types with mypy
	$(VENV)/bin/mypy

plot: $(RUNTIME) ## draw the charts of the latest run
	$(VENV)/bin/bench plot

notebook: $(NOTEBOOK) ## open the plotting notebook in JupyterLab
	$(VENV)/bin/jupyter lab notebooks/speedup.ipynb

postgres: $(RUNTIME) ## start a new PostgreSQL server for the database workloads, until Ctrl-C
	@exec $(VENV)/bin/python -m bench.servers.postgres_server

clean: ## remove caches and what was built; results/ and .venv/ stay
	rm -rf build dist .coverage .coverage.* htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . \( -name .git -o -name .venv -o -name results \) -prune \
	    -o \( -name __pycache__ -o -name .ipynb_checkpoints -o -name '*.egg-info' \) -prune -exec rm -rf {} +

$(RUNTIME): pyproject.toml | $(VENV)/bin/pip
	@echo "Installing the program in $(VENV)"
	@$(PIP_INSTALL) --editable .
	@touch $@

$(TEST): pyproject.toml | $(VENV)/bin/pip
	@echo "Installing the program, its tests and checks in $(VENV)"
	@$(PIP_INSTALL) --editable '.[test]'
	@touch $(RUNTIME) $@

$(TEST_ALL): pyproject.toml | $(VENV)/bin/pip
	@echo "Installing the program, all its backends, its tests and checks in $(VENV)"
	@$(PIP_INSTALL) --editable '.[test,backends]'
	@touch $(RUNTIME) $(TEST) $@

$(NOTEBOOK): pyproject.toml | $(VENV)/bin/pip
	@echo "Installing the program and JupyterLab in $(VENV)"
	@$(PIP_INSTALL) --editable '.[notebook]'
	@touch $(RUNTIME) $@

# pip stands for the whole environment: venv writes it last, so a half-made one is made anew. A name may be a launcher
# that is there without a Python behind it, so each is asked.
$(VENV)/bin/pip:
	@tried=; \
	for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11); do \
	    tried="$$tried $$python"; \
	    if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        "$$python" -c 'import platform, sys; print("Making $(VENV) with Python", platform.python_version(), "at", sys.executable)'; \
	        "$$python" -m venv --clear $(VENV) && exit; \
	        echo "$$python could not make $(VENV): what it says is above" >&2; \
	        exit 1; \
	    fi; \
	done; \
	echo "Found no Python 3.11 or newer with its venv module; tried:$$tried" >&2; \
	echo "Install one (on Debian and Ubuntu: apt install python3-venv), or say where it is: PYTHON=/path/to/python3" >&2; \
	exit 1
