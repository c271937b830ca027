# Shared by the commands here (sourced, not run): the Python environment in .venv and the message catalogues.
# Kept to what bash 3.2 knows, which is what macOS has.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

has_uv() { uv --version >/dev/null 2>&1; }

find_python() {
    local name
    for name in "${PYTHON:-}" python3.14 python3.13 python3.12 python3.11 python3 python; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && is_new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    fail "This needs Python 3.11 or newer, and none was found.
  Debian, Ubuntu:  sudo apt-get install python3 python3-venv
  macOS:           brew install python
Or set PYTHON to the one to use."
}

make_venv() {
    local python
    python=$(find_python)
    if has_uv; then
        uv venv --no-config --quiet --clear --python "$python" .venv
    elif ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        fail "$python cannot make an environment: its venv module is missing.
  Debian, Ubuntu:  sudo apt-get install python3-venv"
    else
        "$python" -m venv --clear .venv
    fi
}

# install_packages FILE: brings .venv to what FILE pins, if that FILE was not the last one installed.
install_packages() {
    local file=$1 stamp
    if ! is_new_enough .venv/bin/python; then make_venv; fi
    # Python keeps what it compiled of all that is imported, in .venv and not beside the code: a run of the tests starts
    # dozens of processes. Not before there is a .venv: uv makes none in a folder that holds anything else.
    unset PYTHONDONTWRITEBYTECODE
    export PYTHONPYCACHEPREFIX=$PWD/.venv/bytecode
    stamp=.venv/installed-$(basename "$file")
    if [ -e "$stamp" ] && cmp -s "$file" "$stamp"; then return; fi
    say "Installing $(grep -c '==' "$file") packages into .venv ..."
    if has_uv; then
        uv pip install --no-config --quiet --python .venv/bin/python --require-hashes -r "$file"
    else
        .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
        .venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check --no-input --require-hashes -r "$file"
    fi
    cp "$file" "$stamp"
}

# compile_catalogues: .mo files are made, never committed; only those older than their .po.
compile_catalogues() {
    local po mo
    for po in translations/*/LC_MESSAGES/*.po; do
        mo=${po%.po}.mo
        if [ -e "$po" ] && { [ ! -e "$mo" ] || [ "$po" -nt "$mo" ]; }; then
            .venv/bin/pybabel --quiet compile --input-file "$po" --output-file "$mo" \
                --locale "$(basename "$(dirname "$(dirname "$po")")")"
        fi
    done
}
