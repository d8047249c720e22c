"""The command that opens the page: it says where, and how it ended, in words."""

from __future__ import annotations

import socket

import pytest
from typer.testing import CliRunner

from village_abm import cli
from village_abm.view.serve import HOST, NoServer, free_port, serve

TALKER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words):
        pass

with HTTPServer((sys.argv[sys.argv.index("--host") + 1], int(sys.argv[sys.argv.index("--port") + 1])), Ready) as page:
    page.handle_request()
print("word " * 100_000, "the last word", file=sys.stderr)
sys.exit(3)
"""


def test_a_server_that_talks_much_and_ends_by_itself_is_told_of_with_its_last_words(tmp_path, monkeypatch):
    (tmp_path / "solara").mkdir()
    (tmp_path / "solara" / "__init__.py").touch()
    (tmp_path / "solara" / "__main__.py").write_text(TALKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    told = []
    with pytest.raises(NoServer, match=r"ended with code 3: .*word +the last word$"):
        serve({}, free_port(None), told.append)
    assert len(told) == 1


def test_a_port_in_use_is_refused_in_one_line():
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        answer = CliRunner().invoke(cli.app, ["view", "--port", str(taken.getsockname()[1])])
    assert answer.exit_code == 2
    (line,) = answer.stderr.splitlines()
    assert "Take another, or leave --port out." in line


@pytest.mark.parametrize("words", [["nowhere.toml"], ["--set", "land.lines=3"], ["--set", "land"]])
def test_what_cannot_be_founded_is_refused_before_a_server_starts(words, monkeypatch):
    monkeypatch.setattr("village_abm.view.serve.serve", lambda *given: pytest.fail("started"))
    answer = CliRunner().invoke(cli.app, ["view", *words])
    assert (answer.exit_code, len(answer.stderr.splitlines())) == (2, 1)


def test_the_browser_is_opened_at_the_address_once_it_answers(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("village_abm.view.serve.serve", lambda told, port, ready: ready(f"http://{HOST}:{port}/"))
    answer = CliRunner().invoke(cli.app, ["view", "--port", str(free_port(None))])
    assert opened[0] in answer.stdout
    assert len(opened) == 1
