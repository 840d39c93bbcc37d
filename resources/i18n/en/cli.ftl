### What the command line prints.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: kebab-case, starting with the file's area (cli-…).

cli-error = Error:
cli-warning = Note:
cli-passphrase = Passphrase:
cli-passphrase-again = The passphrase again:
cli-passphrase-new = The new passphrase:
cli-person-passphrase = { $name }'s own passphrase:

cli-project = Project { $name } ({ $path })
cli-project-counts = Cases { $cases } · outputs { $outputs } · ratings { $ratings } · gold { $gold } · verdicts { $verdicts }
cli-rubric-added = Added the rubric { $rubric }.

cli-import-problem = { $file }, row { $row }, { $column }: { $text }
cli-import-read = Read { $rows } rows ({ $encoding }): { $new } new, { $repeated } already here.
cli-import-outputs = With them { $outputs } new outputs.
cli-import-done = Stored.
cli-import-nothing = Nothing was stored.

cli-agreement-raw = Same
cli-agreement-others = the others
cli-agreement-pair = { $a } and { $b }: kappa { $kappa }; same { $raw }
cli-agreement-hand = { $rater }: difference from the others { $severity }; drift { $drift }
cli-gold = Gold: { $unanimous } unanimous, { $majority } by majority, { $adjudicated } adjudicated. { $unresolved } need a person:
cli-adjudicate = { $open } to decide, { $agreed } agreed but not yet gold, { $decided } decided by a person (* has gold by majority):
cli-adjudicate-settled = { $count } outputs on which all raters agree are gold now.
cli-adjudicate-passage = { $question } rests on “{ $quote }” ({ $start }–{ $end })
cli-adjudicate-withdrawn = { $output }: its gold was taken back; the history keeps it.
cli-adjudicate-decided = { $output }: decided, gold from now on.
cli-adjudicate-no-cause = { "  " }{ $criterion }: say why raters differed ("causes").
cli-rating-locked = done
cli-rating-draft = draft
cli-unwritable = This character has no form in CP932: { $cell }
cli-model = { $arch } · { $parameters } parameters · { $bytes } bytes · { $weights } · context { $context }

cli-adapter-exported = Wrote the adapter { $path }: rank { $rank }, { $parameters } numbers.
cli-adapter-merged = Wrote the merged model { $path }.
cli-adapter-moved = Divergence from the base with the adapter beside it (mean over { $positions } positions of general text): base alone { $base }, merged { $before }, as written { $after }.

cli-phase-load = Loading the model
cli-phase-plan = Planning
cli-phase-train = Training
cli-phase-evaluate = Measuring
cli-phase-prefill = Reading
cli-phase-judge = Judging
cli-phase-export = Writing
cli-phase-import-read = Reading
cli-phase-import-check = Checking
cli-phase-import-store = Importing
cli-phase-assign-read = Reading the outputs
cli-phase-assign-draw = Drawing the plan
cli-phase-assign-store = Making the queues
cli-phase-merge = Merging
cli-held-out = held-out { $loss }
cli-left = { $seconds } s left

cli-preview = Example { $id }: { $tokens } tokens (at most { $limit }), { $learned } of them learned, between ⟦ and ⟧
cli-plan = { $examples } examples in { $steps } steps; { $evaluated } held out. { $tokens } tokens, { $targets } of them learned; about { $seconds } s.
cli-plan-weights = weights
cli-plan-checkpoints = every layer's input
cli-plan-layer = one layer with its gradients
cli-plan-kept = layers kept for the backward pass
cli-plan-logits = logits
cli-plan-lora = adapter and optimiser
cli-plan-copies = best adapter and checkpoint
cli-plan-probe = forgetting probe
cli-plan-program = the program itself
cli-driver = The GPU's driver counts { $bytes } MiB in use, other programs' included.
cli-plan-total = { $total } MiB at the peak; { $dry } MiB measured on the largest pack; { $limit } MiB may be used.
cli-over-long-left-out = Left out for its length: { $id } ({ $tokens } tokens)
cli-over-long-cut = Cut for its length: { $id } ({ $tokens } tokens, { $kept } kept)
cli-trained-course = Kept the adapter of step { $kept }{ $early ->
        [yes] {" "}(stopped early)
       *[no] {""}
    }; divergence from the base on general text { $kl } nats. Peak { $peak } MiB (planned { $planned }); { $expected } s were expected.

