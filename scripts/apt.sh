#!/usr/bin/env bash
# Installs the Debian packages of the named groups, only those that are missing.
#   build   a C compiler and what SQLCipher's OpenSSL needs to build
#   shell   the desktop shell's WebKit
#   window  a screen without a screen, the driver of window tests, a real keyboard and a Japanese input method for them
#   bundle  what the .deb builder calls
source "$(dirname "$0")/common.sh"

wanted=()
for group in "$@"; do
    case $group in
    build) wanted+=(build-essential pkg-config perl) ;;
    shell) wanted+=(libwebkit2gtk-4.1-dev) ;;
    window) wanted+=(webkit2gtk-driver xvfb xauth dbus-x11 fonts-noto-cjk xdotool ibus ibus-gtk3 ibus-anthy) ;;
    bundle) wanted+=(file) ;;
    *) die "apt.sh: no group called $group" ;;
    esac
done

if ! has dpkg-query; then
    echo "note: not a Debian system; these are needed under whatever names it has: ${wanted[*]}"
    exit 0
fi
missing=()
for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
    has sudo || die "these packages are missing and neither root nor sudo is at hand: ${missing[*]}"
    sudo=(sudo)
fi
say "Debian packages: ${missing[*]}"
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
