"""Forms for sending files and for saying yes to what their check shows."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from office.forms import Form
from participants.models import ImportRun
from participants.register.files import MOST_BYTES, TOO_LARGE, Upload

LONGEST_NAME = 200


class FilesInput(forms.ClearableFileInput):
    """Several files in one box."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; the value is a list of (name, bytes)."""

    widget = FilesInput(attrs={"accept": ".csv,.txt,.xlsx,.json"})

    def clean(self, data: object, initial: object = None) -> list[Upload]:
        """Each file has a name and something in it."""
        files = data if isinstance(data, list | tuple) and data else [data or None]
        if sum(file.size for file in files if file) > MOST_BYTES:
            raise ValidationError(TOO_LARGE)  # before a byte of it is read
        return [self._read(super(FilesField, self).clean(file, initial)) for file in files]

    @staticmethod
    def _read(file: UploadedFile) -> Upload:
        name = "".join(sign for sign in file.name or "" if sign.isprintable())[-LONGEST_NAME:]
        return name or "-", file.read()


class ImportForm(Form):
    """What the files are about, and the files."""

    submit = _("Check the files")
    kind = forms.ChoiceField(
        label=_("What is in the files?"), choices=ImportRun.Kind.choices, widget=forms.RadioSelect
    )
    files = FilesField(
        label=_("Files"),
        help_text=_("CSV, XLSX or the national register's JSON. Choose several if you like."),
        error_messages={
            "required": _("Choose one or more files."),
            "empty": _("The file is empty."),
            "invalid": _("Choose one or more files."),
            "missing": _("Choose one or more files."),
        },
    )


class ApplyForm(Form):
    """Yes to a check: its seal, and whether wrong rows are left out."""

    seal = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    leave_out = forms.BooleanField(required=False)

    def __init__(self, *args: object, wrong: int, leave_out: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if wrong:
            self.fields["leave_out"].label = leave_out
        else:
            del self.fields["leave_out"]
