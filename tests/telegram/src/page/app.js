// The chat of one person, live: asks for the chat whenever its version moves, and acts as the person.

import * as api from "./api.js";
import { bubble, element } from "./bubbles.js";
import { actionText, texts } from "./texts.js";

const $ = (id) => document.getElementById(id);
const ACTION_SHOWN_MS = 5000;
const ANSWER_AWAITED_MS = 15000;
const RETRY_MS = 1000;
/** `/?once` draws once: a command-line screenshot waits for a page that is done. */
const FOLLOWS = location.search !== "?once";

const state = { people: [], me: 0, bot: {}, view: null, answered: 0, waiting: new Map(), watch: null, timer: 0, toast: 0 };
const person = () => state.people.find((p) => p.id === state.me) ?? {};
const words = () => texts(person().language);

// --- drawing ---

function drawPeople() {
  const chips = state.people.map((p) => {
    const chip = element("button", "", p.name);
    chip.type = "button";
    chip.setAttribute("aria-pressed", p.id === state.me);
    if (p.label) chip.append(element("small", "", p.label));
    chip.onclick = () => speakAs(p.id);
    return chip;
  });
  $("people").replaceChildren(...chips);
  $("people").setAttribute("aria-label", words().speaking);
  $("people").hidden = state.people.length < 2;
}

function drawFrame() {
  const w = words();
  const language = person().language?.slice(0, 2) === "en" ? "en" : "id";
  document.documentElement.lang = language;
  document.title = state.bot.name ?? "Potion";
  $("bot-name").textContent = state.bot.name;
  $("avatar").textContent = [...(state.bot.name ?? "P")][0];
  $("text").placeholder = w.write;
  $("text").setAttribute("aria-label", w.write);
  $("send").setAttribute("aria-label", w.send);
  $("attach").title = w.attach;
  $("language").setAttribute("aria-label", w.language);
  for (const button of $("language").children) button.setAttribute("aria-pressed", button.dataset.language === language);
}

function drawStatus(text, busy) {
  $("status").textContent = text;
  $("status").classList.toggle("busy", busy);
}

function drawAction(view) {
  clearTimeout(state.timer);
  const last = view.actions.at(-1);
  const left = last ? last.at_ms + ACTION_SHOWN_MS - view.now_ms : 0;
  if (!view.action || left <= 0) return drawStatus(words().bot, false);
  drawStatus(actionText(words(), view.action), true);
  state.timer = setTimeout(() => drawStatus(words().bot, false), left);
}

function drawIntro() {
  const card = element("div", "intro");
  const start = element("button", "", words().start);
  start.type = "button";
  start.onclick = () => say("/start");
  card.append(element("p", "", words().intro), start);
  $("chat").replaceChildren(card);
}

/** Puts a date above the first message of each day. */
function withDays(messages, drawn) {
  const language = person().language === "en" ? "en-GB" : "id-ID";
  const date = (ms) => new Date(ms).toLocaleDateString(language, { day: "numeric", month: "long" });
  const today = date(Date.now());
  let day = "";
  return messages.flatMap((m, i) => {
    const own = date(m.sent_ms);
    if (own === day) return [drawn[i]];
    day = own;
    return [element("div", "day", own === today ? words().today : own), drawn[i]];
  });
}

/** Redraws only what changed, so that a reader's scroll and focus stay. */
function drawMessages(view) {
  const chat = $("chat");
  const shown = view.messages.filter((m) => !m.deleted_ms);
  if (shown.length === 0) return drawIntro();
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
  const last = Number(chat.lastElementChild?.dataset.id ?? 0);
  const old = new Map([...chat.querySelectorAll(".message")].map((e) => [Number(e.dataset.id), e]));
  const find = (id) => view.messages.find((m) => m.id === id);
  const drawn = shown.map((m) => {
    const kept = old.get(m.id);
    return kept?.dataset.version === String(m.version) ? kept : bubble(m, find, words(), person().language);
  });
  chat.replaceChildren(...withDays(shown, drawn));
  if (atEnd || shown.at(-1).id > last) chat.scrollTop = chat.scrollHeight;
}

function drawCommands(view) {
  const lines = view.commands.map((c) => {
    const line = element("button");
    line.type = "button";
    line.append(element("b", "", `/${c.command}`), element("span", "", c.description));
    line.onclick = () => say(`/${c.command}`);
    return line;
  });
  $("commands").replaceChildren(...(lines.length ? lines : [element("p", "", words().nocommands)]));
}

