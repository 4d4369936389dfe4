# Everything a person or CI does with quo-mcp. Two commands do for a start: `make demo` and `make test`.

SWIFT ?= swift
BUILD_FLAGS = $(or $(shell scripts/build-options),$(error scripts/build-options failed))
BINARY := .build/release/quo-mcp
PACKAGES := .build/packages
# The binary without its symbols.
STRIPPED := $(PACKAGES)/quo-mcp
# The account that packages name; packaging/README.md lists where it is.
OWNER ?= OWNER
VENV := .venv
SOURCES := Sources Tests Plugins Package.swift
PREFIX ?= /usr/local
# Of soak.
MINUTES ?= 60
# Of fuzz.
SECONDS ?= 20
TARGET ?=
# Of coverage.
MODULES ?=
# Of sanitize: address or thread, or both where it is empty.
SANITIZER ?=
SEED ?=

.PHONY: link-order fuzz test-fuzz sanitize coverage bench tasks chaos deliveries soak faults-table build demo test test-swift \
	test-clients test-conformance test-faults test-security lint format schemas check-schemas check-number-data docs stripped \
	archive mcpb test-packages test-documents test-root install uninstall dependencies clean help

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' $(MAKEFILE_LIST)

dependencies: ## Install the headers that building needs, on Debian and Ubuntu; elsewhere name them.
	@scripts/install-dependencies

build: dependencies ## Build the release binary.
	$(SWIFT) build $(BUILD_FLAGS) --product quo-mcp
	@ls -l $(BINARY)

demo: build ## Build, then play an agent's session against the embedded sandbox.
	$(BINARY) demo

test: test-swift check-schemas test-documents test-packages test-conformance test-clients test-faults test-security ## Run every test: Swift, the schemas' snapshot, documents, packages, conformance, the Python clients, faults, security.

test-swift: dependencies ## Run the Swift tests, and check every line that their sessions wrote against the official schemas.
	@rm -rf .build/transcripts && mkdir -p .build/transcripts
	MCP_TRANSCRIPTS=$(CURDIR)/.build/transcripts SWIFT=$(SWIFT) scripts/test-swift
	@Tests/Conformance/validate .build/transcripts $(VENV)

test-conformance: build ## Run the official conformance scenarios and the matrix of both eras, each line checked against the schemas.
	$(SWIFT) build --product mcp-fixture
	@Tests/Conformance/run $(BINARY) .build/debug/mcp-fixture $(VENV)

test-clients: build ## Drive the release binary at its ends, through faults, and with five Python clients of both eras.
	@Tests/Clients/run $(BINARY) $(VENV)

test-documents: build ## Check every link, command, option and name in the documents, and that what is generated is fresh.
	@Tests/Documents/run $(BINARY) $(VENV)

test-packages: stripped ## Make the packages, check what they say of themselves, install and run what is in them.
	@Tests/Packages/run $(STRIPPED) $(VENV)

test-root: stripped ## Run the binary in a fresh Debian 12 with the image's packages. Needs root, debootstrap, and minutes.
	@Tests/Packages/root $(STRIPPED)

test-faults: build ## Break the network, the API, the clock and the disk under the release binary, one way after the other.
	@Tests/Faults/run Tests/Faults/faults.py $(BINARY) $(VENV)

faults-table: build ## Do that, and write docs/faults.md with what was told and done.
	@Tests/Faults/run Tests/Faults/faults.py $(BINARY) $(VENV) --table docs/faults.md

test-security: build ## Look for secrets, open files, changed requests, hidden text and forms that a program answered.
	@Tests/Faults/run Tests/Security/security.py $(BINARY) $(VENV)

tasks: dependencies ## Play the plain tasks, and write docs/tasks.md with the calls and tokens that each takes.
	@rm -rf .build/tasks && mkdir -p .build/tasks docs
	TASK_ANSWERS=$(CURDIR)/.build/tasks SWIFT=$(SWIFT) scripts/test-swift --filter "PlainTaskTests|AnswerSizeTests"
	@test -x $(VENV)/tokens/bin/python || python3 -m venv $(VENV)/tokens
	@$(VENV)/tokens/bin/pip install --quiet --disable-pip-version-check rs-bpe==0.1.0
	@$(VENV)/tokens/bin/python Tests/Tasks/table.py .build/tasks docs/tasks.md

chaos: build ## Send 1,000 texts through faults and kills, and count deliveries. Takes about 18 minutes.
	python3 Tests/Chaos/chaos.py $(BINARY) 1000

soak: build ## Play mixed load for MINUTES (60), and write docs/soak.md with what memory, descriptors and threads did.
	python3 Tests/Soak/soak.py $(BINARY) $(MINUTES) --write docs

deliveries: build ## Deliver 10,000 webhook events through kills, and count what is kept.
	python3 Tests/Webhooks/deliveries.py $(BINARY) 10000

