### The report page. Filled by the report crate.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: kebab-case, starting with the file’s area (report-…).

## Page
report-page-title = { $project } · Shinsa report
report-eyebrow = Shinsa report
report-header-line = Rubric “{ $rubric }”, version { $version } · { $cases } cases · { $outputs } outputs · { $raters } raters
report-synthetic = The data behind this page is synthetic: it was written to show how Shinsa works. No number here says anything about real patients, real experts or real care.
report-see-table = The same numbers stand in the table beside this drawing.
report-undefined = undefined ({ $reason })
report-range = { $level }% interval { $low }{"\u00A0"}to{"\u00A0"}{ $high }
report-at-most = at most { $high } ({ $level }%{"\u00A0"}sure)
report-no-interval = no interval
report-not-applicable = –

## Why a figure is undefined: a sentence, and a word or two for tables
report-reason-no-variation = Everyone gave the same value. Agreement beyond chance can’t be measured then; look at the raw agreement instead.
    .short = no variation
report-reason-too-few-items = There is nothing to count yet.
    .short = too few items
report-reason-too-few-raters = At least two raters are needed.
    .short = too few raters
report-reason-too-few-cases = At least two cases are needed for an interval.
    .short = too few cases
report-reason-empty-class = One of the two answers never occurs, so there is no F1 for it.
    .short = an answer never occurs
report-reason-label-unknown = A value lies outside the scale.
    .short = value outside the scale
report-reason-length-mismatch = The values that are compared don’t belong to the same items.
    .short = items differ
report-reason-bad-value = A value is not a number that is allowed here.
    .short = not a valid number
report-reason-uninformative = The judge is no better than chance here, so nothing can be corrected with it.
    .short = judge uninformative
report-reason-single-sample = With one sample per output it is unknown how steady the judge is.
    .short = one sample
report-reason-unstable-interval = Too few resamples had a value to give an interval.
    .short = interval unstable
report-reason-degenerate-interval = All resamples gave the same value, so there is no telling how uncertain it is.
    .short = no interval: resamples alike
report-reason-not-measured = This was not measured.
    .short = not measured

## At a glance
report-glance-title = At a glance
report-glance-experts = Experts’ agreement (alpha)
report-glance-qwk = Agreement with the experts’ gold labels on held-out outputs (QWK): 1 is perfect, 0 is what chance would give.
report-glance-harm = Harmful outputs
report-glance-harm-none = No harm among { $n } outputs. That doesn’t mean there is none: the bound above holds with { $level }% confidence.
report-glance-harm-some = { $events } of { $n } outputs are harmful by the experts’ gold labels. The bound above holds with { $level }% confidence.
report-glance-drawn = The outputs were not drawn evenly: this is the share among those chosen (see “How the rated outputs were chosen”).
report-alpha-high = The experts agree well enough to rely on their labels.
report-alpha-tentative = The experts agree fairly well: conclusions are tentative.
report-alpha-low = The experts agree too little to rely on their labels without discussion.
report-alpha-none = The experts agree no more than chance would.
report-alpha-undefined = Agreement beyond chance can’t be measured here.
report-change-better = After training the judge is closer to the experts: its mean error changes by { $difference } levels { $range } over { $cases } cases, more than chance explains ({ $p }).
report-change-worse = After training the judge is further from the experts: its mean error changes by { $difference } levels { $range } over { $cases } cases, more than chance explains ({ $p }).
report-change-unclear = Whether training brought the judge closer to the experts remains open: its mean error changes by { $difference } levels { $range } over { $cases } cases, which chance could explain ({ $p }).

## Data
report-data-title = What went in
report-data-table = Counts
report-cases = Cases
report-cases-in = of these cases, in { $language }
report-lang-ja = Japanese
report-lang-en = English
report-outputs = Outputs
report-ratings = Ratings
report-gold-unanimous = Gold labels where all raters agreed
report-gold-adjudicated = Gold labels by majority or adjudication
report-undecided = Outputs without a gold label
report-exported = Rows in { $file }
report-split = The judge learned from { $training } outputs of { $training_cases } cases. It was compared with the experts on { $held } other outputs of { $held_cases } cases; no case is on both sides.
report-raters = Raters
report-rater = { $name } ({ $profession }): { $n } ratings
report-rater-plain = { $name }: { $n } ratings
report-profession-nurse = nurse
report-profession-pharmacist = pharmacist
report-profession-physician = physician
report-profession-risk-manager = risk manager

