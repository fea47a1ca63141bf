from __future__ import annotations

import pytest

from ecolint.inference import Known, Located
from ecolint.parsers import shell
from ecolint.source import Fragment, Span
from ecolint.statements import Call, CommandLine, Config
from tests.parsers.lines import command, commands, cut, environment, statements, words

VLLM = ["vllm", "serve", "m", "--max-num-seqs", "1"]
LINE = " ".join(VLLM)


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        f"exec {LINE}",
        f"sudo -u bob -E {LINE}",
        f"nohup {LINE} > log 2>&1 &",
        f"env -u X A=b {LINE}",
        f"nice -n 5 ionice -c2 {LINE}",
        f"numactl --cpunodebind=0 -m 0 {LINE}",
        f"timeout -k 5 60 {LINE}",
        f"taskset -c 0-3 {LINE}",
        f"stdbuf -oL setsid {LINE}",
        f"tini -g -- {LINE}",
        f"uv run --with vllm {LINE}",
        f"conda run -n env --no-capture-output {LINE}",
        f"poetry run {LINE}",
        f"xvfb-run -a {LINE}",
        f"srun -n 1 --gres=gpu:1 {LINE}",
        f"bash -lc '{LINE}'",
        f'sh -euc "{LINE}"',
        f"bash -o pipefail -c '{LINE}'",
        f"bash -c \"bash -c '{LINE}'\"",
        f'eval "exec {LINE}"',
        f'su - bob -c "{LINE}"',
        f"ssh -p 22 host '{LINE}'",
        f"tmux new-session -d -s x '{LINE}'",
        f"tmux send-keys -t x '{LINE}' C-m",
        f"screen -dmS x bash -c '{LINE}'",
        f'pm2 start --name x "{LINE}"',
        f'pm2 start "{LINE}" --name x',
        f"pm2 start vllm --name x -- {' '.join(VLLM[1:])}",
        f"bash <<EOF\n{LINE}\nEOF",
        f"cat <<'EOF' | sudo bash\n{LINE}\nEOF",
        f"ssh host <<EOF\n{LINE}\nEOF",
        f"bash <<< '{LINE}'",
        f"(cd /x && {LINE})",
        f"{{ {LINE}; }} | tee log",
        f"X=$({LINE} &)",
        f"while true; do {LINE}; done",
        f"time {LINE}",
        f"for i in 1 2; do {LINE}; done",
        "vllm \\\n  serve m \\\r\n  --max-num-seqs 1",
        "vllm serve m --max-num-\\\nseqs 1",
        "'vllm' \"serve\" m --max\"-num\"-seqs $'1'",
        "start() {\n" + LINE + "\n}\nstart",
        "function start { " + LINE + "; }",
        f"docker exec -it -e A=b c {LINE}",
        f"kubectl exec -n x pod -- {LINE}",
        f"docker compose -f c.yml run --rm -e A=b server {LINE}",
        f"enroot start --rw -m a:b box {LINE}",
        f"flock -n /tmp/lock {LINE}",
        f"flock /tmp/lock -c '{LINE}'",
        f"lxc exec box -- {LINE}",
        f"pyenv exec {LINE}",
        f"ray job submit --working-dir . --no-wait -- {LINE}",
        f"bsub -q gpu -gpu num=1 {LINE}",
        f"wsl -d Ubuntu -- {LINE}",
        f"sbatch --gres=gpu:1 --wrap='{LINE}'",
        f"sbatch --wrap '{LINE}'",
        f"screen -S x -X stuff '{LINE}\\n'",
        f"screen -S x -X stuff '{LINE}^M'",
        f"screen -S x -X stuff $'{LINE}\\n'",
    ],
)
def test_wrappers_are_removed(text: str) -> None:
    assert words(command("shell", text, "vllm")) == VLLM


@pytest.mark.parametrize(
    "text",
    [
        f"echo {LINE}",
        f"# {LINE}",
        f'printf "{LINE}\\n"',
        f"cat <<EOF\n{LINE}\nEOF",
        f"usage() {{\ncat <<EOF\n{LINE}\nEOF\n}}\nusage",
        f"grep '{LINE}' x",
        "vllm serve --help",
        "pip install vllm",
        "which vllm",
        f"if false; then {LINE}; fi",
        f"[ 1 = 2 ] && {LINE}",
        f"true || {LINE}",
        f"alias v='{LINE}'",
        f"DEBUG=0\nif [ $DEBUG = 1 ]; then {LINE}; fi",
        f"HELP='{LINE}'",
        f"git commit -m '{LINE}'",
    ],
)
def test_mentions_start_nothing(text: str) -> None:
    assert commands("shell", text, "vllm") == []


