# Two commands matter: `make lab` opens the kit, `make test` proves it.
#
#   make lab PYTHON=/opt/python3.12/bin/python3   set up with this Python
#   make lab PIP_ARGS="..."                       options handed to pip (README: torch without CUDA)
#   make lab LAB_ARGS="--no-browser"              options handed to JupyterLab
#
# The recipes run with any POSIX sh and GNU make 3.81, macOS's own.

PYTHONS = $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
RECENT = import sys; sys.exit(sys.version_info < (3, 11))
STAMP = .venv/installed
# Whatever the shell says, tests run on the pocket model and leave the Hub alone. Two of them share
# the cores: threads that wait must sleep, not spin, or everything takes several times as long.
PYTEST = OMP_WAIT_POLICY=passive HF_HUB_OFFLINE=1 LLAMA_EXPLORE_MODEL=pocket .venv/bin/python -m pytest
# Each file stays on one of the two workers: its tests share what they load.
TWO_AT_ONCE = -n 2 --dist loadfile
# No cache: a cell needs those before it, so what failed last cannot be run alone.
NBVAL = --nbval --nbval-current-env --nbval-cell-timeout=300 -p no:cacheprovider

.PHONY: help setup lab test test-fast tour notebooks lock

help:
	@echo 'make lab        open JupyterLab on chapter 00 (sets everything up the first time)'
	@echo 'make test       run every test: package, notebooks, browser'
	@echo 'make test-fast  run the quick ones of the package, some 3 minutes'
	@echo 'make tour       execute all chapters without a browser, leave pages to read in tour/'
	@echo 'make notebooks  execute all notebooks in place and store clean outputs'
	@echo 'make lock       write requirements.lock anew from pyproject.toml'

lab: setup
	.venv/bin/python -m jupyterlab --ServerApp.root_dir=. $(LAB_ARGS) notebooks/00_start_here.ipynb

test: setup
	@failed=0; \
	$(PYTEST) $(TWO_AT_ONCE) tests --ignore=tests/browser || failed=1; \
	$(PYTEST) $(TWO_AT_ONCE) $(NBVAL) notebooks || failed=1; \
	$(PYTEST) $(TWO_AT_ONCE) tests/browser || failed=1; \
	exit $$failed

test-fast: setup
	$(PYTEST) $(TWO_AT_ONCE) -m 'not slow' tests --ignore=tests/browser

tour: setup
	.venv/bin/llama-explore tour

notebooks: setup
	.venv/bin/python -m llama_explore.execute

setup: $(STAMP)
	@.venv/bin/llama-explore assemble

# The stamp holds the folder it was made in, because .venv does not survive a
# move: in any other folder the recipe below runs again.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

$(STAMP): requirements.lock pyproject.toml
	@rm -f $(STAMP); \
	if ! .venv/bin/python -c '$(RECENT)' 2>/dev/null; then \
	  for each in $(PYTHONS); do \
	    if $$each -c '$(RECENT)' 2>/dev/null; then python=$$each; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo 'Python 3.11 or newer is missing (tried: $(PYTHONS)): install it, or name it: make lab PYTHON=/path/to/python3' >&2; \
	    exit 1; \
	  fi; \
	  if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "Python's venv module is missing: on Debian and Ubuntu, install the package python3-venv" >&2; \
	    exit 1; \
	  fi; \
	  $$python -m venv --clear .venv || exit 1; \
	fi; \
	echo 'Installing the packages of requirements.lock into .venv (some minutes the first time) ...'; \
	if .venv/bin/python -m pip install $(PIP_ARGS) -r requirements.lock 2>.venv/install.log && \
	   .venv/bin/python -m pip install --no-deps --no-build-isolation -e . 2>>.venv/install.log; then \
	  echo '$(CURDIR)' >$(STAMP); \
	else \
	  echo 'The install stopped, often for want of network or disk space: .venv/install.log says why; the same command goes on where it stopped' >&2; \
	  exit 1; \
	fi

# Lines with a marker are for other systems than the one that writes the lock;
# they are kept by hand. torch and transformers are pinned here, by choice.
lock:
	@rm -rf build/lock && mkdir -p build
	python3 -m venv build/lock
	build/lock/bin/python -m pip install $(PIP_ARGS) torch==2.13.0 transformers==5.23.0 '.[test]'
	{ grep '^#' requirements.lock; \
	  { build/lock/bin/python -m pip freeze --all --exclude pip --exclude wheel --exclude llama-explore | sed 's/+cpu$$//'; \
	    grep '^[^#]*;' requirements.lock; } | LC_ALL=C sort -f; } >build/requirements.lock
	mv build/requirements.lock requirements.lock && rm -rf build/lock
