//! Upgrading packages, and telling truly what came of it: versions are compared with dpkg's afterwards,
//! whatever apt said.

use std::collections::HashMap;

use potion_proto::names::PackageName;
use potion_proto::packages::Selection;

use super::{
    Facts, NAMES_MAX, Programs, Trouble, fact, failed, listed, run_apt, trouble, wait_for_locks,
};
use crate::exec::Tool;
use crate::jobs::Desk;
use crate::jobs::spec::Spec;
use crate::packages::simulation::{Simulation, Step};
use crate::packages::{conffiles, kept_back};

/// Our own package, whose upgrade restarts the agent and the bot.
const OURS: &str = "potion-server";
const DOWNLOADED_PERCENT: u8 = 50;

pub(super) async fn run(
    spec: &Spec,
    desk: &mut Desk,
    programs: &Programs,
    selection: &Selection,
) -> Result<Facts, Trouble> {
    wait_for_locks(spec, desk, &programs.dpkg_locks).await?;
    desk.step("checking", "", true);
    let verb = verb(programs, selection).await?;
    let Some(verb) = verb else {
        return Ok(vec![fact("upgraded", "0")]);
    };
    let steps = simulate(programs, &verb).await?;
    desk.step("downloading", "", true);
    let download = programs
        .apt_get(spec)
        .args(["-d", "--no-remove"])
        .args(&verb);
    let (ran, errors) = run_apt(desk, &download, (0, DOWNLOADED_PERCENT)).await?;
    if !ran.ended.is_ok() {
        return Err(trouble(&ran, &errors, Vec::new()));
    }
    install(spec, desk, programs, &verb, &steps).await
}

async fn install(
    spec: &Spec,
    desk: &mut Desk,
    programs: &Programs,
    verb: &[String],
    steps: &Simulation,
) -> Result<Facts, Trouble> {
    let automatic = automatic(programs, &steps.upgrades).await?;
    desk.step("installing", "", false);
    let install = programs.apt_get(spec).arg("--no-remove").args(verb);
    let (ran, errors) = run_apt(desk, &install, (DOWNLOADED_PERCENT, 100)).await?;
    desk.step("checking", "", false);
    mark_automatic(programs, &automatic).await?;
    let now = versions(programs, steps).await?;
    let mut facts = facts(steps, &now);
    let kept = conffiles::kept(&ran.text);
    if !kept.is_empty() {
        facts.push(fact("conffiles-kept", listed(&kept)));
    }
    let back = kept_back(&ran.text);
    if !back.is_empty() {
        facts.push(fact("kept-back", listed(&back)));
    }
    if ran.ended.is_ok() {
        Ok(facts)
    } else {
        Err(trouble(&ran, &errors, facts))
    }
}

/// apt's verb and names; None when there is nothing to upgrade.
async fn verb(programs: &Programs, selection: &Selection) -> Result<Option<Vec<String>>, Trouble> {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let names: Vec<PackageName> = match selection {
        Selection::All => return Ok(Some(words(&["--with-new-pkgs", "upgrade"]))),
        Selection::Chosen(names) => names.clone(),
        Selection::Security => {
            let all = simulate(programs, &words(&["dist-upgrade"])).await?;
            let secure = all.upgrades.into_iter().filter(|step| step.security);
            secure.map(|step| step.name).collect()
        }
    };
    if names.is_empty() {
        return Ok(None);
    }
    let mut verb: Vec<String> = words(&["--only-upgrade", "install", "--"]);
    verb.extend(names.into_iter().map(String::from));
    Ok(Some(verb))
}

async fn simulate(programs: &Programs, verb: &[String]) -> Result<Simulation, Trouble> {
    let said = programs.simulate().args(verb).output().await?;
    if !said.ended.is_ok() {
        let complaint = said.complaint();
        let last = complaint.lines().last().unwrap_or("apt cannot plan this");
        return Err(failed(last.trim_start_matches("E: ")));
    }
    Ok(Simulation::parse(&said.text()))
}

