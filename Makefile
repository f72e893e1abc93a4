# What can be done here. `make` alone prints the list.
# Needs make and Python 3.11 or newer; uv is taken from the PATH, or else put into .venv by pip.

VENV := .venv
PYTHON := $(VENV)/bin/python
DATA_DIR ?= data
# The first of these that is new enough makes the environment. Looked at only when there is something to install.
PYTHONS ?= $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable
TESTS ?=
TICKETS ?= 10000

.DEFAULT_GOAL := help
.PHONY: help demo test lint format messages bench manage shell clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: $(VENV)/.installed ## Plumbline with a PostgreSQL and a Valkey of its own, filled with two desks
	@$(PYTHON) -m helpdesk.supervisor

test: lint ## lint, then all tests; TESTS=tests/sla for some
	@browser="$(CHROMIUM)"; \
	for name in $(BROWSERS); do [ -n "$$browser" ] || browser=$$(command -v $$name || true); done; \
	if [ -n "$$browser" ]; then CHROMIUM="$$browser" exec $(PYTHON) -m pytest -q -n 2 $(TESTS); \
	elif [ -n "$$CI" ]; then echo "The browser tests need a Chromium: install one, or name it in CHROMIUM." >&2; exit 1; \
	else echo "No Chromium here (CHROMIUM, $(BROWSERS)): the browser tests are left out."; \
		exec $(PYTHON) -m pytest -q -n 2 -m "not browser" $(TESTS); fi

# mypy's Django plug-in reads the settings, which want an environment; nothing is connected to.
lint: export PLUMBLINE_MODE := test
lint: export SECRET_KEY := only-to-read-the-settings-only-to-read-the-settings
lint: export DATABASE_URL := postgresql://localhost/nowhere
lint: export REDIS_URL := redis://localhost/0
lint: $(VENV)/.installed-dev ## ruff, the floors (import-linter), mypy, djlint
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Some code is not laid out; run: make format" >&2; exit 1; }
	@$(VENV)/bin/lint-imports --no-logo > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	@$(VENV)/bin/mypy --no-error-summary .
	@$(VENV)/bin/djlint --lint --quiet templates

format: $(VENV)/.installed-dev ## lay out the code with ruff
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format .

messages: $(VENV)/.installed-dev ## bring the translation catalogs up to date with the source
	@$(PYTHON) -m helpdesk.catalogs update

bench: $(VENV)/.installed-dev ## how fast it is beside a bare view of the same run; TICKETS=100000
	@$(PYTHON) -m bench $(TICKETS)

manage: ## manage.py on the running demo: make manage do="receive_email mail.eml"
	@set -a; . $(abspath $(DATA_DIR))/demo.env; exec $(PYTHON) manage.py $(do)

shell: ## Django's shell on the running demo
	@$(MAKE) --no-print-directory manage do=shell

clean: ## take away all that was made here, but the data folder
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
	echo "Plumbline needs Python 3.11 or newer and found none; install it, or name it: make PYTHONS=/path/to/python3" >&2; \
	exit 1; \
fi; \
echo "Installing into $(VENV) ..."; \
uv=$$(command -v uv) || uv=$(VENV)/bin/uv; \
if ! "$$uv" --version > /dev/null 2>&1; then \
	{ "$$python" -m venv $(VENV) && $(PYTHON) -m pip install --quiet --disable-pip-version-check uv; } || { \
		echo "Neither uv nor Python's venv with pip is here; install one (Debian: apt install python3-venv)." >&2; \
		exit 1; \
	}; \
	uv=$(VENV)/bin/uv; python=$(PYTHON); \
fi; \
UV_PROJECT_ENVIRONMENT=$(VENV) "$$uv" sync --frozen --quiet --python "$$python" $(1)
endef
