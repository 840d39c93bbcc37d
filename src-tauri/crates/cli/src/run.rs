//! One arm per command: arguments in, one use case, the reply shown.

use crate::adapter::adapter;
use crate::adjudicate::adjudicate;
use crate::args::{
    Cli, Command, ExportArgs, ExportFormat, GoldArgs, HostCommand, ImportArgs, ImportKind,
    ModelCommand, PersonRole, ProjectCommand, RatingsArgs, ReportArgs, ScopeArgs,
};
use crate::assign::assign;
use crate::out::Out;
use crate::passphrase::{ask, can_ask, own, passphrase};
use crate::person::person;
use crate::progress::Progress;
use crate::rubric::rubric;
use crate::{PROBLEMS, compare, demo, ensemble, judge, probe, prompt, queue, show, train, write};
use shinsa_studio::{
    AddPerson, Cancel, CreateProject, ExportRequest, GoldRequest, ImportRequest, OpenProject,
    OwnPassphrase, ReportRequest, Role, RubricRef, RubricRequest, Secret, Studio, StudioError,
};
use std::collections::BTreeMap;
use std::path::Path;

/// Runs the command and returns the exit code of a success.
pub fn run(studio: &Studio, cli: &Cli, out: &Out, cancel: &Cancel) -> Result<u8, StudioError> {
    match &cli.command {
        Command::Demo(args) => demo::demo(studio, args, out, cancel).map(|()| 0),
        Command::Project(command) => project(studio, cli, out, command),
        Command::Person(command) => person(studio, cli, out, command),
        Command::Assign(command) => assign(studio, cli, out, command, cancel),
        Command::Rubric(command) => rubric(studio, cli, out, command, cancel),
        Command::Import(args) => import(studio, cli, out, args, cancel),
        Command::Agreement(args) => {
            let rubric = scope(studio, cli, out, args)?;
            let reply = studio.agreement(&RubricRequest { rubric })?;
            show::agreement(out, &reply);
            done(out, &reply)
        }
        Command::Queue(args) => {
            let rubric = scope(studio, cli, out, &args.scope)?;
            queue::queue(studio, out, args, rubric)
        }
        Command::Consistency(args) => {
            let rubric = scope(studio, cli, out, &args.scope)?;
            queue::consistency(studio, out, args, rubric)
        }
        Command::Gold(args) => gold(studio, cli, out, args),
        Command::Adjudicate(args) => {
            let rubric = scope(studio, cli, out, &args.scope)?;
            adjudicate(studio, out, args, rubric)
        }
        Command::Ratings(args) => ratings(studio, cli, out, args),
        Command::Preferences { path } => {
            open(studio, cli, out, path)?;
            let all = studio.preferences()?;
            show::preferences(out, &all);
            done(out, &all)
        }
        Command::Export(args) => export(studio, cli, out, args, cancel),
        Command::Model(command) => model(studio, out, command),
        Command::Adapter(command) => adapter(studio, out, command, cancel),
        Command::Train(args) => {
            open(studio, cli, out, &args.scope.path)?;
            train::train(studio, out, args, cancel)
        }
        Command::Judge(args) => {
            let rubric = scope(studio, cli, out, &args.scope)?;
            judge::judge(studio, out, args, rubric, cancel)
        }
        Command::Verdicts(args) => {
            let rubric = scope(studio, cli, out, &args.scope)?;
            compare::verdicts(studio, out, args, &rubric)
        }
        Command::Compare(args) => {
            let rubric = scope(studio, cli, out, &args.scope)?;
            compare::compare(studio, out, args, rubric)
        }
        Command::Probe(args) => {
            let rubric = scope(studio, cli, out, &args.scope)?;
            probe::probe(studio, out, args, rubric, cancel)
        }
        Command::Ensemble(args) => {
            let rubric = scope(studio, cli, out, &args.scope)?;
            ensemble::ensemble(studio, out, args, rubric)
        }
        Command::Generate(args) => {
            open(studio, cli, out, &args.path)?;
            write::generate(studio, out, args, cancel)
        }
        Command::Restructure(args) => {
            open(studio, cli, out, &args.path)?;
            write::restructure(studio, out, args, cancel)
        }
        Command::Prompt(command) => {
            open(studio, cli, out, command.path())?;
            prompt::prompt(studio, out, command)
        }
        Command::Host(command) => {
            let (HostCommand::Allow { path, .. }
            | HostCommand::Deny { path, .. }
            | HostCommand::List { path }) = command;
            open(studio, cli, out, path)?;
            judge::host(studio, out, command)
        }
        Command::Report(args) => report(studio, cli, out, args),
    }
}

