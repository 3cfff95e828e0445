"""What minutes and report share: texts two people may write in at once."""

from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from office.forms import ModelForm


class VersionedForm(ModelForm):
    """Texts, and the version they were typed over."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, label=_("version")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, by field name."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def over(self, current: Model) -> QueryDict:
        """The same, typed over what stands there now."""
        data = self.data.copy()
        data["version"] = current.version
        return data
