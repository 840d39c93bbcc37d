### The desktop app's window. Loaded by the UI from this same file.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: kebab-case, starting with the file's area (ui-…).

ui-app-name = Shinsa 審査
ui-app-what = Experts rate what AI answered, and teach a judge. All of it on this computer.
ui-language = Language
ui-skip = Skip to the room
ui-scheme-dark = Switch to dark
ui-scheme-light = Switch to light
ui-text-size-normal = Back to normal text
ui-text-size-large = Larger text
ui-text-size-larger = Still larger text
ui-rooms = Rooms
ui-close = Close
ui-back = Back
ui-go = Go to “{ $room }”
ui-wait = Loading
ui-busy = Running
ui-criterion = Criterion
ui-seed = Seed
ui-lead-only = This room is the lead's
ui-lead-only-hint = Training, judging and reports are open to whoever signs in as the project's lead.
ui-more-settings = More settings
ui-less-settings = Fewer settings
ui-to-gold-outputs = First import cases and what a model answered, in the Cases room. In the Write room a model can write the answers.
ui-to-gold-ratings = Next comes the Rate room: once two people have rated the same outputs, gold can be made.
ui-to-gold-decide = There are ratings. Decide output by output in the Adjudicate room, or let the majority decide in the Agreement room; that makes gold.

## Rooms

ui-room-cases = Cases
ui-room-rubrics = Rubric
ui-room-people = People and plans
ui-room-rate = Rate
ui-room-agreement = Agreement
ui-room-adjudicate = Adjudicate
ui-room-write = Write
ui-room-train = Train
ui-room-judge = Judge
ui-room-report = Report
ui-room-export = Export

## Welcome

ui-welcome-open = Open a project
ui-welcome-open-note = Choose a folder whose name ends in .shinsa.
ui-welcome-create = Make a new one
ui-welcome-create-note = An empty, encrypted project.
ui-welcome-file = Start from a file
ui-welcome-file-note = A new project from cases in Excel, CSV or JSONL. Dropping the file here does the same.
ui-welcome-from = What is in “{ $file }” is shown for a check, then imported, once the project is made.
ui-welcome-demo = Try the demo
ui-welcome-demo-note = A project with invented cases and ratings. Takes seconds.
ui-welcome-recent = Recent
ui-welcome-no-recent = Nothing yet. Projects you open will be listed here.
ui-unlock = Open “{ $name }”
ui-unlock-do = Open
ui-passphrase = Passphrase
ui-passphrase-note = Nobody can open the project without it. Keep a copy in a safe place.
ui-passphrase-again = Passphrase, once more
ui-passphrase-differs = The two passphrases differ.
ui-passphrase-show = Show what was typed
ui-demo-passphrase = The demo's passphrase is { $passphrase }.
ui-project-name = Name of the project
ui-project-lead-note = You become the lead of this project.
ui-project-folder = Where to keep it
ui-project-folder-note = A folder NAME.shinsa will be made in it.
ui-project-close = Close the project
ui-choose-folder = Choose a folder
ui-choose-file = Choose a file
ui-create-do = Make it
ui-sign-in = Who is rating?
ui-sign-in-note = Ratings are kept by name. Others' ratings stay hidden until you have finished your own.
ui-sign-in-known = People in this project
ui-sign-in-new = New here
ui-sign-in-do = Start
ui-sign-in-change = Change name
ui-rater-name = Name
ui-rater-profession = Profession (optional)
ui-rater-is = { $name }
ui-role-lead = Lead
ui-role-adjudicator = Adjudicator
ui-role-rater = Rater

ui-hint = For newcomers
ui-hint-away = Put this hint away
ui-hint-rate = Number keys choose, ↑↓ change the question, ←→ the output. Ctrl+Enter completes, ? lists all keys. Everything is saved by itself.
ui-hint-rubrics = A published rubric never changes. “Change” begins a draft of its next version, and ratings can be carried over criterion by criterion.
ui-hint-adjudicate = Only outputs where ratings differ are listed, without names. Decide each question, say why they differed, then Ctrl+Enter.

## Cases

ui-cases-note = { $cases } cases, { $outputs } outputs
ui-cases-empty = No cases yet
ui-cases-empty-hint = Drop an Excel file, a CSV of incident reports or a JSONL of cases onto the window, or choose one. You see what is in it before anything is saved.
ui-cases-empty-hint-rater = They appear here once the project’s lead has imported them.
ui-cases-search = Search by number or text
ui-cases-none-found = No case matches.
ui-cases-found = { $count } found
ui-cases-outputs = { $outputs ->
    [one] 1 output
   *[other] { $outputs } outputs
}
ui-field-what = What happened
ui-field-factors = Factors
ui-field-improvements = Improvements
ui-outputs = Outputs for this case
ui-outputs-none = No outputs yet.
ui-output-sample = Output { $sample }
ui-output-rate = Rate

## Import