pub fn done(out: &Out, reply: &impl serde::Serialize) -> Result<u8, StudioError> {
    out.object(reply).map(|()| 0)
}

/// Opens the project on behalf of `--as`, or of its lead.
pub fn open(studio: &Studio, cli: &Cli, out: &Out, path: &Path) -> Result<(), StudioError> {
    enter(studio, cli, out, path, None).map(|_| ())
}

/// The same; where one has to be chosen on the way in, `new` is the own passphrase
/// from now on. Returns the one that was given.
pub fn enter(
    studio: &Studio,
    cli: &Cli,
    out: &Out,
    path: &Path,
    new: Option<Secret>,
) -> Result<Option<Secret>, StudioError> {
    let mut request = OpenProject {
        path: path.display().to_string(),
        passphrase: passphrase(cli, out, false)?,
        rater: cli.rater.clone(),
        rater_passphrase: own(cli)?,
        new_passphrase: new,
    };
    let open = |request: &OpenProject| match request.rater {
        None => studio.open_as_lead(request),
        Some(_) => studio.open(request),
    };
    match open(&request) {
        Err(error) if error.code == "person-passphrase-needed" && can_ask() => {
            let name = error.args.get("name").cloned().unwrap_or_default();
            request.rater_passphrase = Some(ask(out, "cli-person-passphrase", &name)?);
            open(&request)
        }
        done => done,
    }?;
    Ok(request.rater_passphrase.clone())
}

pub fn scope(
    studio: &Studio,
    cli: &Cli,
    out: &Out,
    args: &ScopeArgs,
) -> Result<RubricRef, StudioError> {
    open(studio, cli, out, &args.path)?;
    studio.which_rubric(args.rubric.as_deref())
}

fn project(
    studio: &Studio,
    cli: &Cli,
    out: &Out,
    command: &ProjectCommand,
) -> Result<u8, StudioError> {
    let view = match command {
        ProjectCommand::New { path, name, lead } => {
            let stem =
                path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let stem = stem.strip_suffix(".shinsa").map(str::to_owned).unwrap_or(stem);
            let parent =
                path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            studio.create(&CreateProject {
                parent: parent.display().to_string(),
                name: name.clone().unwrap_or(stem),
                passphrase: passphrase(cli, out, true)?,
                lead: lead.clone(),
            })?
        }
        ProjectCommand::Person { path, name, role, profession } => {
            open(studio, cli, out, path)?;
            studio.add_person(&AddPerson {
                name: name.clone(),
                profession: profession.clone(),
                role: match role {
                    PersonRole::Rater => Role::Rater,
                    PersonRole::Adjudicator => Role::Adjudicator,
                    PersonRole::Lead => Role::Lead,
                },
            })?;
            studio.info()?
        }
        ProjectCommand::Info { path } => {
            open(studio, cli, out, path)?;
            studio.info()?
        }
    };
    show::project(out, &view);
    for lead in view.raters.iter().filter(|r| r.role == "lead") {
        if lead.passphrase == OwnPassphrase::None {
            out.note("cli-lead-open", &[("name", lead.name.as_str().into())]);
        }
    }
    done(out, &view)
}

fn import(
    studio: &Studio,
    cli: &Cli,
    out: &Out,
    args: &ImportArgs,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    let mut mapping = BTreeMap::new();
    for pair in &args.map {
        let (field, heading) = pair.split_once('=').ok_or_else(|| {
            StudioError::new("bad-mapping", format!("--map {pair}: write FIELD=HEADING."))
                .with("mapping", pair)
        })?;
        mapping.insert(field.to_owned(), heading.to_owned());
    }
    open(studio, cli, out, &args.path)?;
    let request = ImportRequest {
        kind: match args.kind {
            ImportKind::Cases => shinsa_studio::ImportKind::Cases,
            ImportKind::Outputs => shinsa_studio::ImportKind::Outputs,
            ImportKind::Ratings => shinsa_studio::ImportKind::Ratings,
        },
        path: args.file.display().to_string(),
        encoding: args.encoding.clone(),
        mapping,
        outputs: Some(args.outputs.clone()).filter(|headings| !headings.is_empty()),
        sheet: args.sheet.clone(),
        rubric: args.rubric.clone(),
        rater: args.whose.clone(),
        commit: !args.dry_run,
        partial: args.partial,
        failed_rows: args.failed_rows.as_ref().map(|p| p.display().to_string()),
    };
    let mut progress = Progress::of_long(out);
    let reply = studio.import(&request, cancel, &mut |update| progress.update(&update))?;
    drop(progress);
    show::import(out, &args.file.display().to_string(), &reply);
    out.object(&reply)?;
    let failed = reply.problems.iter().any(|p| p.severity == "error");
    Ok(if failed && !(args.partial && reply.committed) { PROBLEMS } else { 0 })
}

