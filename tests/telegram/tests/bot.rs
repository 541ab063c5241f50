//! The stand-in as a teloxide bot sees it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, SystemTime};

use potion_telegram::{Account, Fault, Options, StoredFile, TelegramServer};
use teloxide::errors::{ApiError, RequestError};
use teloxide::net::Download;
use teloxide::payloads::{
    EditMessageTextSetters, GetUpdatesSetters, SendDocumentSetters, SendMessageSetters,
    SetMyCommandsSetters,
};
use teloxide::prelude::{Bot, Requester};
use teloxide::types::{
    BotCommand, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, MessageId,
    ParseMode, UpdateKind,
};

const BUDI: i64 = 1001;
const CHAT: ChatId = ChatId(BUDI);

async fn start() -> (TelegramServer, Bot) {
    let account = Account::new(BUDI, "Budi").speaking("id");
    let server = TelegramServer::start(Options::default().person(account))
        .await
        .unwrap();
    let bot = bot_of(&server);
    (server, bot)
}

fn bot_of(server: &TelegramServer) -> Bot {
    Bot::new(server.token()).set_api_url(server.url().parse().unwrap())
}

fn keyboard(label: &str, data: &str) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new([[InlineKeyboardButton::callback(label, data)]])
}

fn now_seconds() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[tokio::test]
async fn a_bot_learns_its_own_name() {
    let (_server, bot) = start().await;
    let me = bot.get_me().await.unwrap();
    assert_eq!((me.id.0, me.username()), (7_000_001, "potion_test_bot"));
}

#[tokio::test]
async fn a_message_reaches_the_bot_and_stays_until_confirmed() {
    let (server, bot) = start().await;
    server.person(BUDI).send("/start");
    let first = bot.get_updates().await.unwrap();
    let again = bot.get_updates().await.unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!(
        first[0].id, again[0].id,
        "not confirmed, so delivered again"
    );
    let UpdateKind::Message(message) = &first[0].kind else {
        panic!("{:?}", first[0])
    };
    assert_eq!(message.text(), Some("/start"));
    assert_eq!(
        message.from.as_ref().unwrap().language_code.as_deref(),
        Some("id")
    );
    let next = i32::try_from(first[0].id.0 + 1).unwrap();
    assert!(bot.get_updates().offset(next).await.unwrap().is_empty());
    server.expect_confirmed().await;
}

#[tokio::test]
async fn a_waiting_poll_wakes_for_a_new_update() {
    let (server, bot) = start().await;
    let poll = tokio::spawn(async move { bot.get_updates().timeout(15).await });
    server.wait_for_requests(|calls| !calls.is_empty()).await;
    let sent = SystemTime::now();
    server.person(BUDI).send("halo");
    assert_eq!(poll.await.unwrap().unwrap().len(), 1);
    assert!(sent.elapsed().unwrap() < Duration::from_secs(5));
}

#[tokio::test]
async fn the_older_of_two_pollers_loses() {
    let (server, bot) = start().await;
    let older = tokio::spawn(async move { bot.get_updates().timeout(15).await });
    server.wait_for_requests(|calls| calls.len() == 1).await;
    let bot = bot_of(&server);
    let newer = tokio::spawn(async move { bot.get_updates().timeout(15).await });
    let error = older.await.unwrap().unwrap_err();
    assert!(
        matches!(
            error,
            RequestError::Api(ApiError::TerminatedByOtherGetUpdates)
        ),
        "{error:?}"
    );
    server.person(BUDI).send("halo");
    assert_eq!(newer.await.unwrap().unwrap().len(), 1);
}