/** Answers to presses: the spinner stops, a text is shown as a toast or as an alert. */
function drawAnswers(view) {
  for (const answer of view.answers) {
    finishPress(answer.query);
    if (answer.version <= state.answered || !answer.text) continue;
    if (answer.alert) showAlert(answer.text);
    else showToast(answer.text);
  }
  state.answered = view.version;
}

function showToast(text) {
  clearTimeout(state.toast);
  $("toast").textContent = text;
  $("toast").hidden = false;
  state.toast = setTimeout(() => { $("toast").hidden = true; }, 3500);
}

function showAlert(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

function draw(view, whole) {
  if (whole) $("chat").replaceChildren();
  if (whole) state.answered = view.version;
  state.view = view;
  drawFrame();
  drawMessages(view);
  drawAction(view);
  drawCommands(view);
  drawAnswers(view);
}

/** Stays at the end if the reader was there before something grew by so many pixels. */
function keepAtEnd(grown) {
  const chat = $("chat");
  if (chat.scrollHeight - chat.scrollTop - chat.clientHeight < grown + 80) chat.scrollTop = chat.scrollHeight;
}

// --- acting ---

async function attempt(act) {
  try {
    await act();
  } catch {
    showToast(words().lost);
  }
}

function toggleCommands(open) {
  $("commands").hidden = !open;
  $("menu").setAttribute("aria-expanded", open);
}

async function say(text) {
  toggleCommands(false);
  await attempt(() => api.send(state.me, text));
}

async function write(event) {
  event?.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  await say(text);
  $("text").focus();
}

async function press(button) {
  button.classList.add("waiting");
  await attempt(async () => {
    const { query_id } = await api.press(state.me, Number(button.dataset.message), button.dataset.data);
    const late = setTimeout(() => { finishPress(query_id); showToast(words().noanswer); }, ANSWER_AWAITED_MS);
    state.waiting.set(query_id, { button, late });
    if (state.view.answers.some((a) => a.query === query_id)) finishPress(query_id);
  });
}

function finishPress(query) {
  const waiting = state.waiting.get(query);
  if (!waiting) return;
  clearTimeout(waiting.late);
  waiting.button.classList.remove("waiting");
  state.waiting.delete(query);
}

async function changeLanguage(language) {
  person().language = language;
  drawPeople();
  draw(state.view, true);
  await attempt(() => api.setLanguage(state.me, language));
}

function touch(event) {
  const target = event.target.closest(".keys button, .command, .quote, .spoiler");
  if (!target) return;
  if (target.matches(".keys button")) press(target);
  else if (target.matches(".spoiler")) target.classList.toggle("shown");
  else if (target.matches(".quote")) document.querySelector(`.message[data-id="${Number(target.dataset.goto)}"]`)?.scrollIntoView({ block: "center" });
  else {
    event.preventDefault();
    say(target.textContent);
  }
}

// --- following ---

/** Follows the present person's chat until somebody else speaks. */
async function follow() {
  state.watch?.abort();
  const watch = (state.watch = new AbortController());
  let version = 0;
  while (!watch.signal.aborted) {
    try {
      const view = await api.chat(state.me, version, watch.signal);
      if (watch.signal.aborted) return;
      draw(view, version === 0);
      version = Math.max(view.version, 1);
      if (!FOLLOWS) return;
    } catch {
      if (watch.signal.aborted) return;
      drawStatus(words().offline, false);
      await new Promise((resume) => setTimeout(resume, RETRY_MS));
      version = 0;
    }
  }
}

function speakAs(id) {
  state.me = id;
  history.replaceState(null, "", `#${id}`);
  drawPeople();
  follow();
}

function wire() {
  $("write").addEventListener("submit", write);
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) write(event);
  });
  $("menu").onclick = () => toggleCommands($("commands").hidden);
  $("chat").addEventListener("click", touch);
  // A picture gets its height late; `load` does not bubble, so it is caught on its way down.
  $("chat").addEventListener("load", (event) => keepAtEnd(event.target.clientHeight), true);
  $("language").addEventListener("click", (event) => event.target.dataset.language && changeLanguage(event.target.dataset.language));
  $("file").addEventListener("change", () => {
    const [file] = $("file").files;
    if (file) attempt(() => api.upload(state.me, file));
    $("file").value = "";
  });
}

async function open() {
  wire();
  const { people, bot } = await api.people();
  Object.assign(state, { people, bot });
  const wanted = Number(location.hash.slice(1));
  speakAs(people.some((p) => p.id === wanted) ? wanted : people[0]?.id ?? 0);
}

open();