fn gold(studio: &Studio, cli: &Cli, out: &Out, args: &GoldArgs) -> Result<u8, StudioError> {
    let rubric = scope(studio, cli, out, &args.scope)?;
    let reply = studio.make_gold(&GoldRequest { rubric, cautious: args.cautious })?;
    out.say(
        "cli-gold",
        &[
            ("unanimous", reply.unanimous.into()),
            ("majority", reply.majority.into()),
            ("adjudicated", reply.adjudicated.into()),
            ("unresolved", reply.unresolved.len().into()),
        ],
    );
    for item in &reply.unresolved {
        out.line(&format!("  {}  {}", item.output, item.criteria.join(", ")));
    }
    done(out, &reply)
}

fn ratings(studio: &Studio, cli: &Cli, out: &Out, args: &RatingsArgs) -> Result<u8, StudioError> {
    let rubric = scope(studio, cli, out, &args.scope)?;
    let rows = studio.ratings(&RubricRequest { rubric }, args.output.as_deref())?;
    for row in &rows {
        let answers = serde_json::to_string(&row.answers)?;
        let state = if row.locked { "cli-rating-locked" } else { "cli-rating-draft" };
        out.line(&format!("{}  {}  {}  {answers}", row.output, row.rater, out.t(state, &[])));
    }
    done(out, &serde_json::json!({ "ratings": rows }))
}

fn export(
    studio: &Studio,
    cli: &Cli,
    out: &Out,
    args: &ExportArgs,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    let rubric = scope(studio, cli, out, &args.scope)?;
    let format = match args.format {
        ExportFormat::Dataset => shinsa_studio::ExportFormat::Dataset,
        ExportFormat::Sft => shinsa_studio::ExportFormat::Sft,
        ExportFormat::Dpo => shinsa_studio::ExportFormat::Dpo,
        ExportFormat::Kto => shinsa_studio::ExportFormat::Kto,
        ExportFormat::Healthbench => shinsa_studio::ExportFormat::Healthbench,
        ExportFormat::HealthbenchMeta => shinsa_studio::ExportFormat::HealthbenchMeta,
        ExportFormat::LabelStudio => shinsa_studio::ExportFormat::LabelStudio,
        ExportFormat::Argilla => shinsa_studio::ExportFormat::Argilla,
        ExportFormat::Csv => shinsa_studio::ExportFormat::Csv,
    };
    let request =
        ExportRequest { rubric, format, path: args.out.display().to_string(), cp932: args.cp932 };
    let mut progress = Progress::new(out);
    let reply = studio.export(&request, cancel, &mut |update| progress.update(&update))?;
    drop(progress);
    for (name, path) in &reply.files {
        let lines = reply.lines.get(name).map(|n| format!("  ({n})")).unwrap_or_default();
        out.line(&format!("{path}{lines}"));
    }
    for cell in &reply.unwritable {
        out.say("cli-unwritable", &[("cell", cell.as_str().into())]);
    }
    done(out, &reply)
}

fn model(studio: &Studio, out: &Out, command: &ModelCommand) -> Result<u8, StudioError> {
    let models = match command {
        ModelCommand::Add { model } => vec![studio.add_model(&model.display().to_string())?],
        ModelCommand::Inspect { model } => vec![studio.inspect(&model.display().to_string())?],
        ModelCommand::List => studio.models()?,
    };
    for model in &models {
        out.line(&format!("{}  {}", model.name, model.path));
        out.say(
            "cli-model",
            &[
                ("arch", model.arch.as_str().into()),
                ("parameters", format!("{:.0}", model.parameters).into()),
                ("bytes", format!("{:.0}", model.bytes).into()),
                ("weights", model.weights.as_str().into()),
                ("context", model.context.to_string().into()),
            ],
        );
    }
    match (command, models.first()) {
        (ModelCommand::List, _) | (_, None) => done(out, &serde_json::json!({ "models": models })),
        (_, Some(model)) => done(out, model),
    }
}

fn report(studio: &Studio, cli: &Cli, out: &Out, args: &ReportArgs) -> Result<u8, StudioError> {
    let rubric = scope(studio, cli, out, &args.scope)?;
    let request = ReportRequest {
        rubric,
        out: args.out.as_ref().map(|p| p.display().to_string()),
        lang: out.lang(),
    };
    let files = studio.write_report(&request)?;
    out.line(&files.page);
    out.line(&files.figures);
    show::drawn(out, &files.drawn);
    done(out, &files)
}
