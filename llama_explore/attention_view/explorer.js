// All heads of a model at a glance; one head on the tokens; one token seen by every group.

const SHOWN_TOKENS = 3; // of those a head looks at most, in words

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const percent = (weight) => `${Math.round(100 * weight)} %`;
const clamp = (value, least, most) => Math.max(least, Math.min(most, value));
const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// One layer: the lower triangles of all heads, as rounded square roots.
class Layer {
  constructor(raw, bits, nHeads, nTokens) {
    this.size = (nTokens * (nTokens + 1)) / 2;
    this.roots = raw;
    if (bits <= 4) {
      this.roots = new Uint8Array(nHeads * this.size);
      for (let i = 0; i < this.roots.length; i++) {
        this.roots[i] = i % 2 ? raw[i >> 1] & 15 : raw[i >> 1] >> 4;
      }
    }
    const most = 2 ** bits - 1;
    this.weight = Float32Array.from({ length: most + 1 }, (_, level) => (level / most) ** 2);
  }

  // Write where one query of one head looks into `row`, to be used at once.
  read(head, query, hideFirst, row) {
    const start = head * this.size + (query * (query + 1)) / 2;
    let sum = 0;
    for (let key = 0; key <= query; key++) {
      const weight = hideFirst && key === 0 ? 0 : this.weight[this.roots[start + key]];
      row[key] = weight;
      sum += weight;
    }
    row.fill(0, query + 1);
    if (hideFirst && sum > 0) for (let key = 0; key <= query; key++) row[key] /= sum;
    return row;
  }
}

