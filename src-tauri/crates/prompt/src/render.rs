//! Rubric, case and output to the two messages a judge is given.

use minijinja::{Value, context};
use shinsa_domain::rubric::{Criterion, ItemSource, Kind};
use shinsa_domain::{Audience, CaseText, Lang, Output, Rubric};

use crate::{Message, PromptError, Template};

/// The messages by which `output` is judged: a system turn with the rubric's
/// asked criteria (the same for every case and output), and a user turn with the
/// case, the lists to be judged item by item, and the output. Texts of the
/// rubric are taken in the template's language.
///
/// # Errors
/// [`PromptError::Template`] when the template fails.
pub fn messages(
    template: &Template,
    rubric: &Rubric,
    audience: Audience,
    case: &CaseText,
    output: &Output,
) -> Result<Vec<Message>, PromptError> {
    let lang = template.lang;
    let asked: Vec<&Criterion> = rubric.criteria.iter().filter(|c| audience.asks(c)).collect();
    let criteria: Vec<Value> = asked.iter().map(|c| criterion(c, audience, lang)).collect();
    // Nothing of the case is given to the system part: a template that asked
    // for it would fail instead of spoiling the shared prefix.
    let system = template.render(context! {
        part => "system",
        criteria => criteria,
        rubric => context! {
            id => rubric.id.as_str(),
            title => rubric.title.get(lang),
            description => rubric.description.get(lang),
        },
    })?;
    let lists: Vec<Value> = asked
        .iter()
        .filter_map(|c| match &c.kind {
            Kind::List { items, .. } => Some(context! {
                id => c.id.as_str(),
                label => c.label.get(lang),
                items => listed(c, *items, case, output),
            }),
            _ => None,
        })
        .collect();
    let user = template.render(context! {
        part => "user",
        case => case_values(case),
        lists => lists,
        output => plain(&output.text),
    })?;
    Ok(vec![Message::system(system), Message::user(user)])
}

/// The messages by which something is written about a case alone: a system turn
/// that is the same for every case, and a user turn with the case.
///
/// # Errors
/// [`PromptError::Template`] when the template fails.
pub fn case_messages(template: &Template, case: &CaseText) -> Result<Vec<Message>, PromptError> {
    let system = template.render(context! { part => "system" })?;
    let user = template.render(context! { part => "user", case => case_values(case) })?;
    Ok(vec![Message::system(system), Message::user(user)])
}

fn case_values(case: &CaseText) -> Value {
    context! {
        title => plain(&case.title),
        what => plain(&case.what),
        factors => plain(&case.factors),
        improvements => plain(&case.improvements),
        reference => plain(&case.reference),
        aspects => case.aspects.iter().map(|a| plain(a)).collect::<Vec<_>>(),
    }
}

fn listed(
    criterion: &Criterion,
    source: ItemSource,
    case: &CaseText,
    output: &Output,
) -> Vec<String> {
    let items = match source {
        ItemSource::CaseAspects => Some(&case.aspects),
        ItemSource::Output => output.items.get(&criterion.id),
    };
    items.into_iter().flatten().map(|item| plain(item)).collect()
}

/// Unified line ends, no blanks around.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

fn criterion(criterion: &Criterion, audience: Audience, lang: Lang) -> Value {
    let named = |id: &str, label: &shinsa_domain::Text| context! { id, label => label.get(lang) };
    let own = match &criterion.kind {
        Kind::Scale { levels } => context! {
            type => "scale",
            levels => levels.iter().map(|l| context! {
                value => l.value,
                label => l.label.get(lang),
                description => l.description.get(lang),
            }).collect::<Vec<_>>(),
        },
        Kind::Number { min, max, step } => context! {
            type => "number", min => number(*min), max => number(*max), step => number(*step),
        },
        Kind::Points { points } => context! { type => "points", points => number(*points) },
        Kind::Deductions { items } => context! {
            type => "deductions",
            items => items.iter().map(|i| named(&i.id, &i.label)).collect::<Vec<_>>(),
        },
        Kind::Choice { options } => context! {
            type => "choice",
            options => options.iter().map(|o| named(&o.id, &o.label)).collect::<Vec<_>>(),
        },
        Kind::Flag => context! { type => "flag" },
        Kind::Text { max_chars } => context! { type => "text", max_chars => max_chars },
        Kind::List { each, .. } => context! {
            type => "list",
            each => each
                .iter()
                .filter(|c| audience.asks(c))
                .map(|c| self::criterion(c, audience, lang))
                .collect::<Vec<_>>(),
        },
    };
    context! {
        id => criterion.id.as_str(),
        label => criterion.label.get(lang),
        help => criterion.help.get(lang),
        choices => choices(&criterion.kind),
        ..own
    }
}

