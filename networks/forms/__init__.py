"""Forms of networks, seasons, boards and moves."""

from collections.abc import Callable
from typing import Any

from networks.placing import Refused
from office.forms import Form, ModelForm


def accepted(form: Form | ModelForm, process: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run the process; what it returns, or None when it refused: then the form says why."""
    try:
        return process(*args, **kwargs)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