cli-demo-project = 1. Made the project { $path } (passphrase: { $passphrase })
cli-demo-imported = 2. Imported { $file }: { $n } rows ({ $encoding })
cli-demo-agreement = 3. Experts agree on safety: Krippendorff's alpha { $alpha }
cli-demo-gold = 3. Gold: { $unanimous } unanimous, { $majority } by majority; { $unresolved } left for a person
cli-demo-exported = 4. Exported the expert-labelled dataset to { $path }
cli-computed-on = Computed on: { $device }
cli-demo-trained = 5. Trained on { $examples } examples in { $steps } steps ({ $trainable } parameters, { $seconds } s); held-out loss { $first } → { $last }
cli-demo-judged = 6. Judge “{ $name }”: { $verdicts } valid verdicts on { $outputs } outputs in { $seconds } s
cli-demo-row-experts = Experts among each other (alpha)      
cli-demo-row-untrained = Untrained judge against gold (QWK)    
cli-demo-row-trained = Trained judge against gold (QWK)      
cli-demo-row-harm = Harmful outputs (gold)                
cli-demo-harm = { $rate }, at most { $upper } (95 %, one-sided), n { $n }
cli-demo-cost = Took { $seconds } s; at most { $peak } MiB of memory in all processes together.

cli-unknown-language = --lang { $lang }: choose ja or en.

cli-host-none = No host is allowed: nothing leaves this machine.
cli-host-allowed = Allowed for judging: { $hosts }
cli-endpoint-plain = Note: { $url } is plain http to another machine: whoever is on that network can read what is sent. Use https where the server offers it.
cli-endpoint-no-probabilities = The endpoint gives no probabilities (it refused logprobs), so it was asked without; its verdicts have answers only.
cli-host-requests = { $lines } lines of requests ({ $path }):
cli-missing-verdict-not-json = Missing, because the answer was no JSON: { $count }
cli-missing-verdict-invalid = Missing, because the answer broke the rating's form: { $count }
cli-missing-verdict-cut = Missing, because the answer was cut: { $count }
cli-missing-endpoint-answer = Missing, because the endpoint's reply can't be read: { $count }
cli-missing-endpoint-refused = Missing, because the endpoint refused the request: { $count }

cli-ensemble = { $judges } combined on { $outputs } outputs: { $how } ({ $left } outputs that only some of them were given are left out).
cli-ensemble-alike = {"  "}All judges alike on { $share } of the outputs; { $undecided } outputs undecided
cli-recipe = Recipe { $hash }

cli-verdicts = “{ $name }”: { $outputs } outputs, { $asked } verdicts asked for, { $missing } missing ({ $silent } outputs without any); { $measured } outputs have gold to measure by.
cli-bounds = { $seen }; with the missing ones { $least } to { $most } (intervals included: { $low } to { $high })

cli-compare-counts = {"    "}closer { $wins }, further { $losses }, equal { $ties }; p { $p }, Holm { $holm } ({ $test })
cli-compare-missing = {"    "}{ $missing } outputs lack a verdict; with them the change lies between { $least } and { $most }

cli-probe-order = “{ $name }”: { $outputs } outputs judged twice, the second time with criteria, levels and options in reverse order ({ $missing } lack a verdict).
cli-probe-verbosity = “{ $name }”: { $outputs } outputs judged twice, the second time with { $chars } characters of neutral text after them ({ $missing } lack a verdict).
cli-probe-effect = {"  "}changed less plain { $effect }; p (Holm) { $p }
cli-probe-flips = {"  "}share of outputs with another answer { $share }

