#!/usr/bin/env bash
# Cuts the four faces anew: host/draw/font/make.sh [FOLDER of the whole DejaVu faces]. Needs pyftsubset, of fonttools.
set -eu

faces=${1:-/usr/share/fonts/truetype/dejavu}
cd "$(dirname "$0")"
# Latin, Greek, dashes, quotes, primes, powers, indices, arrows, operators, relations.
letters=U+20-7E,U+A0-FF,U+152,U+153,U+160,U+161,U+178,U+17D,U+17E,U+391-3C9,U+2010-2014,U+2018-201A,U+201C-201E,U+2020-2022,U+2026
letters=$letters,U+2032,U+2033,U+2070-207C,U+2080-208C,U+2190-2193,U+2202,U+2206,U+2208,U+220F,U+2211-2213,U+221A,U+221D,U+221E
letters=$letters,U+1D40,U+222B,U+2245,U+2248,U+2260,U+2261,U+2264,U+2265,U+226A,U+226B,U+22C5
# Of variables: letters, digits, the stroke, Greek.
slanted=U+2F-39,U+41-5A,U+61-7A,U+391-3C9
for face in DejaVuSans:regular DejaVuSans-Bold:bold DejaVuSans-Oblique:oblique DejaVuSans-BoldOblique:bold-oblique; do
    case $face in
        *oblique) cut=$slanted ;;
        *) cut=$letters ;;
    esac
    pyftsubset "$faces/${face%:*}.ttf" --unicodes="$cut" --no-hinting --layout-features= \
        --drop-tables+=GDEF,GPOS,GSUB,kern,FFTM,gasp --name-IDs=0,1,2,13 --output-file="${face#*:}.ttf"
done
