"""A board under a filter and in an order, and what it can be filtered by, beside a plain reading of its cards."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import Board, BoardFilter, Card, GetBoard
from rapport.contracts.refusals import Invalid
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import AttentionReason, BoardOrder, Origin
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.requests import PipelineRequests
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.support.read_ats import TIMES, ReadAts, application

_CARDS = 40
_STAGES = (31, 32, 33)
_FIRST, _LAST = ("Ana", "Zoë", "Łukasz", "Bo"), ("Müller", "O'Neil", "100%", "Li_")
_TITLES, _COMPANIES = (None, "Staff Engineer", "Nurse"), (None, "Oceanic", "50% Off")
_RECRUITERS, _COORDINATORS = (None, 101, 102), (None, 102, 103)
_REASONS = (AttentionReason.SILENCE, AttentionReason.SCHEDULING_OWED)
_FLAG = Statement("UPDATE board_card SET attention = $2::json WHERE application_id = $1")
_PRIVATE = 7


class Boards(ReadAts):
    """A job with cards of every kind, and one that only its recruiter sees."""

    async def board(self, *, after: Any = None, first: int = 100, **asked: Any) -> Board | Invalid:
        boards = PipelineRequests(self.pipeline, [], move_queued=lambda _: None, run_requested=lambda _: None)
        viewer = Viewer(org_id="acme", user_id=UserId(UUID(int=5)), roles=frozenset({Role.RECRUITER}))
        request = GetBoard(job_id=self.mapper.id("jobs", 3), page=Page(first=first, after=after), **asked)
        answer = await boards.get_board(request, RequestContext(viewer, "key"))
        assert isinstance(answer, str | Invalid)
        return Board.model_validate_json(answer) if isinstance(answer, str) else answer

    async def cards(self, **asked: Any) -> list[list[Card]]:
        """Of each column, all in their order, page by page."""
        pages: list[list[Card]] = []
        for stage in _STAGES:
            found: list[Card] = []
            after: Any = None
            while True:
                board = await self.board(after=after, first=3, stage_id=self.mapper.id("job_stages", stage), **asked)
                assert isinstance(board, Board)
                [column] = board.columns
                assert len(column.cards.edges) <= 3
                found += [edge.node for edge in column.cards.edges]
                if not column.cards.has_next:
                    break
                after = column.cards.edges[-1].cursor
            pages.append(found)
        return pages


@pytest_asyncio.fixture
async def boards(pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper) -> Boards:
    """Forty cards in three columns, made by chance, the same each time."""
    ats, chance = Boards(pipeline, ingest, mapper), Random(4)
    await ats.read("users", *({"id": n, "name": f"User {n}", "primary_email": f"u{n}@x.io"} for n in (101, 102, 103)))
    await ats.read("sources", {"id": 51, "name": "LinkedIn"}, {"id": 52, "name": "Meetup"})
    await ats.read("jobs", {"id": 3, "name": "Engineer", "status": "open"} | TIMES)
    await ats.read("job_stages", *({"id": n, "job_id": 3, "name": f"S{n}", "sort_order": n} for n in _STAGES))
    numbers = range(1, _CARDS + 1)
    await ats.read(
        "people",
        *(
            {
                "id": number,
                "first_name": chance.choice(_FIRST),
                "last_name": chance.choice(_LAST),
                "title": chance.choice(_TITLES),
                "company": chance.choice(_COMPANIES),
                "recruiter_id": 101 if number == _PRIVATE else chance.choice(_RECRUITERS),
                "coordinator_id": chance.choice(_COORDINATORS),
                "is_private": number == _PRIVATE,
            }
            | TIMES
            for number in numbers
        ),
    )
    now = datetime.now(UTC)
    for number in numbers:
        # Several enter a stage at the same moment.
        entered = (now - timedelta(days=chance.choice((1, 1, 9, 40)))).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        active = (now - timedelta(days=chance.choice((2, 10, 20, 50)))).isoformat()
        given = {
            "candidate_id": number,
            "stage_id": chance.choice(_STAGES),
            "current_stage_at": entered.isoformat(),
            "last_activity_at": chance.choice((None, active)),
            "source_id": chance.choice((None, 51, 52)),
        }
        await ats.read("applications", application(number) | given)
    await ats.compare(*numbers)
    async with pipeline.work("acme", actor="system:attention", cause="test") as unit:
        for number in numbers:
            red, yellow = chance.choice(((0, 0), (0, 0), (1, 0), (0, 2), (1, 1)))
            reasons = chance.sample(_REASONS, red + yellow)
            first = {"reason": reasons[0] if reasons else None, "severity": "red" if red else "yellow"}
            first |= {"since": now.isoformat(), "red_at": None, "owner_id": None}
            said = {"red": red, "yellow": yellow, "first": first, "reasons": reasons} if reasons else None
            await unit.execute(_FLAG, mapper.id("applications", number), json.dumps(said) if said else None)
    return ats


def _fits(card: Card, asked: BoardFilter, *, but: str = "") -> bool:
    """Whether a card fits all that is asked, one condition left out."""
    about = " ".join(filter(None, (card.person_name, card.person_title, card.person_company)))
    quiet_since = card.last_activity_at or card.stage_entered_at
    return all(
        (
            all(word.lower() in _plain(about) for word in _plain(asked.text or "").split()),
            but == "source" or asked.source is None or card.source == asked.source,
            but == "source" or asked.origin is None or (card.source is None and card.origin == asked.origin),
            but == "member" or asked.member_id is None or asked.member_id in (card.recruiter_id, card.coordinator_id),
            but == "reason" or asked.reason is None or (card.attention and asked.reason in card.attention.reasons),
            but == "quiet" or asked.quiet_days is None or _days(quiet_since) >= asked.quiet_days,
        )
    )


def _plain(text: str) -> str:
    return text.lower().translate(str.maketrans("üëł", "uel"))


def _days(since: datetime) -> float:
    return (datetime.now(UTC) - since) / timedelta(days=1)


def _ordered(cards: Iterable[Card], order: BoardOrder) -> list[UUID]:
    def key(card: Card) -> tuple[int, datetime, UUID]:
        rank = 0 if card.attention and card.attention.red else 1 if card.attention else 2
        return (rank if order is BoardOrder.ATTENTION else 0, card.stage_entered_at, card.application_id)

    return [card.application_id for card in sorted(cards, key=key)]


def _filters(mapper: GreenhouseMapper) -> list[BoardFilter]:
    member = mapper.id("users", 102)
    return [
        BoardFilter(),
        BoardFilter(text="zoe MUL"),
        BoardFilter(text="100%"),
        BoardFilter(text="_"),
        BoardFilter(text="engineer oceanic"),
        BoardFilter(text="nobody"),
        BoardFilter(source="LinkedIn"),
        BoardFilter(origin=Origin.UNKNOWN),
        BoardFilter(source="Meetup", origin=Origin.UNKNOWN),
        BoardFilter(member_id=member),
        BoardFilter(reason=AttentionReason.SILENCE),
        BoardFilter(quiet_days=10),
        BoardFilter(text="a", source="LinkedIn", member_id=member, quiet_days=1),
    ]


@pytest.mark.parametrize("order", BoardOrder)
async def test_every_card_that_fits_is_found_once_in_its_order_with_true_counts(
    boards: Boards, order: BoardOrder
) -> None:
    everybody = await boards.cards()
    assert sum(map(len, everybody)) == _CARDS - 1, "the private person is not there"
    for asked in _filters(boards.mapper):
        found = await boards.cards(filter=asked, order=order)
        expected = [[card for card in column if _fits(card, asked)] for column in everybody]
        assert [[card.application_id for card in column] for column in found] == [
            _ordered(column, order) for column in expected
        ], asked
        board = await boards.board(filter=asked, order=order, medians=True)
        assert isinstance(board, Board)
        for column, all_cards, fitting in zip(board.columns, everybody, expected, strict=True):
            flagged = [card.attention for card in all_cards if card.attention]
            red = sum(each.red > 0 for each in flagged)
            assert (column.count, column.found) == (len(all_cards), len(fitting))
            assert (column.red, column.yellow) == (red, len(flagged) - red)
            entered = sorted(card.stage_entered_at.timestamp() for card in all_cards)
            middle = (entered[(len(entered) - 1) // 2] + entered[len(entered) // 2]) / 2
            assert column.median_entered_at is not None
            assert column.median_entered_at.timestamp() == pytest.approx(middle, abs=0.001)


async def test_each_facet_counts_the_cards_that_fit_everything_else(boards: Boards) -> None:
    everybody = [card for column in await boards.cards() for card in column]
    for asked in _filters(boards.mapper):
        board = await boards.board(filter=asked, facets=True)
        assert isinstance(board, Board)
        assert board.facets is not None

        def among(but: str, asked: BoardFilter = asked) -> list[Card]:
            return [card for card in everybody if _fits(card, asked, but=but)]

        sources = Counter((card.source, None if card.source else card.origin) for card in among("source"))
        assert {(each.source, each.origin): each.count for each in board.facets.sources} == sources
        members = Counter(
            user for card in among("member") for user in {card.recruiter_id, card.coordinator_id} - {None}
        )
        assert {each.user_id: each.count for each in board.facets.members} == members
        reasons = Counter(r for card in among("reason") if card.attention for r in card.attention.reasons)
        assert {each.reason: each.count for each in board.facets.reasons} == reasons
        for quiet in board.facets.quiet:
            waiting = (card.last_activity_at or card.stage_entered_at for card in among("quiet"))
            assert quiet.count == sum(_days(since) >= quiet.days for since in waiting)


async def test_a_change_of_the_recruiter_is_a_change_of_the_card(boards: Boards) -> None:
    mine = BoardFilter(member_id=boards.mapper.id("users", 103))
    [card, *_] = [c for column in await boards.cards() for c in column if c.coordinator_id != mine.member_id]
    [number] = [n for n in range(1, _CARDS + 1) if boards.mapper.id("people", n) == card.person_id]
    changed = TIMES | {"updated_at": "2026-05-01T00:00:00Z"}
    await boards.read("people", {"id": number, "first_name": "Kim", "last_name": "Lee", "recruiter_id": 103} | changed)
    found = [c.application_id for column in await boards.cards(filter=mine) for c in column]
    assert card.application_id in found


async def test_a_cursor_of_another_order_is_refused_with_its_place(boards: Boards) -> None:
    board = await boards.board(order=BoardOrder.TIME_IN_STAGE, medians=True)
    assert isinstance(board, Board)
    cursor = board.columns[0].cards.edges[0].cursor
    refused = await boards.board(order=BoardOrder.ATTENTION, after=cursor)
    assert isinstance(refused, Invalid)
    assert [problem.path for problem in refused.problems] == ["page.after"]