fuzz: dependencies ## Try inputs that libFuzzer makes up, SECONDS=20 on each target or on TARGET=json alone; with SEED=1 the same again.
	@SEED=$(SEED) SWIFT=$(SWIFT) scripts/fuzz $(SECONDS) $(TARGET)

test-fuzz: dependencies ## Try the inputs that are kept in Tests/Fuzz/Corpus.
	@SWIFT=$(SWIFT) scripts/fuzz replay $(TARGET)

sanitize: dependencies ## Run the Swift tests under the address sanitizer, leaks included, and the thread sanitizer, or under SANITIZER=thread alone.
	@SWIFT=$(SWIFT) scripts/sanitize $(SANITIZER)

coverage: dependencies ## Run the Swift tests with coverage, print what they reach, and list what they do not of MODULES="Guard MCP".
	@SWIFT=$(SWIFT) scripts/coverage $(MODULES)

bench: build tasks ## Measure the binary beside two peers, the protocol's core beside the official server, the pace of four processes.
	$(SWIFT) build $(BUILD_FLAGS) --product mcp-fixture
	@Tests/Conformance/make-environment $(VENV)/mcp-2.3.0 mcp==2.3.0
	@Tests/Conformance/make-environment $(VENV)/fastmcp fastmcp==4.1.1
	$(VENV)/tokens/bin/python Tests/Bench/bench.py $(BINARY) --peers Tests/Bench/peers/peers.json --environments $(VENV) --json .build/bench.json
	python3 Tests/Bench/core.py .build/release/mcp-fixture $(VENV)/mcp-2.3.0/bin/python --json .build/bench-core.json
	python3 Tests/Chaos/pacing.py $(BINARY) 4 200
	python3 Tests/Bench/contacts.py $(BINARY) 20000

lint: ## Check the formatting and the rules that the formatter enforces.
	$(SWIFT) format lint --strict --recursive $(SOURCES)

format: ## Format the sources.
	$(SWIFT) format --in-place --recursive $(SOURCES)

schemas: dependencies ## Write schemas/tools.snapshot.json and config.schema.json anew from what they are made of.
	$(SWIFT) run quo-mcp tools --json > .build/tools.snapshot.json
	@cp .build/tools.snapshot.json schemas/tools.snapshot.json
	$(SWIFT) run quo-mcp config --schema > .build/config.schema.json
	@cp .build/config.schema.json schemas/config.schema.json

check-schemas: dependencies ## Fail where schemas/tools.snapshot.json is stale.
	@mkdir -p .build
	$(SWIFT) run quo-mcp tools --json > .build/tools.snapshot.json
	@cmp .build/tools.snapshot.json schemas/tools.snapshot.json \
		|| { echo "schemas/tools.snapshot.json is stale: run make schemas and review the difference"; exit 1; }

check-number-data: dependencies ## Compare what is known of phone numbers with the Python package that the data is from.
	@SWIFT=$(SWIFT) scripts/check-number-data $(VENV)

docs: ## Write docs/tools.md, docs/settings.md and llms-full.txt, and the list of tools in llms.txt, anew from what they are made of.
	@python3 scripts/make-documents

link-order: build ## Record anew which functions starts and usual calls run, so that the linker puts them together. Needs valgrind.
	python3 scripts/record-link-order $(BINARY)

stripped: build ## Copy the release binary without its symbols.
	@packaging/strip-binary $(BINARY) $(STRIPPED)
	@ls -l $(STRIPPED)

archive: stripped ## Make the .tar.gz of a release.
	@packaging/make-package archive $(STRIPPED) $(PACKAGES) $(OWNER)

mcpb: stripped ## Make the .mcpb bundle, which hosts install with a double click.
	@packaging/make-package mcpb $(STRIPPED) $(PACKAGES) $(OWNER)

install: stripped ## Install the binary, its man page and completions under PREFIX (default /usr/local).
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(STRIPPED) $(DESTDIR)$(PREFIX)/bin/quo-mcp
	@packaging/write-extras $(STRIPPED) $(DESTDIR)$(PREFIX)
	@case ":$$PATH:" in *":$(PREFIX)/bin:"*) ;; *) [ -n "$(DESTDIR)" ] \
		|| echo "$(PREFIX)/bin is not in PATH: add it, or run $(PREFIX)/bin/quo-mcp" ;; esac

uninstall: ## Remove what install put under PREFIX. What the program keeps stays: docs/privacy.md tells where.
	rm -f $(DESTDIR)$(PREFIX)/bin/quo-mcp
	@packaging/write-extras --list $(DESTDIR)$(PREFIX) | while read -r file; do rm -f "$$file"; done

clean: ## Remove everything that was built.
	rm -rf .build $(VENV)
