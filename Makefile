.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# Debian packages that the build, the server and the tests need.
PACKAGES := libjemalloc-dev libpq-dev zlib1g-dev pkg-config postgresql-15
SWIFT_SOURCES := Package.swift Sources Tests sql
# Tests wait for databases more than they compute, but a few cores cannot serve hundreds at once.
LIMITED := SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(shell expr 3 '*' $$(nproc))

.PHONY: help deps build run test check format lint tidy bench clean

help: ## Print this message
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

check: lint test ## What CI runs

format: ## Format the Swift sources in place
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

lint: ## Check the format of the Swift sources
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

tidy: ## Only the tests that read the sources: import arrows, lengths, banned words
	swift test --filter TidyTests

bench: deps ## Transitions a second beside pgbench, on a throw-away PostgreSQL
	swift build -c release --product silian
	"$$(swift build -c release --show-bin-path)/silian" bench transitions

clean: ## Remove what was built (data stays)
	rm -rf .build
