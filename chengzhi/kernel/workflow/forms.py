"""A service's signature is its form.

Keyword arguments annotated with `Ask` become the API body, the page's form and the check of the input.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, WithJsonSchema, create_model

from chengzhi.kernel.problems import Fault, Invalid

NOT_ASKED = {"matter_id", "act", "return"}


@dataclass(frozen=True, slots=True)
class Ask:
    """What a field is called and how a page asks for it; `choices` names a provider of options, see `perform.choices_of`."""

    zh: str
    en: str
    widget: str = "text"
    choices: str = ""
    help_zh: str = ""
    help_en: str = ""


def _to_int(value: object) -> object:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        return int(value)
    return value


Id = Annotated[
    int,
    BeforeValidator(_to_int),
    PlainSerializer(str, return_type=str),
    Field(ge=0, lt=1 << 63),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,19}$"}),
]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a step's form, for pages."""

    name: str
    ask: Ask
    required: bool
    default: Any
    many: bool


@cache
def form_of(function: Callable[..., Any]) -> type[BaseModel]:
    """Return the pydantic model of a service's inputs; unknown fields are refused."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in NOT_ASKED:
            fields[name] = (hints[name], ... if parameter.default is inspect.Parameter.empty else parameter.default)
    title = "".join(part.capitalize() for part in function.__name__.split("_"))
    return create_model(title, __config__=ConfigDict(extra="forbid", str_strip_whitespace=True), **fields)


def _ask_in(annotation: Any) -> Ask | None:
    return (
        next((meta for meta in get_args(annotation)[1:] if isinstance(meta, Ask)), None)
        if get_origin(annotation) is Annotated
        else None
    )


def fields_of(function: Callable[..., Any]) -> Iterator[FormField]:
    """Yield the fields of a service's form in the order of its signature."""
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        if name in NOT_ASKED:
            continue
        ask = _ask_in(hints[name])
        if ask is None:
            raise TypeError(f"{function.__qualname__}({name}) needs an Ask(zh, en) in its annotation: the form is made of it.")
        required = parameter.default is inspect.Parameter.empty
        bare = get_args(hints[name])[0]
        yield FormField(name, ask, required, None if required else parameter.default, get_origin(bare) in {list, tuple})


def check(function: Callable[..., Any], data: dict[str, Any]) -> dict[str, Any]:
    """Return the checked inputs of a service, or raise Invalid with one sentence per wrong field."""
    try:
        form = form_of(function)(**data)
    except ValidationError as problem:
        raise invalid_from(problem, {field.name: field.ask for field in fields_of(function)}) from None
    return {name: getattr(form, name) for name in type(form).model_fields}


_SENTENCES = {
    "missing": ("缺少“{zh}”，请填写。", "“{en}” is missing; please give it."),
    "extra_forbidden": ("不认识字段“{name}”，请删去。", "There is no field “{name}”; leave it out."),
    "string_too_long": ("“{zh}”太长，最多{max_length}个字。", "“{en}” is too long; at most {max_length} characters."),
    "string_too_short": ("“{zh}”不能为空，请填写。", "“{en}” is empty; please give it."),
    "too_long": ("“{zh}”太多，最多{max_length}个。", "Too many of “{en}”; at most {max_length}."),
    "too_short": ("“{zh}”太少，至少{min_length}个。", "Too few of “{en}”; at least {min_length}."),
}


def invalid_from(problem: ValidationError, asks: dict[str, Ask]) -> Invalid:
    """Translate a failed check into one sentence per field, in both languages, naming field and value."""
    faults = []
    for error in problem.errors(include_url=False):
        name = str(error["loc"][0]) if error["loc"] else ""
        ask = asks.get(name, Ask(name, name))
        value = str(error.get("input"))[:60]
        zh, en = _SENTENCES.get(
            error["type"], ("“{zh}”的值“{value}”不对：请按要求填写。", "“{en}” cannot be “{value}”: {message}.")
        )
        words = {"zh": ask.zh, "en": ask.en, "name": name, "value": value, "message": error["msg"], **error.get("ctx", {})}
        faults.append(Fault(code=error["type"], zh=zh.format(**words), en=en.format(**words), field=name))
    return Invalid(" ".join(f.zh for f in faults[:5]), " ".join(f.en for f in faults[:5]), faults=faults)
