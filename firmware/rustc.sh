#!/bin/sh
# What cargo calls in place of rustc here (see .cargo/config.toml): rustc, but a target without a standard library is named at once.
# cargo itself says it once all that runs on this machine is compiled.
rustc=$1
shift
case " $* " in
    # How cargo asks what a target is like, before all else.
    *" --print=file-names"*" --target "*)
        target=$(printf '%s\n' "$*" | sed 's/.* --target \([^ ]*\).*/\1/')
        libraries=$("$rustc" --print target-libdir --target "$target" 2>/dev/null)
        if ! ls "$libraries"/libcore-*.rlib >/dev/null 2>&1; then
            echo "no standard library for $target: \`rustup toolchain install\` in the repository gets all that it needs," >&2
            echo "\`rustup target add $target\` this one" >&2
            exit 1
        fi
        ;;
esac
exec "$rustc" "$@"
