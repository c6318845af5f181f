# `make demo` and `make test` are all that a fresh machine needs: each sets up what is missing, once.
.PHONY: demo test lint bench docs lock help
.DEFAULT_GOAL := help
# one test more than there are cores at a time, as many tests wait; nine at most
AT_ONCE = $$(n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 8 ? n + 1 : 9)))

help:
	@echo "make demo    create a key on the built-in look-alike (sets up what is missing)"
	@echo "make test    lint and the whole test suite, in real Chromium"
	@echo "make lint    ruff and mypy"
	@echo "make bench   start-up, run time and memory, as ratios"
	@echo "make docs    write docs/exchanges/ and docs/schema/ anew from flows/ and the code"
	@echo "make lock    resolve the dependencies of pyproject.toml anew (needs uv)"

demo:
	@tools/setup.sh run
	@tools/demo.sh

test:
	@tools/setup.sh test
	@tools/lint.sh
	.venv/bin/python -m pytest -n $(AT_ONCE) --dist worksteal

lint:
	@tools/setup.sh dev
	@tools/lint.sh

bench:
	@tools/setup.sh test
	.venv/bin/python -m bench

docs:
	@tools/setup.sh dev
	.venv/bin/python tools/docs.py
	.venv/bin/python tools/schema.py

lock:
	@tools/lock.sh
