# Everything that is done here, from nothing. `make help` lists it.
# Each file below is made again only when what it is made from has changed, so a second `make demo` starts at once.

TIER  ?= M
SERVE ?= 1
PORT  ?= 8000
ROWS  ?= 100000
VAR   := $(or $(CHENGZHI_VAR),var)
BIN   := .venv/bin

PO      := $(wildcard chengzhi/*/locale/*/LC_MESSAGES/django.po)
MO      := $(PO:.po=.mo)
STATIC  := $(shell find chengzhi -type f -path '*/static/*' 2>/dev/null)
VENDOR  := chengzhi/site/assets/vendor/.stamp

.DEFAULT_GOAL := help
.PHONY: help demo serve test check docs words pictures bench lock clean machine machine-test install prepare

help: ## This list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

demo: machine prepare ## From nothing to a running demo city on 127.0.0.1:8000 [TIER=S|M|L|XL] [SERVE=0] [PORT=8000].
	@echo "→ Demo city, tier $(TIER)"
	@$(BIN)/chengzhi migrate --verbosity 0
	@$(BIN)/chengzhi demo --tier $(TIER)
ifneq ($(SERVE),0)
	@$(BIN)/chengzhi serve --port $(PORT)
endif

serve: prepare ## Serve what is there [PORT=8000].
	@$(BIN)/chengzhi migrate --verbosity 0
	@$(BIN)/chengzhi serve --port $(PORT)

test: machine-test prepare .venv/.dev ## All tests on SQLite and PostgreSQL, journeys in a browser, house rules; ends with the counts.
	@scripts/test.sh

check: prepare .venv/.dev ## Style, types, floors, and whether the generated pages are fresh.
	@$(BIN)/ruff check .
	@$(BIN)/mypy chengzhi
	@$(BIN)/lint-imports
	@$(BIN)/chengzhi docs --check

docs: prepare ## Make docs/generated again from the code.
	@$(BIN)/chengzhi docs

words: prepare ## Add new words of the screens to the Chinese catalogue and list those without Chinese.
	@$(BIN)/python -m scripts.words

pictures: prepare .venv/.dev ## Take the pictures of docs/officers again, by the journey over every screen.
	@$(BIN)/python -m scripts.pictures

bench: prepare .venv/.dev ## Measure against bare SQL on this machine [ROWS=100000].
	@$(BIN)/python -m benchmarks --rows $(ROWS)

lock: .venv/.dev ## Make the lock files again from requirements/*.in and package.json.
	@scripts/lock.sh

clean: ## Remove what was installed and made; the data in var/ stays.
	@rm -rf .venv node_modules chengzhi/site/assets $(MO) var/static build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

machine:
	@scripts/machine.sh demo

machine-test:
	@scripts/machine.sh test

install: .venv/.base
prepare: .venv/.base $(VENDOR) $(MO) $(VAR)/static/.stamp
	@$(BIN)/python -m compileall -q chengzhi

.venv/bin/python:
	@scripts/machine.sh demo
	@echo "→ Python environment .venv"
	@python3 -m venv .venv

.venv/.base: requirements/base.txt pyproject.toml | .venv/bin/python
	@echo "→ Python packages (about a minute)"
	@$(BIN)/pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements/base.txt
	@$(BIN)/pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	@echo "→ Python packages for tests and checks (about a minute)"
	@$(BIN)/pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.stamp: package-lock.json package.json .npmrc | .venv/.base
	@echo "→ Front-end packages"
	@$(BIN)/python scripts/npm.py ci --ignore-scripts --silent
	@touch $@

$(VENDOR): node_modules/.stamp scripts/copy_assets.py scripts/icons.txt
	@$(BIN)/python scripts/copy_assets.py
	@touch $@

%.mo: %.po | .venv/.base
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale zh_Hans

$(VAR)/static/.stamp: $(VENDOR) $(STATIC) | .venv/.base
	@echo "→ Static files"
	@$(BIN)/chengzhi collectstatic --noinput --verbosity 0
	@mkdir -p $(@D) && touch $@
