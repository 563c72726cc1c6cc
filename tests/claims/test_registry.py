import pytest

from bench.claims._registry import ORDER, chosen, claims
from bench.errors import UnknownName


def test_the_id_of_a_claim_is_the_name_of_its_file() -> None:
    for name, claim in claims().items():
        assert type(claim).__module__ == f"bench.claims.{name.replace('-', '_')}"
        assert claim.id == name


def test_the_order_names_every_claim_once() -> None:
    assert list(claims()) == list(ORDER)


def test_every_claim_says_what_it_is_and_when_it_holds() -> None:
    for claim in claims().values():
        assert claim.claim.endswith(".") and claim.criterion.endswith(".")
        assert claim.__doc__


def test_chosen_claims_keep_their_own_order() -> None:
    assert [claim.id for claim in chosen(["rollback", "gil-io"])] == ["gil-io", "rollback"]


def test_without_ids_all_are_chosen() -> None:
    assert [claim.id for claim in chosen([])] == list(claims())


def test_an_unknown_id_lists_those_that_exist() -> None:
    with pytest.raises(UnknownName, match=r"unknown claim 'thread-strt': did you mean thread-start.* rollback"):
        chosen(["thread-strt"])


def test_all_experiments_together_are_meant_to_take_less_than_five_minutes() -> None:
    assert sum(claim.seconds for claim in claims().values()) < 300