## How outputs came to their raters (only where not all were as likely)
report-drawn-title = How the rated outputs were chosen
report-drawn-lead = Of { $all } ratings, { $random } are of outputs drawn at random, { $disagreement } of outputs that were likelier to be drawn the more others differed, { $uncertainty } of outputs that were likelier the less sure the judge was, and { $other } of outputs that were not drawn (opened by hand, or imported). So means, shares and agreement on this page describe what was chosen, not all outputs.
report-drawn-how = The weighted share counts every rating by the inverse of the probability of its draw, so that it tells of all outputs that raters drew from and not only of those that were likely to come. It rests on the draws that followed each other without the queue being changed in between, and its interval resamples cases. Gold can’t be weighted like this: how likely an output was to be rated by enough people is not known.
report-drawn-table = Shares of ratings, as they are and weighted by the draws
report-drawn-share = Ratings that say
report-drawn-plain = As they are
report-drawn-weighted = Weighted
report-drawn-n = Ratings weighted
report-drawn-effective = Worth as many even draws
report-drawn-label = Overall: “{ $label }”

## Experts
report-experts-title = Do the experts agree with one another?
report-experts-lead = Before a judge is asked to agree with experts, the experts have to agree with each other. A judge can’t be measured more sharply than its yardstick.
report-experts-primary = { $criterion }: { $verdict }
report-experts-plot = Agreement between raters, with intervals
report-experts-caption = Dots are estimates, bars are 95% intervals over cases. The dashed lines are the customary bounds for alpha: .667 for tentative and .8 for firm conclusions.
report-guide-tentative = .667
report-guide-reliable = .8
report-experts-table = Agreement by criterion
report-criterion = Criterion
report-units = Rated by two or more
report-units-items = { $n } items of lists
report-alpha = Krippendorff’s alpha
report-ac = Gwet’s AC
report-raw = Raw agreement
report-icc-single = ICC(2,1)
report-pairs-title = Rater by rater
report-pairs-caption = Weighted kappa of each pair on the outputs both rated.
report-pairs-table = Pairs of raters
report-pair = Pair
report-kappa = Kappa

## Training
report-training-title = Training
report-training-none = No judge was trained.
report-training-lead = The judge is { $model } ({ $parameters } parameters) with an adapter of { $trainable } trained parameters ({ $share }). It learned from { $examples } examples; { $held } others only measured the loss.
report-training-fell = On those others the loss fell from { $from } to { $to }.
report-training-did-not-fall = On those others the loss did not fall ({ $from } to { $to }): the judge may be learning by heart.
report-loss-title = Loss by step
report-step = step
report-loss = Loss
report-loss-training = training
report-loss-evaluation = not learned from
report-loss-caption = Lower is better: the loss is how surprised the model is by the experts’ answer.
report-loss-caption-smooth = Lower is better: the loss is how surprised the model is by the experts’ answer. Thin line: each step; thick line: mean of { $steps } steps.
report-settings = Settings
report-setting-r = Rank r
report-setting-alpha = Alpha
report-setting-dropout = Dropout
report-setting-learning-rate = Learning rate
report-setting-epochs = Epochs
report-setting-schedule = Schedule
report-setting-targets = Adapted projections
report-setting-seed = Seed
report-tokens = Tokens read
report-steps = Steps
report-steps-all = All steps as a table
report-lr = Learning rate
report-norm = Gradient norm
report-targets = Learned tokens

