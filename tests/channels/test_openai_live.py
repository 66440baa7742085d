"""The official client against the whole application: middleware, cookies, real doors, fake models."""

from __future__ import annotations

import openai
import pytest

from madang.kernel.settings import Settings
from tests.channels.live import live
from tests.fakes.models import FakeModels


@pytest.mark.parametrize("as_owner", [False, True])
def test_a_client_that_keeps_cookies_talks_again_and_again(
    settings: Settings, models: FakeModels, as_owner: bool
) -> None:
    with live(settings, models) as studio:
        key = studio.key if as_owner else "none"
        client = openai.OpenAI(base_url=f"{studio.address}/v1", api_key=key, max_retries=0)
        assert [model.id for model in client.models.list()] == [studio.slug]
        for stream in (False, True, False):
            made = client.chat.completions.create(
                model=studio.slug,
                messages=[{"role": "user", "content": "Hello!"}],
                stream=stream,  # type: ignore[call-overload]
            )
            if stream:
                text = "".join(chunk.choices[0].delta.content or "" for chunk in made)
            else:
                text = made.choices[0].message.content
            assert text
        with pytest.raises(openai.AuthenticationError) as caught:
            openai.OpenAI(base_url=f"{studio.address}/v1", api_key="mdg_wrong", max_retries=0).models.list()
        assert caught.value.code == "invalid_api_key"
