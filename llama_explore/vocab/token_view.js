// A text to type; its tokens; and for the token that was chosen, the merges of its piece.

const PAUSE_MILLISECONDS = 120; // of typing, before Python is asked

function render({ model, el }) {
  const box = make("textarea", { rows: 3, spellcheck: "false", "aria-label": "text" });
  const special = make("input", { type: "checkbox" });
  const count = make("p", { "aria-live": "polite" });
  const fault = make("pre", { className: "vocab-fault", role: "alert" });
  const tokens = make("div", { className: "vocab-tokens" });
  const detail = make("div", { className: "vocab-detail" });
  const label = make("label", {}, special, " typed names of special tokens are special");
  el.append(make("div", { className: "vocab-view" }, box, label, count, fault, tokens, detail));

  let chosen = 0; // a token's number, over all pieces
  let timer = null;
  let stopPlaying = () => {};

  box.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      model.set("text", box.value);
      model.save_changes();
    }, PAUSE_MILLISECONDS);
  };
  special.onchange = () => {
    model.set("allow_special", special.checked);
    model.save_changes();
  };

  const all = () => model.get("pieces").flatMap(
    (piece) => piece.ids.map((id, i) => ({ piece, id, label: piece.tokens[i], hex: piece.hex[i] })),
  );

  const choose = (n) => {
    chosen = n;
    [...tokens.children].forEach((button, i) => button.setAttribute("aria-pressed", i === n));
    showDetail();
  };

  const showDetail = () => {
    stopPlaying();
    detail.replaceChildren();
    const token = all()[chosen];
    if (!token) return;
    const { piece } = token;
    const facts = [
      ["token", `${token.label}   id ${token.id.toLocaleString("en")}`],
      ["bytes", token.hex],
      ["rule of the piece", piece.rule],
      ["why", piece.reason],
    ];
    const rows = facts.map(([name, value]) => make(
      "tr", {}, make("th", { text: name }), make("td", {}, make("code", { text: value })),
    ));
    detail.append(make("table", {}, ...rows));
    if (!piece.leaves.length) {
      const why = piece.how === "special" ? "A special token has no bytes to merge."
        : "This piece is too long for its tree to be drawn.";
      detail.append(make("p", { text: why }));
      return;
    }
    const row = make("div", {});
    const words = make("p", { "aria-live": "polite" });
    const tree = make("div", {});
    const n = piece.merges.length;
    const steps = makeSteps(n, n, (step) => {
      row.replaceChildren(drawRow(piece, step, model.get("colours")));
      words.textContent = sayStep(piece, step);
      tree.replaceChildren(drawTree(piece, step));
    });
    if (piece.how === "whole" && n) {
      const text = "Found as a whole, so none of these merges is done; they show how it would be built.";
      detail.append(make("p", { text }));
    }
    stopPlaying = steps.stop;
    detail.append(steps.bar, row, words, tree);
    steps.go(n);
  };

  const show = () => {
    if (document.activeElement !== box) box.value = model.get("text");
    special.checked = model.get("allow_special");
    fault.textContent = model.get("fault");
    fault.hidden = !model.get("fault");
    const found = all();
    const bytes = found.reduce((sum, token) => sum + (token.hex.length + 1) / 3, 0);
    const plural = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
    count.textContent = [
      plural(found.length, "token"), plural(model.get("pieces").length, "piece"),
      plural(bytes, "byte"),
    ].join(", ");
    const colours = model.get("colours");
    tokens.replaceChildren(...found.map((token, i) => {
      const button = make(
        "button", { type: "button", className: "vocab-token", title: token.hex },
        make("code", { text: token.label }), make("small", { text: String(token.id) }),
      );
      button.style.background = colours[i % colours.length];
      button.onclick = () => choose(i);
      return button;
    }));
    choose(Math.min(chosen, Math.max(0, found.length - 1)));
  };

  const events = "change:pieces change:fault change:text change:allow_special";
  model.on(events, show);
  show();
  return () => {
    clearTimeout(timer);
    stopPlaying();
    model.off(events, show);
  };
}

export default { render };
