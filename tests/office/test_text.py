"""office.text: what was pasted becomes text a document can carry."""

import pytest

from office.text import plain


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("Ås – «Øksnes» č đ ŋ\u00a0👍🏽", "Ås – «Øksnes» č đ ŋ\u00a0👍🏽"),
        ("a\r\nb\rc\x0bd\x85e\u2028f", "a\nb\nc\nd\ne\nf"),
        ("a\tb", "a b"),
        ("\x00\x1b[31mrød\x7f", "[31mrød"),
        ("\ud800halv\ufffe", "halv"),
        ("", ""),
    ],
)
def test_only_newline_is_left_of_the_control_signs(pasted, kept):
    assert plain(pasted) == kept
