// What every part of the page draws with: elements, text with `code` in it, JSON and JSON Schema.

/** make("p", {class: "quiet"}, "text", node, …): an element; text is never parsed as HTML. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

/** The little Markdown that descriptions are written in: `code`. */
function prose(text = "") {
  return text.split("`").map((part, at) => (at % 2 ? make("code", {}, part) : part));
}

function paragraphs(text = "") {
  return text
    .split("\n\n")
    .filter(Boolean)
    .map((part) => make("p", {}, ...prose(part)));
}

const jsonToken = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\],]|[^\s{}[\],":]+/g;

/** JSON indented and coloured token by token: parsing it would change numbers. */
function jsonView(text) {
  const view = make("pre", { tabindex: "0" });
  const line = (depth) => "\n" + "  ".repeat(depth);
  let depth = 0;
  let opened = false;
  for (const [token, string, colon] of text.matchAll(jsonToken)) {
    if (token === "}" || token === "]") {
      depth -= 1;
      view.append(opened ? token : line(depth) + token);
      opened = false;
      continue;
    }
    if (opened) view.append(line(depth));
    opened = token === "{" || token === "[";
    if (opened) depth += 1;
    if (token === ",") view.append("," + line(depth));
    else if (opened) view.append(token);
    else if (colon) view.append(make("span", { class: "json-name" }, string), ": ");
    else view.append(make("span", { class: string ? "json-text" : "json-other" }, token));
  }
  return view;
}

/** Follows references into the document; gives the last one's name along. */
function resolve(spec, value) {
  let name;
  while (value && value.$ref) {
    name = value.$ref.split("/").pop();
    const target = value.$ref
      .slice(2)
      .split("/")
      .reduce((at, key) => at[key], spec);
    const { $ref, ...beside } = value;
    value = { ...target, ...beside };
  }
  return { name, value };
}

/** A value that the schema allows: its own example, or one made of its parts' examples. */
function exampleOf(spec, schema) {
  const { value } = resolve(spec, schema);
  if (value === undefined) return undefined;
  if (value.examples) return value.examples[0];
  if ("const" in value) return value.const;
  if ("default" in value) return value.default;
  if (value.oneOf || value.anyOf) return exampleOf(spec, (value.oneOf || value.anyOf)[0]);
  if (value.type === "array") return [exampleOf(spec, value.items)];
  if (value.type !== "object") return undefined;
  const members = Object.entries(value.properties || {});
  return Object.fromEntries(members.map(([key, of]) => [key, exampleOf(spec, of)]));
}

const limits = [
  ["format", (v) => v],
  ["minimum", (v) => `≥ ${v}`],
  ["maximum", (v) => `≤ ${v}`],
  ["multipleOf", (v) => `a multiple of ${v}`],
  ["minLength", (v) => `at least ${v} ${v === 1 ? "character" : "characters"}`],
  ["maxLength", (v) => `at most ${v} characters`],
  ["minItems", (v) => `at least ${v} ${v === 1 ? "item" : "items"}`],
  ["maxItems", (v) => `at most ${v} items`],
];

function limitsText(schema) {
  const said = limits.filter(([key]) => key in schema).map(([key, say]) => say(schema[key]));
  return said.length ? ", " + said.join(", ") : "";
}

/** Type and limits on one line; names of schemas are links to where they are described. */
function typeLine(spec, schema) {
  if (schema.$ref) {
    const { name } = resolve(spec, schema);
    return [make("a", { href: `#schema-${name}` }, name)];
  }
  if ("const" in schema) return [make("code", {}, JSON.stringify(schema.const))];
  const choices = schema.oneOf || schema.anyOf;
  if (choices)
    return choices.flatMap((one, at) => [...(at ? [" or "] : []), ...typeLine(spec, one)]);
  if (schema.allOf)
    return schema.allOf.filter((part) => part.$ref).flatMap((part) => typeLine(spec, part));
  const line = [schema.type || "any value"];
  if (schema.type === "array") line.push(" of ", ...typeLine(spec, schema.items));
  line.push(limitsText(schema));
  if (schema.pattern) line.push(", ", make("code", {}, schema.pattern));
  if ("default" in schema)
    line.push(", otherwise ", make("code", {}, JSON.stringify(schema.default)));
  return line;
}

/** The members of an object, and of objects written inside it. */
function members(spec, schema) {
  const inner = schema.type === "array" ? schema.items : schema;
  if (!inner.properties) return undefined;
  const items = Object.entries(inner.properties).map(([name, of]) =>
    make(
      "li",
      {},
      make("code", {}, name),
      " ",
      ...typeLine(spec, of),
      " ",
      inner.required?.includes(name) ? make("span", { class: "needed" }, "required") : undefined,
      of.description ? make("div", { class: "about" }, ...prose(of.description)) : undefined,
      members(spec, of),
    ),
  );
  return make("ul", { class: "members" }, ...items);
}

/** What a schema is put together from, or chooses among; itself when it is of one piece. */
function piecesOf(spec, schema) {
  const { name, value } = resolve(spec, schema);
  const inner = value.allOf || value.oneOf || value.anyOf;
  return inner ? inner.flatMap((piece) => piecesOf(spec, piece)) : [{ name, value }];
}

function schemaView(spec, schema) {
  const pieces = piecesOf(spec, schema).filter(({ value }) => members(spec, value));
  const title = (name) =>
    name && pieces.length > 1 ? make("p", { class: "quiet" }, name) : undefined;
  return make(
    "div",
    {},
    make("p", {}, "Schema: ", ...typeLine(spec, schema)),
    ...pieces.map(({ name, value }) => make("div", {}, title(name), members(spec, value))),
  );
}
