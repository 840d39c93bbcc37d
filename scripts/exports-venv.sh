# Sourced: the tools that exports are meant for (datasets, TRL's data checks,
# Label Studio's SDK, Argilla, mlcroissant) in a virtual environment of their
# own, $EXPORTS, of the pinned versions.
# SHINSA_TEST_EXPORTS in the environment names a Python that has them already.
if [ -z "${SHINSA_TEST_EXPORTS:-}" ]; then
    EXPORTS=$TARGET/exports
    if ! cmp -s tests/acceptance/requirements.txt "$EXPORTS/requirements.txt"; then
        say "the tools that load exports, into $EXPORTS"
        rm -rf "$EXPORTS"
        # Debian's Python may lack ensurepip; the system's pip then installs into it.
        python3 -m venv --without-pip "$EXPORTS"
        # The list is whole: what the tools need for other work (PyTorch, OpenCV,
        # NLTK) stays out.
        python3 -m pip --disable-pip-version-check install --quiet --root-user-action=ignore --no-deps --no-compile \
            --target "$("$EXPORTS/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')" \
            -r tests/acceptance/requirements.txt
        cp tests/acceptance/requirements.txt "$EXPORTS/"
    fi
    SHINSA_TEST_EXPORTS=$EXPORTS/bin/python
fi
export SHINSA_TEST_EXPORTS