function render({ model, el }) {
  const tokens = model.get("tokens");
  const layers = model.get("layers");
  const nHeads = model.get("n_query_heads");
  const nKv = model.get("n_kv_heads");
  const perKv = nHeads / nKv;
  const colours = model.get("colours"); // one for each query head
  const names = model.get("overview_names");
  const overview = bytesOf(model.get("overview")); // names x layers x heads, 0 to 255
  const T = tokens.length;
  const row = new Float32Array(T);
  const cache = new Map();
  let layer = null; // a Layer, once it is here
  let drawn = null; // what the page shows now, so that a hover redraws only what changes
  let waiting = false;

  // --- the page -------------------------------------------------------------------------
  const shade = make("select", { "aria-label": "what the bars show" });
  names.forEach((name, i) => shade.append(make("option", { value: i, text: name })));
  const hide = make("input", { type: "checkbox" });
  const map = make("canvas", { tabindex: 0, role: "application", class: "heads-map" });
  const matrix = make("canvas", { class: "heads-matrix", width: T, height: T });
  const said = make("p", { class: "heads-said", "aria-live": "polite" });
  const list = make("div", {
    class: "heads-tokens", tabindex: 0, role: "listbox",
    "aria-label": "tokens; arrow keys move the token that looks",
  });
  const spans = tokens.map((text, i) => {
    const span = make("span", { role: "option", text, title: `position ${i}` });
    span.dataset.place = i;
    return span;
  });
  list.append(...spans);
  const groups = [...Array(nKv).keys()].map((kv) => {
    const canvas = make("canvas", { width: T, height: perKv });
    canvas.style.height = `${clamp(perKv * 6, 10, 64)}px`;
    const label = make("span", { class: "heads-label", text: `KV head ${kv}` });
    label.style.borderColor = colours[kv * perKv];
    return { canvas, label, words: make("span", { class: "heads-words" }), kv };
  });
  const strips = make("div", { class: "heads-groups" });
  groups.forEach(({ label, canvas, words }) => strips.append(label, canvas, words));
  el.append(make(
    "div", { class: "heads-view" },
    make(
      "div", { class: "heads-bar" },
      make("label", {}, "bars show ", shade),
      make("label", {}, hide, " hide the first token and renormalise"),
    ),
    make(
      "div", { class: "heads-top" },
      make(
        "figure", {}, map,
        make("figcaption", { text: "layers (down) by query heads; click or use the arrow keys" }),
      ),
      make(
        "figure", {}, matrix,
        make("figcaption", { text: "this head: each row a token that looks" }),
      ),
    ),
    said, list,
    make("p", { class: "heads-head", text: "The same token, seen by every query head:" }),
    strips,
  ));

  // --- all heads ------------------------------------------------------------------------
  const cell = clamp(Math.floor(600 / nHeads), 8, 26);
  const line = clamp(Math.floor(440 / layers.length), 5, 24);
  const left = 44, top = 20;
  const width = left + nHeads * cell + (nKv - 1) * 3 + 2;
  const height = top + layers.length * line + 2;
  const xOf = (head) => left + head * cell + Math.floor(head / perKv) * 3;
  const scale = window.devicePixelRatio || 1;
  map.width = width * scale;
  map.height = height * scale;
  map.style.width = `${width}px`;
  map.style.height = `${height}px`;

  // The bars of 80 layers of 64 heads are painted once; what moves is the frame round one.
  const bars = make("canvas", { width: map.width, height: map.height });
  let painted = null; // what `bars` shows

  function paintBars(ink) {
    const pen = bars.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = "11px sans-serif";
    pen.fillStyle = ink;
    const every = line < 11 ? 5 : 1;
    layers.forEach((number, i) => {
      if (i % every === 0) pen.fillText(`L${number}`, 4, top + i * line + line / 2 + 4);
    });
    for (let kv = 0; kv < nKv; kv++) {
      const words = perKv * cell > 60 ? `KV head ${kv}` : String(kv);
      pen.fillText(words, xOf(kv * perKv) + 1, 13);
    }
    const block = Number(shade.value) * layers.length * nHeads;
    for (let i = 0; i < layers.length; i++) {
      for (let head = 0; head < nHeads; head++) {
        const share = overview[block + i * nHeads + head] / 255;
        const x = xOf(head), y = top + i * line;
        pen.fillStyle = colours[head];
        pen.globalAlpha = 0.13;
        pen.fillRect(x, y, cell - 1, line - 1);
        pen.globalAlpha = 1;
        pen.fillRect(x, y + (line - 1) * (1 - share), cell - 1, (line - 1) * share);
      }
    }
  }

  function drawMap() {
    const pen = map.getContext("2d");
    const ink = getComputedStyle(map).color;
    if (painted !== `${shade.value},${ink}`) paintBars(ink);
    painted = `${shade.value},${ink}`;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, map.width, map.height);
    pen.drawImage(bars, 0, 0);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.strokeStyle = ink;
    pen.lineWidth = 2;
    const at = layers.indexOf(model.get("layer"));
    pen.strokeRect(xOf(model.get("head")) - 0.5, top + at * line - 0.5, cell, line);
    map.setAttribute(
      "aria-label", `heads; arrow keys choose: layer ${model.get("layer")}, head ${model.get("head")}`,
    );
  }

  // --- one head -------------------------------------------------------------------------
  function paint(canvas, n, fill) {
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(T, n);
    for (let y = 0; y < n; y++) {
      const { weights, colour } = fill(y);
      for (let x = 0; x < T; x++) {
        const at = 4 * (y * T + x);
        image.data[at] = colour[0];
        image.data[at + 1] = colour[1];
        image.data[at + 2] = colour[2];
        image.data[at + 3] = 255 * Math.sqrt(weights[x]);
      }
    }
    pen.putImageData(image, 0, 0);
  }

  function sayMost(weights) {
    const order = [...weights.keys()].filter((key) => weights[key] >= 0.01);
    order.sort((a, b) => weights[b] - weights[a]);
    if (!order.length) return "nothing";
    return order.slice(0, SHOWN_TOKENS)
      .map((key) => `“${tokens[key]}” ${percent(weights[key])}`).join(", ");
  }

  function drawHead() {
    const colour = rgb(colours[model.get("head")]);
    const hidden = model.get("hide_first");
    paint(matrix, T, (query) => ({ colour, weights: layer.read(model.get("head"), query, hidden, row) }));
    drawMap();
  }

  // What a hover changes, and nothing else: it has to fit into a frame.
  function drawToken() {
    const head = model.get("head"), query = model.get("token"), hidden = model.get("hide_first");
    const colour = rgb(colours[head]).join(" ");
    layer.read(head, query, hidden, row);
    spans.forEach((span, key) => {
      span.style.background = key > query ? "" : `rgb(${colour} / ${0.85 * Math.sqrt(row[key])})`;
    });
    list.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
    spans[query].setAttribute("aria-selected", "true");
    const kv = Math.floor(head / perKv);
    said.textContent = `Layer ${model.get("layer")}, query head ${head}, which reads KV head ${kv}: `
      + `“${tokens[query]}” at position ${query} looks at ${sayMost(row)}.`;
    for (const group of groups) {
      const mean = new Float32Array(T);
      const shown = rgb(colours[group.kv * perKv]);
      paint(group.canvas, perKv, (i) => {
        const weights = layer.read(group.kv * perKv + i, query, hidden, row);
        for (let key = 0; key <= query; key++) mean[key] += weights[key] / perKv;
        return { weights, colour: shown };
      });
      group.words.textContent = `on average ${sayMost(mean)}`;
    }
  }

  function draw() {
    waiting = false;
    const state = ["layer", "head", "hide_first"].map((name) => model.get(name)).join();
    if (!layer) return;
    performance.mark("head-explorer-start");
    if (state !== drawn) drawHead();
    drawn = state;
    drawToken();
    performance.measure("head-explorer", "head-explorer-start");
    el.dataset.drawn = `${state},${model.get("token")}`;
  }

  function ask() {
    if (!waiting) requestAnimationFrame(draw);
    waiting = true;
  }

  async function fetchLayer() {
    const packed = model.get("packed");
    if (packed.layer === model.get("layer") && !cache.has(packed.layer)) {
      const raw = await inflate(bytesOf(model.get("data")));
      cache.set(packed.layer, new Layer(raw, packed.bits, nHeads, T));
    }
    layer = cache.get(model.get("layer")) ?? null;
    drawMap();
    if (layer) ask();
    else said.textContent = `Asking the kernel for layer ${model.get("layer")} ...`;
  }

  // --- what the reader does -------------------------------------------------------------
  const set = (name, value) => {
    if (model.get(name) === value) return;
    model.set(name, value);
    model.save_changes();
  };
  const place = (event, node, n) => {
    const box = node.getBoundingClientRect();
    return clamp(Math.floor(((event.clientY - box.top) / box.height) * n), 0, n - 1);
  };
  map.onclick = (event) => {
    const box = map.getBoundingClientRect();
    const x = event.clientX - box.left;
    const at = clamp(Math.floor((event.clientY - box.top - top) / line), 0, layers.length - 1);
    const head = [...Array(nHeads).keys()].findLast((each) => xOf(each) <= x) ?? 0;
    set("head", head);
    set("layer", layers[at]);
  };
  map.onkeydown = (event) => {
    const at = layers.indexOf(model.get("layer")), head = model.get("head");
    const move = {
      ArrowLeft: () => set("head", clamp(head - 1, 0, nHeads - 1)),
      ArrowRight: () => set("head", clamp(head + 1, 0, nHeads - 1)),
      ArrowUp: () => set("layer", layers[clamp(at - 1, 0, layers.length - 1)]),
      ArrowDown: () => set("layer", layers[clamp(at + 1, 0, layers.length - 1)]),
      Home: () => set("head", 0),
      End: () => set("head", nHeads - 1),
    }[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation(); // else Lab moves to another cell
    move();
  };
  list.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8, Home: -T, End: T }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    set("token", clamp(model.get("token") + step, 0, T - 1));
  };
  list.onpointermove = list.onclick = (event) => {
    const at = event.target.dataset?.place;
    if (at !== undefined) set("token", Number(at));
  };
  matrix.onpointermove = (event) => set("token", place(event, matrix, T));
  shade.onchange = drawMap;
  hide.onchange = () => set("hide_first", hide.checked);

  const follow = () => {
    hide.checked = model.get("hide_first");
    ask();
  };
  model.on("change:token change:head change:hide_first", follow);
  model.on("change:layer change:data", fetchLayer);
  hide.checked = model.get("hide_first");
  fetchLayer();
  return () => {
    model.off("change:token change:head change:hide_first", follow);
    model.off("change:layer change:data", fetchLayer);
  };
}

export default { render };
