"""Messages by id, with their replies; who can be written to; and who may see suppressions."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.outreach import (
    Contactability,
    GetContactability,
    GetMessagesByIds,
    GetRejectionMails,
    GetSuppressions,
    Message,
)
from rapport.contracts.refusals import Forbidden, Refusal
from rapport.contracts.requests import MAX_IDS, Page
from rapport.gateway.errors import from_refusal
from rapport.gateway.service_client import ServiceClient


def messages_by_id(services: ServiceClient) -> DataLoader[UUID, Message | None]:
    """None for a message that is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[Message | None]:
        result = await services.read(GetMessagesByIds(ids=tuple(ids)))
        by_id = {message.id: message for message in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def rejection_mail_by_application(services: ServiceClient) -> DataLoader[UUID, Message | None]:
    """The message about the newest rejection of an application; None if there is none that the viewer may see."""

    async def load(application_ids: list[UUID]) -> list[Message | None]:
        result = await services.read(GetRejectionMails(application_ids=tuple(application_ids)))
        by_application = {message.application_id: message for message in result.items}
        return [by_application.get(application_id) for application_id in application_ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def contactability_by_person(services: ServiceClient) -> DataLoader[UUID, Contactability | None]:
    """None for a person who is hidden from the viewer; for everybody, if the viewer does not write to people."""

    async def load(person_ids: list[UUID]) -> list[Contactability | None]:
        answer = await services.call(GetContactability(person_ids=tuple(person_ids)))
        if isinstance(answer, Forbidden):
            return [None] * len(person_ids)
        if isinstance(answer, Refusal):
            raise from_refusal(answer)
        by_person = {item.person_id: item for item in answer.items}
        return [by_person.get(person_id) for person_id in person_ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def can_see_suppressions(services: ServiceClient) -> DataLoader[UUID, bool]:
    """Whether the viewer may see that a person must not be written to.

    The viewer's role decides, so the result is the same for all people: an operation sends one request, for the first.
    """

    async def load(ids: list[UUID]) -> list[bool]:
        result = await services.call(GetSuppressions(person_id=ids[0], page=Page(first=1)))
        return [not isinstance(result, Refusal)] * len(ids)

    return DataLoader(load, cache_key_fn=lambda _: "role")
