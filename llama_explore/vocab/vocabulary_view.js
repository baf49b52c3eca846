// 128,256 entries in a list that draws only the rows in view.
// Every text goes in as textContent: what a token holds is shown and never run.

// What takes keys itself: Lab must not read them as commands, and looks for this mark.
const TAKES_KEYS = "input, button, select, textarea, [tabindex]";
const MARK = "data-lm-suppress-shortcuts";

const ROW = 24; // the height of a line, as in views.css
const SPARE = 8; // rows drawn above and below the view

const SIGNS = { " ": "·", "\n": "↵", "\r": "␍", "\t": "→", "\u3000": "□", "\xa0": "⍽" };
const HIDDEN = /[\p{C}\p{Z}]/u;

function make(kind, options = {}, ...children) {
  const { className, text, ...rest } = options;
  const element = document.createElement(kind);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(rest)) element.setAttribute(name, value);
  if (element.matches(TAKES_KEYS)) element.setAttribute(MARK, "true");
  element.append(...children);
  return element;
}

const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));

/** A token for people, as show_token in Python does it. */
function showToken(bytes) {
  const whole = new TextDecoder("utf-8", { fatal: true });
  let shown = "";
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i];
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const part = bytes.subarray(i, i + length);
    try {
      const letter = whole.decode(part);
      if (SIGNS[letter]) shown += SIGNS[letter];
      else if (HIDDEN.test(letter)) shown += toHex(part).map((hex) => `⟨${hex}⟩`).join("");
      else shown += letter;
      i += length;
    } catch {
      shown += `⟨${toHex(bytes.subarray(i, i + 1))[0]}⟩`;
      i += 1;
    }
  }
  return shown;
}

