"""Signed links: nobody else can make them, and each is for one purpose."""

from rapport.kit.web.links import Links


def test_a_token_gives_back_what_it_stands_for() -> None:
    token = Links("secret", "review").token("acme", 7)
    assert Links("secret", "review").parts(token) == ("acme", "7")
    assert not set(token) & set("/?&# ")


def test_a_token_of_another_purpose_or_another_secret_is_none() -> None:
    token = Links("secret", "review").token("acme", "7")
    assert Links("secret", "unsubscribe").parts(token) is None
    assert Links("another", "review").parts(token) is None


def test_a_changed_token_is_none() -> None:
    links = Links("secret", "review")
    token = links.token("acme", "7")
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token) - 1)]
    assert {links.parts(each) for each in [*changed, "", ".", token[:-2], token + "A"]} == {None}
