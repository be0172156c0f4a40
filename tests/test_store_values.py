"""What a cell holds comes back equal: clustering compares reports, and would go on for ever over one that did not."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from monitor.model import Assessment, Development, Entry, Event, Mention, Report
from monitor.store.values import dump, load

# No score and no amount is infinite or undefined; JSON knows neither.
some.register_type_strategy(float, some.floats(allow_nan=False, allow_infinity=False))
KINDS = (Entry, Mention, Report, Assessment, Event, Development)


@given(some.one_of(*(some.from_type(kind) for kind in KINDS)))
@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
def test_a_value_comes_back_equal_and_is_written_the_same_again(value: object) -> None:
    written = dump(value)
    assert load(type(value), written) == value
    assert dump(load(type(value), written)) == written


def test_what_a_value_has_by_default_takes_no_room() -> None:
    assert dump(Entry("wire-one", "g1", "title")) == '{"source":"wire-one","identity":"g1","title":"title"}'
