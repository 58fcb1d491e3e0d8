// Draws the document at openapi.json: what it lists, one by one, and the way to each of them.

const methods = ["get", "put", "post", "patch", "delete"];

function operationsOf(spec) {
  return Object.entries(spec.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method])
      .map((method) => {
        const operation = item[method];
        const all = [...(item.parameters || []), ...(operation.parameters || [])];
        const parameters = all.map((one) => resolve(spec, one).value);
        return { path, method, operation, parameters };
      }),
  );
}

function schemasView(spec) {
  const all = Object.entries(spec.components.schemas).map(([name, schema]) =>
    make(
      "details",
      { id: `schema-${name}`, class: "schema" },
      make("summary", {}, make("h3", {}, name)),
      make(
        "div",
        { class: "inside" },
        ...paragraphs(schema.description),
        schemaView(spec, schema),
        schema.examples ? jsonView(JSON.stringify(schema.examples[0])) : "",
      ),
    ),
  );
  return make(
    "section",
    { "aria-labelledby": "schemas" },
    make("h2", { id: "schemas" }, "Schemas"),
    ...all,
  );
}

function contentsLink({ path, method, operation }) {
  const badge = make("span", { class: `method ${method}` }, method.toUpperCase());
  return make(
    "li",
    { "data-of": operation.operationId },
    make("a", { href: `#${operation.operationId}` }, badge, ` ${path}`),
  );
}

/** Shows only the operations that contain every word. */
function filterBy(text, entries) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const { path, method, operation } of entries) {
    const said =
      `${method} ${path} ${operation.operationId} ${operation.summary} ${operation.tags}`.toLowerCase();
    const shown = words.every((word) => said.includes(word));
    left += shown;
    document.getElementById(operation.operationId).hidden = !shown;
    document.querySelector(`[data-of="${operation.operationId}"]`).hidden = !shown;
  }
  for (const group of document.querySelectorAll("[data-group]"))
    group.hidden = !group.querySelector("li:not([hidden]), .operation:not([hidden])");
  document.getElementById("filtered").textContent = words.length
    ? `${left} of ${entries.length} operations`
    : "";
}

/** Opens what the address names, also when it is hidden by the filter. */
function openNamed() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.hidden = false;
  target.open = true;
  target.scrollIntoView();
}

function draw(spec) {
  const entries = operationsOf(spec);
  document.title = spec.info.title;
  document.getElementById("title").textContent = spec.info.title;
  document.getElementById("version").textContent = `Version ${spec.info.version}`;
  const main = document.getElementById("main");
  const contents = document.getElementById("contents");
  main.append(...paragraphs(spec.info.description));
  for (const { name, description } of spec.tags) {
    const mine = entries.filter(({ operation }) => operation.tags.includes(name));
    const id = `group-${name}`;
    main.append(
      make(
        "section",
        { "aria-labelledby": id, "data-group": name },
        make("h2", { id }, name),
        ...paragraphs(description),
        ...mine.map((entry) => operationView(spec, entry)),
      ),
    );
    contents.append(
      make(
        "div",
        { "data-group": name },
        make("h2", {}, name),
        make("ul", {}, ...mine.map(contentsLink)),
      ),
    );
  }
  main.append(schemasView(spec));
  document
    .getElementById("filter")
    .addEventListener("input", (event) => filterBy(event.target.value, entries));
  addEventListener("hashchange", openNamed);
  openNamed();
}

const main = document.getElementById("main");
try {
  const answer = await fetch("openapi.json");
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  draw(await answer.json());
} catch (error) {
  main.append(
    make("p", { class: "alert", role: "alert" }, `openapi.json cannot be shown: ${error.message}`),
  );
}
main.removeAttribute("aria-busy");
