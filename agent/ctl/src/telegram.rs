//! The one question that potionctl asks Telegram: who is this token's bot?

use std::time::Duration;

use serde::Deserialize;

use crate::trouble::Trouble;

/// How long Telegram may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// `getMe`'s answer, as far as it is needed (Bot API, `User`).
#[derive(Debug, Deserialize)]
pub(crate) struct Me {
    /// The bot's user name, without `@`.
    pub(crate) username: String,
}

#[derive(Debug, Deserialize)]
struct Answer {
    ok: bool,
    result: Option<Me>,
    description: Option<String>,
}

/// A token looks like `123456789:AA…`: the bot's id and 35 letters, digits, `_`, `-`.
pub(crate) fn looks_like_token(word: &str) -> bool {
    let Some((id, secret)) = word.split_once(':') else {
        return false;
    };
    (1..=20).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_digit())
        && (10..=100).contains(&secret.len())
        && secret
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Asks for the token's bot. No error ever shows the token.
pub(crate) async fn get_me(api_url: &str, token: &str) -> Result<Me, Trouble> {
    let hidden = |error: reqwest::Error| Trouble::Telegram(error.without_url().to_string());
    let client = reqwest::Client::builder()
        .timeout(DEADLINE)
        .build()
        .map_err(hidden)?;
    let url = format!("{}/bot{token}/getMe", api_url.trim_end_matches('/'));
    let response = client.get(url).send().await.map_err(hidden)?;
    let answer: Answer = response.json().await.map_err(hidden)?;
    match (answer.ok, answer.result) {
        (true, Some(me)) => Ok(me),
        _ => Err(Trouble::Telegram(
            answer
                .description
                .unwrap_or_else(|| "an odd answer".to_owned()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_a_token_is_taken_for_one() {
        assert!(looks_like_token(
            "1234567:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
        ));
        for bad in [
            "",
            "1234567",
            "abc:AAEhBOweik6ad9r",
            "12:short",
            "12:AAEhBOweik6ad9r QXMENQ",
            "12:AAEhBOweik6ad9r\n12",
        ] {
            assert!(!looks_like_token(bad), "{bad:?}");
        }
    }
}
