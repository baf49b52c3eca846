"""The probe bench: controls for one needle, and what the model makes of it."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets  # type: ignore[import-untyped, unused-ignore]

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.keyed import ATTRIBUTES
from llama_explore.probes.look import COLOURS, Look, look_for
from llama_explore.probes.needle_tasks import OwnNeedle

if TYPE_CHECKING:
    from llama_explore.session import Session

OWN = {
    "statement": "My grandmother hid the silver key in the piano.",
    "question": "Where did my grandmother hide the silver key?",
    "value": "piano",
}
SHORTEST = 256


class ProbeBench(ipywidgets.VBox):  # type: ignore[misc]
    """A needle to hide and to ask for, with controls; it looks once when it is made.

    Outside a running notebook the same object shows as a picture.

    Args:
        session: The open model.

    Attributes:
        found: The last `Look`; None if there was none yet.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.found: Look | None = None
        context = session.config.max_position_embeddings
        most = max(2 * context, 2 * SHORTEST).bit_length()
        lengths = [2**n for n in range(SHORTEST.bit_length() - 1, most)]
        names = [f"{n:,}" + (" (beyond)" if n > context else "") for n in lengths]
        sizes = list(zip(names, lengths, strict=True))
        kinds = [*((kind, kind) for kind in ATTRIBUTES), ("a sentence of your own", "own")]
        self.task = ipywidgets.Dropdown(description="hide", options=kinds)
        self.own = {
            name: ipywidgets.Text(text, description=name, disabled=True, layout={"width": "500px"})
            for name, text in OWN.items()
        }
        self.length = ipywidgets.SelectionSlider(description="length", options=sizes, index=1)
        self.depth = ipywidgets.IntSlider(50, 0, 100, description="depth in %")
        self.seed = ipywidgets.BoundedIntText(0, 0, 2**31, description="seed")
        self.button = ipywidgets.Button(description="look for it", icon="search")
        self.another = ipywidgets.Button(description="another needle", icon="random")
        self.said, self.answer = ipywidgets.HTML(), ipywidgets.HTML()
        buttons = ipywidgets.HBox([self.button, self.another])
        controls = [self.task, *self.own.values(), self.length, self.depth, self.seed, buttons]
        super().__init__([*controls, self.said, self.answer])
        self.task.observe(self._enable, "value")
        self.button.on_click(self.look)
        self.another.on_click(self.look_for_another)
        self.look()

    def look(self, _: object = None) -> None:
        """Look for what the controls say; meanwhile the buttons rest and say so."""
        self.button.disabled = self.another.disabled = True
        self.button.description = "looking ..."
        try:
            own = OwnNeedle(**{name: field.value for name, field in self.own.items()})
            task = own if self.task.value == "own" else self.task.value
            places = self.length.value, self.depth.value
            self.found = look_for(self.session, task, *places, seed=self.seed.value)
            self._show(self.found)
        except Exception as error:  # memory may run out, too; Lab would hide that in its log
            told = str(error) if isinstance(error, LlamaExploreError) else repr(error)
            self.said.value = (
                f"<div style='white-space:pre-wrap; border-left:4px solid {COLOURS[False]}; "
                f"padding-left:8px'>{escape(told)}</div>"
            )
        finally:
            self.button.disabled = self.another.disabled = False
            self.button.description = "look for it"

    def look_for_another(self, _: object = None) -> None:
        """Go on to the next seed: another needle in another text."""
        self.seed.value += 1
        self.look()

    def __repr__(self) -> str:
        return f"ProbeBench\n{self.found or 'Nothing was looked for yet.'}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        picture = {"image/png": self.found.draw(words=True).png} if self.found else {}
        return bundle | {"text/plain": repr(self)} | picture

    def _show(self, found: Look) -> None:
        picture = b64encode(found.draw().png).decode()
        self.said.value = ""
        self.answer.value = (
            f"{found._repr_html_()}<p>Read and answered in {found.seconds:,.1f} s.</p>"
            f"<img alt='attention on the needle, by layer and KV head' "
            f"src='data:image/png;base64,{picture}'>"
        )

    def _enable(self, _: object = None) -> None:
        for field in self.own.values():
            field.disabled = self.task.value != "own"
