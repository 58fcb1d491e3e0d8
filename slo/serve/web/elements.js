// What every part of the page makes its elements with. Text is only ever set as text.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || value === null) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== "" && child !== null && child !== undefined));
  return made;
}

/** Leaves a node alone that says the same already, so that nobody's selection is lost. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A moment in the reader's zone; in UTC when it is pointed at. */
export function moment(iso, options = { dateStyle: "medium", timeStyle: "medium" }) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return element("span", {}, String(iso));
  const utc = at.toISOString().replace(/\.\d+Z$/, "Z");
  return element(
    "time",
    { datetime: utc, title: `${utc.replace("T", " ").replace("Z", "")} UTC` },
    at.toLocaleString(undefined, options),
  );
}

/** A table of text with a heading for each column and each row. */
export function table(caption, head, rows) {
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", { class: "hidden" }, caption),
      element(
        "thead",
        {},
        element("tr", {}, ...head.map((h) => element("th", { scope: "col" }, h))),
      ),
      element(
        "tbody",
        {},
        ...rows.map(([first, ...others]) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, first),
            ...others.map((cell) => element("td", {}, cell)),
          ),
        ),
      ),
    ),
  );
}