@pytest.mark.parametrize(
    ("text", "value", "known"),
    [
        ("M=m\nvllm $M", "m", Known.DERIVED),
        ('M="m"\nvllm "${M}"', "m", Known.DERIVED),
        ("vllm ${M:-m}", "m", Known.DERIVED),
        ("M=${M:-m}\nvllm $M", "m", Known.DERIVED),
        ('vllm "${1:-m}"', "m", Known.DERIVED),
        (": ${M:=m}\nvllm $M", "m", Known.DERIVED),
        ("A=m\nB=$A\nvllm $B", "m", Known.DERIVED),
        ("f() { vllm $1; }\nf m", "m", Known.DERIVED),
        ("M=\nvllm ${M:-m}", "m", Known.DERIVED),
        ("M=m\nvllm ${M:+x}", "x", Known.STATED),
        ("set -- m\nvllm $1", "m", Known.DERIVED),
        ("set -- a m\nshift\nvllm $1", "m", Known.DERIVED),
        ("for i in m; do vllm $i; done", "m", Known.DERIVED),
        ("M=m\nbash -c \"vllm $M\"", "m", Known.STATED),
        ("export M=m\nbash -c 'vllm $M'", "m", Known.DERIVED),
        ("if [ -z \"$M\" ]; then M=m; fi\nvllm $M", "m", Known.DERIVED),
        ("M=$1\nif [[ -z ${M:-} ]]; then M=m; fi\nvllm $M", "m", Known.DERIVED),
        ("M=$(x)\nif [ -z \"$M\" ]; then M=m; fi\nvllm $M", "$M", Known.DYNAMIC),
        ("if [ -z \"$M\" ]; then M=m; else M=n; fi\nvllm $M", "$M", Known.DYNAMIC),
        ("vllm $M", "$M", Known.DYNAMIC),
        ("M=$1\nvllm $M", "$1", Known.DYNAMIC),
        ("M=$(cat x)\nvllm $M", "$(cat x)", Known.DYNAMIC),
        ("M=a\nread M\nvllm $M", "$M", Known.DYNAMIC),
        ("M=a\nif x; then M=b; fi\nvllm $M", "$M", Known.DYNAMIC),
        ("M=a\ncase $1 in x) M=b;; esac\nvllm $M", "$M", Known.DYNAMIC),
        ("M=a\nwhile getopts m: o; do M=$OPTARG; done\nvllm $M", "$M", Known.DYNAMIC),
        ("for i in a b; do vllm $i; done", "$i", Known.DYNAMIC),
        ("for i in a b; do M=$i; done; vllm $M", "$M", Known.DYNAMIC),
        ("M=a\nbash -c 'vllm $M'", "$M", Known.DYNAMIC),
        ("vllm ${M%x}", "${M%x}", Known.DYNAMIC),
        ("vllm $((1 + 2))", "$((1 + 2))", Known.DYNAMIC),
        ("vllm {{ .Values.m }}", "{{ .Values.m }}", Known.DYNAMIC),
        ('vllm "${{ inputs.m }}"', "{{ inputs.m }}", Known.DYNAMIC),
        ("(M=a)\nvllm $M", "$M", Known.DYNAMIC),
    ],
)  # fmt: skip
def test_variables(text: str, value: str, known: Known) -> None:
    word = command("shell", text, "vllm").words[1]
    assert (word.value, word.known) == (value, known)