ui-import = Import
ui-import-kind = What the file holds
ui-import-cases = Cases
ui-import-outputs = Outputs
ui-import-ratings = Ratings
ui-import-cases-note = CSV, Excel (.xlsx) or JSONL. Columns are recognised by their headings; columns with answers become the outputs of their case.
ui-import-outputs-note = JSONL with the case's key and the text that the model answered. In a table, put the answers in columns beside their case and import it as cases.
ui-import-ratings-note = JSONL, CSV or Excel (.xlsx) with one rating a row. It needs the output's number, the rater's name and an answer per criterion.
ui-import-or-drop = or drop a file onto the window
ui-import-drop-here = Drop the file to look at it. Nothing is saved yet.
ui-import-rater = Rater (where no column says)
ui-import-sheet = Sheet
ui-import-encoding = Encoding (detected: { $encoding })
ui-import-detect = Detect
ui-import-found = { $rows } rows: { $fresh } new, { $repeated } already here, { $problems } with problems
ui-import-preview = The first rows of the file
ui-import-problems = Problems
ui-import-column-is = Column “{ $heading }” holds
ui-import-more-columns = { $count } more columns are not shown. They are kept with their cases.
ui-import-field-none = Kept as it is
ui-import-field-key = Number
ui-import-field-what = What happened or was asked
ui-import-field-factors = Factors
ui-import-field-improvements = Improvements
ui-import-field-title = Title
ui-import-field-lang = Language
ui-import-field-reference = Reference answer
ui-import-field-aspects = Aspects
ui-import-field-output = Output
ui-import-field-rater = Rater
ui-import-field-profession = Profession
ui-import-field-at = Time
ui-import-row = Row
ui-import-column = Column
ui-import-problem = Problem
ui-import-commit-cases = Import { $fresh ->
    [one] 1 case
   *[other] { $fresh } cases
}
ui-import-commit-cases-with-outputs = Import { $fresh ->
    [one] 1 case
   *[other] { $fresh } cases
} and { $outputs ->
    [one] 1 output
   *[other] { $outputs } outputs
}
ui-import-commit-outputs = Import { $fresh ->
    [one] 1 output
   *[other] { $fresh } outputs
}
ui-import-commit-ratings = Import { $fresh ->
    [one] 1 rating
   *[other] { $fresh } ratings
}
ui-import-committed-cases = { $fresh ->
    [one] 1 case
   *[other] { $fresh } cases
} imported
ui-import-committed-cases-with-outputs = { $fresh ->
    [one] 1 case
   *[other] { $fresh } cases
} and { $outputs ->
    [one] 1 output
   *[other] { $outputs } outputs
} imported
ui-import-committed-outputs = { $fresh ->
    [one] 1 output
   *[other] { $fresh } outputs
} imported
ui-import-committed-ratings = { $fresh ->
    [one] 1 rating
   *[other] { $fresh } ratings
} imported
ui-import-but-left-out = { $action }; { $left ->
    [one] 1 row is
   *[other] { $left } rows are
} left out
ui-import-next-rubrics = Next: choose a rubric
ui-import-next-rate = Next: start rating
ui-import-next-cases = Next: see the cases
ui-import-keep-left-out = Save the rows left out…
ui-import-left-out-name = rows-left-out

## Rubric

ui-rubrics-note = What is rated, and what each level means
ui-rubrics-empty = No rubric yet
ui-rubrics-empty-hint = Add one of those below.
ui-rubrics-empty-hint-rater = Rating can begin once the project’s lead has added one.
ui-rubrics-shipped = Rubrics that come with Shinsa
ui-rubric-add = Add
ui-rubric-version = Version { $version }
ui-rubric-derived = Computed
ui-rubric-optional = Optional
ui-rubric-required-when = Sometimes required
ui-rubric-points = { $points } points
ui-kind-scale = Levels
ui-kind-number = Number
ui-kind-points = Points
ui-kind-deductions = Deductions
ui-kind-choice = Choice
ui-kind-flag = Yes or no
ui-kind-list = List
ui-kind-text = Text

## Rate

ui-rate-record = What is rated
ui-rate-form = Rating
ui-rate-case = Case
ui-rate-prompt = Show what the model was asked
ui-rate-output = The output to rate
ui-rate-reference = Show the reference answer
ui-rate-required = required
ui-rate-none-apply = None of these
ui-rate-yes = Yes
ui-rate-no = No
ui-rate-met = Met
ui-rate-not-met = Not met
ui-rate-write-here = Press Enter to write
ui-rate-characters = { $count } of { $longest } characters
ui-rate-previous = Previous output
ui-rate-next = Next output
ui-rate-progress = { $done } of { $total } done
ui-rate-saved = Saved
ui-rate-saving = Saving…
ui-rate-not-saved = Not saved
ui-rate-score = Score
ui-rate-guide = Guide
ui-rate-keys = Keys
ui-rate-done = Done, next
ui-rate-missing = { $count ->
    [one] 1 criterion still needs an answer
   *[other] { $count } criteria still need an answer
}
ui-rate-done-next = Done. Here is the next one.
ui-rate-all-done = All done. Thank you.
ui-rate-undone = The last change was taken back
ui-rate-skip = Skip
ui-rate-flag = Flag
ui-rate-is-skip = left for later
ui-rate-is-flag = flagged
ui-rate-why-skip = Why leave it for later?
ui-rate-why-flag = What should somebody look at?
ui-rate-own-words = In your own words
ui-rate-skip-time = Needs more time
ui-rate-skip-unclear = Hard to judge
ui-rate-skip-ask = I want to ask somebody
ui-rate-flag-case = Something is wrong with the case
ui-rate-flag-output = The answer is broken or cut off
ui-rate-flag-rubric = The rubric doesn't fit
ui-rate-skipped = Left for later; it comes again at the end.
ui-rate-taken-up = Taken up again.
ui-rate-flagged = Flagged.
ui-rate-unflagged = The flag is off.
ui-rate-filter = Show
ui-rate-filter-all = All ({ $count })
ui-rate-filter-todo = To do ({ $count })
ui-rate-filter-draft = Begun ({ $count })
ui-rate-filter-skipped = Left for later ({ $count })
ui-rate-filter-flagged = Flagged ({ $count })
ui-rate-filter-done = Done ({ $count })
ui-rate-nothing-to-undo = There is nothing to take back
ui-rate-no-rubric = No rubric yet
ui-rate-no-rubric-hint = First add one in the Rubric room.
ui-rate-no-outputs = No outputs to rate yet
ui-rate-no-outputs-hint = Import what a model answered in the Cases room.
ui-rate-plain = As written
ui-rate-image = image
ui-rate-left = { $count } left
ui-rate-left-minutes = { $count } left, about { $minutes } min at your pace
ui-rate-left-hours = { $count } left, about { $hours } h at your pace
ui-rate-left-none = Nothing left
ui-rate-rest = You have worked for 50 minutes. A short break now keeps your judgement fresh; everything is saved.
ui-rate-rest-later = Later
ui-state-todo = To do
ui-state-draft = Draft
ui-state-done = Done
ui-declined-cannot-judge = Cannot judge
ui-declined-not-applicable = Not applicable
ui-declined-outside-specialty = Outside my specialty
ui-problem-missing = Please answer this one.
ui-problem-too-long = Too long. Please shorten it.
ui-problem-out-of-range = Outside the range.
ui-problem-off-step = Not one of the allowed values.
ui-problem-other = The answer doesn't fit this criterion.
ui-key-choose = Choose an option
ui-key-question = Move between criteria
ui-key-item = Move between outputs
ui-key-write = Start writing a text or number
ui-key-leave = Leave the text
ui-key-done = Done, next
ui-key-undo = Take back the last change
ui-key-skip = Leave for later, with a reason; take up again
ui-key-flag = Flag for somebody to look at; take the flag off
ui-key-guide = Guide
ui-key-keys = This list
ui-keys-note = These keys rest while you type or while Japanese input is converting (except Ctrl+Enter and Esc).

