"""Values that whoever runs the program may replace: options, parameters, fields, environment variables."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.inference import DEFAULT_OF
from ecolint.parsers.pythonic.evaluation.deployed import is_set_otherwise
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    Definition,
    Instance,
    Value,
    is_plain,
    is_soft,
    soft,
    stated,
)
from ecolint.parsers.pythonic.scopes import Binding, Scope, Site, dotted_path
from ecolint.records import replace
from ecolint.statements import Call

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.evaluation.values import Frame
    from ecolint.parsers.pythonic.module import Module

SETTINGS = "BaseSettings"
CLASS_PARSER = "HfArgumentParser"
FIELD_MAKERS = frozenset(
    (
        "Field",
        "field",
        "Option",
        "Argument",
        "Query",
        "Body",
        "Form",
        "Header",
        "Param",
        "HfArg",
        "Input",
        "Parameter",
    )
)


def as_default(value: Value, what: str) -> Value:
    """A default value, taken out of `Field(…)`, `typer.Option(…)` and the like."""
    held = value.value
    if isinstance(held, Call) and held.callee.rpartition(".")[2] in FIELD_MAKERS:
        made_later = held.keywords.get("init")
        if made_later is not None and made_later.value is not True:
            return DYNAMIC
        inner = held.keywords.get("default")
        if inner is None and held.positional:
            inner = held.positional[0]
        if inner is None or (inner.value is None and not inner.is_known) or not is_plain(inner.value):
            return DYNAMIC
        value = inner
    if not value.is_known or value.value is Ellipsis:
        return DYNAMIC
    if is_plain(value.value):
        return soft(value.value, what)
    return replace(value, origin=DEFAULT_OF + what) if isinstance(value.value, Call) else value


def left(value: Value) -> Value:
    """A default that a call leaves as it is: nobody replaces it any more."""
    return replace(value, origin=value.origin.removeprefix(DEFAULT_OF)) if is_soft(value) else value


def of_parameter(ev: Evaluator, binding: Binding, module: Module, frame: Frame | None) -> Value:
    """Default of a parameter, from its function, a click decorator or the class that annotates it."""
    scope = binding.site.scope
    outer = scope.site or Site(scope, 0)
    option = _click_option(ev, binding, module, outer)
    if option is not None:
        return option
    function = f" of {scope.name}()" if scope.name else ""
    annotation = getattr(binding.node, "annotation", None)
    if binding.value is not None:
        value = as_default(
            ev.value(binding.value, module, outer, None), f"parameter {binding.name}{function}"
        )
        if not (value.is_known and value.value is None and annotation is not None):
            return value
        return _annotated(ev, annotation, module, outer) or value
    return _annotated(ev, annotation, module, outer) or DYNAMIC


def _annotated(ev: Evaluator, annotation: ast.expr | None, module: Module, site: Site) -> Value | None:
    """An object of the class of the repository that annotates a parameter."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.copy_location(ast.Name(annotation.value, ast.Load()), annotation)
    if not isinstance(annotation, (ast.Name, ast.Attribute)):
        return None
    found = ev.value(annotation, module, site, None).value
    if isinstance(found, Definition) and found.scope.is_class:
        return stated(Instance(found.scope, found.module))
    return None


def _click_option(ev: Evaluator, binding: Binding, module: Module, site: Site) -> Value | None:
    for decorator in getattr(binding.site.scope.node, "decorator_list", ()):
        if not (
            isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", "") in ("option", "argument")
        ):
            continue
        names = [item.value for item in decorator.args if isinstance(item, ast.Constant)]
        if binding.name in {_destination(name) for name in names if isinstance(name, str)}:
            shown = next((name for name in names if str(name).startswith("--")), binding.name)
            return _option_default(ev, decorator, str(shown), module, site)
    return None


def _destination(flag: str) -> str:
    return flag.partition("/")[0].lstrip("-").replace("-", "_")


