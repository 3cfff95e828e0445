"""My page: what is next, what waits, what is done."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gatherings import staff, todo
from gatherings.desk import Desk
from gatherings.permissions import seats_of
from participants.access import Request, allow
from participants.permissions import anyone


@allow(anyone)
@require_GET
def my_page(request: Request) -> HttpResponse:
    """The next gathering, the tasks of this person, and a manager's own staff."""
    desk = Desk.of(request.user)
    found = todo.tasks(desk)
    waiting = [task for task in found if not task.done]
    context = {
        "has_seat": bool(seats_of(request.user)),
        "oversees": bool(request.user.roles_today),
        "waiting": len(waiting),
        "for_group": [task for task in waiting if task.about == todo.GROUP],
        "for_me": [task for task in waiting if task.about == todo.MINE],
        "done": [task for task in found if task.done],
        "staff": staff.rows(request.user),
        **_card(desk),
    }
    return render(request, "gatherings/my_page.html", context)


def _card(desk: Desk) -> dict[str, Any]:
    if desk.next is None:
        return {"next": None}
    return {"next": desk.next, "takt": todo.takt(desk, desk.next)}