#[tokio::test]
async fn a_press_is_answered_once_and_a_menu_edited_in_place() {
    let (server, bot) = start().await;
    let budi = server.person(BUDI).started();
    let menu = bot
        .send_message(CHAT, "<b>Menu</b>")
        .parse_mode(ParseMode::Html);
    let menu = menu
        .reply_markup(keyboard("📊 Status", "s1"))
        .await
        .unwrap();
    let turn = budi.press("Status").await;
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::CallbackQuery(query) = &updates[0].kind else {
        panic!("{:?}", updates[0])
    };
    assert_eq!(query.data.as_deref(), Some("s1"));
    assert_eq!(query.message.as_ref().unwrap().id(), menu.id);
    bot.answer_callback_query(query.id.clone()).await.unwrap();
    assert_eq!(turn.expect_answer().await.text, "");
    let twice = bot
        .answer_callback_query(query.id.clone())
        .await
        .unwrap_err();
    assert!(twice.to_string().contains("query is too old"), "{twice}");
    bot.edit_message_text(CHAT, menu.id, "CPU 3%")
        .await
        .unwrap();
    let edited = turn.expect_text("CPU").await;
    assert!(
        edited.buttons.is_empty(),
        "an edit without reply_markup removes the buttons"
    );
    assert_eq!(edited.history[0].text, "Menu");
    assert_eq!(edited.history[0].buttons[0][0].text, "📊 Status");
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_refused() {
    let (server, bot) = start().await;
    let _budi = server.person(BUDI).started();
    let sent = bot
        .send_message(CHAT, "x")
        .reply_markup(keyboard("a", "b"))
        .await
        .unwrap();
    let same = bot
        .edit_message_text(CHAT, sent.id, "x")
        .reply_markup(keyboard("a", "b"))
        .await;
    assert!(matches!(
        same.unwrap_err(),
        RequestError::Api(ApiError::MessageNotModified)
    ));
    bot.edit_message_text(CHAT, sent.id, "x")
        .reply_markup(keyboard("a", "c"))
        .await
        .unwrap();
    let gone = bot
        .edit_message_text(CHAT, MessageId(99), "y")
        .await
        .unwrap_err();
    assert!(matches!(
        gone,
        RequestError::Api(ApiError::MessageToEditNotFound)
    ));
}

#[tokio::test]
async fn a_deleted_message_is_gone_for_the_bot_and_kept_for_the_test() {
    let (server, bot) = start().await;
    let budi = server.person(BUDI).started();
    let sent = bot.send_message(CHAT, "x").await.unwrap();
    bot.delete_message(CHAT, sent.id).await.unwrap();
    assert!(budi.messages()[0].deleted_ms.is_some());
    assert_eq!(budi.chat().visible().count(), 0);
    let again = bot.delete_message(CHAT, sent.id).await.unwrap_err();
    assert!(matches!(
        again,
        RequestError::Api(ApiError::MessageToDeleteNotFound)
    ));
}

#[tokio::test]
async fn strangers_and_blockers_cannot_be_written_to() {
    let (server, bot) = start().await;
    let budi = server.person(BUDI);
    let early = bot.send_message(CHAT, "x").await.unwrap_err();
    assert!(
        early
            .to_string()
            .contains("bot can't initiate conversation with a user"),
        "{early}"
    );
    budi.send("/start");
    bot.send_message(CHAT, "x").await.unwrap();
    budi.block_bot();
    let blocked = bot.send_message(CHAT, "x").await.unwrap_err();
    assert!(matches!(blocked, RequestError::Api(ApiError::BotBlocked)));
    let nobody = bot.send_message(ChatId(5), "x").await.unwrap_err();
    assert!(matches!(nobody, RequestError::Api(ApiError::ChatNotFound)));
    let kinds: Vec<_> = server.updates().into_iter().map(|u| u.kind).collect();
    assert_eq!(kinds, ["message", "my_chat_member"]);
    let updates = bot.get_updates().await.unwrap();
    assert!(
        matches!(updates[1].kind, UpdateKind::MyChatMember(_)),
        "{:?}",
        updates[1]
    );
}

#[tokio::test]
async fn documents_travel_both_ways() {
    let (server, bot) = start().await;
    let budi = server.person(BUDI).started();
    let file = InputFile::memory(b"isi".as_slice()).file_name("log.txt");
    bot.send_document(CHAT, file)
        .caption("<i>log</i>")
        .parse_mode(ParseMode::Html)
        .await
        .unwrap();
    let shown = budi.expect_text("log").await.attachment.unwrap();
    assert_eq!((shown.name.as_str(), shown.size), ("log.txt", 3));
    assert_eq!(&server.file(&shown.file_id).unwrap().bytes[..], b"isi");
    budi.upload(StoredFile::named("foto.png", b"png".as_slice()), "ini");
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::Message(message) = &updates[0].kind else {
        panic!("{:?}", updates[0])
    };
    let file = bot
        .get_file(message.document().unwrap().file.id.clone())
        .await
        .unwrap();
    let mut content = Vec::new();
    bot.download_file(&file.path, &mut content).await.unwrap();
    assert_eq!(content, b"png");
}

#[tokio::test]
async fn a_forged_press_carries_any_data_on_anybodys_message() {
    let (server, bot) = start().await;
    let _budi = server.person(BUDI).started();
    let menu = bot
        .send_message(CHAT, "menu")
        .reply_markup(keyboard("a", "b"))
        .await
        .unwrap();
    server.person(666).press_data_as(BUDI, menu.id.0, "forged");
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::CallbackQuery(query) = &updates[0].kind else {
        panic!("{:?}", updates[0])
    };
    assert_eq!(
        (query.from.id.0, query.data.as_deref()),
        (666, Some("forged"))
    );
    assert_eq!(query.message.as_ref().unwrap().chat().id, CHAT);
}

#[tokio::test]
async fn old_updates_come_again_under_their_ids() {
    let (server, bot) = start().await;
    let budi = server.person(BUDI);
    budi.send_dated("/update", SystemTime::now() - Duration::from_secs(3600));
    let first = bot.get_updates().await.unwrap().remove(0);
    let next = i32::try_from(first.id.0 + 1).unwrap();
    assert!(bot.get_updates().offset(next).await.unwrap().is_empty());
    assert_eq!(server.redeliver(first.id.0), 1);
    let again = bot.get_updates().offset(next).await.unwrap();
    assert_eq!(again[0].id, first.id);
    let UpdateKind::Message(message) = &again[0].kind else {
        panic!("{again:?}")
    };
    let sent = u64::try_from(message.date.timestamp()).unwrap();
    assert!(now_seconds() - sent >= 3599, "{sent}");
}

#[tokio::test]
async fn a_group_message_arrives_from_the_group() {
    let (server, bot) = start().await;
    server.person(BUDI).send_in_group(-77, "/start");
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::Message(message) = &updates[0].kind else {
        panic!("{updates:?}")
    };
    assert!(message.chat.is_group() && message.chat.id.0 == -77);
    bot.send_message(ChatId(-77), "hi").await.unwrap();
    assert_eq!(server.group(-77).len(), 2);
}

#[tokio::test]
async fn everyone_sees_the_menu_of_their_language() {
    let (server, bot) = start().await;
    bot.set_my_commands([BotCommand::new("status", "Server state")])
        .await
        .unwrap();
    let indonesian = [BotCommand::new("status", "Keadaan server")];
    bot.set_my_commands(indonesian)
        .language_code("id")
        .await
        .unwrap();
    assert_eq!(server.commands(BUDI)[0].description, "Keadaan server");
    assert_eq!(server.commands(2)[0].description, "Server state");
}

#[tokio::test]
async fn flood_control_tells_how_long_to_wait() {
    let (server, bot) = start().await;
    let _budi = server.person(BUDI).started();
    let fault = server.fault(Fault::too_many_requests(7).on("sendmessage").times(1));
    let RequestError::RetryAfter(wait) = bot.send_message(CHAT, "x").await.unwrap_err() else {
        panic!("no retry_after")
    };
    assert_eq!(wait.seconds(), 7);
    bot.send_message(CHAT, "x").await.unwrap();
    assert_eq!(server.struck(fault), 1);
}

#[tokio::test]
async fn a_lost_answer_was_a_sent_message() {
    let (server, bot) = start().await;
    let budi = server.person(BUDI).started();
    server.fault(Fault::lose_answer().on("sendMessage").times(1));
    let error = bot.send_message(CHAT, "once").await.unwrap_err();
    assert!(matches!(error, RequestError::Network(_)), "{error:?}");
    assert_eq!(budi.messages().len(), 1);
    server.fault(Fault::reset().on("sendMessage").times(1));
    let error = bot.send_message(CHAT, "never").await.unwrap_err();
    assert!(matches!(error, RequestError::Network(_)), "{error:?}");
    assert_eq!(budi.messages().len(), 1);
}

#[tokio::test]
async fn a_stalled_request_goes_on_when_released() {
    let (server, bot) = start().await;
    let budi = server.person(BUDI).started();
    let fault = server.fault(Fault::stall().in_chat(BUDI));
    let send = tokio::spawn(async move { bot.send_message(CHAT, "late").await });
    server
        .wait_for_requests(|calls| calls.iter().any(|c| c.fault.is_some()))
        .await;
    assert!(budi.messages().is_empty());
    assert!(server.clear_fault(fault));
    send.await.unwrap().unwrap();
    budi.expect_text("late").await;
}
