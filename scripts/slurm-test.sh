#!/usr/bin/env bash
# Runs shards as job arrays under a real Slurm, one node of it on this machine: what `--slurm` writes is submitted, tasks are
# requeued, killed and preempted in their middle, and what `slotless merge` makes is held against the run in one. Its daemons are
# started and stopped here; their files, keys and ports are its own. Written for bash 3.2.
set -u

cd "$(dirname "$0")/.." || exit 1
# Where Debian has daemons.
PATH=$PATH:/usr/sbin:/sbin

usage() {
    cat <<HELP
usage: scripts/slurm-test.sh [--install]

Tests shards and merges under Slurm, which the system's package manager fetches where it may (Debian's slurm-wlm; as root or with
passwordless sudo). Exit code 3 with one line where there is no Slurm to be had. SLOTLESS names a program to test; without it, the one
of target/debug is built and taken.

  --install   fetch Slurm, and no more
  --help      this
HELP
}

install=no
case ${1-} in
    '') ;;
    --install) install=yes ;;
    -h | --help) usage && exit 0 ;;
    *) echo "no option '$1', see --help" >&2 && exit 2 ;;
esac

missing() {
    local tool
    for tool in munged slurmctld slurmd sbatch squeue scancel scontrol sinfo; do
        command -v "$tool" >/dev/null || echo "$tool"
    done
}

install_with_apt() {
    local sudo=
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || return 1
        sudo="sudo -n"
    fi
    $sudo apt-get update -q || echo "the package lists could not be refreshed; going on with the old ones" >&2
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-remove --no-install-recommends slurm-wlm munge
}

if [ -n "$(missing)" ] && command -v apt-get >/dev/null; then
    install_with_apt >&2
fi
if [ -n "$(missing)" ]; then
    echo "no Slurm ($(missing | paste -s -d ' ' -)): install Debian's packages slurm-wlm and munge, or your system's" >&2
    exit 3
fi
[ "$install" = no ] || exit 0

slotless=${SLOTLESS:-}
if [ -z "$slotless" ]; then
    # As the tests have built it: for this target alone cargo would compile most crates anew, with other features.
    cargo test --quiet --workspace --features embed --locked --test cli --no-run || exit 1
    slotless=${CARGO_TARGET_DIR:-target}/debug/slotless
