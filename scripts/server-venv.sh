# Sourced: a real OpenAI-compatible server (llama.cpp's, prebuilt) in a virtual
# environment of its own, $SERVER; only those wheels, of the pinned versions; psutil is
# for the benchmark.
# SHINSA_TEST_SERVER in the environment names a Python that has it already.
if [ -z "${SHINSA_TEST_SERVER:-}" ]; then
    SERVER=$TARGET/server
    pinned=$(grep -E '^(xllamacpp|psutil)==' tests/parity/requirements.txt)
    if [ "$(cat "$SERVER/pinned" 2>/dev/null)" != "$pinned" ]; then
        say "xllamacpp, a server to judge through, into $SERVER"
        rm -rf "$SERVER"
        # Debian's Python may lack ensurepip; the system's pip then installs into it.
        python3 -m venv --without-pip "$SERVER"
        python3 -m pip --disable-pip-version-check install --quiet --root-user-action=ignore --no-deps --only-binary=:all: \
            --target "$("$SERVER/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')" \
            $pinned
        echo "$pinned" >"$SERVER/pinned"
    fi
    SHINSA_TEST_SERVER=$SERVER/bin/python
fi
export SHINSA_TEST_SERVER
