"""GraphQL input types that mirror a contract's model, so that a condition of a filter is written once.

Names, types and descriptions come from the model; ids are opaque for clients, and parsed here.
"""

import types
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Optional, TypeVar, Union, get_args, get_origin
from uuid import UUID

import strawberry
from pydantic import AwareDatetime, BaseModel, ValidationError
from strawberry.utils.str_converters import to_camel_case

from rapport.contracts.problems import invalid
from rapport.contracts.refusals import FieldProblem, InputProblemCode, Invalid
from rapport.gateway.errors import ClientError, from_refusal
from rapport.gateway.graph.contract_types import attribute_docs, enumeration
from rapport.gateway.graph.ids import Kind, global_id, uuid_of

_ModelT = TypeVar("_ModelT", bound=BaseModel)

_SCALARS: dict[Any, Any] = {UUID: strawberry.ID, AwareDatetime: datetime}


def contract_input(model: type[BaseModel], module: str, description: str) -> Any:
    """The input type of a model whose fields can all be left out, and of the same name.

    Args:
        model: the contract's.
        module: where it and the input types of its parts are assigned to the names of their models.
        description: for the schema.
    """
    documented = attribute_docs(model.__module__).get(model.__qualname__, {})
    namespace: dict[str, Any] = {"__annotations__": {}, "__module__": module}
    for name, field in model.model_fields.items():
        given = _input_type_of(field.annotation, module)
        required = field.is_required()
        namespace["__annotations__"][name] = given if required else Optional[given]  # noqa: UP045 - a computed type
        default: dict[str, Any] = {} if required else {"default": None}
        namespace[name] = strawberry.field(
            name=name.rstrip("_") if name.endswith("_") else None, description=documented.get(name), **default
        )
    return strawberry.input(type(model.__name__, (), namespace), description=description)


def _input_type_of(annotation: Any, module: str) -> Any:
    parts = get_args(annotation)
    match get_origin(annotation):
        case origin if origin in {Union, types.UnionType}:
            (present,) = (part for part in parts if part is not type(None))
            return _input_type_of(present, module)
        case origin if origin is Annotated:
            return _input_type_of(parts[0], module)
        case origin if origin is tuple:
            return list[_input_type_of(parts[0], module)]  # type: ignore[misc]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Annotated[annotation.__name__, strawberry.lazy(module)]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return enumeration(annotation)
    return _SCALARS.get(annotation, annotation)


def read_input(given: Any, ids: Mapping[str, Kind], path: str) -> dict[str, Any]:
    """What an input says, as the contract's model takes it.

    Args:
        given: an instance of an input type.
        ids: the fields that hold ids, and of what.
        path: where it is, for errors.

    Raises:
        ClientError: an id is none (``INVALID_ID``).
    """
    return {
        name: _read(value, ids, name, f"{path}.{name.rstrip('_')}")
        for name, value in vars(given).items()
        if value is not None
    }


def model_of(model: type[_ModelT], given: Any, ids: Mapping[str, Kind], path: str) -> _ModelT:
    """The contract's model that an input says; the arguments are those of :func:`read_input`.

    Raises:
        ClientError: something is wrong with it: with the path of each problem.
    """
    try:
        return model.model_validate(read_input(given, ids, path))
    except ValidationError as problem:
        found = invalid(problem).problems
        located = tuple(each.model_copy(update={"path": f"{path}.{each.path}"}) for each in found)
        raise from_refusal(Invalid(problems=located)) from None


def write_input(model: BaseModel, ids: Mapping[str, Kind]) -> dict[str, Any]:
    """The reverse of :func:`read_input`: the input, as JSON has it, that says what a contract's model does."""
    return {
        to_camel_case(name.rstrip("_")): _written(value, ids, name)
        for name in type(model).model_fields
        if (value := getattr(model, name)) is not None
    }


def _written(value: Any, ids: Mapping[str, Kind], name: str) -> Any:
    match value:
        case tuple():
            return [_written(each, ids, name) for each in value]
        case BaseModel():
            return write_input(value, ids)
        case StrEnum():
            return value.name
        case UUID():
            return global_id(ids[name], value)
        case datetime():
            return value.isoformat()
    return value


def _read(value: Any, ids: Mapping[str, Kind], name: str, path: str) -> Any:
    if isinstance(value, list):
        return [_read(each, ids, name, f"{path}.{at}") for at, each in enumerate(value)]
    # Enumerations have a definition as well.
    if hasattr(type(value), "__strawberry_definition__") and not isinstance(value, StrEnum):
        return read_input(value, ids, path)
    if name in ids:
        try:
            return uuid_of(ids[name], value, "it")
        except ClientError:
            message = f"must be the id of a {ids[name]}"
            problem = FieldProblem(path=path, message=message, code=InputProblemCode.INVALID_ID)
            raise from_refusal(Invalid(problems=(problem,))) from None
    return value