## Judges
report-judges-title = The judge beside the experts
report-judges-none = No judge was run.
report-judges-lead = Every judge rated the same outputs, none of which it learned from. Gold is what the experts settled on.
report-ceiling = For comparison: two experts agree with each other at { $low } to { $high } (weighted kappa). More can hardly be asked of a judge.
report-judge-untrained = Judge before training
report-judge-trained = Judge after training
report-judge = Judge
report-confusion-title = What the judge says where the experts say …
report-confusion-how = Each row is a level the experts gave, each column what the judge said; the number counts verdicts. The framed diagonal is agreement. Colour shows the share within a row.
report-confusion-plot = Verdicts by gold level: { $judge }
report-confusion-tables = The same as tables
report-judge-says = judge says →
report-experts-say = experts say
report-tally = { $verdicts } verdicts on { $outputs } outputs; { $missing } missing.
report-change-title = Before and after training
report-change-caption = Dots are estimates on the same held-out outputs, bars are 95% intervals over cases. Compare the two with the paired test above: overlapping bars don’t show that nothing changed.
report-judges-table = Judges against gold
report-qwk = Weighted kappa (QWK)
report-exact = Same level
report-within-one = At most one level away
report-mae = Mean error (levels)
report-macro-f1 = Macro F1
report-missing = Missing
report-steady-title = How steady is the judge?
report-steady-how = The judge rated each output several times with different random numbers. A steady judge repeats itself.
report-steady-table = Repeated verdicts on the same output
report-samples = Samples
report-unsteady = Outputs with differing verdicts
report-flip = Two verdicts differ
report-within-sd = Spread within an output
report-between-sd = Spread between outputs
report-mass = Allowed answers’ own probability
report-harm-title = Harm
report-harm-sentence = The experts’ gold labels call { $events } of { $n } outputs harmful ({ $rate }). With { $level }% confidence the true share is at most { $upper }, if the outputs are taken as independent.
report-harm-table = The judges’ harm flag against gold
report-flagged = Flagged
report-sensitivity = Harm found
report-specificity = No harm left alone
report-balanced-f1 = Balanced F1
report-harm-how = A judge flags an output when at least half of its verdicts do. Intervals are exact (Clopper and Pearson); with few harmful outputs they are wide, and rightly so.

## Record
report-record-title = Record
report-record-lead = With the same data, seeds and hashes a second run gives the same figures, digit by digit. Times, memory and places differ from computer to computer and are kept apart.
report-hashes = Hashes and seeds
report-hash-rubric = Rubric
report-hash-data = Data
report-hash-weights = Model weights
report-hash-adapter = Adapter
report-hash-prompt = Prompt template
report-hash-passport-train = Passport of the training
report-hash-passport-untrained = Passport of the judge before training
report-hash-passport-trained = Passport of the judge after training
report-seed = Seed ({ $name })
report-times = Time and memory
report-total-time = In all
report-peak-memory = Peak memory of all processes
report-phase-project = Project
report-phase-import = Import
report-phase-agreement = Agreement and gold
report-phase-export = Export
report-phase-train = Training
report-phase-judge-untrained = Judging before training
report-phase-judge-trained = Judging after training
report-phase-report = Report
report-fact-threads = Threads
report-fact-version = Version
report-fact-tokens-per-second = Tokens per second (training)
report-fact-verdicts-per-minute = Verdicts per minute
report-seconds = { $s } s
report-minutes = { $m } min { $s } s
report-files = Files
report-file-project = Project
report-file-sft = Training data (messages)
report-file-ratings = Ratings table
report-file-card = Data set card
report-file-adapter = Adapter
report-file-figures = Figures as JSON
report-file-report = This page

## How to read
report-reading-title = How to read these figures
report-read-interval = 95% interval
    .text = The range in which the true value plausibly lies. It comes from drawing the cases again and again at random (bootstrap); everything that belongs to one case stays together. Few cases make wide intervals.
report-read-alpha = Krippendorff’s alpha
    .text = Agreement beyond chance, for any number of raters and with gaps. 1 is perfect, 0 is chance. A difference of one level counts less than one of four.
report-read-ac = Gwet’s AC
    .text = Also agreement beyond chance, but steady when nearly all outputs get the same answer, as with rare harm. Where alpha and AC differ much, look at how the answers are spread.
report-read-raw = Raw agreement
    .text = How often two raters gave exactly the same answer. Easy to grasp, but it looks good by itself when one answer is common.
report-read-kappa = Kappa
    .text = Agreement of two raters beyond chance; for ordered levels the squared distance counts.
