"""What a person showed, printed as a change of the shared file."""

from autokey import catalog, overlay
from autokey.overlay import Overlay, Seen, Shown

TEXT = """format = 1
hosts = ["www.example.com"]

[screen.list]
is      = [{ role = "button", name = ["Create key"] }, { text = ["Your keys"] }]
create  = { role = "button", name = ["Create key"] }
"""


def test_a_sign_that_the_patch_has_new_words_for_is_not_called_gone(tmp_path):
    (tmp_path / "selectors").mkdir()
    (tmp_path / "selectors" / "a.toml").write_text(TEXT)
    declared = catalog.selectors_named(catalog.Folders(tmp_path), "a")
    signs = [overlay.sign_key(sign) for sign in declared.screens["list"].signs]
    shown = Overlay((Seen("list", "create", ("New key",), "en"),), (Shown("list", lost=tuple(signs)),))
    patch, left = overlay.patch(TEXT, shown, declared)
    assert patch.count('"Create key", "New key"') == 2
    assert left == (f"list: these signs are gone: {signs[1]}.",)


def test_words_that_end_in_half_a_character_are_kept_without_it(tmp_path):
    half = "New key \N{KEY}".encode("utf-16-le")[:-2].decode("utf-16-le", "surrogatepass")
    file = tmp_path / "a.toml"
    file.write_text(overlay.write(Overlay((Seen("list", "create", (half,), "en"),)), "a"))
    assert overlay.read(file).elements[0].words == ("New key ",)
