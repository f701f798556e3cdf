"""Personal data can be read with the right key in the right place only."""

import base64
import hashlib
import hmac
import threading

import pytest

from chengzhi.parties import crypto

KEY_1, KEY_2 = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))


def use(settings, keys):
    settings.PERSONAL_KEY = keys
    crypto._read.cache_clear()


def test_a_text_comes_back_as_it_was():
    cipher = crypto.encrypt("王小明", bound_to="person.7.name")
    assert crypto.decrypt(cipher, bound_to="person.7.name") == "王小明"
    assert cipher.startswith("1.") and "王" not in cipher


def test_the_same_text_never_gives_the_same_cipher():
    assert len({crypto.encrypt("13900000000", bound_to="a") for _ in range(50)}) == 50


def test_nothing_stays_nothing():
    assert crypto.encrypt("", bound_to="a") == "" and crypto.decrypt("", bound_to="a") == ""


def test_a_cipher_cannot_be_moved_to_another_row():
    cipher = crypto.encrypt("王小明", bound_to="person.7.name")
    with pytest.raises(crypto.KeyFault):
        crypto.decrypt(cipher, bound_to="person.8.name")


def test_a_changed_cipher_is_noticed():
    cipher = crypto.encrypt("王小明", bound_to="a")
    changed = cipher[:-6] + ("A" if cipher[-6] != "A" else "B") + cipher[-5:]
    with pytest.raises(crypto.KeyFault, match="data was changed"):
        crypto.decrypt(changed, bound_to="a")


def test_the_first_key_is_made_once_and_only_its_owner_reads_it(keys_apart):
    crypto.keys()
    path = keys_apart / "personal-1.key"
    assert [p.name for p in keys_apart.iterdir()] == ["personal-1.key"]
    assert oct(path.stat().st_mode & 0o777) == "0o600" and oct(keys_apart.stat().st_mode & 0o777) == "0o700"
    before = path.read_bytes()
    crypto._read.cache_clear()
    assert crypto.keys() == {1: base64.urlsafe_b64decode(before)}


def test_of_several_that_start_together_all_use_the_same_first_key(keys_apart):
    threads = [threading.Thread(target=crypto._make, args=(keys_apart,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [p.name for p in keys_apart.iterdir()] == ["personal-1.key"]


def test_a_new_key_encrypts_and_the_old_one_still_reads(settings):
    use(settings, f"1:{KEY_1}")
    old = crypto.encrypt("王小明", bound_to="a")
    index = crypto.blind_index("13900000000")
    use(settings, f"1:{KEY_1},2:{KEY_2}")
    assert crypto.decrypt(old, bound_to="a") == "王小明"
    assert crypto.encrypt("王小明", bound_to="a").startswith("2.")
    assert crypto.blind_index("13900000000") == index


def test_a_key_file_brought_in_while_running_is_found(keys_apart):
    crypto.keys()
    first = (keys_apart / "personal-1.key").read_text()
    second = base64.b64encode(b"2" * 32).decode()
    (keys_apart / "personal-2.key").write_text(second)
    crypto._read.cache_clear()
    cipher = crypto.encrypt("王小明", bound_to="a")
    (keys_apart / "personal-2.key").unlink()
    crypto._read.cache_clear()
    assert list(crypto.keys()) == [1] and first
    (keys_apart / "personal-2.key").write_text(second)
    assert crypto.decrypt(cipher, bound_to="a") == "王小明"


@pytest.mark.parametrize(
    ("situation", "keys", "part"),
    [
        ("key taken away", f"1:{KEY_1}", "personal-2.key"),
        ("another key under the same number", f"2:{KEY_1}", "personal-2.key"),
        ("too short", "2:AAAA", "32 bytes"),
        ("no number", KEY_2, "32 bytes"),
        ("no base64", "2:王", "32 bytes"),
    ],
)
def test_a_wrong_key_is_named_in_one_sentence(settings, situation, keys, part):
    use(settings, f"2:{KEY_2}")
    cipher = crypto.encrypt("王小明", bound_to="a")
    use(settings, keys)
    with pytest.raises(crypto.KeyFault, match=part) as fault:
        crypto.decrypt(cipher, bound_to="a")
    assert fault.value.status == 503 and "密钥" in fault.value.zh


def test_the_blind_index_is_a_keyed_digest_and_not_a_plain_one(settings):
    use(settings, f"1:{KEY_1}")
    derived = hmac.digest(b"\x01" * 32, b"chengzhi phone index", "sha256")
    assert crypto.blind_index("13900000000") == hmac.new(derived, b"13900000000", "sha256").hexdigest()
    assert crypto.blind_index("13900000000") != hashlib.sha256(b"13900000000").hexdigest()
    use(settings, f"1:{KEY_2}")
    assert crypto.blind_index("13900000000") != hmac.new(derived, b"13900000000", "sha256").hexdigest()