def _option_default(ev: Evaluator, call: ast.Call, shown: str, module: Module, site: Site) -> Value:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if "default" in keywords:
        return as_default(ev.value(keywords["default"], module, site, None), shown)
    action = keywords.get("action")
    kind = getattr(action, "value", None) or getattr(action, "attr", None)
    if kind == "store_true" or "is_flag" in keywords:
        return soft(False, shown)
    if kind == "store_false":
        return soft(True, shown)
    required = getattr(keywords.get("required"), "value", False)
    return DYNAMIC if required or not shown.startswith("-") else soft(None, shown)


def options(module: Module) -> dict[str, ast.Call]:
    """`add_argument` calls of a module by destination."""
    if module.options is None:
        found: dict[str, ast.Call] = {}
        for call in module.index.calls_named("add_argument"):
            if not isinstance(call.func, ast.Attribute):
                continue
            names = [
                item.value
                for item in call.args
                if isinstance(item, ast.Constant) and isinstance(item.value, str)
            ]
            given = next((k.value for k in call.keywords if k.arg == "dest"), None)
            if isinstance(given, ast.Constant):
                found[str(given.value)] = call
            elif names:
                best = next((name for name in names if name.startswith("--")), names[0])
                found[_destination(best)] = call
        module.options = found
    return module.options


def of_option(ev: Evaluator, name: str, module: Module) -> Value:
    """Default of a command line option of the module, soft; dynamic where there is none."""
    call = options(module).get(name)
    if call is None:
        return DYNAMIC
    override = _set_defaults(name, module)
    site = module.index.sites[call]
    shown = next(
        (
            str(item.value)
            for item in call.args
            if isinstance(item, ast.Constant) and str(item.value).startswith("--")
        ),
        name,
    )
    if override is not None:
        return as_default(ev.value(override, module, site, None), shown)
    return _option_default(ev, call, shown, module, site)


def _set_defaults(name: str, module: Module) -> ast.expr | None:
    for call in module.index.calls_named("set_defaults"):
        if isinstance(call.func, ast.Attribute):
            for keyword in call.keywords:
                if keyword.arg == name:
                    return keyword.value
    return None


def of_environment(arguments: tuple[Value, ...], default: Value | None, module: Module) -> Value:
    """`os.environ.get(name, default)`: the default, soft, unless a file around the module sets something else."""
    name = arguments[0].value if arguments else None
    if not isinstance(name, str):
        return DYNAMIC
    given = default if default is not None else (arguments[1] if len(arguments) > 1 else stated(None))
    if not given.is_known or not is_plain(given.value):
        return DYNAMIC
    if is_set_otherwise(name, given.value, module):
        return DYNAMIC
    return soft(given.value, f"environment variable {name}")


def of_settings(scope: Scope, name: str, value: Value, module: Module) -> Value:
    """Default of a field that may be set by an environment variable of its name, unless a file around the module sets
    something else."""
    bases = getattr(scope.node, "bases", ())
    by_variable = any(dotted_path(base).endswith(SETTINGS) for base in bases)
    if by_variable and is_set_otherwise(name.upper(), value.value, module, prefixed=True):
        return DYNAMIC
    return value


def is_dataclass(scope: Scope) -> bool:
    """Whether the fields of a class are options of whoever makes its objects."""
    node = scope.node
    assert isinstance(node, ast.ClassDef)
    for decorator in node.decorator_list:
        inner = decorator.func if isinstance(decorator, ast.Call) else decorator
        if (getattr(inner, "id", None) or getattr(inner, "attr", "")) in (
            "dataclass",
            "define",
            "attrs",
            "s",
            "frozen",
        ):
            return True
    bases = {getattr(base, "id", None) or getattr(base, "attr", "") for base in node.bases}
    return any(
        str(base).endswith(("Model", "Settings", "Arguments", "Config", "Tuple", "Args", "Struct"))
        for base in bases
    )


def parsed_field(name: str, module: Module) -> Binding | None:
    """The field of this name of the one class that the module parses its command line into, if one has it."""
    if not module.index.calls_named(CLASS_PARSER):
        return None
    found = [
        binding
        for scope in module.index.scopes.values()
        if scope.is_class and is_dataclass(scope)
        for binding in scope.bindings.get(name, ())[-1:]
    ]
    return found[0] if len(found) == 1 else None
