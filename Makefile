# Set-up, demo and checks; `make help` lists them. Everything is installed into $(VENV), nothing outside this folder.
#
#   make test PYTHON=python3.12                          another interpreter, 3.11 or newer
#   make test TORCH='torch==2.13.0 --index-url URL'      another build of torch than the default one
#   make test VENV=/path/to/environment                  an environment that exists already
#   make test JOBS=4 ARGS='-k alias'                     more processes; other arguments for pytest

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
ARGS ?=
TORCH ?= $(shell grep '^torch==' constraints.txt)

PY = $(VENV)/bin/python
SOURCES = graphdb indexing kgqa tests benchmarks examples

.PHONY: help demo test lint format check docs clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo     install, then load, learn and ask a graph of real places'
	@echo 'make test     install, then run all tests'
	@echo 'make lint     install, then formatting, style, types and layering'
	@echo 'make check    lint and test'
	@echo 'make docs     install, then the documentation as a site, in site/'
	@echo 'make format   install, then format the code'
	@echo 'make clean    remove the environment, caches and what the demo wrote'

demo: $(VENV)/.installed-demo,serve
	$(VENV)/bin/kgqa demo

# one thread for each of the processes: more of them only wait for one another
test: $(VENV)/.installed-dev
	OMP_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false $(PY) -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

lint: $(VENV)/.installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports
	$(PY) -m mypy

format: $(VENV)/.installed-dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

check: lint test

docs: $(VENV)/.installed-docs
	$(PY) docs/reference.py
	$(PY) -m mkdocs build --strict

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist site kgqa-demo
	find $(SOURCES) -name __pycache__ -prune -exec rm -rf {} +

# A torch that PYTHON has is shared with the new environment, since some builds take several GB.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo '$(PYTHON) is missing or older than 3.11: name another, as in `make PYTHON=python3.12`' >&2; exit 1; }
	$(PYTHON) -m venv $$($(PYTHON) -c 'import torch' 2>/dev/null && echo --system-site-packages) $(VENV)

$(VENV)/.installed-%: pyproject.toml constraints.txt | $(PY)
	@$(PY) -c 'import torch' 2>/dev/null || $(PY) -m pip install --disable-pip-version-check $(TORCH)
	@{ grep -v '^torch==' constraints.txt; \
		$(PY) -c 'from importlib.metadata import version; print("torch==" + version("torch"))'; } > $(VENV)/constraints.txt
	$(PY) -m pip install --disable-pip-version-check --quiet -c $(VENV)/constraints.txt -e '.[$*]'
	@touch $@
