//! The page as a whole, in both languages.

mod sample;

use shinsa_i18n::{Lang, Strings};
use shinsa_report::*;
use shinsa_stats::{Estimate, Undefined};

fn page(lang: Lang) -> String {
    render_html(&sample::figures(), &sample::volatile(), lang)
}

#[test]
fn the_page_asks_for_nothing_from_outside_and_runs_nothing() {
    for lang in Lang::ALL {
        let page = page(lang);
        for forbidden in [
            "<script",
            "http:",
            "https:",
            "src=",
            "url(",
            "@import",
            "<link",
            "<iframe",
            "javascript:",
            " style=",
            " onload",
        ] {
            assert!(!page.contains(forbidden), "{lang}: {forbidden}");
        }
        assert!(page.contains("default-src 'none'"));
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
    }
}

#[test]
fn every_text_is_escaped() {
    let mut figures = sample::figures();
    let nasty = "</style><script>alert(1)</script>\"'&".to_owned();
    figures.project.clone_from(&nasty);
    figures.rubric.title.ja.clone_from(&nasty);
    figures.rubric.title.en.clone_from(&nasty);
    figures.experts.raters[0].name.clone_from(&nasty);
    figures.experts.raters[1].profession = Some(nasty.clone());
    figures.experts.criteria[0].title.en.clone_from(&nasty);
    figures.judges[0].name.clone_from(&nasty);
    figures.judges[1].criteria[0].levels[0].en.clone_from(&nasty);
    figures.judges[1].criteria[0].comparison.qwk.reason = Some(nasty.clone());
    figures.judges[1].criteria[0].comparison.qwk.value = None;
    figures.hashes[0].name.clone_from(&nasty);
    figures.counts.exported.insert(nasty.clone(), 1);
    figures.counts.cases.insert(nasty.clone(), 1);
    figures.seeds.insert(nasty.clone(), 1);
    if let Some(training) = &mut figures.training {
        training.model.name.clone_from(&nasty);
        training.settings.push((nasty.clone(), nasty.clone()));
    }
    let mut volatile = sample::volatile();
    volatile.files[0].path.clone_from(&nasty);
    volatile.timings[0].phase.clone_from(&nasty);
    volatile.facts.insert(nasty.clone(), nasty);
    for lang in Lang::ALL {
        let page = render_html(&figures, &volatile, lang);
        assert!(!page.contains("<script"), "{lang}");
        assert_eq!(page.matches("</style>").count(), 1);
    }
}

#[test]
fn no_sentence_is_missing_and_no_variable_is_left_open() {
    for lang in Lang::ALL {
        let page = page(lang);
        let body = page.split("</style>").nth(1).unwrap();
        assert!(!body.contains("{$"), "{lang}: an unfilled variable");
        let leaked: Vec<&str> = body
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.'))
            .filter(|word| word.starts_with("report-"))
            .collect();
        assert!(leaked.is_empty(), "{lang}: {leaked:?}");
    }
}

#[test]
fn every_reason_has_its_sentence_in_both_languages() {
    for lang in Lang::ALL {
        let strings = Strings::new(lang);
        for reason in Undefined::ALL {
            let id = format!("report-reason-{}", reason.code());
            assert!(strings.has(&id) && strings.has(&format!("{id}.short")), "{lang}: {id}");
        }
    }
}

#[test]
fn an_undefined_figure_shows_its_reason_and_never_a_zero() {
    let mut figures = sample::figures();
    let nothing = || Estimate::undefined(Undefined::NoVariation, 9, "quadratic-weighted-kappa");
    for judge in &mut figures.judges {
        judge.criteria[0].comparison.qwk = nothing();
    }
    let page = render_html(&figures, &sample::volatile(), Lang::En);
    assert!(page.contains("undefined (no variation)"));
    assert!(page.contains("Everyone gave the same value."));
    let json = String::from_utf8(figures_json(&figures).unwrap()).unwrap();
    assert!(json.contains("\"value\": null") && json.contains("\"no-variation\""));
}

#[test]
fn missing_verdicts_own_outputs_and_pairs_are_said_in_words() {
    let figures = sample::figures();
    let page = render_html(&figures, &sample::volatile(), Lang::En);
    let bounds = figures.judges[0].criteria[0].bounds.as_ref().unwrap();
    assert_eq!((bounds.exact.missing, bounds.exact.asked), (1, 96));
    for words in
        ["1 / 96", "worst-case bounds", "also rated 2 outputs of its own model (smollm2-135m)"]
    {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("closer to the experts than Judge before training"));
    assert!(page.contains("so they are not compared"));
    assert!(page.contains("128 items of lists"));
    assert!(page.contains("400 characters of neutral text") && page.contains("0.50"));
    let mut whole = figures;
    whole.judges.remove(0);
    let page = render_html(&whole, &sample::volatile(), Lang::En);
    assert!(page.contains("No verdict is missing.") && !page.contains("its own model"));
}

