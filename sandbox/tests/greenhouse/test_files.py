"""Files of candidates: behind addresses that are signed and expire."""

from typing import Any

from sandbox.tests.greenhouse.conftest import NOW, Ats


async def test_a_resume_is_a_pdf_behind_a_signed_address(ats: Ats) -> None:
    resumes = [each for each in await ats.records("attachments") if each["type"] == "resume"]
    first, second = resumes[:2]
    async with ats.session.get(first["url"]) as response:
        body = await response.read()
        assert (response.status, response.content_type) == (200, "application/pdf")
    assert body.startswith(b"%PDF-1.4")
    assert body.rstrip().endswith(b"%%EOF")
    start = int(body[body.rindex(b"startxref") :].split()[1])
    assert body[start : start + 4] == b"xref"
    candidate = await ats.record("candidates", first["candidate_id"])
    assert candidate["last_name"].encode("cp1252", "replace") in body
    forged = first["url"].replace(f"/{first['id']}?", f"/{second['id']}?")
    for wrong in (forged, first["url"].partition("?")[0], first["url"] + "x"):
        async with ats.session.get(wrong) as response:
            assert response.status == 403


async def test_an_address_expires_and_each_answer_signs_it_anew(start: Any) -> None:
    now = round(NOW.timestamp() * 1000)
    ats = await start(clock=lambda: now)
    attachment = (await ats.records("attachments"))[0]
    now += 900_001
    async with ats.session.get(attachment["url"]) as response:
        assert response.status == 403
    await ats.log_in()
    again = await ats.record("attachments", attachment["id"])
    async with ats.session.get(again["url"]) as response:
        assert response.status == 200
