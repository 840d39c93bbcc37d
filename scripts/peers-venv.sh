# Sourced: PyTorch and its kin in a virtual environment of their own, $PEERS.
# PEERS in the environment names one that is there already.
if [ -z "${PEERS:-}" ]; then
    PEERS=$TARGET/peers
    if ! cmp -s tests/parity/requirements.txt "$PEERS/requirements.txt"; then
        say "PyTorch and peers, into $PEERS"
        python3 -m venv "$PEERS"
        "$PEERS/bin/pip" install --quiet -r tests/parity/requirements.txt
        cp tests/parity/requirements.txt "$PEERS/"
    fi
fi
