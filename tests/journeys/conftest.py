"""The stage of the journeys: the demo's Vesterålen, a browser, and a clock one can set forward."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from gatherings.demo import vesteralen
from office import delivery
from office.models import Letter
from tests.browser import Window
from tests.journeys import letters

NOT_CARRIED_YET = "Sortland 1"


@pytest.fixture
def demo(transactional_db: Any, site: str) -> None:
    """REKOM Vesterålen as `./dev demo` builds it today, its letters carried but one group's."""
    vesteralen.build(seed=1)
    carried = Letter.objects.exclude(to__memberships__group__name=NOT_CARRIED_YET)
    carried.update(state=Letter.State.SENT, sent_at=timezone.now())


@pytest.fixture
def clock() -> Iterator[Any]:
    """`clock.move_to(moment)`: the server's time, which goes on from there."""
    with time_machine.travel(datetime.now().astimezone(), tick=True) as traveller:
        yield traveller


def log_in(window: Window, address: str, *, remember: bool = False, here: bool = False) -> None:
    """The real way in: ask for a code, read it in the mail, write it. `here`: one is asked to."""
    if not here:
        window.open("/logg-inn/")
    window.write("E-post", address)
    window.press("Send meg en kode")
    window.page.get_by_label("Koden").wait_for()
    delivery.drain()
    window.write("Koden", letters.code(letters.newest(address)))
    if remember:
        window.touch(window.page.get_by_label("Husk meg på denne enheten"))
    window.press("Logg inn")


@pytest.fixture
def logged_in() -> Any:
    """`logged_in(window, address)`, see log_in."""
    return log_in
