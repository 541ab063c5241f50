// The page's own words, by the language of the person who is speaking.

const TEXTS = {
  id: {
    bot: "bot",
    offline: "menyambung lagi…",
    write: "Tulis pesan",
    send: "Kirim",
    attach: "Lampirkan berkas",
    start: "MULAI",
    intro: "Belum ada percakapan. Tekan Mulai untuk menyapa bot.",
    edited: "diedit",
    silent: "Tanpa suara",
    nocommands: "Bot belum punya daftar perintah.",
    today: "Hari ini",
    speaking: "Berbicara sebagai",
    language: "Bahasa",
    noanswer: "Bot belum menjawab tombol itu.",
    typing: "sedang mengetik",
    uploading: "sedang mengirim berkas",
    working: "sedang sibuk",
    lost: "Pesan tidak terkirim. Coba lagi.",
    reply: "Pesan",
  },
  en: {
    bot: "bot",
    offline: "reconnecting…",
    write: "Message",
    send: "Send",
    attach: "Attach a file",
    start: "START",
    intro: "Nothing here yet. Press Start to greet the bot.",
    edited: "edited",
    silent: "Without sound",
    nocommands: "The bot has set no commands yet.",
    today: "Today",
    speaking: "Speaking as",
    language: "Language",
    noanswer: "The bot has not answered that button.",
    typing: "typing",
    uploading: "sending a file",
    working: "busy",
    lost: "Not sent. Try again.",
    reply: "Message",
  },
};

/** The words of a language; Indonesian for any that is not here. */
export function texts(language) {
  return TEXTS[language?.slice(0, 2)] ?? TEXTS.id;
}

/** What a chat action says in the header. */
export function actionText(words, action) {
  if (action === "typing") return words.typing;
  return action.startsWith("upload") ? words.uploading : words.working;
}