cli-generated = “{ $name }”: { $texts } outputs for { $cases } cases in { $seconds } s, { $cut } of them cut off at the limit of tokens.
cli-restructured = “{ $name }”: { $texts } readings of { $cases } cases in { $seconds } s, { $cut } of them with a text ended early. Read them before you use them.
cli-incident-actions =   Actions: { $list }
cli-incident-events =   Events: { $list }
cli-incident-causes =   Causes: { $list }
cli-incident-countermeasures =   Countermeasures: { $list }
cli-prompt-built-in = { $name }  comes with Shinsa  { $hash }
cli-prompt-version = { $name }  version { $version } by { $by }  { $hash }
cli-prompt-chosen = Judging, training, probes and datasets take { $name } where none is named.
cli-prompt-kept = { $name }: version { $version } is kept. A run takes it where it is named.
cli-phase-write = writing
cli-phase-hash = checking the model's file
cli-write-skipped = Left out: { $case }. { $reason }
cli-verdict = { $output }: total { $mean } (mean of { $samples } verdicts), gold { $gold }

cli-rubric-sound = { $rubric }: no mistakes.
cli-carry-counts = Ratings by the old version: { $ratings } (ended: { $ended }). Begun by the new version: { $begun }.
cli-carried = Carried { $carried } ratings over ({ $ended } of them ended). Left alone, begun already: { $begun }; nothing to carry: { $empty }.
cli-carry-back = Took { $count } carried ratings back.
cli-phase-carry = Carrying over
cli-carry-fit = { $reason ->
        [same] can go over
        [words] its words have changed (name it with --criterion if it is still the same question)
        [new] can't go over: a new criterion
        [gone] can't go over: not in the new version
        [derived] can't go over: raters don't answer it
        [kind] can't go over: the kind of answer has changed
        [levels] can't go over: the levels have changed
        [range] can't go over: the range or step has changed
        [options] can't go over: the options have changed
        [items] can't go over: what the list holds has changed
        [shorter] can't go over: the longest text has become shorter
       *[other] { $reason }
    }

cli-preferences = { $said } said of { $pairs } pairs: A better { $a }, B better { $b }, ties { $ties }, can't judge { $cannot }
cli-preference = { $choice ->
        [a] A is better
        [b] B is better
        [tie] about the same
       *[other] can't judge
    }

## People and plans

cli-lead-open = { $name }, a lead, has no passphrase: whoever opens the project can sign in under this name. Choose one: shinsa person passphrase
cli-person-chosen = { $name } signs in with the new passphrase from now on.
cli-person-reset = { $name }: { $passphrase } – hand it over; it signs in once, to choose another. It is kept nowhere.
cli-person-required = Everybody must have a passphrase from now on. Who has none chooses one at the next sign-in.
cli-person-not-required = Nobody has to have a passphrase any longer. Who has one still needs it.
cli-assign-parts = { $outputs } outputs · ratings to give: calibration { $calibration } · base { $base } · overlap { $overlap } · audit { $audit }
cli-assign-rater = { $name }: { $todo } to rate, { $begun } begun or ended, { $hours } h
cli-assign-measured = { $hours } h in all, at { $seconds } s a rating (the median of { $timed } timed ratings of { $people } people).
cli-assign-given = { $hours } h in all, at the { $seconds } s a rating that were given ({ $timed } ratings of { $people } people were timed).
cli-assign-guess = { $hours } h in all, at { $seconds } s a rating: a guess, since fewer than three ratings were timed ({ $timed }, of { $people } people).
cli-assign-unplanned = { $outputs } outputs came after the plan and are in nobody's queue. Plan again.
cli-assign-none = There is no plan: everybody may rate everything.
cli-assign-dry-run = Nothing was changed. With --seed { $seed } the same plan is made.
cli-assign-done = The queues are made by this plan (seed { $seed }). What was begun stays.
cli-assign-undone = The plan is taken back. What was begun stays.
cli-queue-next = Now: case { $case } ({ $id })
cli-queue-all-done = Everything is done.
cli-queue-order = Order: { $way ->
        [disagreement] likelier where others' ratings differ
        [uncertainty] likelier where the judge is unsure
       *[other] random
    }
cli-queue-run = The judge's uncertainty is read from the judging { $run }.
cli-queue-free = Raters may choose the order of their own queue.
cli-queue-fixed = Raters can't choose the order.
cli-queue-again = { $share } % come a second time, after { $items } other outputs and { $days } days.
cli-consistency = { $rater }: { $repeats } outputs rated a second time