## Agreement

ui-agreement-note = How far the raters agree with each other
ui-agreement-table = Agreement by criterion
ui-agreement-empty = Nothing to compute yet
ui-agreement-empty-hint = Once two or more people have finished rating the same outputs, agreement appears here by criterion.
ui-agreement-alpha = Krippendorff's alpha
ui-agreement-raw = Raw agreement
ui-agreement-n = Outputs
ui-agreement-kappa = Cohen's kappa
ui-agreement-kappa-weighted = Weighted kappa (quadratic)
ui-agreement-ac = Gwet's AC
ui-agreement-icc = ICC(2,1)
ui-agreement-icc-n = on { $n } outputs
ui-agreement-interval = Small figures: 95% interval, from resampling cases. Kappa is the mean over pairs of raters. ICC rests only on outputs that every rater rated.
ui-agreement-of = In detail: criterion
ui-agreement-others = The others
ui-agreement-me = { $name } (you)
ui-agreement-pairs = Pairs of raters
ui-agreement-pairs-note = Kappa (ICC for numbers) on the outputs that both rated, with the share of equal answers and the number of outputs below. The darker, the closer.
ui-agreement-pair = { $a } and { $b }
ui-agreement-pair-below = { $raw }% same, { $n }
ui-agreement-hands = Each rater beside the others
ui-agreement-hands-note = The mean difference from the others on the same outputs, in the criterion's own unit (levels or points; for yes or no a share). Drift compares the second half of a rater's own sequence with the first.
ui-hand-rater = Rater
ui-hand-n = Outputs in common
ui-hand-severity = Difference
ui-hand-drift = Drift
ui-hand-more = gives more than the others
ui-hand-less = gives less than the others
ui-hand-even = no clear difference
ui-hand-halves = { $first } → { $second }
ui-drift-up = gives more than at first
ui-drift-down = gives less than at first
ui-drift-none = no clear drift
ui-team = Progress of all raters
ui-team-todo = To do
ui-team-draft = Draft
ui-team-done = Done
ui-team-skipped = Left for later
ui-team-flagged = Flagged
ui-reading-nothing = No output has been finished by two people yet.
ui-reading-constant = Everyone always gave the same answer, so agreement beyond chance can't be measured. Look at raw agreement and AC.
ui-reading-paradox = Nearly all answers are alike, which pulls kappa and alpha down although the raters agree (the prevalence paradox). Read AC here, and look at the few outputs that differ.
ui-reading-firm = Firm agreement (alpha .8 or more, its interval above .667): these labels can be relied on.
ui-reading-promising = High agreement, but the interval is wide: more outputs rated by two people would settle it.
ui-reading-tentative = Fair agreement (alpha .667 or more): enough for tentative conclusions. Talk over the outputs that differ.
ui-reading-weak = Weak agreement (alpha below .667): discuss this criterion and its levels before rating more.
ui-reading-chance = No better than chance: the raters read this criterion differently. Clarify it first.
ui-undefined = Undefined ({ $reason })
ui-undefined-no-variation = Undefined: all gave the same value
ui-undefined-too-few-items = Too few outputs in common
ui-undefined-too-few-raters = Needs two raters
ui-undefined-too-few-cases = Needs two cases
ui-undefined-empty-class = An answer never occurs
ui-undefined-label-unknown = A value lies outside the scale
ui-undefined-length-mismatch = The values belong to different outputs
ui-undefined-bad-value = Not a valid number
ui-undefined-uninformative = The judge is no better than chance
ui-undefined-single-sample = One sample only
ui-undefined-unstable-interval = No interval: too few resamples had a value
ui-undefined-degenerate-interval = No interval: all resamples gave the same value
ui-undefined-not-measured = Not measured

## Long jobs

ui-phase-start = Starting
ui-phase-load = Loading the model
ui-phase-plan = Planning
ui-phase-train = Training
ui-phase-evaluate = Evaluating
ui-phase-prefill = Reading the shared part
ui-phase-judge = Judging
ui-phase-write = Writing
ui-phase-hash = Checking the model's file
ui-phase-save = Saving
ui-phase-export = Writing
ui-phase-import-read = Reading the file
ui-phase-import-check = Checking row by row
ui-phase-import-store = Importing
ui-phase-assign-read = Reading the outputs
ui-phase-assign-draw = Drawing the plan
ui-phase-assign-store = Making the queues
ui-phase-demo = Making the demo
ui-job-done = Progress
ui-job-rate = Speed
ui-job-left = Time left
ui-train-device = Computed on
ui-job-memory = Memory
ui-job-cancel = Cancel
ui-job-stopping = Stopping…
ui-job-cancelled = Stopped. What was finished is kept.

## Train

