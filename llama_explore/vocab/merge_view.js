// One piece of text: its merges, step by step.

function render({ model, el }) {
  const row = make("div", {});
  const words = make("p", { "aria-live": "polite" });
  const tree = make("div", {});
  const root = make("div", { className: "vocab-view" });
  el.append(root);

  const show = (step) => {
    const piece = model.get("piece");
    row.replaceChildren(drawRow(piece, step, model.get("colours")));
    words.textContent = sayStep(piece, step);
    tree.replaceChildren(drawTree(piece, step));
    if (model.get("step") !== step) {
      model.set("step", step);
      model.save_changes();
    }
  };
  const steps = makeSteps(model.get("piece").merges.length, model.get("step"), show);
  root.append(steps.bar, row, words, tree);
  steps.go(model.get("step"));
  return steps.stop;
}

export default { render };
