.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# Debian packages that the build, the server and the tests need.
PACKAGES := libjemalloc-dev libpq-dev zlib1g-dev pkg-config postgresql-15
SWIFT_SOURCES := Package.swift Sources Tests sql
# Tests wait for databases more than they compute, but a few cores cannot serve hundreds at once.
LIMITED := SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(shell expr 3 '*' $$(nproc))

.PHONY: help deps build run test schema check format lint tidy fuzz bench bench-core clean

help: ## Print this message
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## Install the Debian packages that are missing (or print the line that does)
	@scripts/deps $(PACKAGES)

build: deps ## Build everything, debug
	swift build --build-tests

run: deps ## Build a release and start everything on http://127.0.0.1:8080 (Ctrl-C stops it)
	@echo "Building a release; the first time takes some minutes."
	swift build -c release --product silian
	exec "$$(swift build -c release --show-bin-path)/silian" serve --workflows workflows

test: deps ## Build and run all tests with a throw-away PostgreSQL
	swift build --build-tests
	$(LIMITED) swift test --skip-build --skip EndToEndTests
	$(LIMITED) swift test --skip-build --filter EndToEndTests
	"$$(swift build --show-bin-path)/silian" simulate workflows
	$(MAKE) schema

schema: ## Check the shipped workflows against the language's JSON Schema, with PyPI's jsonschema (skipped without it, unless CI is set)
	@if $(MAKE) --no-print-directory .build/python/schema/ready; then \
	    .build/python/schema/bin/python scripts/check-schema.py docs/language/workflow.schema.json $$(find workflows -name workflow.yaml | sort); \
	elif [ -n "$${CI:-}" ]; then \
	    echo "The schema check needs the packages in scripts/requirements/schema.txt from PyPI." >&2; exit 1; \
	else \
	    echo "SKIPPED: the schema check needs the packages in scripts/requirements/schema.txt from PyPI, and they could not be had." >&2; \
	fi

# Python with what the file of the same name lists.
.build/python/%/ready: scripts/requirements/%.txt
	@scripts/deps python3-venv
	python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

check: lint test ## What CI runs

format: ## Format the Swift sources in place
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

lint: ## Check the format of the Swift sources
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

tidy: ## Only the tests that read the sources: import arrows, lengths, banned words
	swift test --filter TidyTests

FUZZ_SECONDS ?= 600

fuzz: deps ## Random inputs for every parser, FUZZ_SECONDS (600) for each; none may trap
	SILIAN_FUZZ_SECONDS=$(FUZZ_SECONDS) swift test -c release -Xswiftc -enable-testing --filter FuzzTests

bench: deps ## Transitions a second beside pgbench, on a throw-away PostgreSQL
	swift build -c release --product silian
	"$$(swift build -c release --show-bin-path)/silian" bench transitions

bench-core: deps .build/python/peers/ready ## Core on one thread: JSON beside Foundation's, the rest beside libraries from PyPI
	swift build -c release --product silian
	.build/python/peers/bin/python scripts/peers.py "$$(swift build -c release --show-bin-path)/silian"

clean: ## Remove what was built (data stays)
	rm -rf .build
