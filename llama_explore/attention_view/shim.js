// What bertviz uses of require.js and of jQuery, and no more.
function $(what) {
  const made = typeof what === "string" && what.startsWith("<");
  const name = made ? what.replace(/[<>/\s]/g, "") : null;
  const nodes = made ? [document.createElement(name)]
    : typeof what === "string" ? [...document.querySelectorAll(what)] : [what];
  const each = (act) => {
    nodes.forEach(act);
    return wrapped;
  };
  const wrapped = {
    nodes,
    append: (child) => each((node) => node.append(...child.nodes)),
    val: (value) => each((node) => { node.value = value; }),
    text: (text) => each((node) => { node.textContent = text; }),
    change: () => each((node) => node.dispatchEvent(new Event("change"))),
    on: (event, act) => each((node) => node.addEventListener(event, act)),
    empty: () => each((node) => node.replaceChildren()),
    attr: (key, value) => each((node) => node.setAttribute(key, value)),
  };
  return wrapped;
}
function requirejs(names, act) {
  act($, d3);
}