ui-model = Model
ui-model-add = Add from a file
ui-model-folder = Add from a folder
ui-model-shipped = built in
ui-model-shipped-note = The built-in model is small and leans towards English. It shows that everything runs; for real judging add a larger one, such as Qwen3 or llm-jp.
ui-adapter-name = Name of the adapter
ui-adapters = Trained adapters
ui-train-note = Teaches a judge from gold labels
ui-train-empty = No gold to learn from yet
ui-train-epochs = Epochs
ui-train-rate = Learning rate
ui-train-dropout = Dropout
ui-train-examples = Examples to learn from
ui-train-held-out = Held out
ui-train-trainable = Trainable weights
ui-train-loss = Loss
ui-train-evaluated-loss = Held-out loss
ui-train-last-loss = Last loss
ui-train-plan = Plan it first
ui-train-planned = { $steps } steps, about { $time }
ui-train-preview = What will be learned
ui-train-preview-note = Examples as the model reads them. Only what is coloured is learned.
ui-train-preview-counts = { $tokens } tokens (at most { $limit }), { $learned } learned
ui-train-kept-step = Kept step
ui-train-kept-early = { $step } (stopped early)
ui-train-driver = By the GPU's driver, all programs
ui-train-kl = Moved from the base (KL)
ui-train-of-planned = { $measured } (planned { $planned })
ui-train-left-out = Left out for its length: { $id } ({ $tokens } tokens)
ui-train-cut = Cut for its length: { $id } ({ $tokens } tokens, { $kept } kept)
ui-plan-peak = Planned peak
ui-plan-measured = Measured on the largest pack
ui-plan-free = May be used
ui-plan-weights = Weights
ui-plan-checkpoints = Every layer's input
ui-plan-layer = One layer with its gradients
ui-plan-kept = Layers kept for the backward pass
ui-plan-logits = Logits
ui-plan-lora = Adapter and optimiser
ui-plan-copies = Best adapter and checkpoint
ui-plan-probe = Forgetting probe
ui-plan-program = The program itself
ui-train-set-adapter = Adapter and data passes
ui-train-set-course = Course
ui-train-set-data = Long examples
ui-train-schedule = Learning rate over time
ui-train-schedule-cosine = Half a cosine, to a tenth
ui-train-schedule-linear = Straight down
ui-train-schedule-constant = Constant
ui-train-warmup = Warm-up (share of steps)
ui-train-evaluate-every = Measure every … steps (0: only at the ends)
ui-train-patience = Stop after … measurements without gain (0: never)
ui-train-b-ratio = LoRA+ ratio (1: off)
ui-train-neftune = NEFTune noise (0: off)
ui-train-decay = Weight decay
ui-train-max-tokens = Longest example, tokens
ui-train-over-long = A longer one
ui-train-over-long-refuse = refuses the run
ui-train-over-long-truncate = is cut
ui-train-over-long-drop = is left out
ui-train-keep-best = Keep the best adapter by held-out loss, not the last
ui-train-stored = Keep the weights as stored: slower, far less memory
ui-train-rslora = Scale by alpha / √r (rsLoRA)
ui-train-all-turns = Learn every answer of a conversation, not only the last
ui-train-step = Step
ui-train-start = Start training
ui-train-finished = “{ $name }” is trained ({ $steps } steps, { $time })
ui-gold-make = Make gold by majority
ui-gold-made = { $unanimous } unanimous, { $majority } by majority, { $adjudicated } adjudicated; { $unresolved } left undecided.
ui-gold-have = { $count } gold labels

ui-adjudicate-only = Deciding is for an adjudicator or the lead
ui-adjudicate-only-hint = You see your own ratings only, so that they stay your own. Ask the lead if you should decide where raters differ.
ui-adjudicate-empty = Nothing to decide yet
ui-adjudicate-empty-hint = Outputs appear here once two people have ended their ratings of them: those on which they differ first.
ui-adjudicate-given = What the raters said
ui-adjudicate-why = Why did they differ? (c)
ui-cause-rubric-unclear = Rubric unclear
ui-cause-slip = A slip
ui-cause-disagreement = Real disagreement
ui-cause-missing-context = Context missing
ui-adjudicate-progress = { $open } to decide · { $decided } decided
ui-adjudicate-settle = Accept what all agree on ({ $count })
ui-adjudicate-undo = Take back
ui-adjudicate-decide = Decide, next
ui-adjudicate-settled = { $count } outputs are gold now.
ui-adjudicate-evidence = Passages that the answers rest on
ui-adjudicate-withdrawn = Taken back: this output has no gold now.
ui-adjudicate-nothing-to-undo = Nothing to take back here.
ui-adjudicate-decided = Decided. Here is the next.
ui-adjudicate-all-decided = Decided. Nothing is left on which raters differ.

ui-people = People
ui-person-name = Name
ui-person-role = Role
ui-person-profession = Profession
ui-person-add = Add
ui-mine = My ratings and gold
ui-mine-count = { $same } of your { $all } ended ratings that have gold are the same as it.
ui-mine-own = Mine
ui-mine-gold = Gold
ui-mine-open = Look again

## Judge

ui-judge-note = A model rates; see its verdicts beside the experts' gold
ui-judge-empty = Nothing to judge yet
ui-judge-without-gold = Without gold, verdicts can’t be compared with experts yet
ui-judge-adapter = Adapter
ui-judge-no-adapter = None (untrained)
ui-judge-which = Which outputs
ui-judge-which-held-out = Held out (with gold)
ui-judge-which-unrated = Not rated yet
ui-judge-which-all = All
ui-judge-samples = Verdicts each
ui-judge-start = Start judging
ui-judge-method = How numbers come about
ui-judge-method-sampled = Several verdicts, drawn
ui-judge-method-probabilities = One verdict, from probabilities
ui-judge-reasons = Reasons in words
ui-judge-reasons-none = None: scores alone
ui-judge-reasons-last = After the scores
ui-judge-reasons-first = Before the scores
ui-judge-prompt = Prompt
ui-judge-prompt-usual = The project's usual one
ui-prompt-choose = Make this version the usual one for judging
ui-prompt-chosen = Judging, training, probes and datasets take this version where none is named.
ui-judge-fast = Compute in integers (quicker; another judge)
ui-judge-expected = expected, from probabilities
ui-judge-finished = { $verdicts } verdicts in { $time }.
ui-judge-device = What computes
ui-judge-device-auto = GPU if there is one
ui-judge-device-cpu = Processor
ui-judge-device-cuda = NVIDIA GPU
ui-judge-computed-on = Computed on { $device }.
ui-judge-runs = Judgings so far
ui-judge-run = Judging
ui-judge-verdicts = Verdicts
ui-judge-beside-gold = Verdicts beside gold
ui-judge-gold = Gold
ui-judge-mean = Mean verdict
ui-judge-each = Each verdict
ui-judge-state = State
ui-judge-progress = { $verdicts } of { $asked }
ui-judge-go-on = Go on
ui-judge-discard = Discard
ui-judge-discarded = Discarded judgings:
ui-judge-take-back = Take “{ $name }” back
ui-judge-discard-note = A judging that ended early can be discarded: its verdicts stay on record, and it can be taken back at any time.
ui-judge-beside = Judge beside it (the same outputs, another adapter of the same model)
ui-judge-missing = { $count } verdicts are missing. They count as what this judging could not get.
ui-judge-missing-verdict-not-json = Missing, because the answer was no JSON: { $count }
ui-judge-missing-verdict-invalid = Missing, because the answer broke the rating's form: { $count }
ui-judge-missing-verdict-cut = Missing, because the answer was cut: { $count }
ui-judge-missing-endpoint-answer = Missing, because the endpoint's reply can't be read: { $count }
ui-judge-missing-endpoint-refused = Missing, because the endpoint refused the request: { $count }
ui-judge-no-probabilities = The endpoint refused to give probabilities (logprobs), so it was asked without.
ui-host-use = Use a judge outside this program (an OpenAI-compatible endpoint)
ui-host-note = The texts of cases and outputs are sent to the address given here. Nothing is sent until the lead allows its host. Where an endpoint wants a key, put it into the environment variable SHINSA_ENDPOINT_KEY before starting Shinsa.
ui-host-url = Address
ui-host-model = The model's name there
ui-host-allow = Allow sending to { $host }
ui-host-allowed-now = { $host } is allowed.
ui-host-not-allowed = { $host } is not allowed. Nothing is sent.
ui-host-plain = Careful: what goes to { $host } is plain http. Others on the same network can read the cases. Use https if the server offers it.
ui-host-list = Allowed hosts
ui-host-none = No host is allowed. Nothing leaves this machine.
ui-host-deny = Revoke
ui-host-log = Record of what was sent ({ $lines } lines, the latest { $shown })
ui-host-log-file = The record's file: { $path }
ui-host-at = Time
ui-host-host = Host
ui-host-item = Output
ui-host-bytes = Bytes
ui-host-status = Result
ui-host-sent = sent
ui-judge-untrained = untrained
ui-judge-output = Output
ui-judge-excerpt = Beginning
ui-judge-far = Far apart

