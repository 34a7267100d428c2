// Runs the query on the page as the chosen demo user.
"use strict";

const element = (id) => document.getElementById(id);
const users = element("user");

async function loadUsers() {
  const response = await fetch("/oidc/users.json");
  for (const user of await response.json()) {
    users.add(new Option(`${user.name}, ${user.role}`, user.token));
  }
}

async function run(event) {
  event.preventDefault();
  const answer = element("answer");
  const outcome = element("outcome");
  let variables;
  try {
    variables = JSON.parse(element("variables").value.trim() || "{}");
  } catch (problem) {
    outcome.textContent = `The variables are not JSON: ${problem.message}`;
    return;
  }
  outcome.textContent = "…";
  const began = performance.now();
  const response = await fetch("/explore/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${users.value}` },
    body: JSON.stringify({ query: element("query").value, variables }),
  });
  const text = await response.text();
  outcome.textContent = `${response.status}, ${Math.round(performance.now() - began)} ms`;
  const trace = response.headers.get("Trace-Id");
  if (trace) {
    const link = document.createElement("a");
    link.href = `/traces/${encodeURIComponent(trace)}`;
    link.textContent = "its trace";
    outcome.append(" · ", link);
  }
  try {
    const content = JSON.parse(text);
    answer.textContent = JSON.stringify(content, null, 2);
  } catch {
    answer.textContent = text;
  }
}

element("explore").addEventListener("submit", run);
element("example").addEventListener("change", (event) => {
  element("query").value = event.target.value;
});
element("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(event);
});
loadUsers();
