"""What `load` accepts can be asked about: the facts of any world come back from the database whole."""

from hypothesis import HealthCheck, given, settings

from domain.options import options_of
from domain.quote import credit_check_expected
from domain.world import World
from store.database import Database
from store.facts import read_facts
from store.world import import_world
from tests.domain.builders import NOW
from tests.domain.worlds import facts_of, subscription_ids, worlds


@settings(
    max_examples=25,
    deadline=None,  # it waits for Postgres
    # Each file is loaded over the ones before: so they are in life.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=worlds)
async def test_the_facts_of_any_world_follow_from_its_file_and_have_options(
    database: Database, world: World
) -> None:
    await import_world(database, world, NOW)
    held = subscription_ids(world)
    for id_ in held:
        facts = await read_facts(database, id_)
        assert facts is not None
        of_the_file = tuple(one for one in facts.siblings if one.id in held)
        assert facts.model_copy(update={"siblings": of_the_file}) == facts_of(world, id_)
        answer = options_of(
            facts, NOW, lambda plan, facts=facts: credit_check_expected(facts, plan, NOW)
        )
        assert answer.upgradable == (not answer.refusals)