## Report

ui-report-note = This project's figures
ui-report-renew = Make it anew
ui-report-empty = No report yet
ui-report-empty-hint = Once there are ratings, press “Make the report”.
ui-report-make = Make the report

## Exports

ui-export-note = Expert-labelled data in forms that other tools read
ui-export-empty = Nothing to export yet
ui-export-without-gold = No gold yet: formats that rest on gold come out empty
ui-export-format = Format
ui-export-format-dataset = Whole dataset
ui-export-format-dataset-note = JSONL for training and test, the table of ratings, the card and Croissant metadata, in one folder.
ui-export-format-csv = Table of ratings (CSV)
ui-export-format-csv-note = One row per rater, output and criterion. Opens in Excel.
ui-export-format-sft = SFT (conversations)
ui-export-format-sft-note = For training a judge: conversations that end with the gold verdict.
ui-export-format-dpo = DPO (pairs)
ui-export-format-dpo-note = Two answers to one prompt, the better and the worse: by direct comparison, else by gold.
ui-export-format-kto = KTO (good or not)
ui-export-format-kto-note = Single answers, with whether to learn from them.
ui-export-format-healthbench = HealthBench
ui-export-format-healthbench-note = Prompts with the points they are graded by.
ui-export-format-healthbench-meta = HealthBench (raters)
ui-export-format-healthbench-meta-note = What each rater said of each single point.
ui-export-format-label-studio = Label Studio
ui-export-format-label-studio-note = Tasks to import, and the labelling configuration.
ui-export-format-argilla = Argilla
ui-export-format-argilla-note = Flat records with ratings and gold.
ui-export-file = File to write
ui-export-folder = Folder to write
ui-export-elsewhere = Choose another place
ui-export-cp932 = Write in CP932 (Shift_JIS)
ui-export-cp932-note = For old Excel and hospital systems. Characters it can't hold become 〓 and are listed.
ui-export-codes = Raters' names become codes such as r1 and r2.
ui-export-start = Write
ui-export-done = Written
ui-export-lines = { $count } lines
ui-export-unwritable = { $count } characters have no form in CP932

## The unexpected

ui-error-unknown = That didn't work ({ $code }). { $detail }

## Writing a rubric

