# make run    the app on http://127.0.0.1:8501        make test   every test
# make lint   style and types                         make bench  the measurements of benchmarks/
# Optional: PYTHON=/path/to/python3.12, PORT=8502, TESTS=tests/scenes, BENCHMARKS='first-comparison'.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run
.PHONY: run test lint bench samples clean environment environment-dev

PORT ?= 8501
TESTS ?=
BENCHMARKS ?=
export PYTHON BENCHMARKS
VENV := .venv/bin/python

# Two test processes share the cores: one thread each, or they fight over them.
ONE_THREAD := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1

run: environment
	@headless=true; \
	if [ -z "$${CI:-}" ] && { [ "$$(uname)" = Darwin ] || [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; }; then headless=false; fi; \
	exec $(VENV) -m streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT) \
	  --server.headless $$headless </dev/null

test: environment-dev
	@chromium=$$(.ci/chromium) && \
	$(ONE_THREAD) XSCENE_CHROMIUM="$$chromium" \
	  $(VENV) -m pytest -n 2 --no-loadscope-reorder --durations 15 $(TESTS) </dev/null

lint: environment-dev
	@$(VENV) -m ruff format --check .
	@$(VENV) -m ruff check .
	@$(VENV) -m mypy

bench: environment-dev
	@for name in $${BENCHMARKS:-$$($(VENV) -m benchmarks --list)}; do $(VENV) -m benchmarks "$$name" </dev/null || [ $$? = 2 ]; done

samples: environment
	@$(VENV) -m xscene_core.scenes.generator sample_data

clean:
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	@rm -rf .pytest_cache .mypy_cache .ruff_cache screenshots test-results
	@echo "Removed caches and test leftovers; .venv and your data in .xscene stay."

environment:
	@.ci/environment run

environment-dev:
	@.ci/environment dev
