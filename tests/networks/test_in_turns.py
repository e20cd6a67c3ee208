import asyncio

from tartantm.networks.in_turns import in_turns


async def test_others_have_their_turn_between_the_posts_of_a_page() -> None:
    seen: list[object] = []

    async def other() -> None:
        for letter in "abc":
            seen.append(letter)
            await asyncio.sleep(0)

    def read(number: int) -> list[int]:
        seen.append(number)
        return [number, -number] if number != 2 else []

    task = asyncio.create_task(other())
    assert await in_turns(read, [1, 2, 3]) == [1, -1, 3, -3]
    await task
    assert seen == [1, "a", 2, "b", 3, "c"]
