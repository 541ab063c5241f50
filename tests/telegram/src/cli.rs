//! The program's arguments.

use std::net::SocketAddr;
use std::process::ExitCode;

use crate::options::{Account, Options};
use crate::server::{StartError, TelegramServer};

const USAGE: &str = "\
usage: potion-telegram [--listen ADDRESS:PORT] [--token TOKEN] [--bot USERNAME] [--name NAME] [--person PERSON]...

A Bot API server on ADDRESS:PORT (default 127.0.0.1:8470), and the page of the chat at its /.
PERSON is ID:NAME[:LANGUAGE[:LABEL[:USERNAME]]], such as 1001:Budi:id:Owner:budi; the first is who the page opens as
(default 1001:Budi:id:Owner).
Point a bot at it with its api-url http://ADDRESS:PORT and TOKEN (default 7000001:demo).";

/// What is wrong with the arguments, or with the start.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error("{0}: unknown argument")]
    Unknown(String),
    #[error("{0} needs a value")]
    Missing(String),
    #[error("{0} is not ADDRESS:PORT")]
    Address(String),
    #[error("{0} is not ID:NAME[:LANGUAGE[:LABEL[:USERNAME]]]")]
    Person(String),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the server stopped: {0}")]
    Stopped(#[from] std::io::Error),
}

/// Parses, serves until interrupted, and says on stderr what went wrong. 2 for wrong arguments.
pub async fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let arguments: Vec<String> = arguments.collect();
    if arguments.iter().any(|a| a == "--help" || a == "-h") {
        eprintln!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ (CliError::Start(_) | CliError::Stopped(_))) => {
            eprintln!("potion-telegram: {error}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("potion-telegram: {error}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

async fn serve(arguments: Vec<String>) -> Result<(), CliError> {
    let server = TelegramServer::start(options(arguments)?).await?;
    eprintln!("potion-telegram: Bot API and chat page at {}", server.url());
    tokio::select! {
        served = server.run() => Ok(served?),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    }
}

fn options(arguments: Vec<String>) -> Result<Options, CliError> {
    let mut options = Options {
        listen: SocketAddr::from(([127, 0, 0, 1], 8470)),
        token: "7000001:demo".to_owned(),
        bot_username: "potion_demo_bot".to_owned(),
        ..Options::default()
    };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| CliError::Missing(argument.clone()))
        };
        match argument.as_str() {
            "--listen" => {
                let given = value()?;
                options.listen = given.parse().map_err(|_| CliError::Address(given))?;
            }
            "--token" => options.token = value()?,
            "--bot" => options.bot_username = value()?,
            "--name" => options.bot_name = value()?,
            "--person" => options.people.push(person(&value()?)?),
            _ => return Err(CliError::Unknown(argument)),
        }
    }
    if options.people.is_empty() {
        options
            .people
            .push(Account::new(1001, "Budi").speaking("id").labelled("Owner"));
    }
    Ok(options)
}

fn person(given: &str) -> Result<Account, CliError> {
    let wrong = || CliError::Person(given.to_owned());
    let mut fields = given
        .split(':')
        .map(|f| Some(f.to_owned()).filter(|f| !f.is_empty()));
    let mut next = || fields.next().flatten();
    let id = next()
        .and_then(|id| id.parse().ok())
        .filter(|id| *id > 0)
        .ok_or_else(wrong)?;
    let name = next().ok_or_else(wrong)?;
    Ok(Account {
        id,
        name,
        language: next(),
        label: next(),
        username: next(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, CliError> {
        options(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn a_full_line_is_read() {
        let line =
            "--listen 127.0.0.1:9 --token 5:T --person 1001:Budi:id:Owner:budi --person 7:Ann";
        let options = parse(line).unwrap();
        assert_eq!(options.listen.port(), 9);
        assert_eq!(options.bot_id(), 5);
        let budi = Account {
            username: Some("budi".into()),
            ..Account::new(1001, "Budi").speaking("id").labelled("Owner")
        };
        assert_eq!(options.people, [budi, Account::new(7, "Ann")]);
    }

    #[test]
    fn each_mistake_is_named() {
        for (line, error) in [
            (
                "--person Budi",
                "Budi is not ID:NAME[:LANGUAGE[:LABEL[:USERNAME]]]",
            ),
            ("--listen 8470", "8470 is not ADDRESS:PORT"),
            ("--token", "--token needs a value"),
            ("--port 1", "--port: unknown argument"),
        ] {
            assert_eq!(parse(line).unwrap_err().to_string(), error);
        }
    }
}
