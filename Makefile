# Wardroom's commands: `make help` lists them. For GNU make 3.81 (as macOS has it) and later.

PORT = 8000
DATA = .wardroom
TESTS =
LOAD =

VENV = .venv
IN_VENV = $(VENV)/bin/python
STAMP = $(VENV)/installed
PIP_INSTALL = PYTHONUNBUFFERED=1 $(IN_VENV) -m pip install --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL = help
MAKEFLAGS += --no-print-directory
.PHONY: setup run test check fix docs messages bench faults help
.DELETE_ON_ERROR:

##@ Every day

run: setup ## Start everything here and say where to open it; Ctrl-C stops it (PORT=8000 DATA=.wardroom)
	@exec $(IN_VENV) manage.py up --demo --port $(PORT) --data "$(DATA)"

test: setup ## Run the whole suite on servers of its own (TESTS="tests/rooms -k slow_mode" for a part)
	@$(IN_VENV) -m pytest $(TESTS)

check: setup ## Lint, format, types, imports, migrations, production settings, templates, spelling
	@$(IN_VENV) .ci/check.py

fix: setup ## Mend what can be mended by itself: lint, format, templates
	@$(IN_VENV) -m ruff check --fix-only --quiet .
	@$(IN_VENV) -m ruff format --quiet .
	@$(IN_VENV) -m djlint --reformat --quiet templates || true

##@ Now and then

setup: $(STAMP) ## Make .venv and install what pyproject.toml names, as pinned in constraints.txt

docs: setup ## Write again the documents that are made from code
	@$(IN_VENV) manage.py protocol_docs

messages: setup ## Bring the catalogues under locale/ up to date and compile them (needs gettext)
	@$(IN_VENV) manage.py makemessages --all --no-location --no-wrap -i .venv -i tests -i benchmarks
	@$(IN_VENV) manage.py compilemessages -i .venv

bench: setup ## Measure every figure of docs/performance.md, in a quarter of an hour (BENCH=--long for more)
	@$(IN_VENV) benchmarks/all.py $(BENCH)

faults: setup ## Break everything while people talk, and write docs/reliability.md's table (LOAD="--rooms 5")
	@$(IN_VENV) -m pytest tests/faults --faults -p no:randomly $(LOAD)

help: ## List these commands
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

# --- the environment ---------------------------------------------------------------------------

# The requirements of the project and of its development, as pip takes them. Debian 12's pip 23.0 knows
# no dependency groups (--group came with 25.1), so they are read from pyproject.toml here.
define REQUIREMENTS
import tomllib
project = tomllib.load(open("pyproject.toml", "rb"))
print(*project["project"]["dependencies"], *project["dependency-groups"]["dev"], sep="\n")
endef
# Lets the environment's own commands (pytest, celery) find the code from wherever they are called.
define PATH_FILE
import os, pathlib, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "wardroom.pth").write_text(os.getcwd() + "\n")
endef
export REQUIREMENTS PATH_FILE

$(STAMP): pyproject.toml constraints.txt | $(IN_VENV)
	@echo "Installing into $(VENV): some minutes the first time, and skipped from then on ..."
	@$(IN_VENV) -c "$$REQUIREMENTS" > $(VENV)/requirements.txt
	@$(IN_VENV) -m pip --version >/dev/null 2>&1 || $(IN_VENV) -m ensurepip  # its making was interrupted
	@rm -f $(VENV)/failed
	@{ $(PIP_INSTALL) -r $(VENV)/requirements.txt || touch $(VENV)/failed; } | sed '/already satisfied/d; /^Looking in/d; /^Ignoring/d'
	@test ! -e $(VENV)/failed
	@$(IN_VENV) -c "$$PATH_FILE"
	@touch $@

$(IN_VENV):
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "wardroom: no Python 3.11 or later was found: install one, or name it (make PYTHON=/path/to/python3)." >&2; exit 1; \
	elif ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "wardroom: $$python has no ensurepip to make an environment with: apt-get install python3-venv, then try again." >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$python --version) ..."; \
	$$python -m venv $(VENV)
