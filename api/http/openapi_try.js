// "Try it" for what only reads, and the command line for everything.

function shellQuoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The request that a form asks for: a URL below this page's, and headers. */
function requestOf(path, parameters, valueOf) {
  const headers = {};
  const query = new URLSearchParams();
  let target = path;
  for (const parameter of parameters) {
    const value = valueOf(parameter);
    if (parameter.in === "path")
      target = target.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value === "") continue;
    else if (parameter.in === "query") query.append(parameter.name, value);
    else headers[parameter.name] = value;
  }
  if (query.size) target += `?${query}`;
  return { url: new URL(target.slice(1), document.baseURI).href, headers };
}

function commandLine(method, { url, headers }, body) {
  const words = ["curl", "-i"];
  if (method !== "get") words.push("-X", method.toUpperCase());
  words.push(shellQuoted(url));
  for (const [name, value] of Object.entries(headers))
    words.push("-H", shellQuoted(`${name}: ${value}`));
  if (body === undefined) return words.join(" ");
  // In double quotes, so that the shell puts the token in.
  words.push(
    "-H",
    '"Authorization: Bearer $TOKEN"',
    "-H",
    shellQuoted("Content-Type: application/json"),
  );
  words.push("-d", shellQuoted(JSON.stringify(body)));
  return words.join(" ");
}

function commandView(text) {
  const shown = make("pre", { tabindex: "0", class: "command" }, text);
  if (!navigator.clipboard) return shown; // pages that did not come over TLS have none
  const button = make("button", { type: "button", class: "plain" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(shown.textContent);
    button.textContent = "Copied";
  });
  return make("div", {}, shown, button);
}

function inputOf(spec, parameter, id) {
  const { value: schema } = resolve(spec, parameter.schema);
  const given = parameter.example ?? exampleOf(spec, parameter.schema);
  const input = make("input", {
    id,
    name: parameter.name,
    type: schema.type === "integer" ? "number" : "text",
    required: parameter.required,
    min: schema.minimum,
    max: schema.maximum,
    minlength: schema.minLength,
    maxlength: schema.maxLength,
    pattern: schema.pattern,
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": `${id}-about`,
    placeholder: parameter.required || given === undefined ? undefined : String(given),
  });
  if (parameter.required && given !== undefined) input.value = String(given);
  return input;
}

function fieldOf(spec, parameter, id) {
  const label = make(
    "label",
    { for: id },
    parameter.name,
    " ",
    make("span", { class: "about" }, parameter.in),
  );
  const about = make("div", { id: `${id}-about`, class: "about" }, ...prose(parameter.description));
  return make("div", { class: "field" }, label, inputOf(spec, parameter, id), about);
}

async function answerView(answer, milliseconds) {
  const text = await answer.text();
  const status = make(
    "span",
    { class: `status s${String(answer.status)[0]}` },
    String(answer.status),
  );
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  const json = /json/.test(answer.headers.get("content-type") || "");
  const body = json ? jsonView(text) : make("pre", { tabindex: "0" }, text);
  return [
    make("p", {}, status, ` in ${Math.round(milliseconds)} ms`),
    make("pre", { tabindex: "0", class: "headers" }, headers),
    text ? body : make("p", { class: "quiet" }, "No body."),
  ];
}

/** A form that sends the request and shows what came back. */
function tryView(spec, path, operation, parameters) {
  const id = (parameter) => `${operation.operationId}-${parameter.name}`;
  const fields = parameters.map((parameter) => fieldOf(spec, parameter, id(parameter)));
  const send = make("button", { type: "submit" }, "Send");
  const command = make("div", {});
  const result = make("div", { class: "result", "aria-live": "polite" });
  const form = make(
    "form",
    { class: "try", "aria-label": `Try ${operation.summary}` },
    make("h4", {}, "Try it"),
    ...fields,
    command,
    make("div", { class: "actions" }, send),
    result,
  );
  const current = () =>
    requestOf(path, parameters, (parameter) => form.elements[parameter.name].value);
  const tell = () => command.replaceChildren(commandView(commandLine("get", current())));
  form.addEventListener("input", tell);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    const { url, headers } = current();
    const begin = performance.now();
    try {
      const limit = AbortSignal.timeout(60_000);
      const answer = await fetch(url, {
        headers,
        cache: "no-store",
        credentials: "omit",
        signal: limit,
      });
      result.replaceChildren(...(await answerView(answer, performance.now() - begin)));
    } catch (error) {
      result.replaceChildren(
        make("p", { class: "alert" }, `There was no answer: ${error.message}`),
      );
    }
    send.disabled = false;
  });
  tell();
  return form;
}
