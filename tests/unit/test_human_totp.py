"""Authenticator codes from a seed, against the published test vectors."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autokey.errors import UsageError
from autokey.human import totp
from autokey.secret import Secret

RFC_SEED = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B; the last six of its eight digits


@pytest.mark.parametrize(("now", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_rfc(monkeypatch, now, code):
    monkeypatch.setattr(time, "time", lambda: now)
    assert totp.code(Secret(RFC_SEED)).reveal() == code


def test_a_seed_of_80_bits_works_as_exchanges_still_hand_them_out(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 0)
    assert totp.code(Secret("JBSWY3DPEHPK3PXP")).reveal() == "282760"


@pytest.mark.parametrize(
    "shape", ["jbsw y3dp ehpk 3pxp", "JBSW-Y3DP-EHPK-3PXP", " JBSWY3DPEHPK3PXP\n", "JBSWY3DPEHPK3PXP======"]
)
def test_blanks_hyphens_case_and_padding_do_not_matter(shape, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 0)
    assert totp.code(Secret(shape)).reveal() == "282760"


@pytest.mark.parametrize(
    "seed",
    ["", "123456", "JBSWY3DPEHPK3PX1", "JBSWY3DP", "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP", "ä" * 16],
)
def test_what_is_no_seed_is_refused_without_being_quoted(seed):
    for use in (totp.check, totp.code):
        with pytest.raises(UsageError) as error:
            use(Secret(seed))
        assert not seed or seed not in str(error.value)
        assert error.value.__cause__ is None


@given(st.binary(min_size=10, max_size=64))
def test_every_seed_of_80_bits_or_more_gives_six_digits(raw):
    seed = Secret(base64.b32encode(raw).decode().rstrip("="))
    code = totp.code(seed)
    assert len(code) == 6
    assert code.reveal().isdigit()
    assert "<secret>" in repr(code)


@pytest.mark.parametrize(("now", "rest"), [(0, 30), (29.5, 0.5), (1_700_000_010, 30)])
def test_the_time_left_is_that_of_the_present_code(monkeypatch, now, rest):
    monkeypatch.setattr(time, "time", lambda: now)
    assert totp.left() == rest