def test_flags_in_variables_are_found_where_they_stand() -> None:
    text = """\
BASE="--dtype half"
ARGS=(--max-num-seqs 1 "--model" $1)
ARGS+=(--enforce-eager)
EXTRA="$BASE --seed 3 --name $2"
EXTRA+=" --last 4"
vllm serve "${ARGS[@]}" $EXTRA ${EMPTY:-}
"""
    line = command("shell", text, "vllm")
    expected = (
        "vllm serve --max-num-seqs 1 --model $1 --enforce-eager --dtype half --seed 3 --name $2 --last 4"
    )
    assert words(line) == expected.split()
    spans = {word.value: text.encode().index((word.value or "").encode()) for word in line.words[2:]}
    for word in line.words[2:]:
        assert word.span is not None
        assert word.span.start - spans[word.value] in (0, -1)
        assert (word.value or "") in cut(text, word.span)
    assert {word.value for word in line.words if word.is_dynamic} == {"$1", "$2"}
    assert line.words[2].origin == "variable ARGS"


def test_a_word_with_a_variable_in_it_is_found_where_it_is_written() -> None:
    text = "N=1\nvllm --max-num-seqs=$N"
    word = command("shell", text, "vllm").words[1]
    assert word.value == "--max-num-seqs=1"
    assert cut(text, word.span) == "--max-num-seqs=$N"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("if [ \"$1\" = a ]; then vllm; fi", 'only when [ "$1" = a ]'),
        ("if a; then x; else vllm; fi", "only when not (a)"),
        ("if a; then x; elif b; then vllm; fi", "only when b"),
        ("case $1 in start|up) vllm;; esac", "only when $1 is start|up"),
        ("[ -n \"$X\" ] && vllm", 'only when [ -n "$X" ]'),
        ("[[ -d x ]] && { y; vllm; }", "only when [[ -d x ]]"),
        ("command -v vllm && vllm", "only when command -v vllm"),
        ("pgrep vllm || vllm", "only when pgrep vllm fails"),
        ("if a; then if b; then vllm; fi; fi", "only when a and b"),
        ("f() { vllm; }\nif a; then f; fi", "only when a"),
        ("if a; then bash -c 'vllm'; fi", "only when a"),
        ("cd x && vllm", None),
        ("if true; then vllm; fi", None),
        ("X=1\nif [ $X = 1 ]; then vllm; fi", None),
        ("a | b\nvllm", None),
        ("[ -d x ] || mkdir x && vllm", None),
    ],
)  # fmt: skip
def test_conditions(text: str, when: str | None) -> None:
    assert command("shell", text, "vllm").when == when


def test_environment() -> None:
    text = "export A=1 B\nC=2\nB=3; export C\nunset A\nD=4 OLLAMA='x y' ollama serve"
    line = command("shell", text, "ollama")
    assert environment(line) == {"B": "3", "C": "2", "D": "4", "OLLAMA": "x y"}
    assert cut(text, line.environment["OLLAMA"].span) == "OLLAMA='x y'"


def test_exports_that_no_command_is_given_are_told_by_themselves() -> None:
    (line,) = commands("shell", "# sourced\nexport A=1;\nexport B=2 # why\n")
    assert words(line) == []
    assert environment(line) == {"A": "1", "B": "2"}
    assert [environment(item) for item in commands("shell", "export A=1\nfoo")] == [{"A": "1"}]
    assert [words(item) for item in commands("shell", "export A=1\nsystemctl restart x")] == [
        ["systemctl", "restart", "x"], [],
    ]  # fmt: skip


def test_docker_run() -> None:
    text = (
        "docker run -d --gpus '\"device=0,1\"' -p 80:80 --shm-size 1g -e A=b --env=C=d -v /x:/y r/i:1 --q z"
    )
    line = command("shell", text)
    assert words(line) == ["--q", "z"]
    assert line.image.value == "r/i:1"
    assert environment(line) == {"A": "b", "C": "d"}
    assert line.gpu_count.value == 2


def test_docker_run_with_a_program_of_its_own() -> None:
    line = command("shell", "podman run --rm -it --entrypoint bash i:1 -c 'vllm serve m'")
    assert (words(line), line.image.value) == (["vllm", "serve", "m"], "i:1")


def test_cloud_and_cluster_deployments() -> None:
    line = command(
        "shell", "gcloud run deploy x --image=i --set-env-vars=A=b,C=d --args=--q,z --gpu-type nvidia-l4"
    )
    assert (words(line), environment(line)) == (["--q", "z"], {"A": "b", "C": "d"})
    assert (line.image.value, line.gpu.value) == ("i", "nvidia-l4")
    line = command("shell", "kubectl run x --image=i --env=A=b -- --q z")
    assert (words(line), environment(line), line.image.value) == (["--q", "z"], {"A": "b"}, "i")
    assert commands("shell", "docker compose up -d", "up") == []