#[test]
fn uneven_draws_are_said_and_even_ones_change_nothing() {
    let mut figures = sample::figures();
    let even = String::from_utf8(figures_json(&figures).unwrap()).unwrap();
    let plain = render_html(&figures, &sample::volatile(), Lang::En);
    assert!(!even.contains("drawn") && !plain.contains("id=\"drawn\""));
    figures.drawn = Some(sample::drawn());
    let share = figures.drawn.as_ref().unwrap().shares[0].clone();
    // The odd ones say harm and were twice as likely to come.
    assert!(share.plain.value == Some(0.5) && share.weighted.value.unwrap() < 0.4, "{share:?}");
    let page = render_html(&figures, &sample::volatile(), Lang::En);
    for words in [
        "Of 26 ratings, 4 are of outputs drawn at random, 9 of",
        "describe what was chosen, not all outputs",
        "this is the share among those chosen",
        "Overall: “pass”",
        "undefined (too few items)",
        "50.0%",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let page = render_html(&figures, &sample::volatile(), Lang::Ja);
    assert!(page.contains("全回答の値ではありません") && !page.contains("{$"));
}

#[test]
fn a_project_with_nothing_in_it_still_has_a_page() {
    let mut figures = sample::figures();
    figures.experts.criteria.clear();
    figures.experts.pairs.clear();
    figures.experts.raters.clear();
    figures.judges.clear();
    figures.pairs.clear();
    figures.probes.clear();
    figures.training = None;
    figures.change = None;
    figures.harm = None;
    for lang in Lang::ALL {
        assert!(render_html(&figures, &Volatile::default(), lang).contains("</html>"));
    }
}

#[test]
fn the_same_figures_give_the_same_bytes_and_read_back() {
    let (a, b) = (sample::figures(), sample::figures());
    assert_eq!(figures_json(&a).unwrap(), figures_json(&b).unwrap());
    assert_eq!(page(Lang::Ja), page(Lang::Ja));
    let back: Figures = serde_json::from_slice(&figures_json(&a).unwrap()).unwrap();
    assert_eq!(back, a);
}

#[test]
fn times_and_places_stay_out_of_the_figures() {
    let json = String::from_utf8(figures_json(&sample::figures()).unwrap()).unwrap();
    for word in ["seconds", "rss", "path"] {
        assert!(!json.contains(&format!("\"{word}")), "{word}");
    }
}

#[test]
fn ids_are_unique_and_every_drawing_has_words() {
    let page = page(Lang::En);
    let mut ids: Vec<&str> =
        page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert_eq!(page.matches("<svg").count(), page.matches("<desc").count());
    assert!(page.matches("<svg").count() >= 6);
}

#[test]
fn three_files_are_written_and_a_missing_folder_is_an_error() {
    // Under the target folder, so that a person can look at the pages afterwards.
    let root = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    for lang in Lang::ALL {
        let folder = root.join(lang.tag());
        shinsa_fsio::create_dir_all(&folder).unwrap();
        let written = write(&folder, &sample::figures(), &sample::volatile(), lang).unwrap();
        assert!(written.page.is_file() && written.figures.is_file() && written.volatile.is_file());
    }
    let nowhere = root.join("no-such-folder").join("deeper");
    assert!(write(&nowhere, &sample::figures(), &sample::volatile(), Lang::En).is_err());
}

#[test]
fn a_page_in_one_scheme_asks_the_system_no_more_and_is_the_same_otherwise() {
    for lang in Lang::ALL {
        let page = page(lang);
        for (dark, scheme) in [(true, "color-scheme: dark;"), (false, "color-scheme: light;")] {
            let dressed = in_scheme(&page, dark);
            assert!(dressed.contains(scheme) && !dressed.contains("prefers-color-scheme"));
            assert_eq!(dressed.contains("@media all"), dark);
            assert_eq!(dressed.lines().count(), page.lines().count());
        }
    }
}

#[test]
fn the_figures_beside_a_page_render_it_again_in_either_language() {
    let figures = serde_json::from_slice(&figures_json(&sample::figures()).unwrap()).unwrap();
    let volatile = serde_json::from_slice(&volatile_json(&sample::volatile()).unwrap()).unwrap();
    for lang in Lang::ALL {
        assert_eq!(render_html(&figures, &volatile, lang), page(lang));
    }
}