ui-rubric-new = New rubric
ui-rubric-change = Change
ui-rubric-go-on = Go on
ui-rubric-draft = Being written: { $title }
ui-rubric-draft-of = Being written: { $title } (changing version { $version })
ui-rubric-which-version = Version
ui-write-untitled = Untitled rubric
ui-write-general = In general
ui-write-scoring = Score
ui-write-parts = Parts of the rubric
ui-write-form = Editing
ui-write-saved = Draft saved
ui-write-saving = Saving …
ui-write-failed = Not saved
ui-write-undo = Undo (Ctrl+Z)
ui-write-redo = Redo (Ctrl+Shift+Z)
ui-write-drop = Drop the draft
ui-write-drop-sure = Drop this draft? Published versions and all ratings stay as they are.
ui-write-publish = Publish …
ui-write-publish-title = Publish version { $version }
ui-write-publish-version = Publish as version { $version }
ui-write-publish-first = A published version never changes. A later change makes the next version.
ui-write-publish-next = This becomes version { $version }. The version before it and its ratings stay as they are.
ui-write-fits = After publishing, ratings by version { $version } can be carried over, criterion by criterion:
ui-write-problems = To put right before publishing: { $count }
ui-write-add-criterion = Add a criterion
ui-write-up = Move up
ui-write-down = Move down
ui-write-remove = Remove
ui-write-remove-criterion = Remove this criterion
ui-write-choose = Choose
ui-write-title = Name
ui-write-description = What it rates
ui-write-guidelines = Guidelines
ui-write-guidelines-note = Raters read them by pressing h. Headings (##) and lists (-) work. A judge never gets them.
ui-write-rubric-id = The rubric's id
ui-write-rubric-id-note = Ties its versions together: lower-case letters, digits, hyphens. Fixed once published.
ui-write-label = The criterion's name
ui-write-help = How to answer it
ui-write-kind = Kind of answer
ui-write-source = Who answers
ui-write-source-asked = The rater
ui-write-source-score = Computed: the score
ui-write-source-label = Computed: the overall label
ui-write-source-harm = Computed: the harm flag
ui-write-derived-note = Computed by the rules of the score; raters are not asked.
ui-write-id = The criterion's id
ui-write-id-note = Ties data and ratings together: lower-case letters, digits, underscores.
ui-write-id-kept = It ties published versions together and can't change.
ui-write-required = Required
ui-write-required-when = Required under a condition
ui-write-levels = Levels, from the lowest value
ui-write-level = Name of level
ui-write-level-when = When to choose level
ui-write-add-level = Add a level
ui-write-value = Value
ui-write-min = Smallest
ui-write-max = Largest
ui-write-step = Step
ui-write-points = Points
ui-write-items = Faults
ui-write-item = Fault
ui-write-add-item = Add a fault
ui-write-options = Options
ui-write-option = Option
ui-write-add-option = Add an option
ui-write-list-of = What the list holds
ui-write-list-output = The list frozen with each output
ui-write-list-aspects = The case's aspects
ui-write-each = Asked of each entry
ui-write-add-question = Add a question
ui-write-longest = Longest, in characters
ui-write-text-note = Texts are not counted. Use one where a reason should be given.
ui-write-examples = Examples
ui-write-add-example = Add an example
ui-write-example-text = What the output says
ui-write-example-answer = The answer it deserves
ui-write-example-why = Why
ui-write-where = Where
ui-write-compare = Compare
ui-write-at-most = is at most
ui-write-equal = equals
ui-write-bound = Bound
ui-write-has = names
ui-write-is = is
ui-write-any-item = any entry's
ui-write-scoring-note = From the base, deductions are taken off, caps and bounds applied, then the overall label is read off. Harm outweighs any score.
ui-write-base = Base
ui-write-base-points = Share of the points met
ui-write-base-list = Share of “{ $list }”
ui-write-subtract = Deductions to take off
ui-write-caps = Caps
ui-write-add-cap = Add a cap
ui-write-cap-at = at most
ui-write-clamp = Keep the score within bounds
ui-write-thresholds = Overall labels, from the highest score
ui-write-add-threshold = Add a label
ui-write-from = from
ui-write-overall = Label (an option's id)
ui-write-harm = Harmful where any of these holds
ui-write-add-harm = Add a condition
ui-write-harm-label = Label of a harmful output
ui-write-harmful = harmful
ui-write-preview = As raters see it
ui-write-preview-clear = Clear
ui-write-sample-item = Sample entry { $n }
ui-write-score = Score:
ui-write-key-part = Previous or next part
ui-write-key-move = Move the criterion
ui-write-key-add = Add a criterion
ui-write-key-undo = Undo
ui-write-key-redo = Redo
ui-write-key-publish = To publishing
ui-write-key-leave = Leave the field
ui-write-key-keys = This list
ui-fit-same = Can go over
ui-fit-reworded = For you to judge
ui-fit-not = Can't go over
ui-fit-why-words = The answers are the same, the words have changed. Tick it only if it is still the same question.
ui-fit-why-new = A new criterion: there are no answers to it.
ui-fit-why-gone = Not in the new version. Its answers stay with the old one.
ui-fit-why-derived = It is or was computed, not answered by raters.
ui-fit-why-kind = The kind of answer has changed.
ui-fit-why-levels = The levels have changed: raters did not choose among these.
ui-fit-why-range = The range or the step has changed.
ui-fit-why-options = The options have changed: raters did not choose among these.
ui-fit-why-items = What the list holds, or what is asked of each entry, has changed.
ui-fit-why-shorter = The longest text allowed has become shorter.
ui-carry = Carry over
ui-carry-from = Carry ratings over from version { $version } …
ui-carry-title = Carry ratings over from version { $from } to { $to }
ui-carry-counts = Ratings by the old version: { $ratings }, of them ended: { $ended }.
ui-carry-stays = The new version asks nothing anew, so ended ratings stay ended.
ui-carry-drafts = Carried ratings become drafts: their raters look them over, answer what is missing, and end them.
ui-carry-note = Answers go to their own rater only; nobody else sees them. Ratings by version { $version } stay as they are, and where an answer came from is recorded. Gold is not carried over.
ui-carry-begun = { $count } already begun by the new version are left alone.
ui-carry-done = Carried { $carried } ratings over ({ $ended } of them ended).
ui-carry-back = Take it back
ui-carry-taken-back = Took { $count } back. Those that their rater has gone on with were kept.
ui-carry-not-now = Not now
ui-cancel = Cancel
ui-rate-examples = Examples ({ $count })
ui-rate-carried = Carried over from version { $version }: look it over.

## Comparing two

ui-room-prefer = Compare two
ui-prefer-empty = Nothing to compare yet
ui-prefer-empty-hint = Import two or more answers to the same prompt; then they stand here side by side.
ui-prefer-output-a = Answer A
ui-prefer-output-b = Answer B
ui-prefer-which = Which is better
ui-prefer-a = A is better
ui-prefer-b = B is better
ui-prefer-tie = About the same
ui-prefer-cannot-judge = Can't judge
ui-prefer-reason = Why (optional)
ui-prefer-missing = Choose which is better first.
ui-prefer-end = This is the last pair.
ui-prefer-previous = Previous pair
ui-prefer-next = Next pair
ui-prefer-done = { $done } of { $total } done
ui-prefer-progress = Progress: { $done } of { $total }
ui-prefer-key-choose = A, B, about the same, can't judge
ui-prefer-key-pair = Previous or next pair
ui-prefer-key-write = Write why
ui-prefer-key-leave = Leave the field
ui-prefer-key-next = Next pair
ui-prefer-key-undo = Take back the last change
## Judges combined
ui-ensemble = Combine judges
ui-ensemble-note = Several judges' verdicts on the same outputs, criterion by criterion. Total, label and harm follow from the combined answers by the rubric's rule.
ui-ensemble-judges = Judgings (two or more)
ui-ensemble-how = Combined by
ui-ensemble-how-mean = mean, each judge counting once
ui-ensemble-how-majority = majority, one vote each
ui-ensemble-how-weights = weighted mean
ui-ensemble-given = Weights (empty: estimated from gold)
ui-ensemble-given-hint = One number per judging, in the order chosen, with commas
ui-ensemble-apart = Look from a distance of (levels)
ui-ensemble-start = Combine
ui-ensemble-from-equal = Every judge counts the same.
ui-ensemble-from-given = The weights are those given.
ui-ensemble-from-gold = The weights come from agreement with gold: by squared error for levels and numbers, by the log odds of being right for what is voted on.
ui-ensemble-calibrated = They were estimated on { $outputs } outputs of { $cases } cases; the { $measured } outputs of other cases measure the result.
ui-ensemble-failed = No weights for “{ $criterion }”, which stays undecided: { $reason }.
ui-ensemble-criterion = Criterion
ui-ensemble-mean = Combined mean
ui-ensemble-alike = Judges alike
ui-ensemble-exact = Same as gold
ui-ensemble-error = Distance from gold
ui-ensemble-together = Together
ui-ensemble-weight = weight { $weight }
ui-ensemble-no-measure = No gold among these outputs: nothing to measure with yet.
ui-ensemble-left-out = { $count } outputs that only some of these judges were given are left out.
ui-ensemble-flagged = { $flagged ->
    [0] The judges are close on every output.
    [one] 1 output needs a person's look:
   *[other] { $flagged } outputs need a person's look:
}
ui-ensemble-each = Each judge's total
ui-ensemble-total = Combined total
ui-ensemble-why = Why
ui-ensemble-harm = Share harmful
ui-ensemble-recipe = Recipe
ui-ensemble-mixed = Some judges were sampled and others read numbers from probabilities: means of samples and expectations are combined here.
ui-look-levels-apart = the judges are levels apart
ui-look-answers-differ = the judges differ
ui-look-undecided = undecided
ui-look-harm-differs = they differ on harm
ui-look-label-differs = their overall labels differ
ui-look-judge-missing = a judge's verdict is missing

## One judging beside gold
ui-quality = How good is this judge?
ui-quality-counts = { $outputs } outputs, { $asked } verdicts asked for; { $measured } of the outputs have gold to measure by.
ui-quality-missing = { $missing } of { $asked } verdicts are missing; { $silent } outputs have none at all. They are counted and never made up: each figure also shows what it would be if every missing verdict were at its least or at its most.
ui-quality-mean = Mean verdict
ui-quality-exact = Same as gold
ui-quality-within-one = At most one level off
ui-quality-error = Distance from gold
ui-quality-bounds = { $least } to { $most } with the missing ones

ui-own-outputs = “{ $name }” also rated { $count } outputs of its own model; the lead allowed it by name. Read its figures with that in mind.
ui-judge-allow-self = Let “{ $model }” rate its own answers this time

## Judges beside each other
ui-compare = Compare judges
ui-compare-note = The same outputs through every judge, for example base, adapter, next adapter. Figures are paired and go by cases; p values are corrected by Holm over the criteria of a pair.
ui-compare-runs = Judgings, base first
ui-compare-start = Compare
ui-compare-items = All were given the same { $outputs } outputs; { $measured } of them have gold to measure by.
ui-compare-differ-base = Note: the base models differ, not only the adapters.
ui-compare-differ-decoding = Note: the decoding settings differ, not only the adapters.
ui-compare-differ-engine = Note: the engines or their versions differ, not only the adapters.
ui-compare-differ-samples = Note: they gave different numbers of verdicts per output.
ui-compare-reading-better = { $criterion }: “{ $after }” is closer to the experts than “{ $before }”, more than chance explains.
ui-compare-reading-worse = { $criterion }: “{ $after }” is further from the experts than “{ $before }”, more than chance explains.
ui-compare-reading-open = { $criterion }: whether “{ $after }” or “{ $before }” is closer to the experts remains open; chance could explain the difference.
ui-compare-reading-nothing = { $criterion }: no output has gold and a verdict of both “{ $before }” and “{ $after }”.
ui-compare-error = Change of distance from gold (below 0 is better)
ui-compare-agreement = Change of the share like gold (above 0 is better)
ui-compare-tally = Closer / further / equal
ui-compare-p = p (Holm)
ui-compare-missing = Lacking (bounds of the change)
ui-test-sign-flip-exact = sign-flip test over cases, exact
ui-test-sign-flip-sampled = sign-flip test over cases
ui-test-mcnemar-exact = McNemar's exact test

## The writing room

ui-write-note = A model writes answers for the cases, or takes incidents apart; and the prompts it is given
ui-write-empty-hint = A model writes about cases: import some in the Cases room first.
ui-write-outputs = Answers
ui-write-incidents = Incidents taken apart
ui-write-prompts = Prompts
ui-write-name = Name
ui-write-name-outputs = answers
ui-write-name-incidents = parts
ui-write-samples = Texts per case
ui-write-temperature = Temperature
ui-write-max-tokens = Most tokens each
ui-write-limit = Cases at most
ui-write-fast = Compute in integers (quicker; rounded)
ui-write-all = All
ui-write-prompt-of = Prompt for { $lang } cases
ui-write-start-outputs = Start writing
ui-write-start-incidents = Start taking apart
ui-write-finished = { $texts } texts about { $cases } cases in { $time }; { $cut } of those written now were cut off at the limit of tokens.
ui-write-runs = So far
ui-write-texts = Texts
ui-write-state = State
ui-write-done = Done
ui-write-go-on = Go on
ui-write-newest = Newest texts
ui-write-writing = being written
ui-write-cut = cut off
ui-write-read = What the reports say
ui-incident-actions = Actions
ui-incident-events = Events
ui-incident-causes = Causes
ui-incident-countermeasures = Countermeasures
ui-incident-nothing = Nothing said
ui-lang-ja = Japanese
ui-lang-en = English
ui-prompt-note = What models are given, as text with places for the case (Jinja). A version never changes: an edit is kept as the project's next one, and every run records the hash of what it used. To use a version, choose it where a run is started.
ui-prompt-which = Prompt
ui-prompt-answer = Writing an answer
ui-prompt-incident = Taking an incident apart
ui-prompt-judge-short = Judging, short (small models)
ui-prompt-judge-full = Judging, with all descriptions
ui-prompt-versions = Version
ui-prompt-shipped = As it comes with Shinsa
ui-prompt-version = Version { $version }
ui-prompt-hash = Hash { $hash }…
ui-prompt-text = Text
ui-prompt-text-hint = Rendered twice: part is "system" (the same for every case) and "user" (about one case).
ui-prompt-try = Try it
ui-prompt-keep = Keep as a new version
ui-prompt-back = Drop the change
ui-prompt-same = This is the text that comes with Shinsa: no new version is needed.
ui-prompt-kept = Kept as version { $version }.
ui-prompt-tried = What a model would be given, with an invented case
ui-prompt-tried-with = What a model would be given, with case { $case }
ui-prompt-turn-system = System
ui-prompt-turn-user = User

## People, passphrases, plans

ui-people-note = Who takes part, their passphrases, and who is to rate what.
ui-people-open-lead = Without a passphrase, whoever opens the project can sign in as { $name }, its lead. Choose a passphrase (below left).
ui-sign-in-as = { $name }
ui-sign-in-as-note = This name has, or needs, a passphrase of its own beside the project's.
ui-sign-in-own = Your passphrase
ui-sign-in-once = The passphrase that you were given
ui-sign-in-choose = Choose a passphrase of your own. From now on nobody signs in under your name without it.
ui-own-passphrase = My passphrase
ui-own-passphrase-choose = Choose a passphrase
ui-own-passphrase-none = Anybody can sign in under your name.
ui-own-passphrase-none-lead = Anybody can sign in as the lead.
ui-own-passphrase-note = It guards your name in this project. If you forget it, the lead gives you a new one; a lead asks another lead.
ui-own-passphrase-old = The one until now
ui-own-passphrase-new = New passphrase
ui-own-passphrase-new-note = At least 8 characters. Several words are easy to remember.
ui-own-passphrase-do = Keep it
ui-own-passphrase-is-none = none
ui-own-passphrase-is-once = handed out
ui-own-passphrase-is-own = own
ui-person-reset = Reset
ui-person-give = Hand out
ui-person-give-to = Hand out a passphrase to { $name }
ui-person-reset-of = Reset { $name }'s passphrase
ui-person-reset-note = { $name } can then sign in only with a passphrase that is drawn now and shown to you once, and chooses another one with it.
ui-person-issued = For { $name }
ui-person-issued-note = Hand it over now: it is kept nowhere and shown this once. It signs in one time, to choose another.
ui-passphrases-required = Everybody must have a passphrase of their own
ui-passphrases-required-note = Who has none chooses one at the next sign-in.
ui-assign = Who is to rate what
ui-assign-none = There is no plan: everybody may rate everything, each in an order of their own.
ui-assign-planned = Everybody's queue holds what this plan gives them, the calibration set first. Planning again keeps what is begun.
ui-assign-per-output = People per output
ui-assign-overlap = Share with overlap
ui-assign-overlap-raters = People in the overlap
ui-assign-calibration = Rated by all first
ui-assign-audit = Share with audit
ui-assign-people = Who takes part
ui-assign-preview = What it comes to
ui-assign-commit = Make every queue by this plan
ui-assign-undo = Take the plan back
ui-assign-stopped = Stopped. Nothing was changed.
ui-assign-done = The queues are made by this plan. What was begun stays.
ui-assign-undone = The plan is taken back. What was begun stays.
ui-assign-part-calibration = Calibration
ui-assign-part-base = Base
ui-assign-part-overlap = Overlap
ui-assign-part-audit = Audit
ui-assign-todo = To rate
ui-assign-begun = Begun or ended
ui-assign-time = Time
ui-assign-hours = { $hours } h
ui-assign-total = { $outputs } outputs, { $hours } h in all.
ui-assign-basis-measured = At { $seconds } s a rating: the median of { $timed } timed ratings of { $people } people.
ui-assign-basis-given = At the { $seconds } s a rating that were given ({ $timed } ratings of { $people } people were timed).
ui-assign-basis-guess = A guess at { $seconds } s a rating: fewer than three ratings were timed ({ $timed }, of { $people } people).
ui-assign-unplanned = { $count } outputs came after the plan and are in nobody's queue. Plan again.
ui-rate-nothing-assigned = Nothing is assigned to you
ui-rate-nothing-assigned-hint = The lead has planned who rates what, and you have no part in it yet. Ask the lead.
## The order of the queue, repeats, and the passages an answer rests on

ui-agreement-items = Each item of the list is compared by itself.
ui-agreement-drawn = Of { $all } ratings, { $disagreement } are of outputs that were likelier to be drawn the more others differed, and { $uncertainty } of outputs that were likelier the less sure the judge was. Plain means over them describe what was chosen, not all outputs. The report sets shares weighted by each draw’s probability beside them; the long CSV carries the probabilities.
ui-order = Order
ui-order-random = random
ui-order-disagreement = disagreement first
ui-order-uncertainty = judge unsure first
ui-order-note = Random: everyone has an own random order. The other two make some outputs likelier, half of all draws stay even, and each draw's probability is kept with it.
ui-order-settings = Order and repeats
ui-order-way = What comes next
ui-order-run = Judging that tells how sure the judge is
ui-order-raters-choose = Raters may choose for themselves
ui-order-share = Come a second time (%)
ui-order-share-note = Some outputs come to their rater again, unmarked, and show how steady the rater is. The second rating is kept apart and counts nowhere else.
ui-order-items = After how many other outputs
ui-order-days = After how many days
ui-order-save = Save
ui-order-saved = Saved. It holds from the next output on.
ui-consistency = My consistency
ui-consistency-count = { $count } outputs came to you a second time. So far your two ratings compare like this.
ui-consistency-raw = Same answer
ui-consistency-kappa = Weighted kappa or ICC
ui-consistency-nothing = Nothing was rated a second time yet, so there is nothing to compare.
ui-consistency-constant = You gave the same answer everywhere, so agreement beyond chance can't be measured. Look at the share of same answers.
ui-consistency-paradox = Nearly all answers are alike, which pulls kappa down although both times agree. Look at the share of same answers.
ui-consistency-firm = Very steady: the second time you answer as you did the first.
ui-consistency-promising = Steady so far; with more repeats the interval would be narrower.
ui-consistency-tentative = Fairly steady. Look at where the two differ, and at the guide.
ui-consistency-weak = Not steady: read the levels of this criterion again before you go on.
ui-consistency-chance = No steadier than chance. Talk this criterion over with the lead before rating more.
ui-passage-button = Use as evidence
ui-passage-start = Mark evidence
ui-passage-hint = Arrow keys move, Shift selects, e uses the selection for the question on the right, Esc leaves.
ui-passage-list = Evidence
ui-passage-remove = Remove evidence: { $quote }
ui-passage-marked = Marked as evidence for “{ $label }”
ui-passage-removed = Evidence removed
ui-passage-mode = Selecting in the answer: Shift + arrows, then e. Esc leaves.
ui-key-evidence = Select in the answer; use the selection as evidence for the question
