#!/usr/bin/env bash
# Makes a program of QEMU available: scripts/install-qemu.sh [PROGRAM], qemu-system-arm where none is named, or
# qemu-system-riscv32, or one that runs programs of another Linux, as qemu-aarch64. Does nothing where it is on PATH already,
# or in target/tools/qemu (qemu-riscv and qemu-user beside it) from an earlier call. Otherwise, the first that works: the system's package manager (apt-get
# as root or with passwordless sudo; Homebrew), then, with apt-get, a private copy in that folder, which needs no rights
# and changes nothing outside. Exits 3 with one line where none does.
set -u

cd "$(dirname "$0")/.." || exit 1
program=${1:-qemu-system-arm}
# -L means where the firmware lies to one, where foreign libraries lie to the other, which needs none here.
# shellcheck disable=SC2016 # $here is the wrapper's
case $program in
    qemu-system-riscv*)
        # Some releases have it in a package of its own, others among rarer machines.
        package=qemu-system-misc private=target/tools/qemu-riscv share=' -L "$here/usr/share/qemu"'
        ! apt-cache show qemu-system-riscv >/dev/null 2>&1 || package=qemu-system-riscv
        ;;
    qemu-system-*) package=$program private=target/tools/qemu share=' -L "$here/usr/share/qemu"' ;;
    *) package=qemu-user private=target/tools/qemu-user share= ;;
esac

found() {
    command -v "$program" >/dev/null || "$private/$program" --version >/dev/null 2>&1
}

give_up() {
    echo "$program is missing and could not be installed ($1): install QEMU's package $package" >&2
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
        apt-get install -y -q --no-remove --no-install-recommends "$package"
}

# apt works out which packages are missing here, without root and as if it could remove what is in the way;
# they are unpacked, not installed.
copy_with_apt() {
    local packages deb libraries emulator
    packages=$(apt-get install -s --no-install-recommends "$package" |
        sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p')
    [ -n "$packages" ] || return 1
    rm -rf "$private.part" && mkdir -p "$private.part/debs" || return 1
    # shellcheck disable=SC2086 # one word a package
    (cd "$private.part/debs" && apt-get download -q $packages) || return 1
    for deb in "$private.part"/debs/*.deb; do
        dpkg-deb -x "$deb" "$private.part" || return 1
    done
    rm -r "$private.part/debs"
    # shellcheck disable=SC2016 # $here is the wrapper's
    libraries=$(cd "$private.part" && find . -name '*.so*' -exec dirname {} + | sort -u |
        sed 's|^\.|$here|' | paste -s -d : -)
    # The wrappers find their own folder, so that the copy may be moved with the checkout.
    for emulator in "$private.part"/usr/bin/qemu-*; do
        emulator=$(basename "$emulator")
        cat >"$private.part/$emulator" <<WRAPPER || return 1
#!/bin/sh
here=\$(cd "\$(dirname "\$0")" && pwd)
LD_LIBRARY_PATH=$libraries\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "\$here/usr/bin/$emulator"$share "\$@"
WRAPPER
        chmod +x "$private.part/$emulator"
    done
    rm -rf "$private" && mv "$private.part" "$private"
}

if found; then
    exit 0
elif command -v apt-get >/dev/null; then
    install_with_apt && found && exit 0
    echo "no system-wide install; unpacking a private copy into $private" >&2
    copy_with_apt && found && exit 0
    give_up "apt-get failed, see above"
elif [ "$package" != qemu-user ] && command -v brew >/dev/null; then
    brew install qemu && found && exit 0
    give_up "brew failed, see above"
else
    give_up "no package manager here that is known to have it"
fi
