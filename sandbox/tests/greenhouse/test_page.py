"""The HTML page."""

import pytest


async def test_the_page_says_what_this_is_and_what_happened(ats, session):
    application = await ats.an_active_application()
    await ats.post(f"applications/{application['id']}/move", {"from_stage_id": application["stage_id"]})
    async with session.get(f"{ats.address}/") as response:
        text = await response.text()
        policy = response.headers["Content-Security-Policy"]
    assert "Sandbox ATS" in text
    assert str(application["id"]) in text
    assert "default-src 'none'" in policy
    assert "<script" not in text


async def test_the_buttons_switch_the_trickle(ats, session):
    async with session.post(f"{ats.address}/switch", data={"per_minute": "6"}, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/ats/")
    assert (await ats.state())["trickle"]["per_minute"] == 6


async def test_the_form_deletes_a_record(ats, session):
    candidate = (await ats.records("candidates"))[0]["id"]
    form = {"change": "delete_candidate", "number": str(candidate), "into": ""}
    async with session.post(f"{ats.address}/end", data=form, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/ats/")
    assert await ats.records("candidates", ids=candidate) == []


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"change": "apply", "number": "1"},
        {"change": "delete_candidate", "number": "x"},
        {"change": "merge_candidates", "number": "1"},
    ],
)
async def test_an_invalid_form_changes_nothing(ats, session, form):
    async with session.post(f"{ats.address}/end", data=form, allow_redirects=False) as response:
        assert response.status == 422


async def test_other_sites_cannot_press_the_buttons(ats, session):
    headers = {"Sec-Fetch-Site": "cross-site"}
    for path, data in (("switch", {"per_minute": "6"}), ("end", {"change": "delete_candidate", "number": "1"})):
        async with session.post(f"{ats.address}/{path}", data=data, headers=headers) as response:
            assert response.status == 403


async def test_names_are_escaped(ats, session):
    job = (await ats.records("jobs", status="open"))[0]["id"]
    await ats.control("changes", change="open_job", template_id=job, name="<b>Bold</b>")
    async with session.get(f"{ats.address}/") as response:
        assert "<b>Bold" not in await response.text()
