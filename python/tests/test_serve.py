"""`slotless recall serve` as the Python client of the Model Context Protocol sees it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

mcp = pytest.importorskip("mcp")

COMMAND = os.environ.get("SLOTLESS_COMMAND")
pytestmark = pytest.mark.skipif(COMMAND is None, reason="SLOTLESS_COMMAND names no built command")

AXES: list[list[float]] = np.eye(4).tolist()


def slotless(folder: Path, *arguments: str) -> str:
    """What the command prints."""
    assert COMMAND is not None
    done = subprocess.run([COMMAND, "recall", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a memory m of one pair, made without an encoder."""
    add(tmp_path, "a", "b", AXES[0])
    return tmp_path


def add(folder: Path, cue: str, target: str, vector: list[float]) -> None:
    np.save(folder / "pair.npy", np.array([vector, vector], np.float32))
    slotless(folder, "add", "-m", "m", "--cue", cue, "--target", target, "--vectors", "pair.npy")


@asynccontextmanager
async def client(folder: Path, mode: Literal["auto", "legacy"] = "auto", *arguments: str) -> AsyncIterator[Any]:
    assert COMMAND is not None
    server = mcp.StdioServerParameters(command=COMMAND, args=["recall", "serve", "-m", "m", *arguments], cwd=folder)
    async with mcp.Client(server, mode=mode, read_timeout_seconds=60) as opened:
        yield opened


async def call(opened: Any, tool: str, **arguments: object) -> Any:
    """What a tool gives; the client holds it against the tool's schema."""
    result = await opened.call_tool(tool, arguments)
    assert not result.is_error, result
    return result.structured_content


async def refused(opened: Any, tool: str, **arguments: object) -> str:
    result = await opened.call_tool(tool, arguments)
    assert result.is_error
    line: str = result.content[0].text
    assert "\n" not in line
    return line


@pytest.mark.parametrize(("mode", "version"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
def test_a_client_uses_every_tool(folder: Path, mode: Literal["auto", "legacy"], version: str) -> None:
    async def session() -> None:
        async with client(folder, mode) as opened:
            assert opened.protocol_version == version
            assert opened.server_info.name == "slotless"
            tools = (await opened.list_tools()).tools
            assert [tool.name for tool in tools] == ["remember", "recall", "forget", "update", "list"]
            assert [tool.annotations.read_only_hint for tool in tools] == [False, True, False, False, True]
            new = {"target": "c", "cues": ["how?"], "tags": {"speaker": "Ann"}, "time": "2026-03-05"}
            assert await call(opened, "remember", vectors=[AXES[2], AXES[1]], **new) == {"id": 2, "replaced": False}
            found = await call(opened, "recall", question="how", vector=AXES[1])
            best = found["items"][0]
            assert found["close"]
            assert (best["id"], best["target"], best["score"]) == (2, "c", 1.0)
            assert best["tags"] == {"speaker": "Ann"}
            away = await call(opened, "recall", question="away", vector=[-1, -1, -1, -1])
            assert not away["close"]
            assert away["message"].startswith("nothing stored is close")
            updated = await call(opened, "update", id=2, target="d", vectors=[AXES[3]])
            assert updated["item"]["target"] == "d"
            page = await call(opened, "list", limit=1)
            assert (len(page["items"]), page["count"], page["next"]) == (1, 2, 2)
            assert (await call(opened, "forget", id=2))["forgot"]["id"] == 2

    asyncio.run(session())
    assert "sound" in slotless(folder, "verify", "-m", "m")


def test_bad_input_is_told_of_and_the_server_stays(folder: Path) -> None:
    async def session() -> None:
        async with client(folder) as opened:
            assert await refused(opened, "forget", id="x") == 'id is "x", expected a whole number from 1 on'
            assert "there is no item 7" in await refused(opened, "forget", id=7)
            assert "not known" in await refused(opened, "recall", question="x", vector=AXES[0], wher={})
            assert "for 1 texts" in await refused(opened, "remember", target="x")
            with pytest.raises(mcp.MCPError, match="unknown tool"):
                await opened.call_tool("erase", {})
            assert (await call(opened, "list"))["count"] == 1

    asyncio.run(session())


def test_clients_and_commands_share_a_memory(folder: Path) -> None:
    async def session() -> None:
        async with (
            client(folder) as one,
            client(folder, "legacy") as other,
            client(folder, "auto", "--read-only") as third,
        ):
            assert [tool.name for tool in (await third.list_tools()).tools] == ["recall", "list"]
            adds = [
                call(opened, "remember", target=f"{name} {at}", vectors=[AXES[at % 4]])
                for name, opened in [("one", one), ("other", other)]
                for at in range(10)
            ]
            ids = [stored["id"] for stored in await asyncio.gather(*adds)]
            assert sorted(ids) == list(range(2, 22))
            add(folder, "c", "by a command", AXES[2])
            for opened in (one, other, third):
                assert (await call(opened, "list"))["count"] == 22
            slotless(folder, "compact", "-m", "m")
            assert (await call(one, "remember", target="after", vectors=[AXES[0]]))["id"] == 23
            assert (await call(third, "list", first=23))["items"][0]["target"] == "after"

    asyncio.run(session())
    slotless(folder, "verify", "-m", "m")


def test_a_client_that_goes_away_leaves_the_memory_whole(folder: Path) -> None:
    async def session() -> None:
        async with client(folder) as opened:
            await call(opened, "remember", target="kept", vectors=[AXES[1]])
            many = [
                asyncio.ensure_future(call(opened, "remember", target="more", vectors=[AXES[2]])) for _ in range(50)
            ]
            await asyncio.wait(many, return_when=asyncio.FIRST_COMPLETED)
            for one in many:
                one.cancel()
            await asyncio.gather(*many, return_exceptions=True)

    asyncio.run(session())
    slotless(folder, "verify", "-m", "m")
    assert "kept" in slotless(folder, "list", "-m", "m")
