"""What an answer says, and the kind of content a form is sent as."""

FORM = "application/x-www-form-urlencoded"


def text(response):
    return response.content.decode()
