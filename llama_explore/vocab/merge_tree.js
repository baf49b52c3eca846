// Shared by token_view.js and merge_view.js, which Python joins to this file.
// Every text goes in as textContent: what a token holds is shown and never run.

// What takes keys itself: Lab must not read them as commands, and looks for this mark.
const TAKES_KEYS = "input, button, select, textarea, [tabindex]";
const MARK = "data-lm-suppress-shortcuts";

const SVG = "http://www.w3.org/2000/svg";
const LEAF_WIDTH = 34;
const ROW_HEIGHT = 34;
const STEP_MILLISECONDS = 900; // of playing

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

function draw(kind, attributes, text) {
  const element = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** The row of parts after so many merges; a part knows its place among the bytes. */
function partsAfter(piece, step) {
  let parts = piece.leaves.map((label, i) => ({ label, first: i, last: i, x: i, y: 0 }));
  piece.merges.slice(0, step).forEach((merge, n) => {
    const [left, right] = parts.slice(merge.place, merge.place + 2);
    const joined = {
      label: merge.label, rank: merge.rank, left, right, order: n + 1,
      first: left.first, last: right.last, x: (left.x + right.x) / 2,
      y: Math.max(left.y, right.y) + 1,
    };
    parts.splice(merge.place, 2, joined);
  });
  return parts;
}

/** The tree of the merges done so far, bytes at the bottom. */
function drawTree(piece, step) {
  const all = partsAfter(piece, piece.merges.length);
  const height = Math.max(...all.map((part) => part.y)) + 1;
  const size = { width: piece.leaves.length * LEAF_WIDTH + 8, height: height * ROW_HEIGHT + 8 };
  const picture = draw("svg", { ...size, role: "img", class: "vocab-tree" });
  const said = `merge tree after ${step} of ${piece.merges.length} merges`;
  picture.append(draw("title", {}, said));
  const place = (part) => [
    part.x * LEAF_WIDTH + LEAF_WIDTH / 2 + 4,
    size.height - part.y * ROW_HEIGHT - ROW_HEIGHT / 2 - 4,
  ];
  const nodes = draw("g", {});
  const add = (part) => {
    const [x, y] = place(part);
    for (const child of [part.left, part.right]) {
      if (!child) continue;
      const [childX, childY] = place(child);
      picture.append(draw("path", { d: `M${x} ${y}V${(y + childY) / 2}H${childX}V${childY}` }));
      add(child);
    }
    const width = Math.max(20, 9 * [...part.label].length + 8);
    const newest = part.order === step && step > 0;
    const name = part.left ? (newest ? "newest" : "merged") : "leaf";
    const node = draw("g", { class: name });
    node.append(draw("rect", { x: x - width / 2, y: y - 11, width, height: 22, rx: 3 }));
    node.append(draw("text", { x, y: y + 4 }, part.label));
    if (part.rank !== undefined) {
      node.append(draw("title", {}, `merge ${part.order}, rank ${part.rank.toLocaleString("en")}`));
    }
    nodes.append(node);
  };
  partsAfter(piece, step).forEach(add);
  picture.append(nodes);
  return make("div", { className: "vocab-scroll" }, picture);
}

/** Parts as boxes, and between them the rank of each pair; the next one is marked. */
function drawRow(piece, step, colours) {
  const row = make("div", { className: "vocab-row" });
  const next = piece.merges[step]?.place;
  partsAfter(piece, step).forEach((part, i) => {
    if (i) {
      const rank = piece.gaps[step][i - 1];
      const gap = make("span", {
        className: i - 1 === next ? "vocab-gap next" : "vocab-gap",
        text: rank === null ? "–" : rank.toLocaleString("en"),
        title: rank === null ? "no entry" : `rank ${rank}`,
      });
      row.append(gap);
    }
    const box = make("span", { className: "vocab-box", text: part.label });
    box.style.background = colours[i % colours.length];
    row.append(box);
  });
  return row;
}

/** Buttons and a slider for 0 to n steps; calls `show(step)`. `stop` ends the playing. */
function makeSteps(n, start, show) {
  let step = start;
  let playing = null;
  const options = { type: "range", min: 0, max: n, value: start, "aria-label": "step" };
  const slider = make("input", options);
  const play = make("button", { type: "button", text: "play" });
  const go = (wanted) => {
    step = Math.min(n, Math.max(0, wanted));
    slider.value = step;
    show(step);
  };
  const stop = () => {
    clearInterval(playing);
    playing = null;
    play.textContent = "play";
  };
  const button = (text, label, move) => {
    const made = make("button", { type: "button", text, "aria-label": label, title: label });
    made.onclick = () => {
      stop();
      go(move());
    };
    return made;
  };
  play.onclick = () => {
    if (playing !== null) return stop();
    if (step === n) go(0);
    play.textContent = "pause";
    playing = setInterval(() => {
      go(step + 1);
      if (step === n) stop();
    }, STEP_MILLISECONDS);
  };
  slider.oninput = () => {
    stop();
    go(Number(slider.value));
  };
  const bar = make(
    "div", { className: "vocab-steps" },
    button("⏮", "first", () => 0), button("◀", "back", () => step - 1),
    button("▶", "next merge", () => step + 1), button("⏭", "last", () => n), play, slider,
  );
  return { bar, go, stop };
}

/** What the step just shown did, and what comes next, in words. */
function sayStep(piece, step) {
  const n = piece.merges.length;
  const done = step ? `Merge ${step} of ${n} made “${piece.merges[step - 1].label}”. ` : "";
  if (step < n) {
    const next = piece.merges[step];
    return `${done}Lowest rank now: ${next.rank.toLocaleString("en")}, “${next.label}”.`;
  }
  return done + (n ? "No pair left makes an entry." : "No pair makes an entry.");
}