/** Unpack what Python packed: where each entry lies, and its text if it is whole. */
function unpack(header, [bytes, lengths, kinds, scripts]) {
  const view = (part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  const data = { ...header, bytes: view(bytes), lengths: view(lengths), kindOf: view(kinds), scriptOf: view(scripts) };
  const n = data.lengths.length;
  data.starts = new Uint32Array(n + 1);
  for (let id = 0; id < n; id++) data.starts[id + 1] = data.starts[id] + data.lengths[id];
  const whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  data.texts = Array.from({ length: n }, (_, id) => {
    try {
      return whole.decode(data.bytes.subarray(data.starts[id], data.starts[id + 1]));
    } catch {
      return "";
    }
  });
  data.lower = data.texts.map((text) => text.toLowerCase());
  return data;
}

function bytesOf(data, id) {
  return data.bytes.subarray(data.starts[id], data.starts[id + 1]);
}

/** The ids that fit, as search_entries in Python finds them. */
function search(data, { query, kind, script, matchCase }) {
  const wantedKind = data.kinds.indexOf(kind);
  const wantedScript = data.scripts.indexOf(script);
  const number = /^#(\d{1,9})$/.exec(query);
  const hex = query.startsWith("hex:")
    ? (query.slice(4).toLowerCase().replace(/[^0-9a-f]/g, "").match(/..?/g) ?? []).join(" ")
    : null;
  const texts = matchCase ? data.texts : data.lower;
  const wanted = matchCase ? query : query.toLowerCase();
  const found = [];
  for (let id = 0; id < texts.length; id++) {
    if (wantedKind >= 0 && data.kindOf[id] !== wantedKind) continue;
    if (wantedScript >= 0 && data.scriptOf[id] !== wantedScript) continue;
    const fits = number ? id === Number(number[1])
      : hex !== null ? toHex(bytesOf(data, id)).join(" ").includes(hex)
      : texts[id].includes(wanted);
    if (fits) found.push(id);
  }
  return found;
}

function render({ model, el }) {
  const field = make("input", {
    type: "search", "aria-label": "search", placeholder: "a text, #279, or hex:e0 a4",
  });
  const kind = make("select", { "aria-label": "kind" });
  const script = make("select", { "aria-label": "script" });
  const matchCase = make("input", { type: "checkbox" });
  const longest = make("input", { type: "checkbox" });
  const count = make("p", { "aria-live": "polite", text: "The entries are on their way ..." });
  const head = make("div", { className: "vocab-head" });
  for (const name of ["id", "entry", "bytes", "length", "kind", "script"]) {
    head.append(make("span", { text: name }));
  }
  const list = make("div", { className: "vocab-list", tabindex: 0, role: "list", "aria-label": "entries" });
  const filters = make(
    "div", { className: "vocab-filters" },
    make("label", {}, "kind ", kind), make("label", {}, "script ", script),
    make("label", {}, matchCase, " match capitals"),
    make("label", {}, longest, " longest first"),
  );
  el.append(make("div", { className: "vocab-view" }, field, filters, count, head, list));

  const space = make("div", {});
  list.append(space);
  let data = null;
  let found = [];
  let drawn = new Map(); // row number to its line

  const line = (row) => {
    const id = found[row];
    const bytes = bytesOf(data, id);
    const made = make(
      "div", { className: row % 2 ? "vocab-line odd" : "vocab-line", role: "listitem" },
      make("span", { className: "number", text: id.toLocaleString("en") }),
      make("span", {}, make("code", { text: showToken(bytes) })),
      make("span", { className: "hex", text: toHex(bytes).join(" ") }),
      make("span", { className: "number", text: String(bytes.length) }),
      make("span", { text: data.kinds[data.kindOf[id]] }),
      make("span", { text: data.scripts[data.scriptOf[id]] }),
    );
    made.style.top = `${row * ROW}px`;
    return made;
  };

  const drawRows = () => {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
    const last = Math.min(found.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + SPARE);
    for (const [row, made] of drawn) {
      if (row < first || row >= last) {
        made.remove();
        drawn.delete(row);
      }
    }
    for (let row = first; row < last; row++) {
      if (drawn.has(row)) continue;
      const made = line(row);
      drawn.set(row, made);
      list.append(made);
    }
  };

  const refresh = () => {
    if (!data) return;
    found = search(data, {
      query: field.value, kind: kind.value, script: script.value, matchCase: matchCase.checked,
    });
    if (longest.checked) found.sort((a, b) => data.lengths[b] - data.lengths[a] || a - b);
    const total = data.lengths.length.toLocaleString("en");
    count.textContent = `${found.length.toLocaleString("en")} of ${total} entries`;
    for (const made of drawn.values()) made.remove();
    drawn = new Map();
    space.style.height = `${found.length * ROW}px`;
    list.scrollTop = 0;
    drawRows();
  };

  let timer = null;
  const changed = () => {
    if (!data) return; // what was typed until then is looked for when they have come
    refresh();
    clearTimeout(timer); // Python is told when the typing rests; the page does not wait for it
    timer = setTimeout(() => {
      model.set("query", field.value);
      model.set("kind", kind.value);
      model.set("script", script.value);
      model.set("match_case", matchCase.checked);
      model.save_changes();
    }, 300);
  };
  field.oninput = changed;
  for (const each of [kind, script, matchCase, longest]) each.onchange = changed;

  let waiting = false;
  list.onscroll = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      drawRows();
    });
  };

  const receive = (header, buffers) => {
    if (data || !header.kinds) return;
    data = unpack(header, buffers);
    for (const [select, names] of [[kind, data.kinds], [script, data.scripts]]) {
      select.replaceChildren(...["any", ...names].map((name) => make("option", { text: name, value: name })));
    }
    kind.value = model.get("kind");
    script.value = model.get("script");
    changed();
  };
  field.value = model.get("query");
  matchCase.checked = model.get("match_case");
  model.on("msg:custom", receive);
  model.send("data");
  return () => {
    clearTimeout(timer);
    model.off("msg:custom", receive);
  };
}

export default { render };