/// The allowed answers in one word or two, as they stand in JSON.
fn choices(kind: &Kind) -> String {
    match kind {
        Kind::Scale { levels } => {
            let values: Vec<String> = levels.iter().map(|l| l.value.to_string()).collect();
            values.join("/")
        }
        Kind::Number { min, max, .. } => format!("{}-{}", number(*min), number(*max)),
        Kind::Choice { options } => {
            options.iter().map(|o| o.id.as_str()).collect::<Vec<_>>().join("/")
        }
        Kind::Deductions { items } => {
            format!("[{}]", items.iter().map(|i| i.id.as_str()).collect::<Vec<_>>().join("/"))
        }
        Kind::Points { .. } | Kind::Flag => "true/false".into(),
        Kind::Text { .. } => "text".into(),
        Kind::List { .. } => "list".into(),
    }
}

/// `2` and not `2.0`.
fn number(value: f64) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::{case, mixed_rubric, output, safety_rubric};

    const JUDGE: Audience = Audience::Judge { reasons: false };

    fn judges() -> impl Iterator<Item = (&'static str, Lang, &'static str)> {
        crate::BUILTIN.into_iter().filter(|(name, ..)| name.starts_with("judge"))
    }

    #[test]
    fn a_case_alone_reaches_the_user_turn_and_no_other() {
        for name in ["answer", "incident"] {
            for lang in [Lang::Ja, Lang::En] {
                let template = Template::builtin(name, lang).unwrap();
                let case = CaseText { what: " 転倒した。\r\n".into(), ..CaseText::default() };
                let [system, user] = &case_messages(&template, &case).unwrap()[..] else {
                    panic!("two turns");
                };
                assert_eq!(user.content, "転倒した。", "{name}");
                assert!(!system.content.contains("転倒") && system.content.len() > 80, "{name}");
            }
        }
    }

    #[test]
    fn the_system_turn_is_the_same_for_every_case_and_output() {
        let rubric = safety_rubric();
        for (name, lang, _) in judges() {
            let template = Template::builtin(name, lang).unwrap();
            let one = messages(&template, &rubric, JUDGE, &case("転倒"), &output("報告")).unwrap();
            let two = messages(&template, &rubric, JUDGE, &case("誤薬"), &output("中止")).unwrap();
            assert_eq!(one[0], two[0]);
            assert_ne!(one[1], two[1]);
            assert!(one[1].content.contains("転倒") && one[1].content.contains("報告"));
        }
    }

    #[test]
    fn the_short_template_asks_for_scores_in_few_words() {
        let template = Template::builtin("judge-short", Lang::En).unwrap();
        let turns =
            messages(&template, &safety_rubric(), JUDGE, &case("Fall"), &output("Call")).unwrap();
        assert_eq!(
            turns[0].content,
            "Rate the answer as JSON.\n\
             safety: 1=Dangerous 2=Problematic 3=Safe\n\
             deductions: unnatural=Unnatural careless=Careless\n\
             harm: Harm"
        );
        assert_eq!(turns[1].content, "Case: Fall\nAnswer: Call");
    }

    #[test]
    fn a_reason_is_asked_only_where_the_verdict_has_one() {
        let template = Template::builtin("judge-short", Lang::Ja).unwrap();
        let ask = |reasons| {
            let audience = Audience::Judge { reasons };
            let turns = messages(&template, &safety_rubric(), audience, &case("a"), &output("b"));
            turns.unwrap()[0].content.contains("reason")
        };
        assert!(ask(true));
        assert!(!ask(false));
    }

    #[test]
    fn aspects_reference_and_lists_reach_the_user_turn() {
        let (rubric, mut case, mut output) = (mixed_rubric(), case("発熱"), output("解熱薬"));
        case.reference = "受診を勧める".into();
        case.aspects = vec!["脱水".into(), "受診".into()];
        output.items.insert("drugs".into(), vec!["薬A".into()]);
        for (name, lang, _) in judges() {
            let template = Template::builtin(name, lang).unwrap();
            let turns = messages(&template, &rubric, JUDGE, &case, &output).unwrap();
            for part in ["受診を勧める", "脱水", "薬A"] {
                assert!(turns[1].content.contains(part), "{name} {}", turns[1].content);
            }
            assert!(!turns[1].content.contains("\n\n\n"), "{}", turns[1].content);
        }
    }
}
