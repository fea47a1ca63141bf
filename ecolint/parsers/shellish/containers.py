"""Containers that a command line starts: which image, with which environment, with which words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ecolint.inference import Known, Located, Place
from ecolint.parsers.shellish.frame import Frame
from ecolint.parsers.shellish.options import Options, base_name, listed, pairs
from ecolint.parsers.shellish.values import Value
from ecolint.records import replace
from ecolint.source import Span
from ecolint.statements import NO_TREE

ENGINES = frozenset(("docker", "podman", "nerdctl", "nvidia-docker", "finch", "docker.io"))
PROGRAMS = ENGINES | {
    "docker-compose",
    "podman-compose",
    "kubectl",
    "oc",
    "k3s",
    "gcloud",
    "az",
    "apptainer",
    "singularity",
}
RUN_SWITCHES = listed("""
    -d --detach -i --interactive -t --tty --rm --init --privileged --no-healthcheck --oom-kill-disable -P
    --publish-all --read-only --sig-proxy --disable-content-trust -q --quiet --use-api-socket --replace --no-hosts
    --rmi --tls-verify --env-host --http-proxy -T --no-deps --service-ports --use-aliases --build
    --with-registry-auth --no-resolve-image""")
RUN_OPTIONS = (
    RUN_SWITCHES
    | listed("""
    -v --volume -p --publish -e --env --env-file --name --gpus --shm-size --ipc --network --net --mount -u --user
    -w --workdir --entrypoint --device --ulimit --cap-add --security-opt --restart --runtime --add-host --cpus
    -m --memory --label -l --hostname -h --group-add --platform --pull --log-driver --log-opt -it -ti -itd -dit""")
)
"""Options of `docker run` by which one sees that a variable in front of them holds options too."""
EXEC_VALUED = listed("""
    -e --env -u --user -w --workdir --env-file --detach-keys --index --name --entrypoint -v --volume -p --publish -l
    --label""")
GLOBAL_VALUED = listed("""
    --context -c --host -H --config --log-level -l -f --file -p --project-name --profile --env-file
    --project-directory --namespace -n --root --connection --url""")
KUBECTL_VALUED = listed("""
    -n --namespace --image --env --context --kubeconfig --restart --port --labels -l --overrides --limits
    --requests -o --output --image-pull-policy --serviceaccount -c --container --annotations --cluster""")
KUBECTL_EXEC_VALUED = KUBECTL_VALUED | {"-f", "--filename", "--pod-running-timeout"}
CLOUD_ENVIRONMENT = listed("--set-env-vars --update-env-vars --env-vars --container-env --container-env-vars")
CLOUD_IMAGE = listed("--image --container-image --container-image-uri")
CLOUD_PROGRAM = listed("--command --container-command")
CLOUD_ARGUMENTS = listed("--args --container-args")
CLOUD_CARD = listed("--gpu-type --gpu-sku")
AZURE_ENVIRONMENT = listed("--env-vars --set-env-vars --environment-variables")
AZURE_COMMAND = "--command-line"
DELIMITER = re.compile(r"\^([^^]{1,5})\^")
DEVICES = re.compile(r"\"?device=([^\"]*)\"?")
SINGULARITY_SWITCHES = listed("""
    --nv --rocm --nvccli -c --contain -C --containall -e --cleanenv -f --fakeroot -i --ipc -p --pid -u --userns
    --writable --writable-tmpfs -w --no-home --compat --unsquash --no-eval --no-init""")

Started = tuple[list[Value], Frame]


def started(words: list[Value], frame: Frame) -> Started | None:
    """Words and surroundings of what a container engine starts; None where it starts nothing that is named.

    The words are the arguments alone where the image's own program receives them.
    """
    name = base_name(words[0].text)
    if name == "k3s":
        words, name = words[1:], "kubectl"
    reader = READERS.get(name, _engine)
    return reader(words, frame)


def _engine(words: list[Value], frame: Frame) -> Started | None:
    options = Options(words, 1, valued=GLOBAL_VALUED)
    at = _after(options)
    names = [word.text for word in words[at : at + 2]]
    if names[:1] == ["compose"] or base_name(words[0].text).endswith("-compose"):
        at = _after(Options(words, at + (names[:1] == ["compose"]), valued=GLOBAL_VALUED))
        verb = words[at].text if at < len(words) else ""
        return _exec(words, at + 1, frame) if verb in ("exec", "run") else None
    if names[:1] in (["container"], ["service"]):
        at += 1
        names = [word.text for word in words[at : at + 1]]
    if names[:1] in (["run"], ["create"]):
        return _run(words, at + 1, frame)
    if names[:1] == ["exec"]:
        return _exec(words, at + 1, frame)
    return None


def _after(options: Options) -> int:
    for _ in options:
        pass
    return options.at


def _run(words: list[Value], at: int, frame: Frame) -> Started | None:
    options = Options(words, at, switches=RUN_SWITCHES, default_valued=True)
    environment: dict[str, Located[str]] = {}
    entrypoint: list[Value] = []
    gpu_count = frame.gpu_count
    for name, value in _run_options(options):
        if value is None:
            continue
        if name in ("-e", "--env"):
            environment.update(_variable(value, frame))
        elif name == "--entrypoint":
            entrypoint = [value] if value.text else []
        elif name == "--gpus":
            gpu_count = _gpus(value)
    if options.at >= len(words):
        return None
    image = words[options.at].located
    frame = replace(frame, environment=environment, image=image, gpu_count=gpu_count)
    return [*entrypoint, *words[options.at + 1 :]], frame


def _run_options(options: Options) -> Iterator[tuple[str, Value | None]]:
    """Options up to the image; a variable among them is passed over."""
    while True:
        yield from options
        following = options.words[options.at : options.at + 2]
        if len(following) < 2 or following[0].holes != ((0, len(following[0].text)),):
            return
        if following[1].text.partition("=")[0] not in RUN_OPTIONS:
            return
        options.at += 1


def _variable(value: Value, frame: Frame) -> Mapping[str, Located[str]]:
    """`-e NAME=value`, or `-e NAME` of a variable that the caller has."""
    if "=" in value.text:
        return pairs(value, "\0")
    given = frame.environment.get(value.text)
    return {value.text: given} if given is not None else NO_TREE


def _gpus(value: Value) -> Located[int]:
    text = value.text
    devices = DEVICES.fullmatch(text)
    if devices is not None:
        text = str(len(devices[1].split(",")))
    elif text.startswith("count="):
        text = text[6:]
    return _number(text, value)


def _number(text: str, value: Value) -> Located[int]:
    """A number that a value says."""
    if not text.isdecimal() or len(text) > 4:
        return Located()
    if value.is_dynamic:
        return Located(None, Known.DYNAMIC, value.span)
    return Located(int(text), value.known, value.span, value.span, value.origin)


def _counted(value: Value, flag: Span) -> Located[int]:
    """A number with the flag that it is given to."""
    found = _number(value.text, value)
    return replace(found, span=Span(flag.start, value.span.end), place=Place.FLAG) if found.is_set else found


def _exec(words: list[Value], at: int, frame: Frame) -> Started | None:
    """`docker exec CONTAINER …`, `docker compose run SERVICE …`: runs in an image that the line does not name."""
    options = Options(words, at, valued=EXEC_VALUED)
    environment: dict[str, Located[str]] = {}
    for name, value in options:
        if name in ("-e", "--env") and value is not None:
            environment.update(_variable(value, frame))
    rest = words[options.at + 1 :]
    return (rest, replace(frame, environment=environment)) if rest else None


def _kubectl(words: list[Value], frame: Frame) -> Started | None:
    at = _after(Options(words, 1, valued=KUBECTL_VALUED))
    verb = words[at].text if at < len(words) else ""
    if verb not in ("run", "exec"):
        return None
    end = next((n for n, word in enumerate(words) if word.text == "--"), len(words))
    valued = KUBECTL_VALUED if verb == "run" else KUBECTL_EXEC_VALUED
    environment: dict[str, Located[str]] = {}
    image: Located[str] = Located()
    positionals = 0
    at += 1
    while at < end:
        options = Options(words[:end], at, valued=valued)
        for name, value in options:
            if name == "--env" and value is not None:
                environment.update(_variable(value, frame))
            elif name == "--image" and value is not None:
                image = value.located
        positionals += options.at < end
        at = options.at + 1
    rest = words[end + 1 :]
    if verb == "exec":
        return (rest, replace(frame, environment=NO_TREE)) if rest else None
    if not image.is_set or not positionals:
        return None
    return rest, replace(frame, environment=environment, image=image)


def _gcloud(words: list[Value], frame: Frame) -> Started | None:
    """`gcloud run deploy --image I --set-env-vars A=b,C=d --args=…`."""
    texts = [word.text for word in words[1:8]]
    if "run" not in texts or not {"deploy", "update"} & set(texts):
        return None
    environment: dict[str, Located[str]] = {}
    image: Located[str] = Located()
    gpu = frame.gpu
    concurrency: Located[int] = Located()
    program: list[Value] = []
    arguments: list[Value] = []
    for at in range(1, len(words)):
        name, value = long_option(words, at)
        if value is None:
            continue
        if name in CLOUD_ENVIRONMENT:
            environment.update(_cloud_pairs(value))
        elif name in CLOUD_IMAGE:
            image = value.located
        elif name in CLOUD_CARD:
            gpu = value.located
        elif name == "--concurrency":
            concurrency = _counted(value, words[at].span)
        elif name in CLOUD_PROGRAM:
            program = _items(value)
        elif name in CLOUD_ARGUMENTS:
            arguments = _items(value)
    if not environment and not image.is_set:
        return None
    frame = replace(frame, environment=environment, image=image, gpu=gpu, concurrency=concurrency)
    return [*program, *arguments], frame


def _azure(words: list[Value], frame: Frame) -> Started | None:
    """`az containerapp create --image …`, `az container create --image …`; an option has all words up to the next."""
    environment: dict[str, Located[str]] = {}
    image: Located[str] = Located()
    gpu = frame.gpu
    command: list[Value] = []
    option = ""
    for at in range(1, len(words)):
        name, value = long_option(words, at)
        if value is not None and name in CLOUD_IMAGE:
            image = value.located
        elif value is not None and name in CLOUD_CARD:
            gpu = value.located
        elif value is not None and name == AZURE_COMMAND:
            command = [value]
        if words[at].text.startswith("-"):
            option = name
        elif option in AZURE_ENVIRONMENT:
            environment.update(pairs(words[at], "\0"))
    if not image.is_set:
        return None
    frame = replace(frame, environment=environment, image=image, gpu=gpu)
    return command, frame


def long_option(words: list[Value], at: int) -> tuple[str, Value | None]:
    """Name and value of the option that a word is; an empty name where it is none."""
    text = words[at].text
    if not text.startswith("--"):
        return "", None
    name, equals, _ = text.partition("=")
    if equals:
        return name, words[at].cut(len(name) + 1)
    return name, words[at + 1] if at + 1 < len(words) else None


def _cloud_pairs(value: Value) -> Mapping[str, Located[str]]:
    delimiter = DELIMITER.match(value.text)
    if delimiter is not None:
        return pairs(value.cut(delimiter.end()), delimiter[1])
    return pairs(value)


def _items(value: Value) -> list[Value]:
    delimiter = DELIMITER.match(value.text)
    separator = delimiter[1] if delimiter else ","
    items: list[Value] = []
    at = delimiter.end() if delimiter else 0
    while at <= len(value.text):
        stop = value.text.find(separator, at)
        stop = len(value.text) if stop < 0 else stop
        items.append(value.cut(at, stop))
        at = stop + len(separator)
    return items


def _singularity(words: list[Value], frame: Frame) -> Started | None:
    at = _after(Options(words, 1, valued=frozenset(("-c", "--config"))))
    verb = words[at].text if at < len(words) else ""
    if verb not in ("exec", "run"):
        return None
    options = Options(words, at + 1, switches=SINGULARITY_SWITCHES, default_valued=True)
    environment = dict(frame.environment)
    for name, value in options:
        if name == "--env" and value is not None:
            environment.update(pairs(value))
    if options.at >= len(words):
        return None
    image = words[options.at].located
    return words[options.at + 1 :], replace(frame, environment=environment, image=image)


READERS: Mapping[str, Callable[[list[Value], Frame], Started | None]] = {
    "kubectl": _kubectl,
    "oc": _kubectl,
    "gcloud": _gcloud,
    "az": _azure,
    "apptainer": _singularity,
    "singularity": _singularity,
}
