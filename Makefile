# make run    start the dashboard on the embedded model
# make test   everything that must hold: format, lint, types, layers, tests
# Both make the virtual environment and install what is missing. PYTHON names the interpreter (3.11 or 3.12).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The tests convert the embedded weights once, here and not where the app keeps its own.
DATA := $(abspath $(VENV))/data
# Two, even on a large machine: each may hold a model, a browser and several apps.
WORKERS ?= 2
REFERENCE := openenv-dipg-safety==0.1.27

.PHONY: run test format llama
# Two environments are filled side by side.
MAKEFLAGS += --jobs=2
.DELETE_ON_ERROR:

run: $(VENV)/.runtime
	$(BIN)/python app.py

test: $(VENV)/.development $(VENV)/.browser $(VENV)/.postgres $(VENV)/.inspect
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict evaluator dipg_ui app.py
	$(BIN)/lint-imports
	DIPG_DATA_DIR=$(DATA) DIPG_TEST_DATA_DIR=$(DATA) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

# llama.cpp's server for Python, built in some minutes in an environment of its own. Without it its tests are skipped.
llama: $(VENV)/.runtime
	test -x $(VENV)/llama/bin/python || $(PYTHON) -m venv $(VENV)/llama
	$(VENV)/llama/bin/pip install --quiet -r requirements-llama.txt

format: $(VENV)/.development
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/.runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' || \
	  { echo "Python 3.11 or 3.12 is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

# The reference evaluator is installed without its dependencies: parity needs its scoring code alone.
$(VENV)/.development: $(VENV)/.runtime requirements-dev.txt requirements-postgres.txt requirements-openenv.txt requirements-mcp.txt requirements-ray.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps $(REFERENCE)
	touch $@

# Debian's Chromium where there is none; elsewhere Playwright's own build.
$(VENV)/.browser: $(VENV)/.development
	command -v chromium || command -v chromium-browser || command -v google-chrome || \
	  { command -v apt-get && test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium; } || \
	  $(BIN)/python -m playwright install chromium
	touch $@

# Debian's PostgreSQL server where there is none; without one the tests that need it say so and are skipped.
# After the browser: apt-get is for one at a time.
$(VENV)/.postgres: $(VENV)/.browser
	ls /usr/lib/postgresql/*/bin/initdb || command -v initdb || \
	  { command -v apt-get && test "$$(id -u)" = 0 && apt-get update -qq && \
	    apt-get install -y -qq --no-install-recommends postgresql; } || \
	  echo "No PostgreSQL server here: its tests will be skipped."
	touch $@

# Inspect AI in an environment of its own, as it asks for older packages than the dashboard; without it the test that
# opens an exported log with the real package is skipped.
$(VENV)/.inspect: $(VENV)/.runtime requirements-inspect.txt
	{ $(PYTHON) -m venv $(VENV)/inspect && $(VENV)/inspect/bin/pip install --quiet -r requirements-inspect.txt; } || \
	  { rm -rf $(VENV)/inspect; echo "Inspect AI cannot be installed here: its tests will be skipped."; }
	touch $@
