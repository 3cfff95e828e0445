"""The demo mailbox: mail lands in a table instead of on the wire, byte for byte as sent."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from office.models import ReceivedMail


class MailboxBackend(BaseEmailBackend):
    """Django's mail backend that keeps what it is given."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each message; returns how many."""
        for mail in email_messages:
            ReceivedMail.objects.create(
                recipient=", ".join(mail.recipients()),
                subject=mail.subject[:300],
                raw=mail.message().as_bytes(linesep="\r\n"),
            )
        return len(email_messages)