fi
# From another folder, too.
case $slotless in /*) ;; *) slotless=$PWD/$slotless ;; esac

dir=$(mktemp -d "${TMPDIR:-/tmp}/slotless-slurm.XXXXXX") || exit 1
# What a user may call a folder.
work="$dir/one's runs"
mkdir "$work" "$dir/state" "$dir/spool"
daemons= failed=no
export SLURM_CONF=$dir/slurm.conf

# Ends what was started here, whatever happened.
clean() {
    trap - EXIT INT TERM HUP
    if [ "$failed" = yes ]; then
        squeue -a -t all -r -o '%i %T %r' 2>/dev/null
        tail -n 15 "$dir"/*.log "$work"/*.out 2>/dev/null
    fi
    # Tasks are no children of a daemon: Slurm has to end them.
    if scancel --quiet --user "$(id -un)" 2>/dev/null; then
        local left=25
        while [ "$left" -gt 0 ] && [ -n "$(squeue -h 2>/dev/null)" ]; do
            left=$((left - 1))
            sleep 0.2
        done
    fi
    local pid
    for pid in $daemons; do
        kill "$pid" 2>/dev/null
    done
    for pid in $daemons; do
        wait "$pid" 2>/dev/null
    done
    rm -rf "$dir"
}
trap clean EXIT
trap 'clean; exit 130' INT TERM HUP

fail() {
    echo "FAILED: $1" >&2
    failed=yes
    exit 1
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
    local left=$(($1 * 10)) what=$2
    shift 2
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || fail "waited in vain: $what"
        sleep 0.1
    done
}

is_taken() {
    (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

port=$((20000 + RANDOM % 20000))
while is_taken "$port" || is_taken $((port + 1)); do
    port=$((20000 + RANDOM % 20000))
done
host=$(uname -n | cut -d . -f 1)
cat >"$dir/slurm.conf" <<CONF
ClusterName=slotless
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=2
MinJobAge=600
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=batch Nodes=$host Default=YES PriorityTier=1
PartitionName=urgent Nodes=$host PriorityTier=2 PreemptMode=OFF
CONF
head -c 1024 /dev/urandom >"$dir/munge.key"
chmod 700 "$dir"
chmod 600 "$dir/munge.key"
munged --foreground --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munge.pid" \
    --log-file="$dir/munged.log" --seed-file="$dir/munge.seed" >"$dir/munged-out.log" 2>&1 &
daemons="$daemons $!"
wait_for 10 "munge's socket" test -S "$dir/munge.socket"
slurmctld -D -c -f "$dir/slurm.conf" >"$dir/slurmctld.log" 2>&1 &
daemons="$daemons $!"
slurmd -D -c -f "$dir/slurm.conf" >"$dir/slurmd.log" 2>&1 &
daemons="$daemons $!"
# shellcheck disable=SC2317 # wait_for calls these
is_idle() {
    [ "$(sinfo -h -p batch -o %t 2>/dev/null)" = idle ]
}
wait_for 20 "a node that is idle" is_idle
echo "$(sinfo --version), a node of 2 CPUs, ports $port and $((port + 1))"

# task_is JOB TASK STATES: whether a task of an array is in one of these states.
task_is() {
    case " $3 " in *" $(squeue -h -t all -r -j "$1" -o '%K %T' | awk -v task="$2" '$1 == task { print $2 }') "*) return 0 ;; esac
    return 1
}

job_is() {
    [ "$(squeue -h -t all -j "$1" -o %T)" = "$2" ]
}

# has_trial FOLDER: whether a shard has kept a trial.
has_trial() {
    local file
    for file in "$1"/.trials/*.rec; do
        [ "$(tail -n +2 "$file" 2>/dev/null | head -c 9 | wc -c)" -ne 9 ] || return 0
    done
    return 1
}

# process SHARD: the number of the process that computes it.
process() {
    ps -A -o pid= -o args= | awk -v shard="--shard $1" -v folder="$work" \
        'index($0, shard) && index($0, folder) && $2 !~ /awk/ { print $1 }'
}

# hold SHARD FOLDER: holds a shard's process once it has kept a trial, so that it is in its middle however fast the machine is.
hold() {
    wait_for 30 "a trial of shard $1" has_trial "$2"
    # shellcheck disable=SC2046 # one word a process
    kill -STOP $(process "$1") || fail "shard $1 has ended before it was held"
}

# went_on LOG: whether a task found trials of an earlier start.
went_on() {
    grep -Eq 'trials to compute, [1-9][0-9]* kept from before' "$1" || fail "$1: no trial was kept from before"
}

# restart JOB_TASK: Slurm lets what was requeued wait for two minutes; in the second in which it was ended it could not start.
restart() {
    scontrol update "JobId=$1" StartTime=now+2
}

# results FOLDER: the hashes of all files of a run, its manifest without seconds and threads.
results() {
    (
        cd "$1" || exit 1
        find . -name .trials -prune -o -name 'shard-*' -prune -o -type f ! -name manifest.json -exec sha256sum {} + | sort
        grep -v -e '"wall_seconds"' -e '"threads"' manifest.json | sha256sum
    )
}

same() {
    results "$1" >"$dir/one" && results "$2" >"$dir/other" || fail "no results in $1 or $2"
    diff "$dir/one" "$dir/other" || fail "$2 is not $1"
    echo "  $(wc -l <"$dir/one" | tr -d ' ') files equal those of the run in one"
}

cd "$work" || exit 1

echo "a sweep in three shards: one is requeued, one killed"
sweep="memory sweep --n-i 300 --n-h 400 --s 30 --f .1 --k 10,20 --cue 1 --burn-in 1500 --learned 200 --trials 24"
# shellcheck disable=SC2086 # one word an argument
"$slotless" $sweep --out "$work/grid" --shards 3 --threads 1 --slurm grid.sh || fail "no script"
# The line that the script gives for itself.
submit=$(sed -n 's/^# *\(sbatch --dependency=.*\)$/\1/p' grid.sh)
[ -n "$submit" ] || fail "no line to submit in grid.sh"
sh -c "$submit" || fail "sbatch: $submit"
array=$(squeue -h -r -n slotless-memory-sweep -o %F | head -n 1)
merge=$(squeue -h -n wrap -o %A)
hold 1/3 grid/shard-1-of-3
hold 2/3 grid/shard-2-of-3
killed=$(process 2/3)
scontrol requeue "${array}_1" || fail "scontrol requeue"
# shellcheck disable=SC2086 # one word a process
kill -9 $killed || fail "no process of shard 2"
wait_for 20 "the requeued task to wait" task_is "$array" 1 PENDING
restart "${array}_1" || fail "scontrol update"
for task in 1 3; do
    wait_for 60 "task $task" task_is "$array" $task COMPLETED
done
task_is "$array" 2 "FAILED" || fail "the killed task did not fail"
went_on "slurm-${array}_1.out"
why=$("$slotless" merge grid 2>&1)
[ $? -eq 2 ] || fail "a merge without the killed task"
case $why in *"of shard 2/3"*) ;; *) fail "$why" ;; esac
scancel "$merge"
echo "  $why"
sh -c "$submit" || fail "sbatch: $submit"
array=$(squeue -h -r -n slotless-memory-sweep -o %F | head -n 1)
merge=$(squeue -h -n wrap -o %A)
wait_for 60 "the merge behind the array" job_is "$merge" COMPLETED
went_on "slurm-${array}_2.out"
# shellcheck disable=SC2086
"$slotless" $sweep --out whole >/dev/null 2>&1
same whole grid

echo "a training in two shards: both are preempted"
training="transformer train --batches 600 --trials 16"
# shellcheck disable=SC2086
array=$("$slotless" $training --out "$work/training" --shards 2 --threads 1 --slurm - 2>/dev/null | sbatch --parsable)
hold 1/2 training/shard-1-of-2
hold 2/2 training/shard-2-of-2
urgent=$(sbatch --parsable -p urgent --exclusive --wrap true)
wait_for 30 "the urgent job" job_is "$urgent" COMPLETED
for task in 1 2; do
    wait_for 20 "the preempted task to wait" task_is "$array" $task PENDING
    restart "${array}_$task" || fail "scontrol update"
done
for task in 1 2; do
    wait_for 60 "task $task" task_is "$array" $task COMPLETED
    went_on "slurm-${array}_$task.out"
done
"$slotless" merge training >/dev/null || fail "slotless merge training"
# shellcheck disable=SC2086
"$slotless" $training --out trained >/dev/null 2>&1
same trained training
