"""Requests about whether people may be found by what they said of themselves, and what that was used for."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from rapport.contracts.authorisation import DIVERSITY_SOURCING
from rapport.contracts.pipeline import (
    DiversityFilter,
    DiversitySourcing,
    GetDiversityFilter,
    GetDiversitySourcing,
    GetDiversityUses,
    SetDiversitySourcing,
)
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import DiversityUseKind
from rapport.kit.database.pagination import keyset
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.domain import diversity as domain
from rapport.pipeline.domain.diversity import Group
from rapport.pipeline.search.diversity import known_options, too_uniform
from rapport.pipeline.store import diversity
from rapport.pipeline.store.diversity import Sourcing, Use


class DiversityRequests:
    """Handles what admins choose and read, and whether a viewer may search so."""

    def __init__(self, database: Database) -> None:
        """On the service's database."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetDiversitySourcing, self.get_diversity_sourcing)
        server.handle(SetDiversitySourcing, self.set_diversity_sourcing)
        server.handle(GetDiversityFilter, self.get_diversity_filter)
        server.handle(GetDiversityUses, self.get_diversity_uses)

    async def get_diversity_sourcing(self, _: GetDiversitySourcing, context: RequestContext) -> DiversitySourcing:
        """What holds now, and what there is to choose from."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return await _answer(session, await diversity.sourcing(session))

    async def set_diversity_sourcing(
        self, request: SetDiversitySourcing, context: RequestContext
    ) -> DiversitySourcing | Invalid | NotFound:
        """Switch it on or off, and choose the answers."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            before = await diversity.lock(unit, viewer.user_id)
            group = before.group if request.option_ids is None else frozenset(request.option_ids)
            consent = request.consent_option_id or before.consent
            is_chosen = (group, consent) != (before.group, before.consent)
            if is_chosen and (refused := await _refused(unit, before, group, consent)):
                return refused
            if request.on and (not group or consent is None):
                missing = "consent_option_id" if group else "option_ids"
                return Invalid.because(missing, "must be chosen first", InputProblemCode.REQUIRED)
            if is_chosen or request.on != before.on:
                changed = replace(
                    before,
                    on=request.on,
                    group=group,
                    consent=consent,
                    chosen_at=unit.now if is_chosen else before.chosen_at,
                    changed_at=unit.now,
                    changed_by=viewer.user_id,
                )
                await diversity.save(unit, changed)
                await _record(unit, before, changed)
            return await _answer(unit, await diversity.sourcing(unit))

    async def get_diversity_filter(self, _: GetDiversityFilter, context: RequestContext) -> DiversityFilter:
        """Whether the viewer may search by it."""
        unavailable = DiversityFilter(available=False)
        if DIVERSITY_SOURCING not in context.viewer.grants:
            return unavailable
        async with self._database.read_session(context.viewer.org_id) as session:
            chosen = await diversity.sourcing(session)
            if chosen is None or not chosen.on or chosen.consent is None:
                return unavailable
            question, answer = await diversity.consent_words(session, chosen.consent) or (None, None)
        return DiversityFilter(available=True, consent_question=question, consent_answer=answer)

    async def get_diversity_uses(self, request: GetDiversityUses, context: RequestContext) -> Json | Invalid:
        """A page of the uses and changes."""
        after = keyset(request.page)
        if isinstance(after, Invalid):
            return after
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await diversity.uses(session, after, request.page.first))


async def _answer(session: ReadSession, chosen: Sourcing | None) -> DiversitySourcing:
    questions = await diversity.questions(session)
    if chosen is None:
        return DiversitySourcing(
            on=False,
            option_ids=(),
            consent_option_id=None,
            may_choose_at=None,
            changed_at=None,
            changed_by=None,
            questions=questions,
        )
    return DiversitySourcing(
        on=chosen.on,
        option_ids=tuple(sorted(chosen.group)),
        consent_option_id=chosen.consent,
        may_choose_at=domain.may_choose_at(chosen.chosen_at),
        changed_at=chosen.changed_at,
        changed_by=chosen.changed_by,
        questions=questions,
    )


async def _record(unit: UnitOfWork, before: Sourcing, changed: Sourcing) -> None:
    if (changed.group, changed.consent) != (before.group, before.consent):
        await diversity.record(
            unit,
            Use(
                user_id=changed.changed_by,
                kind=DiversityUseKind.CHOSEN,
                group=changed.group,
                consent=changed.consent,
            ),
        )
    if changed.on != before.on:
        kind = DiversityUseKind.SWITCHED_ON if changed.on else DiversityUseKind.SWITCHED_OFF
        await diversity.record(unit, Use(user_id=changed.changed_by, kind=kind))


async def _refused(unit: UnitOfWork, before: Sourcing, group: Group, consent: UUID | None) -> Invalid | NotFound | None:
    """Why these answers may not be chosen: they would tell what somebody answered."""
    known = await known_options(unit)
    if unknown := {option for option in (*group, consent) if option is not None} - known.question_of.keys():
        return NotFound(what="demographic option", id=str(min(unknown)))
    if (early := _too_early(before, unit.now)) is not None:
        return early
    former = await diversity.choices(unit)
    groups = domain.distinct([*(each for each, _ in former), group])
    if domain.shares_a_question(frozenset[UUID]().union(*groups), [consent, *(each for _, each in former)], known):
        message = "is an answer to a question of which other answers count, or did: nobody agrees by such a one"
        return Invalid.because("consent_option_id", message, InputProblemCode.NOT_ALLOWED)
    if domain.tells_a_question(groups, known):
        message = (
            "would tell what people answered: choose answers to several questions (one that is asked in several sets is"
            " one), and add or take away, of what was chosen before, answers to several questions at once"
        )
        return Invalid.because("option_ids", message, InputProblemCode.NOT_ALLOWED)
    if consent is None:
        return Invalid.because("consent_option_id", "must be chosen as well", InputProblemCode.REQUIRED)
    if not await too_uniform(unit, groups, consent, known):
        return None
    message = "would tell what people answered: nearly all who agreed gave one of these answers, or too few agreed"
    return Invalid.because("option_ids", message, InputProblemCode.TOO_FEW)


def _too_early(before: Sourcing, now: datetime) -> Invalid | None:
    at = domain.may_choose_at(before.chosen_at)
    if at is None or now >= at:
        return None
    message = f"can be chosen again from {at:%d %B %Y} on: it holds for {(at - before.chosen_at).days} days"  # type: ignore[operator]
    return Invalid.because("option_ids", message, InputProblemCode.WRONG_STATE)
