"""Every client library says the same of what is in the way, and what to do about it."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks import connection_errors
from tartantm.networks.connection_errors import connection_error
from tartantm.networks.protocol import Lost, Refused, plain, reason_of
from tartantm.networks.way_out import ProxyRefusal, WayOut
from tests.networks.on_the_way import HTML, WAYS, answering, by_tls, net, response, told

SERVER = "https://a.example"

every_way = pytest.mark.parametrize("way", WAYS)


@every_way
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            response("407 Who are you?", Proxy_Authenticate='Basic realm="x"'),
            "asks for a name and a password; set proxy",
        ),
        (
            response("407 Who are you?", HTML, Proxy_Authenticate=["Negotiate", "NTLM"]),
            "wants your Windows sign-in (Negotiate or NTLM), which tartantm cannot give; ask IT",
        ),
        (response("407 Who are you?", Proxy_Authenticate="NTLM"), "such as px"),
        (
            response("407 Who are you?", Proxy_Authenticate=["Negotiate", "Basic realm=x"]),
            "asks for a name and a password; set proxy",
        ),
        (response("407 Who are you?", Proxy_Authenticate="Digest realm=x"), "(digest)"),
        (response("407 Who are you?", Proxy_Authenticate="Negotiate, NTLM"), "Negotiate or NTLM"),
        (response("407 Who are you?"), "does not say how it takes them"),
        (response("403 Forbidden", HTML), "(403); ask IT to allow a.example"),
        (response("503 Busy"), "cannot reach a.example now (503)"),
        (response("302 Found", Location="http://login.example/"), "login page"),
        (response("511 Log in", HTML), "login page"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + HTML, "login page"),
    ],
)
async def test_proxies(way: str, answer: bytes, words: str) -> None:
    async with answering(answer) as proxy:
        said = await told(way, net(proxy=proxy), SERVER)
    assert words in said, said


@every_way
async def test_a_proxy_that_is_none(way: str) -> None:
    async with answering(b"220 Mail here\r\n\r\n") as proxy:
        said = await told(way, net(proxy=proxy), SERVER)
    assert "proxy" in said and "correct" in said


@every_way
async def test_a_proxy_that_does_not_take_the_password(way: str) -> None:
    answer = response("407 Who are you?", Proxy_Authenticate="Basic realm=x")
    async with answering(answer) as proxy:
        said = await told(way, net(proxy=proxy.replace("127", "me:s3cret@127", 1)), SERVER)
    assert "does not accept the name and password" in said and proxy in said
    assert "s3cret" not in said


@every_way
async def test_a_proxy_that_is_not_there(way: str) -> None:
    async with answering(b"") as proxy:
        pass
    said = await told(way, net(proxy=proxy.replace("127", "me:s3cret@127", 1)), SERVER)
    assert said.startswith(f"The proxy {proxy} ") and "correct proxy" in said, said
    assert "s3cret" not in said


@every_way
async def test_a_proxy_with_no_such_name(way: str) -> None:
    said = await told(way, net(proxy="http://proxy.invalid:1"), SERVER)
    assert "The proxy http://proxy.invalid:1 cannot be found by its name" in said


@pytest.mark.parametrize("way", ["httpx", "requests"])
async def test_a_proxy_that_refuses_what_is_not_encrypted(way: str) -> None:
    answer = response("407 Who are you?", Proxy_Authenticate="NTLM")
    async with answering(answer) as proxy:
        said = await told(way, net(proxy=proxy), "http://a.example")
    assert "Windows sign-in (NTLM)" in said


@every_way
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("expired", "is out of date, by this computer's clock"),
        ("not yet", "is not valid yet, by this computer's clock"),
        ("other name", "is made for another name"),
        ("own", "that it signed itself"),
        ("unknown", "name it as ca_file under [network]"),
    ],
)
async def test_certificates(way: str, kind: str, words: str, tmp_path: Path) -> None:
    async with by_tls(tmp_path, kind) as (base, authority):
        http = net() if kind == "unknown" else net(ca_file=authority)
        said = await told(way, http, base)
    assert words in said and "127.0.0.1" in said, said


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0x800B0101, "out of date"),
        (-2146762495, "out of date"),
        (0x800B010F, "another name"),
        (-67818, "out of date"),
        (-67602, "another name"),
        (0x800B0109, "ca_file"),
        (-67843, "ca_file"),
    ],
)
def test_certificates_as_windows_and_macos_say_it(code: int, words: str) -> None:
    error = ssl.SSLCertVerificationError("in the system's language")
    error.verify_code, error.verify_message = code, "in the system's language"
    assert words in str(connection_error(error, "a.example"))


@every_way
async def test_a_server_that_is_not_there(way: str) -> None:
    async with answering(b"") as base:
        pass
    said = await told(way, net(), base)
    assert "refuses connections; it may be down" in said, said


@every_way
async def test_a_name_that_is_not_there(way: str) -> None:
    said = await told(way, net(), "https://nowhere.invalid")
    assert "nowhere.invalid" in said and "be found" in said and "online" in said


@every_way
async def test_what_is_no_server_at_all(way: str) -> None:
    async with answering(HTML) as base:
        said = await told(way, net(), base.replace("http:", "https:"))
    assert "login page" in said or "broke" in said
    assert ("does not speak https" in said) == ("name it as http://127.0.0.1" in said)


def test_a_server_without_https_is_known_by_its_answer() -> None:
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"
    said = str(connection_error(error, "a.example:3000"))
    assert reason_of(said) == "What answers in place of a.example:3000 does not speak https."
    assert said.endswith("name it as http://a.example:3000.")


def test_a_script_for_the_proxy_is_named_where_it_may_be_the_only_way_out() -> None:
    way = WayOut(None, "http://it.example/proxy.pac")
    for error in (
        httpx.ConnectTimeout("x"),
        ConnectionRefusedError(),
        socket.gaierror(socket.EAI_NONAME, "x"),
        httpx.ConnectError("x"),
    ):
        said = str(connection_error(error, "a.example", way))
        assert "PAC, http://it.example/proxy.pac" in said and said.endswith(".")
    by_proxy = WayOut("http://proxy.example:1", "http://it.example/proxy.pac")
    assert "PAC" not in str(connection_error(httpx.ConnectTimeout("x"), "a.example", by_proxy))


def test_no_name_server() -> None:
    error = socket.gaierror(socket.EAI_AGAIN, "x")
    assert "No name server" in str(connection_error(error, "a.example"))


def test_a_proxy_that_answers_and_a_server_that_does_not() -> None:
    way = WayOut("http://proxy.example:1")
    assert "The proxy http" in str(connection_error(httpx.ConnectTimeout("x"), "a.example", way))
    way.is_reached = True
    said = str(connection_error(httpx.ReadTimeout("x"), "a.example", way))
    assert said.startswith("a.example did not answer in time by the proxy")


def test_every_sentence_is_one_line_that_ends_with_what_to_do() -> None:
    refusals = [None, *(ProxyRefusal(n, [kind]) for n in (407, 403, 502) for kind in ("NTLM", ""))]
    sentences = [
        str(connection_errors.proxy_error(refusal, "a.example", WayOut("http://p.example")))
        for refusal in refusals
    ]
    for words in sentences:
        assert words.endswith(".") and "\n" not in words
        assert "ask IT" in words or "correct" in words


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_reason_and_its_advice_stay_apart_through_every_error(reason: str, advice: str) -> None:
    """Also where the sentence of one error is that of the next, as `NoAnswer` has it."""
    first = Lost.advised(f"Why {reason}", f"; what {advice}")
    again = Refused(str(Lost(str(first))))
    assert again.is_advised and str(again) == str(first)
    assert reason_of(str(again)) == reason_of(str(first)) == plain(reason_of(str(first)))
    assert type(reason_of(str(again))) is str


def test_the_reason_of_every_error_of_a_connection_is_without_advice() -> None:
    errors = [ConnectionRefusedError(), TimeoutError(), OSError("no way"), ConnectionResetError()]
    told = [str(connection_error(each, "a.example")) for each in errors]
    assert [reason_of(each) for each in told] == [
        "a.example refuses connections.",
        "a.example did not answer in time.",
        "a.example cannot be reached.",
        "The connection to a.example broke.",
    ]
    assert all(len(each) > len(reason_of(each)) for each in told)
