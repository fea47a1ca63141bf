"""Programs that start another one named by their own words, as a table."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.parsers.shellish.options import listed
from ecolint.records import dataclass

SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash", "rbash"))

UTILITIES = listed("""
    : . [ alias apk apt apt-get awk basename bc brew bunzip2 bzip2 cat cd chgrp chmod chown clear cmp column
    command cp curl cut date dd declare df diff dirname dnf dpkg du echo egrep env exit export expr false fgrep
    file find free getopt getopts git grep groupadd gunzip gzip head hf hostname huggingface-cli id install jobs
    jq kill killall less let ln local ls lsof make mapfile mkdir mktemp mount mv nc netstat npm nproc nvidia-smi
    patch pgrep pidof ping pip pip3 pkill popd printenv printf ps pushd pwd read readarray readlink readonly
    realpath return rm rmdir rpm rsync scp sed seq set shift sleep sort source ss stat stty sync sysctl tail tar
    tee test touch tput tr trap true type typeset ulimit umask uname uniq unset unzip useradd wait wc wget which
    launchctl service systemctl whoami xargs yarn yes yq yum zip""")
"""Programs that are handed the environment but run no model."""

MENTIONS = frozenset(("--help", "--version", "--print-config"))
"""Words that make any program say something and end."""


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A wrapper's own words: `subcommand` after its name, options with values, and then `positionals`.

    `assigns` says that `NAME=value` words may follow.
    """

    subcommand: tuple[str, ...] = ()
    valued: frozenset[str] = frozenset()
    positionals: int = 0
    assigns: bool = False


def _wrapper(valued: str = "", *, sub: str = "", positionals: int = 0, assigns: bool = False) -> Wrapper:
    return Wrapper(tuple(sub.split()), frozenset(valued.split()), positionals, assigns)


UV_OPTIONS = (
    "--with --with-editable --with-requirements --python -p --extra --group --only-group --no-group --project "
    "--directory --env-file --index --index-url --extra-index-url --default-index --from --package --refresh-package "
    "--upgrade-package -P -C --config-setting --cache-dir --config-file --index-strategy --prerelease --resolution "
    "--torch-backend --color --link-mode --no-build-package --no-binary-package"
)
CONDA_OPTIONS = "-n --name -p --prefix --cwd"
SLURM_OPTIONS = (
    "-A -c -d -D -e -G -i -J -m -M -n -N -o -p -q -t -T -w -x --account --cpus-per-task --container-image "
    "--container-mounts --container-name --container-workdir --cpu-bind --error --gpus --gpus-per-node "
    "--gpus-per-task --gres --job-name --jobid --mem --mpi --nodelist --nodes --ntasks --ntasks-per-node --output "
    "--partition --qos --time"
)
LSF_OPTIONS = "-app -cwd -e -eo -E -Ep -g -G -gpu -J -L -m -M -n -o -oo -P -q -R -sla -u -w -W"
RAY_OPTIONS = (
    "--address --job-id --submission-id --runtime-env --runtime-env-json --working-dir --entrypoint-num-cpus "
    "--entrypoint-num-gpus --entrypoint-memory --entrypoint-resources --metadata-json --headers --verify --log-style "
    "--log-color"
)
MPI_OPTIONS = "-np -n -N -c -H -host --host -hostfile --hostfile -x --map-by --bind-to -ppn --np"

WRAPPERS: Mapping[str, tuple[Wrapper, ...]] = {
    "bsub": (_wrapper(LSF_OPTIONS),),
    "builtin": (_wrapper(),),
    "catchsegv": (_wrapper(),),
    "chroot": (_wrapper("--userspec --groups", positionals=1),),
    "chrt": (_wrapper(positionals=1),),
    "command": (_wrapper(),),
    "conda": (_wrapper(CONDA_OPTIONS, sub="run"),),
    "cross-env": (_wrapper(assigns=True),),
    "direnv": (_wrapper(sub="exec", positionals=1),),
    "doas": (_wrapper("-u -C"),),
    "doppler": (_wrapper("-p -c --project --config", sub="run"),),
    "dotenv": (_wrapper("-f -e", sub="run"), _wrapper("-f -e")),
    "dumb-init": (_wrapper("--rewrite -r"),),
    "enroot": (_wrapper("-c -e -m --conf --env --mount", sub="start", positionals=1),),
    "env": (_wrapper("-u --unset -C --chdir", assigns=True),),
    "exec": (_wrapper("-a"),),
    "flock": (_wrapper("-w -E --timeout --wait --conflict-exit-code", positionals=1),),
    "gosu": (_wrapper(positionals=1),),
    "hatch": (_wrapper(sub="run"),),
    "infisical": (_wrapper("--env --path --projectId", sub="run"),),
    "incus": (_wrapper("--env --cwd --user --group --mode", sub="exec", positionals=1),),
    "ionice": (_wrapper("-c -n -p --class --classdata"),),
    "lxc": (_wrapper("--env --cwd --user --group --mode", sub="exec", positionals=1),),
    "mamba": (_wrapper(CONDA_OPTIONS, sub="run"),),
    "micromamba": (_wrapper(CONDA_OPTIONS, sub="run"),),
    "mpiexec": (_wrapper(MPI_OPTIONS),),
    "mpirun": (_wrapper(MPI_OPTIONS),),
    "ncu": (
        _wrapper("-o -k -c -s --set --section --metrics --target-processes --launch-count --launch-skip"),
    ),
    "nice": (_wrapper("-n --adjustment"),),
    "nohup": (_wrapper(),),
    "nsys": (_wrapper("-o -t -w -y -d -s -b -c -f -x -e --output --trace", sub="profile"),),
    "numactl": (
        _wrapper("-N -m -C -i -p -P --cpunodebind --membind --physcpubind --interleave --preferred"),
    ),
    "pdm": (_wrapper("-p --project", sub="run"),),
    "pipenv": (_wrapper(sub="run"),),
    "pipx": (_wrapper("--spec --python --pip-args", sub="run"),),
    "pixi": (_wrapper("-e --environment --manifest-path", sub="run"),),
    "poetry": (_wrapper("-C -P --directory --project", sub="run"),),
    "prlimit": (_wrapper(),),
    "pyenv": (_wrapper(sub="exec"),),
    "ray": (_wrapper(RAY_OPTIONS, sub="job submit"),),
    "rye": (_wrapper(sub="run"),),
    "salloc": (_wrapper(SLURM_OPTIONS),),
    "script": (_wrapper("-c --command"),),
    "setpriv": (_wrapper("--reuid --regid"),),
    "setsid": (_wrapper(),),
    "srun": (_wrapper(SLURM_OPTIONS),),
    "stdbuf": (_wrapper("-i -o -e --input --output --error"),),
    "strace": (_wrapper("-e -o -p -s -u -E"),),
    "su-exec": (_wrapper(positionals=1),),
    "sudo": (_wrapper("-u -g -h -p -C -D -r -t -T -U --user --group --host --prompt --chdir", assigns=True),),
    "systemd-cat": (_wrapper("-t -p --identifier --priority"),),
    "systemd-run": (_wrapper("-p -u -E -t --property --unit --slice --setenv --uid --gid --description"),),
    "taskset": (_wrapper(positionals=1),),
    "time": (_wrapper("-f -o --format --output"),),
    "timeout": (_wrapper("-k -s --kill-after --signal", positionals=1),),
    "tini": (_wrapper("-p -e"),),
    "unbuffer": (_wrapper(),),
    "uv": (_wrapper(UV_OPTIONS, sub="run"), _wrapper(UV_OPTIONS, sub="tool run")),
    "uvx": (_wrapper(UV_OPTIONS),),
    "winpty": (_wrapper(),),
    "with-contenv": (_wrapper(),),
    "wsl": (_wrapper("-d -u --distribution --user --cd"),),
    "xvfb-run": (_wrapper("-e -f -n -p -s -w --server-args --server-num --error-file"),),
}
ENVIRONMENT_OPTIONS: Mapping[str, frozenset[str]] = {
    "enroot": frozenset(("-e", "--env")),
    "incus": frozenset(("--env",)),
    "lxc": frozenset(("--env",)),
    "systemd-run": frozenset(("-E", "--setenv")),
    "mpirun": frozenset(("-x",)),
    "mpiexec": frozenset(("-x",)),
}
"""Options of wrappers that hand `NAME=value` to what they start."""
MACHINE_OPTIONS = frozenset(("--gres", "--gpus", "-G", "--gpus-per-node", "--gpus-per-task"))
"""Options by which Slurm is asked for cards."""
SLURM = frozenset(("salloc", "sbatch", "srun"))
TEXT_OPTIONS: Mapping[str, frozenset[str]] = {
    "su": frozenset(("-c", "--command")),
    "runuser": frozenset(("-c", "--command")),
    "script": frozenset(("-c", "--command")),
    "flock": frozenset(("-c", "--command")),
    "sbatch": frozenset(("--wrap",)),
    "sg": frozenset(("-c",)),
}
"""Programs of which an option's value is shell text."""
REMOTE_OPTIONS = listed("-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w")
TMUX_OPTIONS = listed("-s -t -c -n -x -y -e -F -L -f -S -l")
TMUX_STARTS = listed("new-session new new-window neww split-window splitw respawn-pane send-keys send")
SCREEN_OPTIONS = listed("-S -c -e -h -p -s -t -T")
PM2_OPTIONS = listed("""
    -n --name -i --instances --interpreter --interpreter-args --node-args --cwd --log -l -o --output -e --error
    --log-date-format --max-memory-restart --namespace --restart-delay --max-restarts --exp-backoff-restart-delay
    --cron -c --kill-timeout --user -u --uid --gid --ignore-watch --time-zone -p --pid""")
