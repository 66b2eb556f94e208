# The two commands: `make run` opens the window, `make test` checks everything.
# Both install what they lack (scripts/prepare) on Debian and its relatives.

BINARY := build/connect-workbench
ARGS   ?=

.PHONY: run build test bench screenshots fuzz clean

run: build
	@exec $(BINARY) $(ARGS)

build:
	@scripts/prepare build
	@scripts/build $(BINARY)

test:
	@scripts/prepare test
	@scripts/test

bench:
	@scripts/prepare bench
	@scripts/bench

screenshots: build
	@scripts/prepare window
	@scripts/screenshots $(BINARY) docs/screenshots

fuzz:
	@scripts/fuzz

clean:
	rm -rf build e2e/*/node_modules bench/peers/node_modules
