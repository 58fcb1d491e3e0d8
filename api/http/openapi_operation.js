// One operation: its parameters, its body, its answers, and the ways to try it.

function table(caption, heads, rows) {
  if (!rows.length) return undefined;
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  return make(
    "div",
    { class: "scroll" },
    make(
      "table",
      { "aria-label": caption },
      make("thead", {}, head),
      make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells))),
    ),
  );
}

function row(spec, name, { required, description, schema }, place) {
  const needed = required ? make("div", { class: "needed" }, "required") : undefined;
  const cells = [make("th", { scope: "row" }, make("code", {}, name), needed)];
  if (place) cells.push(make("td", { class: "place" }, place));
  return [
    ...cells,
    make("td", {}, ...typeLine(spec, schema)),
    make("td", {}, ...prose(description)),
  ];
}

function parametersView(spec, parameters) {
  const rows = parameters.map((one) => row(spec, one.name, one, one.in));
  if (!rows.length) return [];
  return [
    make("h4", {}, "Parameters"),
    table("Parameters", ["Name", "In", "Type", "Meaning"], rows),
  ];
}

/** The examples of a body: those that are written down, or one made from its schema. */
function examplesOf(spec, media) {
  if (media.example !== undefined) return [["Example", media.example]];
  if (media.examples) return Object.values(media.examples).map((one) => [one.summary, one.value]);
  const made = exampleOf(spec, media.schema);
  return made === undefined ? [] : [["Example", made]];
}

function contentView(spec, content = {}) {
  return Object.entries(content).flatMap(([type, media]) => [
    make("p", {}, make("code", {}, type)),
    schemaView(spec, media.schema),
    ...examplesOf(spec, media).flatMap(([title, value]) => [
      make("p", { class: "quiet" }, title),
      jsonView(JSON.stringify(value)),
    ]),
  ]);
}

function responseView(spec, status, response) {
  const { value } = resolve(spec, response);
  const headers = Object.entries(value.headers || {}).map(([name, header]) =>
    row(spec, name, resolve(spec, header).value),
  );
  return make(
    "details",
    { class: "response" },
    make(
      "summary",
      {},
      make("span", { class: `status s${status[0]}` }, status),
      " ",
      make("span", { class: "about" }, ...prose(value.description)),
    ),
    make(
      "div",
      { class: "inside" },
      table("Headers", ["Header", "Type", "Meaning"], headers),
      ...contentView(spec, value.content),
    ),
  );
}

function bodyView(spec, body) {
  if (!body) return [];
  return [make("h4", {}, "Body"), ...contentView(spec, body.content)];
}

function commandOf(spec, { path, method, operation, parameters }) {
  const media = Object.values(operation.requestBody.content)[0];
  const needed = parameters.filter((one) => one.required);
  const shown = (one) => String(one.example ?? exampleOf(spec, one.schema));
  const [, body] = examplesOf(spec, media)[0];
  return commandView(commandLine(method, requestOf(path, needed, shown), body));
}

function operationView(spec, entry) {
  const { path, method, operation, parameters } = entry;
  const heading = make(
    "h3",
    {},
    make("span", { class: `method ${method}` }, method.toUpperCase()),
    ` ${path} `,
    make("span", { class: "about" }, operation.summary),
  );
  const scopes = (operation.security || []).flatMap((one) => Object.values(one).flat());
  const inside = make(
    "div",
    { class: "inside" },
    ...paragraphs(operation.description),
    scopes.length
      ? make(
          "p",
          {},
          "Needs a bearer token with the scope ",
          make("code", {}, scopes.join(", ")),
          ".",
        )
      : "",
    ...parametersView(spec, parameters),
    ...bodyView(spec, operation.requestBody),
    method === "get" ? tryView(spec, path, operation, parameters) : "",
    ...(operation.requestBody
      ? [make("h4", {}, "On the command line"), commandOf(spec, entry)]
      : []),
    make("h4", {}, "Answers"),
    ...Object.entries(operation.responses).map(([status, of]) => responseView(spec, status, of)),
  );
  return make(
    "details",
    { id: operation.operationId, class: "operation" },
    make("summary", {}, heading),
    inside,
  );
}
