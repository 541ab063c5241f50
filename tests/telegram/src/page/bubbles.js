// Messages as elements. Text goes in as text; only `html`, which the server made and escaped, goes in as HTML.

const BELL = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4l16 16M9 20a3 3 0 0 0 6 0M7 8.5C6.4 13 5.500 15 4 16.500h12.500M9 5a6 6 0 0 1 9 5c0 1.500.2 2.800.6 4"/></svg>';
const PAGE = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4v11m0 0l-4.500-4.500M12 15l4.500-4.500M5 20h14"/></svg>';

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** 14:05 in the reader's own clock. */
function clock(ms, language) {
  return new Date(ms).toLocaleTimeString(language === "en" ? "en-GB" : "id-ID", { hour: "2-digit", minute: "2-digit" });
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function attachment(file) {
  const address = `/control/files/${encodeURIComponent(file.file_id)}`;
  if (file.kind === "photo") {
    const image = element("img", "photo");
    image.src = address;
    image.alt = file.name;
    return image;
  }
  const chip = element("a", "file");
  chip.href = address;
  chip.download = file.name;
  const disc = element("span", "disc");
  disc.innerHTML = PAGE;
  const label = element("span");
  label.append(element("b", "", file.name), element("small", "", size(file.size)));
  chip.append(disc, label);
  return chip;
}

function quote(original, words) {
  const box = element("button", "quote", original?.text.split("\n")[0] || words.reply);
  box.type = "button";
  box.dataset.goto = original?.id ?? "";
  return box;
}

function meta(message, words, language) {
  const line = element("div", "meta");
  if (message.silent) {
    const bell = element("span", "silent");
    bell.title = words.silent;
    bell.innerHTML = BELL;
    line.append(bell);
  }
  if (message.edited_ms) line.append(element("span", "edited", words.edited));
  const time = element("time", "", clock(message.sent_ms, language));
  time.dateTime = new Date(message.sent_ms).toISOString();
  line.append(time);
  return line;
}

function key(button, message) {
  if (button.url) {
    const link = element("a", "", button.text);
    link.href = /^(https?|tg):/.test(button.url) ? button.url : `http://${button.url}`;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  const made = element("button", "", button.text);
  made.type = "button";
  made.dataset.data = button.callback_data;
  made.dataset.message = message.id;
  return made;
}

function keys(message) {
  const board = element("div", "keys");
  for (const buttons of message.buttons) {
    const row = element("div", "row");
    row.append(...buttons.map((button) => key(button, message)));
    board.append(row);
  }
  return board;
}

/** One message; `find` gives the message it replies to. */
export function bubble(message, find, words, language) {
  const wide = message.buttons.length > 0 || message.html.includes("<pre>");
  const root = element("article", `message ${message.from_bot ? "bot" : "me"}${wide && message.from_bot ? " wide" : ""}`);
  root.dataset.id = message.id;
  root.dataset.version = message.version;
  const box = element("div", "bubble");
  if (message.reply_to) box.append(quote(find(message.reply_to), words));
  if (message.attachment) box.append(attachment(message.attachment));
  const text = element("div", "text");
  text.dir = "auto";
  text.innerHTML = message.html;
  if (message.html) box.append(text);
  box.append(meta(message, words, language));
  root.append(box);
  if (message.buttons.length) root.append(keys(message));
  return root;
}
