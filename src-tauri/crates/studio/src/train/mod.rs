//! Training a LoRA judge on gold.

mod report;
mod request;
mod split;

pub use report::{TrainLong, TrainPart, TrainPiece, TrainPlan, TrainPreview, TrainSummary};
pub use request::{TrainCourse, TrainOverLong, TrainSchedule, TrainStart};
pub(crate) use split::{AUDIENCE, Golden, example};

use crate::device::DeviceWish;
use crate::rubric::parse_reference;
use crate::run::Left;
use crate::{JobUpdate, Studio, StudioError};
use report::{planned, shown_to, summary};
use shinsa_domain::{Hash, RubricRef, RunKind, hash_json};
use shinsa_fsio as fsio;
use shinsa_jobs::Cancel;
use shinsa_lm::{LoraConfig, Projection};
use shinsa_store::Folder;
use shinsa_train::{Example, TrainReport, TrainSpec};
use std::collections::BTreeMap;

impl Studio {
    /// A run's settings as they are good for the embedded model on a laptop.
    ///
    /// # Errors
    /// `unknown-rubric`.
    pub fn train_defaults(&self, rubric: Option<&str>) -> Result<TrainStart, StudioError> {
        if let Some(text) = rubric {
            parse_reference(text).ok_or_else(|| {
                StudioError::new("unknown-rubric", "No such rubric.").with("rubric", text)
            })?;
        }
        Ok(self.train_defaults_for(self.which_rubric(rubric)?))
    }

    pub(crate) fn train_defaults_for(&self, rubric: RubricRef) -> TrainStart {
        TrainStart {
            model: None,
            rubric,
            name: "judge".to_owned(),
            r: 8,
            alpha: 16.0,
            dropout: 0.0,
            learning_rate: 1e-3,
            epochs: 1.0,
            max_steps: None,
            tokens_per_step: 96,
            max_tokens: 2048,
            course: TrainCourse::default(),
            seed: 1,
            threads: None,
            memory_limit_bytes: None,
            device: DeviceWish::Auto,
        }
    }

    /// Trains a LoRA judge on the gold of the cases that are not held out.
    ///
    /// # Errors
    /// `nothing-to-train`, `name-taken`, those of the model and of the run, `cancelled`.
    pub fn train(
        &self,
        request: &TrainStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<TrainSummary, StudioError> {
        let chosen = self.choose(request.device, cancel)?;
        let spec = TrainSpec { device: chosen.device, ..self.training_spec(request)? };
        let config = serde_json::to_value(request)?;
        let run = self.with(|open| self.begin_run(open, RunKind::Train, &request.name, config))?;
        let done =
            self.work(&self.worker_of(&chosen)?, "train", &spec, cancel, on, &mut |_, _| Ok(()));
        let report: Result<TrainReport, StudioError> =
            done.and_then(|value| Ok(serde_json::from_value(value)?));
        let report = self.end_run(&run, report, |report| left(request, report))?;
        Ok(summary(request, &spec, &report, chosen))
    }

    /// Says what a run would do and cost. The model is loaded and its largest
    /// pack computed once; nothing is written.
    ///
    /// # Errors
    /// As [`Studio::train`].
    pub fn train_plan(
        &self,
        request: &TrainStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<TrainPlan, StudioError> {
        let chosen = self.choose(request.device, cancel)?;
        let spec = TrainSpec { device: chosen.device, ..self.training_spec(request)? };
        let done =
            self.work(&self.worker_of(&chosen)?, "plan", &spec, cancel, on, &mut |_, _| Ok(()))?;
        Ok(planned(&serde_json::from_value(done)?))
    }

    /// The first examples as the model reads them, with what is learned marked.
    /// Only the model's tokenizer and template are read.
    ///
    /// # Errors
    /// As [`Studio::train`].
    pub fn train_preview(
        &self,
        request: &TrainStart,
        count: u32,
    ) -> Result<Vec<TrainPreview>, StudioError> {
        let spec = self.training_spec(request)?;
        let shown = shinsa_train::preview(&spec, count as usize).map_err(|e| e.failure())?;
        Ok(shown.into_iter().map(shown_to).collect())
    }

    fn training_spec(&self, request: &TrainStart) -> Result<TrainSpec, StudioError> {
        let model = self.model_path(request.model.as_deref())?;
        self.with(|open| {
            let viewer = open.lead()?;
            let prompt = open.chosen_prompt(&viewer)?;
            let template = open.judge_template(&viewer, prompt.as_ref())?;
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let split = open.split(&viewer)?;
            let (mut examples, mut evaluation) = (Vec::new(), Vec::new());
            for item in open.golden(&viewer, &request.rubric)? {
                let list = if split.holds_out(&item.case.key) { &mut evaluation } else { &mut examples };
                list.push(Example { id: item.output.key.clone(), messages: example(&template, &rubric, &item)? });
            }
            if examples.is_empty() {
                return Err(StudioError::new("nothing-to-train", "There is no gold outside the held-out cases. Rate outputs by two raters or more, then make gold."));
            }
            let mut inputs = BTreeMap::from([
                ("rubric".to_owned(), rubric.hash()?.0),
                ("prompt_template".to_owned(), template.hash().0),
                ("examples".to_owned(), hash_json(&examples)?.0),
                ("split".to_owned(), hash_json(&split)?.0),
            ]);
            inputs.extend(prompt.map(|prompt| ("prompt".to_owned(), prompt.to_string())));
            let mut spec = TrainSpec {
                model: model.clone(),
                out_dir: open.project.folder(Folder::Adapters),
                name: request.name.clone(),
                examples,
                evaluation,
                lora: LoraConfig {
                    r: request.r as usize,
                    #[allow(clippy::cast_possible_truncation)] // settings of a few digits
                    alpha: request.alpha as f32,
                    #[allow(clippy::cast_possible_truncation)]
                    dropout: request.dropout as f32,
                    targets: Projection::ALL.to_vec(),
                    rslora: false,
                    seed: u64::from(request.seed),
                },
                learning_rate: request.learning_rate,
                epochs: request.epochs,
                max_steps: request.max_steps.map(|s| s as usize),
                tokens_per_step: request.tokens_per_step as usize,
                max_tokens_per_example: request.max_tokens as usize,
                seed: u64::from(request.seed),
                threads: request.threads.map(|t| t as usize),
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // bytes
                memory_limit_bytes: request.memory_limit_bytes.map(|b| b.max(0.0) as u64),
                inputs,
                ..TrainSpec::default()
            };
            request.course.put_into(&mut spec);
            Ok(spec)
        })
    }
}

/// What a training leaves: its figures, its adapter, and the passport the worker wrote
/// beside that.
fn left(request: &TrainStart, report: &TrainReport) -> Result<Left, StudioError> {
    let text = fsio::read_to_string(&report.adapter_dir.join("passport.json"), 16 << 20)?;
    let adapter = format!("{}/{}", Folder::Adapters.name(), fsio::safe_name(&request.name));
    Ok(Left {
        figures: serde_json::to_value(report)?,
        passport: Some((serde_json::from_str(&text)?, Hash(report.passport_hash.clone()))),
        artefacts: BTreeMap::from([("adapter".to_owned(), adapter)]),
    })
}
