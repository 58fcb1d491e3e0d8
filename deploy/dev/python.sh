# Python packages of the tests, in a virtual environment of their own.
# shellcheck shell=bash

# provide_python_packages: build/python as tools/python/requirements.txt pins it, hashes and all.
provide_python_packages() {
  local pins=$root/tools/python/requirements.txt home=$root/build/python
  ! cmp -s "$pins" "$home/.remora-pins" || return 0
  mkdir -p "$log_dir"
  step 'fetching the Python packages of the tests'
  make_python_home "$home" "$pins" >"$log_dir/pip.log" 2>&1 || {
    rm -rf "$home" # tests run with what is there: better nothing than a part
    return 1
  }
  cp "$pins" "$home/.remora-pins"
}

# make_python_home FOLDER PINS: anew, so that nothing of earlier pins stays behind.
make_python_home() {
  rm -rf "$1" &&
    /usr/bin/python3 -m venv "$1" &&
    "$1/bin/python3" -m pip install --disable-pip-version-check --no-input --require-hashes \
      --only-binary :all: --requirement "$2"
}