/// `apt-get install NAME` marks a package as wanted by hand, which would keep it for ever; those that
/// were automatic become so again.
async fn automatic(programs: &Programs, upgrades: &[Step]) -> Result<Vec<String>, Trouble> {
    if upgrades.is_empty() {
        return Ok(Vec::new());
    }
    let names = upgrades.iter().map(|step| step.name.as_str());
    let tool = Tool::new(&programs.apt_mark)
        .arg("showauto")
        .arg("--")
        .args(names);
    let said = tool.output().await?;
    Ok(said.text().lines().map(str::to_owned).collect())
}

async fn mark_automatic(programs: &Programs, names: &[String]) -> Result<(), Trouble> {
    if !names.is_empty() {
        let tool = Tool::new(&programs.apt_mark)
            .arg("auto")
            .arg("--")
            .args(names);
        tool.output().await?;
    }
    Ok(())
}

type Versions = HashMap<String, String>;

/// What dpkg has now, of packages that are installed whole.
async fn versions(programs: &Programs, steps: &Simulation) -> Result<Versions, Trouble> {
    let steps: Vec<&Step> = steps.upgrades.iter().chain(&steps.installs).collect();
    if steps.is_empty() {
        return Ok(Versions::new());
    }
    let tool = Tool::new(&programs.dpkg_query)
        .args([
            "-W",
            "-f",
            "${db:Status-Abbrev}\\t${binary:Package}\\t${Version}\\n",
            "--",
        ])
        .args(steps.iter().map(|step| step.name.as_str()));
    let said = tool.output().await?;
    Ok(said.text().lines().filter_map(installed).collect())
}

fn installed(line: &str) -> Option<(String, String)> {
    let mut fields = line.split('\t');
    let status = fields.next()?;
    let name = fields.next()?.to_owned();
    let version = fields.next()?.to_owned();
    // The second letter is the state; `i` is installed.
    (status.as_bytes().get(1) == Some(&b'i')).then_some((name, version))
}

fn facts(steps: &Simulation, now: &Versions) -> Facts {
    let has = |step: &&Step| now_of(now, step) == Some(step.candidate.as_str());
    let upgraded: Vec<&Step> = steps.upgrades.iter().filter(has).collect();
    let new: Vec<&Step> = steps.installs.iter().filter(has).collect();
    let mut facts = vec![fact("upgraded", upgraded.len().to_string())];
    if !upgraded.is_empty() {
        let lines: Vec<String> = upgraded
            .iter()
            .take(NAMES_MAX + 1)
            .map(|s| change(s))
            .collect();
        facts.push(fact("packages", listed(&lines)));
    }
    if !new.is_empty() {
        let names: Vec<&str> = new.iter().map(|step| step.name.as_str()).collect();
        facts.push(fact("installed", listed(&names)));
    }
    let missing = steps.upgrades.iter().filter(|step| !has(step));
    let missing: Vec<&str> = missing.map(|step| step.name.as_str()).collect();
    if !missing.is_empty() {
        facts.push(fact("not-upgraded", listed(&missing)));
    }
    if let Some(ours) = upgraded.iter().find(|step| step.name.as_str() == OURS) {
        facts.push(fact("version", &*ours.candidate));
    }
    facts
}

fn change(step: &Step) -> String {
    let before = step.installed.as_deref().unwrap_or("");
    format!("{} {before} → {}", step.name, step.candidate)
}

/// dpkg-query adds the architecture to packages of `Multi-Arch: same`; apt-get to foreign ones only.
fn now_of<'a>(now: &'a Versions, step: &Step) -> Option<&'a str> {
    let name = step.name.as_str();
    let exact = now.get(name);
    let qualified = || {
        let mut found = now
            .iter()
            .filter(|(have, _)| have.split(':').next() == Some(name));
        let only = found.next();
        only.filter(|_| found.next().is_none())
            .map(|(_, version)| version)
    };
    exact.or_else(qualified).map(String::as_str)
}
