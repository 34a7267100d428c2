"""How often a board asks services."""

import pytest

from gateway.tests.support.gateway_client import Acme, id_of
from rapport.contracts.pipeline import Stage
from rapport.contracts.vocabulary import StageKind
from rapport.kit.identity import new_id


@pytest.mark.parametrize("stages", [1, 50])
async def test_a_board_is_one_request_however_many_stages_it_has(acme: Acme, stages: int) -> None:
    many = tuple(Stage(id=new_id(), name=f"Stage {n}", kind=StageKind.SCREEN, position=n) for n in range(stages))
    job = acme.peer.job(cards=2, stages=many)
    await acme.execute("{ me { name } }")
    acme.peer.asked.clear()

    query = """query ($id: ID!) { board(jobId: $id) { job { title } columns { stage { name } count
        cards { nodes { personName person { name } application { status } } } } } }"""
    response = await acme.execute(query, {"id": id_of(job)})

    assert len(response.data["board"]["columns"]) == stages
    assert [type(request).__name__ for request in acme.peer.asked] == [
        "GetBoard",
        "GetPeopleByIds",
        "GetApplicationsByIds",
    ]
