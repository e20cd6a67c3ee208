"""A program that follows a source without end, for the tests that stop it."""

SCRIPT = """
import asyncio, itertools, sys
from tartantm.cli import main as cli
from tartantm.capture import registry as configured
from tests.builders import post

class Endless:
    name = "test:endless"
    damaged = 0
    async def batches(self):
        for n in itertools.count():
            yield [post(str(n), minute=6)]
            await asyncio.sleep(0.01)

configured.SourceRegistry.make = lambda self, name: Endless()
sys.exit(cli.run(["follow", sys.argv[1], "--source", "x", "--session", sys.argv[2]]))
"""
