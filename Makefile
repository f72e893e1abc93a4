# `make` prints the list of commands.
# Requires make and Python 3.11 or newer. Uses uv from the PATH, or installs it into .venv.

VENV := .venv
PYTHON := $(VENV)/bin/python
DATA_DIR ?= data
# The first one that is new enough creates the environment.
PYTHONS ?= $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable
TESTS ?=
# Workers of pytest: one for each core, up to eight.
WORKERS ?= logical
PYTEST = $(PYTHON) -m pytest -q -n $(WORKERS) --maxprocesses 8 --dist worksteal
TICKETS ?= 10000

.DEFAULT_GOAL := help
.PHONY: help demo test api-check lint format messages bench manage shell clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: $(VENV)/.installed ## Run Plumbline with its own PostgreSQL and Valkey and two filled desks
	@$(PYTHON) -m helpdesk.supervisor

test: lint ## Run lint and all tests (TESTS=tests/sla for some of them)
	@browser="$(CHROMIUM)"; \
	for name in $(BROWSERS); do [ -n "$$browser" ] || browser=$$(command -v $$name || true); done; \
	if [ -n "$$browser" ]; then CHROMIUM="$$browser" exec $(PYTEST) $(TESTS); \
	elif [ -n "$$CI" ]; then echo "The browser tests need Chromium. Install it or set CHROMIUM." >&2; exit 1; \
	else echo "Chromium not found (CHROMIUM, $(BROWSERS)). Running without the browser tests."; \
		exec $(PYTEST) -m "not browser" $(TESTS); fi

api-check: $(VENV)/.installed-dev ## Send generated API requests to a server of its own (CASES=10)
	@exec $(PYTHON) -m pytest -q tests/api/check_operations.py

# The Django plugin of mypy loads the settings, which need an environment. Nothing connects.
lint: export PLUMBLINE_MODE := test
lint: export SECRET_KEY := only-to-read-the-settings-only-to-read-the-settings
lint: export DATABASE_URL := postgresql://localhost/nowhere
lint: export REDIS_URL := redis://localhost/0
lint: $(VENV)/.installed-dev ## Check style, layers (import-linter), types and templates
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Some files are not formatted. Run: make format" >&2; exit 1; }
	@$(VENV)/bin/lint-imports --no-logo > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	@$(VENV)/bin/mypy --no-error-summary .
	@$(VENV)/bin/djlint --lint --quiet templates

format: $(VENV)/.installed-dev ## Format the code with ruff
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format .

messages: $(VENV)/.installed-dev ## Update the translation catalogs from the source
	@$(PYTHON) -m helpdesk.catalogs update

bench: $(VENV)/.installed-dev ## Measure speed relative to a bare Django view (TICKETS=100000)
	@$(PYTHON) -m bench $(TICKETS)

manage: ## Run manage.py on the running demo: make manage do="receive_email mail.eml"
	@[ -f $(abspath $(DATA_DIR))/demo.env ] || { \
		echo "There is no demo in $(DATA_DIR). Start one with: make demo (or set DATA_DIR)" >&2; exit 1; }
	@set -a; . $(abspath $(DATA_DIR))/demo.env; exec $(PYTHON) manage.py $(do)

shell: ## Open Django's shell on the running demo
	@$(MAKE) --no-print-directory manage do=shell

clean: ## Delete everything that was created here, except the data folder
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: uv.lock pyproject.toml
	@$(call install,--no-dev --group demo --inexact)
	@touch $@

$(VENV)/.installed-dev: uv.lock pyproject.toml
	@$(call install,--inexact)
	@touch $(VENV)/.installed $@

define install
for name in $(PYTHONS); do \
	python=$$($$name -c 'import sys; print(sys.executable); sys.exit(sys.version_info < (3, 11))' 2>/dev/null) && break; \
	python=; \
done; \
if [ -z "$$python" ]; then \
	echo "Plumbline needs Python 3.11 or newer. Install it, or run: make PYTHONS=/path/to/python3" >&2; \
	exit 1; \
fi; \
echo "Installing into $(VENV) ..."; \
uv=$$(command -v uv) || uv=$(VENV)/bin/uv; \
if ! "$$uv" --version > /dev/null 2>&1; then \
	{ "$$python" -m venv $(VENV) && $(PYTHON) -m pip install --quiet --disable-pip-version-check uv; } || { \
		echo "Found neither uv nor Python's venv with pip. Install one (Debian: apt install python3-venv)." >&2; \
		exit 1; \
	}; \
	uv=$(VENV)/bin/uv; python=$(PYTHON); \
fi; \
UV_PROJECT_ENVIRONMENT=$(VENV) "$$uv" sync --frozen --quiet --python "$$python" $(1)
endef
