// The interviewer's page: shows what the server pushes, and sends ticks back. Text is set as text, never as HTML.
"use strict";

const at = (id) => document.getElementById(id);
let state = null;
let received = 0;

function clock(seconds) {
  const whole = Math.floor(seconds);
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return (hours ? `${hours}:${pad(minutes)}` : `${minutes}`) + `:${pad(whole % 60)}`;
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function tick() {
  if (!state) return;
  const since = state.state === "running" ? (performance.now() - received) / 1000 : 0;
  const elapsed = state.elapsed + since;
  set(at("clock"), `${clock(elapsed)} of ${state.minutes}:00`);
  at("clock").classList.toggle("over", elapsed > 60 * state.minutes);
  const steps = [...document.querySelectorAll(`section[data-question="${state.current}"] li[data-minute]`)];
  const due = steps.find((step) => 60 * Number(step.dataset.minute) > state.used + since);
  for (const step of steps) step.classList.toggle("now", step === due);
  set(at("place"), `question ${state.current + 1} of ${state.questions.length}, ${clock(state.used + since)} on it`);
}

function showReport(report) {
  if (!report) return;
  const parts = [element("p", `${report.at} ${report.verdict}`, report.passed ? "verdict passed" : "verdict failed")];
  if (report.fault) parts.push(element("pre", report.fault));
  for (const title of report.diagnosis) parts.push(element("p", `Behaves like: ${title}`));
  for (const one of report.failed) {
    const article = document.createElement("article");
    article.append(element("h3", one.id), element("p", one.title, "soft"), element("pre", one.message));
    parts.push(article);
  }
  at("report").replaceChildren(...parts);
}

function showTicks() {
  for (const section of document.querySelectorAll("section[data-question]")) {
    const number = Number(section.dataset.question);
    const known = state.questions[number];
    section.hidden = number !== state.current;
    const marks = new Set(known.marks.map(([group, item]) => `${group} ${item}`));
    for (const box of section.querySelectorAll("input[data-group]")) {
      box.checked = marks.has(`${box.dataset.group} ${box.dataset.item}`);
      const heard = box.dataset.group === "clarifying" && known.asked.includes(Number(box.dataset.item));
      box.closest("label").classList.toggle("heard", heard);
    }
    const heard = known.heard.map((one) => `${one.at} ${one.text}${one.answered ? "" : " (no answer on the card)"}`);
    set(section.querySelector("[data-heard]"), heard.length ? `Asked in writing: ${heard.join("; ")}` : "");
    for (const details of section.querySelectorAll("details[data-follow-up]")) {
      const one = known.follow_ups.find((other) => other.index === Number(details.dataset.followUp));
      const answer = details.querySelector("[data-answer]");
      answer.hidden = !(one && one.answer);
      set(answer, one && one.answer ? one.answer : "");
      for (const box of details.querySelectorAll("input[data-point]")) {
        box.checked = Boolean(one && one.points.includes(Number(box.dataset.point)));
      }
    }
  }
}

function show(next) {
  state = next;
  received = performance.now();
  const word = { running: "running", paused: "paused", finished: `finished: ${state.result}` }[state.state];
  set(at("state"), word);
  set(at("trouble"), state.trouble || state.notices.join("; "));
  at("pause").hidden = state.state === "finished";
  set(at("pause"), state.state === "paused" ? "Resume" : "Pause");
  set(at("file"), state.file);
  const used = `${state.checks} checks, ${state.hints} hints`;
  set(at("saved"), (state.saved ? `saved at ${state.saved}; ` : "not edited yet; ") + used);
  set(at("code"), state.source);
  showReport(state.report);
  at("timeline").replaceChildren(...[...state.timeline].reverse().map((text) => element("li", text)));
  showTicks();
  tick();
}

async function send(step) {
  try {
    const answer = await fetch("step", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(step),
    });
    const said = await answer.json();
    set(at("trouble"), said.error || "");
    if (said.error && state) showTicks(); // a tick that was not kept is not shown
    return answer.ok;
  } catch {
    set(at("trouble"), "The program does not answer: was it ended?");
    if (state) showTicks();
    return false;
  }
}

document.addEventListener("change", (event) => {
  const box = event.target;
  const section = box.closest("section[data-question]");
  if (!section || !box.matches("input[type=checkbox]")) return;
  const question = Number(section.dataset.question);
  if (box.dataset.group) {
    send({ step: "mark", question, group: box.dataset.group, item: Number(box.dataset.item), on: box.checked });
    return;
  }
  const details = box.closest("details[data-follow-up]");
  const points = [...details.querySelectorAll("input[data-point]:checked")].map((one) => Number(one.dataset.point));
  send({ step: "points", question, follow_up: Number(details.dataset.followUp), points });
});

at("pause").addEventListener("click", () => send({ step: state && state.state === "paused" ? "resume" : "pause" }));
at("keep").addEventListener("click", async () => {
  if (await send({ step: "note", text: at("note").value })) at("note").value = "";
});

const source = new EventSource("events");
source.onmessage = (event) => show(JSON.parse(event.data));
source.onerror = () => set(at("trouble"), "No connection to the program; trying again.");
setInterval(tick, 250);