report-read-icc = ICC(2,1)
    .text = How much of the spread in the ratings comes from the outputs and not from who rated. It uses only the outputs that every rater rated.
report-read-gold = Gold
    .text = What the experts settled on: unanimous, by majority or by adjudication.
report-read-qwk = Weighted kappa (QWK)
    .text = Agreement of judge and gold beyond chance over the whole scale, by squared distance. A judge that always says the same has 0, however often it happens to be right.
report-read-exact = Same level, at most one away
    .text = Shares of verdicts. They don’t take chance into account; read them beside QWK.
report-read-mae = Mean error
    .text = By how many levels a verdict misses gold on average. 0 is perfect.
report-read-macro-f1 = Macro F1
    .text = How well each level is found, every level counting the same, also a rare one.
report-read-paired = Paired test
    .text = The same outputs before and after. p is the chance of a change this large if training had no effect; below 0.05 is usually taken as more than chance. One p value is not a proof.
report-read-flip = Two verdicts differ
    .text = The chance that two verdicts on the same output differ. With one sample per output it is unknown.
report-read-mass = Allowed answers’ own probability
    .text = How much of the model’s own probability lay on answers that fit the form. A low value means that the form was forced on a model that wanted to say something else.
report-read-harm = Harm and its bound
    .text = Seeing no harm among a few outputs says little: none in 15 still allows for 18%. That is why the exact upper bound always stands beside the share.
report-read-undefined = Undefined
    .text = Where a figure can’t be computed there is no zero and no guess, but the reason.

## Missing verdicts
report-bounds-title = Missing verdicts
report-bounds-how = A missing verdict is counted and never made up. Each figure is also given as it would be if every missing verdict were as wrong, and as right, as it could be (Manski’s worst-case bounds); in brackets with the intervals over cases.
report-bounds-none = No verdict is missing.
report-bounds-table = Figures with every missing verdict at either limit
report-bounds-missing = Missing of asked
report-bounds-range = { $least } to { $most }
    ({ $low } to { $high })
report-bounds-harm = Harm flag

report-own = { $judge } also rated { $count } outputs of its own model ({ $allowed }), which the lead allowed by name. Models favour their own answers: read its figures with that in mind.

## Judges beside each other
report-pairs-judges-title = The same outputs through each judge
report-pairs-judges-how = Paired differences against gold: errors and agreement are averaged within a case first, intervals resample cases. Levels and counts are tested by flipping the signs of case differences; yes/no answers by McNemar’s exact test where every case has one output, else by sign flips too. p values are corrected by Holm over the criteria of a pair.
report-pairs-judges-refused = { $before } and { $after } were not given the same outputs under the same settings, so they are not compared.
report-pairs-judges-better = { $criterion }: { $after } is closer to the experts than { $before }, more than chance explains.
report-pairs-judges-worse = { $criterion }: { $after } is further from the experts than { $before }, more than chance explains.
report-pairs-judges-open = { $criterion }: whether { $after } or { $before } is closer to the experts remains open.
report-pairs-judges-nothing = { $criterion }: no output has gold and a verdict of both { $before } and { $after }.
report-pairs-judges-table = { $before } → { $after }
report-pairs-judges-error = Change of distance from gold
report-pairs-judges-agreement = Change of share like gold
report-pairs-judges-tally = Closer / further / equal
report-pairs-judges-p = p (Holm)
report-test-sign-flip-exact = sign flips, exact
report-test-sign-flip-sampled = sign flips
report-test-mcnemar-exact = McNemar, exact

## Probes
report-probes-title = What sways the judges?
report-probes-lead = The same outputs were judged twice, the second time changed in a way that should not matter. Means are over cases; p values come from sign flips of case differences, corrected by Holm over the criteria. These verdicts enter no other figure on this page.
report-probe-order = { $name }: { $outputs } outputs, the second time with criteria, levels and options in reverse order; { $missing } lack a verdict.
report-probe-verbosity = { $name }: { $outputs } outputs, the second time with { $chars } characters of neutral text after them; { $missing } lack a verdict.
report-probe-plain = As asked
report-probe-changed = Changed
report-probe-effect = Effect
report-probe-flips = Another answer