def test_files_that_a_script_writes() -> None:
    text = """\
sudo tee /etc/systemd/system/ollama.service.d/override.conf > /dev/null <<EOF
[Service]
Environment="OLLAMA_NUM_PARALLEL=1"
EOF
cat > Modelfile <<EOF
FROM ${BASE}
EOF
cat <<'EOF' > run.sh
vllm serve m
EOF
echo 'FROM b' > x.Modelfile
ollama create x -f - <<EOF
FROM c
EOF
printf 'A=1\\nB=2\\n' >> .env
cat > notes.txt <<EOF
vllm serve not
EOF
"""
    found = statements("shell", text)
    configs = [item.tree["from"] for item in found if isinstance(item, Config)]
    assert [item.value for item in configs] == ["${BASE}", "b", "c"]
    assert [cut(text, item.value_span) for item in configs] == ["${BASE}", "b", "c"]
    given = [environment(item) for item in found if isinstance(item, CommandLine) and item.environment]
    assert given == [{"OLLAMA_NUM_PARALLEL": "1"}, {"A": "1", "B": "2"}]
    assert [words(item) for item in commands("shell", text, "vllm")] == [["vllm", "serve", "m"]]


def test_python_in_a_script_is_read_as_python() -> None:
    text = "if a; then\npython3 - <<'EOF'\nimport vllm\nvllm.LLM('m')\nEOF\nfi\npython -c 'import vllm; vllm.LLM(1)'"
    calls = [item for item in statements("shell", text) if isinstance(item, Call)]
    assert [cut(text, item.span) for item in calls] == ["vllm.LLM('m')", "vllm.LLM(1)"]
    assert [item.when for item in calls] == ["only when a", None]


def test_functions_are_read_as_they_are_called() -> None:
    text = "f() { vllm $1 ${2:-d}; }\nf a\nf b c\n"
    assert [words(line) for line in commands("shell", text, "vllm")] == [
        ["vllm", "a", "d"], ["vllm", "b", "c"],
    ]  # fmt: skip
    assert words(command("shell", 'g() { vllm $1; }\n"$@"', "vllm")) == ["vllm", "$1"]
    assert len(commands("shell", "f() { vllm; f; }\nf", "vllm")) < 20


def test_text_that_is_no_shell_is_read_as_far_as_it_goes() -> None:
    assert words(command("shell", "{% if x %}\nvllm m\n{% endif %}", "vllm")) == ["vllm", "m"]
    assert words(command("shell", "fi done }\nvllm m ;; )", "vllm")) == ["vllm", "m"]
    assert words(command("shell", "if a; then\nvllm m 'never closed", "vllm")) == [
        "vllm",
        "m",
        "never closed",
    ]
    assert words(command("shell", "cat <<EOF > x.sh\nvllm m\n", "vllm")) == ["vllm", "m"]


def test_variables_from_outside() -> None:
    fragment = Fragment.of("vllm $M ${N:-2} $O", offset=100)
    known = Located("a b", Known.STATED, Span(0, 3), Span(0, 3))
    (line,) = shell.command_lines(fragment, {"M": known, "O": Located(None, Known.DYNAMIC)}, {"N": known})
    assert words(line) == ["vllm", "a", "b", "a", "b", "$O"]
    assert [word.span for word in line.words[:3]] == [Span(100, 104), Span(0, 1), Span(2, 3)]
    assert line.words[5].is_dynamic


def test_words_that_are_already_split() -> None:
    text = "bash -c 'vllm serve \"a b\"'"
    given = [Located(word, Known.STATED, Span(at, at + len(word))) for at, word in ((0, "bash"), (5, "-c"))]
    script = Located('vllm serve "a b"', Known.STATED, Span(8, 26), Span(9, 25))
    (line,) = shell.words_command([*given, script], Span(0, 26), {}, Located("i", Known.STATED))
    assert words(line) == ["vllm", "serve", "a b"]
    assert cut(text, line.words[2].span) == '"a b"'
    assert line.image.value == "i"
    (line,) = shell.words_command([*given, Located("vllm x", Known.STATED, Span(8, 30))], Span(0, 30))
    assert {word.span for word in line.words} == {Span(8, 30)}
