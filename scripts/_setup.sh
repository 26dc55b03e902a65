# Sourced by the other scripts: makes .venv with the locked dependencies and this project in it.
# Does nothing when that is done already. Leaves the current directory as it is.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# The embedded database has no build for Python 3.14 and later.
is_suitable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && is_suitable "$name"; then
      command -v "$name"
      return
    fi
  done
  fail 'Python 3.11, 3.12 or 3.13 is needed and none was found (Debian, Ubuntu: apt-get install python3)'
}

# Debian and Ubuntu ship Python without what makes virtual environments.
need_venv_module() {
  local python=$1 package
  "$python" -c 'import ensurepip, venv' 2>/dev/null && return
  package=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing $package"
    install_packages "$package"
  fi
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "Python's venv module is missing: install $package and start again"
}

install_packages() {
  local log
  log=$(mktemp)
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    tail -n 3 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install $*"
  fi
  rm -f "$log"
}

# What .venv was made from. The path counts: it is in all programs of a virtual environment.
dependencies_stamp() { printf '%s ' "$root" && cksum <"$root/requirements.lock"; }
project_stamp() { cksum <"$root/pyproject.toml"; }

is_stamped() { [ -f "$venv/$1" ] && [ "$("$1")" = "$(cat "$venv/$1")" ]; }

pip() { "$venv/bin/python" -m pip --disable-pip-version-check -qq "$@"; }

install_dependencies() {
  local python
  python=$(find_python)
  need_venv_module "$python"
  say "Making $venv with $("$python" -V)"
  "$python" -m venv --clear "$venv"
  say 'Installing the locked dependencies (a minute or two, once)'
  pip install --require-hashes --only-binary :all: -r "$root/requirements.lock" ||
    fail 'the dependencies could not be installed'
  dependencies_stamp >"$venv/dependencies_stamp"
}

install_project() {
  say 'Installing this project'
  pip install --no-deps --no-build-isolation --no-index -e "$root" || fail 'this project could not be installed'
  project_stamp >"$venv/project_stamp"
}

has_dependencies() { is_stamped dependencies_stamp && "$venv/bin/python" -c '' 2>/dev/null; }
is_set_up() { has_dependencies && is_stamped project_stamp; }

# A stamp is written last, so that what was interrupted is done again.
set_up() {
  command -v flock >/dev/null || fail 'flock is missing: install util-linux and start again'
  flock 9 # the checkout's own directory: one set-up at a time
  has_dependencies || install_dependencies
  is_stamped project_stamp || install_project
}

is_set_up || set_up 9<"$root"
