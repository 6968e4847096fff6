#!/usr/bin/env bash
# Makes qemu-system-arm available: scripts/install-qemu.sh
# Does nothing where it is on PATH already, or in target/tools/qemu from an earlier call. Otherwise, the first that works:
# the system's package manager (apt-get as root or with passwordless sudo; Homebrew), then, with apt-get, a private copy
# in target/tools/qemu, which needs no rights and changes nothing outside. Exits 3 with one line where none does.
set -u

cd "$(dirname "$0")/.." || exit 1
private=target/tools/qemu

found() {
    command -v qemu-system-arm >/dev/null || "$private/qemu-system-arm" --version >/dev/null 2>&1
}

give_up() {
    echo "qemu-system-arm is missing and could not be installed ($1): install QEMU's system emulator for Arm" >&2
    exit 3
}

# --no-remove: a QEMU tool of another version may be in the way, and is not ours to take away.
install_with_apt() {
    local sudo=
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || return 1
        sudo="sudo -n"
    fi
    $sudo apt-get update -q || echo "the package lists could not be refreshed; going on with the old ones" >&2
    $sudo env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-remove --no-install-recommends qemu-system-arm
}

# apt works out which packages are missing here, without root and as if it could remove what is in the way;
# they are unpacked, not installed.
copy_with_apt() {
    local packages package libraries
    packages=$(apt-get install -s --no-install-recommends qemu-system-arm |
        sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p')
    [ -n "$packages" ] || return 1
    rm -rf "$private.part" && mkdir -p "$private.part/debs" || return 1
    # shellcheck disable=SC2086 # one word a package
    (cd "$private.part/debs" && apt-get download -q $packages) || return 1
    for package in "$private.part"/debs/*.deb; do
        dpkg-deb -x "$package" "$private.part" || return 1
    done
    rm -r "$private.part/debs"
    # shellcheck disable=SC2016 # $here is the wrapper's
    libraries=$(cd "$private.part" && find . -name '*.so*' -exec dirname {} + | sort -u |
        sed 's|^\.|$here|' | paste -s -d : -)
    # The wrapper finds its own folder, so that the copy may be moved with the checkout.
    cat >"$private.part/qemu-system-arm" <<WRAPPER || return 1
#!/bin/sh
here=\$(cd "\$(dirname "\$0")" && pwd)
LD_LIBRARY_PATH=$libraries\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "\$here/usr/bin/qemu-system-arm" -L "\$here/usr/share/qemu" "\$@"
WRAPPER
    chmod +x "$private.part/qemu-system-arm"
    rm -rf "$private" && mv "$private.part" "$private"
}

if found; then
    exit 0
elif command -v apt-get >/dev/null; then
    install_with_apt && found && exit 0
    echo "no system-wide install; unpacking a private copy into $private" >&2
    copy_with_apt && found && exit 0
    give_up "apt-get failed, see above"
elif command -v brew >/dev/null; then
    brew install qemu && found && exit 0
    give_up "brew failed, see above"
else
    give_up "neither apt-get nor brew here"
fi
