### The help of the command line.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### `help-COMMAND-ARGUMENT`, else `help-arg-ARGUMENT` for what several commands share.

help = Expert ratings of what language models answered: import, rate, agree, export, train a judge, report. Everything stays on this machine.
help-after = Exit codes: 0 done · 1 refused or failed (the message says why) · 2 wrong usage · 3 the input has problems (listed; nothing was changed) · 130 stopped by Ctrl-C.
help-heading-usage = Usage:
help-heading-commands = Commands
help-heading-arguments = Arguments
help-heading-options = Options
help-default = [default: { $value }]
help-command = COMMAND

## Of every command

help-arg-help = Print help
help-arg-version = Print version
help-arg-json = One JSON object on standard output instead of text; progress as plain lines on standard error
help-arg-lang = Language of the messages: ja or en (default: the system's)
help-arg-rater = Whose view to take: the name of a rater in the project (default: the lead)
help-arg-passphrase-file = File whose first line is the passphrase (else SHINSA_PASSPHRASE, else asked)
help-arg-person-passphrase-file = File whose first line is the own passphrase of whoever signs in (else SHINSA_PERSON_PASSPHRASE, else asked where there is one)

## Met more than once

help-arg-path = The project folder
help-arg-rubric = The rubric: `id` or `id@version` (default: the only one)
help-arg-model = The model (default: the embedded one)
help-arg-seed = Seed of everything random
help-arg-fast = Compute in integers where the weights are: quicker and leaner, and another judge than the exact one
help-arg-threads = Threads (default: all cores)
help-arg-samples = Samples per output of a judge
help-arg-steps = Training steps at most (default: as many as the data takes)

## By command

help-demo = The whole way once, on synthetic data: from cases to a trained judge and a report
help-demo-out = Folder for the project and its files; made where absent. A project of an earlier demo there is replaced
help-demo-held-out = Held-out outputs at most (default: all of them)
help-demo-data = Folder of the demo's data (default: the embedded one)
help-project = Make a project, or say what is in one
help-project-new = Make a project folder NAME.shinsa, protected by a passphrase
help-project-new-path = The folder to make
help-project-new-name = The project's name (default: the folder's)
help-project-new-lead = The name of the lead who makes it
help-project-person = Add a person with a role
help-project-person-name = The person's name
help-project-person-role = What the person may do: rater, adjudicator or lead
help-project-person-profession = The person's profession, kept with the ratings
help-project-info = Say what is in a project
help-rubric = Rubrics of a project, and those shipped with Shinsa
help-rubric-add = Add a shipped rubric by its id, or one from a JSON file
help-rubric-add-rubric = A shipped id (see `rubric list`) or a path to a file
help-rubric-list = The project's rubrics; without a project, those shipped
help-rubric-show = Print a rubric as JSON
help-rubric-show-rubric = `id` or `id@version`
help-rubric-schema = Print the JSON Schema of a rubric file, to write one with
help-import = Bring cases, outputs or ratings in from a file
help-import-kind = What the file holds: cases (CSV, XLSX, JSONL; columns may hold outputs), outputs (JSONL) or ratings (JSONL, CSV, XLSX)
help-import-file = The file
help-import-dry-run = List every problem and change nothing
help-import-encoding = The file's encoding, when the guess is wrong: utf-8, cp932, utf-16le, utf-16be
help-import-map = A column for a field, as FIELD=HEADING; repeatable (fields of cases: key, title, what, factors, improvements, reference, lang, aspects; of ratings: output, rater, profession, at, and the criteria's ids)
help-import-outputs = A column of a table of cases that holds outputs, by its heading; repeatable (default: those whose headings tell)
help-import-sheet = The sheet of a workbook (default: the first with anything in it)
help-import-rubric = The rubric of ratings in a table: `id` or `id@version` (default: the only one)
help-import-whose = Whose ratings a table holds, where no column says
help-import-partial = Import the good rows even though others have problems
help-import-failed-rows = Write the rows with problems to this file, to correct and import again
help-agreement = How far raters agree, with intervals over cases
help-gold = Consolidate locked ratings into gold by majority; what has none is listed
help-gold-cautious = Where no answer has a majority, take the more cautious one instead of leaving the output for a person
help-adjudicate = Decide where raters differ: list, show, decide, settle, take back
help-adjudicate-output = The output (its key) to show or decide; without it all are listed
help-adjudicate-decision = JSON file with `answers` and, where raters differ, `causes` (rubric-unclear, slip, disagreement, missing-context)
help-adjudicate-withdraw = Take the output's gold back
help-adjudicate-settle = Make gold of everything on which all raters agree
help-ratings = Ratings of one output, as far as the viewer may see them
help-ratings-output = Only this output (its key)
help-export = Write an expert-labelled dataset
help-export-format = The format: dataset (a folder with SFT, long table, card, metadata), sft, dpo, kto, healthbench, healthbench-meta, label-studio, argilla or csv (long table)
help-export-out = Where to: a file, or a folder for `dataset`
help-export-cp932 = Write the CSV in CP932 and list the cells that can't be written so
help-model = Language models on this machine
help-model-add = Remember a model: a GGUF file, or a folder with config.json and safetensors
help-model-add-model = The file or folder
help-model-list = The embedded model and those added
help-model-inspect = Read a model's header and say what it is
help-model-inspect-model = The file or folder
help-train = Train a LoRA judge on gold
help-train-name = The adapter's name in the project
help-train-rank = Rank of the adapter
help-train-learning-rate = Peak learning rate
help-train-epochs = Times through the data
help-train-device = What computes: auto (a GPU where one can be used), cpu, cuda (NVIDIA) or metal (Apple)
help-train-memory-limit = Refuse a run whose planned peak is above this many bytes
help-train-plan-only = Load, plan, compute the largest pack once, and say what the run would cost
help-train-preview = Show the first N examples as tokens, what is learned marked, and train nothing
help-train-max-tokens = Longest example, in tokens
help-train-over-long = What becomes of a longer example: refuse (the run), truncate or drop (each is named)
help-train-all-turns = Learn every answer of a conversation, not only the last
help-train-evaluate-every = Measure held-out loss and forgetting after every so many steps
help-train-patience = Stop after so many measurements without improvement (needs --evaluate-every)
help-train-min-delta = Nats per token that count as an improvement
help-train-keep-last = Keep the last adapter, not the best one by held-out loss
help-train-schedule = Course of the learning rate: linear (down to 0), cosine (down to a tenth) or constant
help-train-warmup = Steps in which the rate rises; below 1 a share of all steps
help-train-alpha = Numerator of the adapter's scale, alpha / r
help-train-dropout = Dropout of the adapter's input, 0 to below 1
help-train-rslora = Scale by alpha / sqrt(r) (rsLoRA)
help-train-b-ratio = How many times as fast the adapter's B learns (LoRA+)
help-train-neftune = Strength of noise on the embeddings (NEFTune); 5 is usual, 0 is none
help-train-weight-decay = Decoupled weight decay
help-train-stored-weights = Keep the weights as stored: slower, far less memory
help-judge = Let a judge rate outputs
help-judge-name = The run's name in the project
help-judge-adapter = The adapter: a training run's name, or a PEFT folder
help-judge-which = Which outputs: held-out (with gold, in held-out cases), unrated (without gold) or all
help-arg-device = What computes: auto (a GPU where one can be used), cpu or cuda (NVIDIA); a run that goes on stays where it began
help-judge-temperature = Sampling temperature; 0 takes the likeliest
help-report = Write the report: one HTML page, and its figures as JSON
help-report-out = Folder for report.html, figures.json and volatile.json (default: the project's exports folder)

## Wrong usage

usage-unknown-argument = There is no argument or option { $argument }.
usage-unknown-command = There is no command { $argument }.
usage-suggestion = Did you mean { $suggestion }?
usage-missing = Missing: { $argument }
usage-bad-value = { $value } does not go with { $argument }.
usage-valid-values = Possible values: { $values }
usage-no-value = { $argument } needs a value.
usage-twice = { $argument } can be given only once.
usage-other = The command is not written as it should be.
usage-more = See --help.
help-adapter = Adapters in other formats, added up, or merged into their base
help-adapter-export = Write an adapter for llama.cpp (a name that ends in .gguf) or as a PEFT folder; several become their weighted sum
help-adapter-export-adapters = A PEFT folder or .gguf file, with =WEIGHT where not all of it is wanted
help-adapter-export-to = Where to; the name must be free
help-adapter-export-model = The base the adapters were trained on (default: the embedded model)
help-adapter-merge = Merge adapters into their base: a .gguf of the base's types, or a folder that transformers opens
help-adapter-merge-model = The base: a GGUF file or a folder
help-adapter-merge-adapters = A PEFT folder or .gguf file, with =WEIGHT where not all of it is wanted
help-adapter-merge-to = Where to; the name must be free
help-adapter-merge-dtype = Element type of a folder's weights
help-judge-endpoint = An OpenAI-compatible endpoint that judges instead (llama-server, vLLM, Ollama), as http://host:port; its host must be allowed (`shinsa host allow`). A key comes from SHINSA_ENDPOINT_KEY alone
help-judge-endpoint-model = The model's name at the endpoint
help-host = Hosts that outputs may be sent to for judging; none at first
help-host-allow = Allow a host (lead only)
help-host-allow-host = host:port, or the endpoint's address (default: 127.0.0.1:8080, llama-server on this machine)
help-host-deny = Allow a host no longer (lead only)
help-host-deny-host = host:port, or the endpoint's address
help-host-list = The allowed hosts, and every request that left (lead only)

help-ensemble = Combine several judges' stored verdicts on the same outputs, per criterion
help-ensemble-judges = The judging runs to combine, by name, with commas: two or more, all finished
help-ensemble-how = How: mean (each judge counts once), majority (one vote each) or weights
help-ensemble-weights = With --how weights, one weight per judge in the same order, with commas (without it: estimated from gold on half of the cases)
help-ensemble-apart = Levels between two judges from which a person must look (default: 1)

help-verdicts = What a judging came to beside gold, with bounds both ways for missing verdicts
help-verdicts-name = The judging run's name

help-judge-allow-self = Let this model rate outputs of its own, by its name; repeatable. The run's passport and the report say so
help-judge-same-as = Judge exactly the outputs that this finished judging was given, for a comparison (instead of --which)
help-judge-beside = A further judge of the same model, in the same batches and a run of its own; without an adapter the model alone; repeatable

help-compare = Compare judgings of the same outputs, paired against gold: base, adapter, next adapter
help-compare-runs = The judging runs to compare, by name, with commas, base first

help-probe = Probe a judge: the same outputs twice, once with the rubric in reverse order (order) or with neutral text after the output (verbosity). Probes enter no other figure
help-probe-kind = What is changed: order or verbosity
help-probe-name = The probe's name in the project
help-probe-adapter = The adapter: a training run's name, or a PEFT folder
help-probe-which = Which outputs: held-out (with gold, in held-out cases), unrated (without gold) or all
help-probe-limit = So many outputs at most, in the order of import
help-probe-samples = Samples per output, each time
help-probe-temperature = Sampling temperature; 0 takes the likeliest, so that only the change matters
help-probe-filler = With --kind verbosity, characters of neutral text
help-probe-allow-self = Let this model rate outputs of its own, by its name; repeatable

help-judge-from-probabilities = Read the numbers from the levels' probabilities in one verdict instead of sampling several: quicker, and another judge than the sampled one
help-generate = Let a model write outputs for the project's cases
help-generate-samples = Outputs per case
help-generate-name = The run's name in the project; a run that ended early goes on under the same name and settings
help-restructure = Take incident reports apart: actions, events, causes, countermeasures
help-restructure-samples = Readings per case
help-restructure-name = The run's name in the project; a run that ended early goes on under the same name and settings
help-arg-prompt = A prompt template of one's own (Jinja, rendered with part as "system" and as "user"); the built-in one by default
help-arg-prompt-version = The project's own version of the prompt for cases in a language, as ja=2; repeatable
help-prompt = What models are asked with, and the project's own versions of it (lead only)
help-prompt-list = Every prompt: as it comes with Shinsa, and the project's versions
help-prompt-show = One version's text
help-prompt-show-version = The project's version; 0 comes with Shinsa
help-prompt-try = What a model would be given by a file, with the project's first case; keeps nothing
help-prompt-use = Choose the prompt that judging, training, probes and datasets take where none is named
help-arg-judge-prompt = The prompt, such as judge-full.ja, or judge-short.en@2 for the project's version
help-prompt-save = Keep a file as the project's next version
help-arg-prompt-name = answer, incident, judge-short or judge-full
help-arg-prompt-lang = Its language: ja or en
help-judge-reasons = Whether the judge writes what the rubric asks in words: none, last (scores first) or first (before the scores); each is another judge
help-judge-judge-prompt = The prompt, such as judge-full.ja, or judge-short.en@2 for the project's version (default: the project's choice)
help-arg-top-p = Keeps the smallest set of likeliest tokens whose probabilities reach this; 1 keeps all
help-arg-top-k = Keeps this many likeliest tokens; 0 keeps all
help-arg-min-p = Keeps tokens at least this many times as likely as the likeliest; 0 keeps all
help-arg-repetition-penalty = Makes tokens that were written less likely; 1 changes nothing
help-arg-max-tokens = Most tokens of one text
help-arg-limit = At most so many cases, in the order of import
help-arg-temperature = Sampling temperature; 0 takes the likeliest
help-arg-adapter = The adapter: a training run's name, or a PEFT folder

help-rubric-check = List every mistake in a rubric file; changes nothing
help-rubric-check-file = The file
help-rubric-carry = Carry ratings over from one version of a rubric to a later one, criterion by criterion; the old ratings stay

help-rubric-carry-from = The version that was rated by: `id@version`
help-rubric-carry-to = The version to carry to (default: the newest)
help-rubric-carry-criteria = Criteria to carry; repeatable (default: those that are the same word for word)
help-rubric-carry-back = Take carried ratings of the newer version back where nobody has gone on
help-rubric-carry-dry-run = Say what would go over and what not, and change nothing

help-preferences = Which of two outputs people find better: counted, and one by one

help-person = People's own passphrases
help-person-passphrase = Choose or change the own passphrase of whoever --as names
help-person-passphrase-new-passphrase-file = File whose first line is the new passphrase (else SHINSA_NEW_PASSPHRASE, else asked)
help-person-reset = Take a person's passphrase away; prints one to hand over, good for choosing another
help-person-reset-name = The person's name
help-person-require = Require a passphrase of everybody in the project, or no longer
help-person-require-off = Require it no longer

help-assign = Who is to rate what: a plan with overlap, calibration and audit
help-assign-plan = Make a plan, and every queue by it; what is begun stays
help-assign-plan-raters = People who rate any output
help-assign-plan-overlap = Share of the outputs that more people rate, 0 to 1
help-assign-plan-overlap-raters = People who rate one of that share
help-assign-plan-calibration = Outputs that everybody rates first
help-assign-plan-audit = Share of the outputs that get one more, independent rater, 0 to 1
help-assign-plan-people = A person who takes part, by name; repeatable (default: all raters)
help-assign-plan-seed = Seed of the draw (default: a new one, which is kept)
help-assign-plan-seconds = Seconds that a rating needs (default: as measured, else a guess)
help-assign-plan-dry-run = Say what the plan would come to, and change nothing
help-assign-show = The plan that counts, and what is left of it
help-assign-undo = Take the plan back: the one before it counts again, or none
help-queue = Which output comes next for whom: order, repeats, draws. Without options: what holds now
help-queue-order = What decides which output comes next, for everyone: random, disagreement (likelier where others' ratings differ), uncertainty (likelier where a judging is unsure)
help-queue-run = The judging, by name, whose verdicts tell how sure the judge is
help-queue-raters-choose = Whether raters may choose the order of their own queue: true or false
help-queue-again = Share of each rater's outputs that come a second time, unmarked, for the rater's own consistency: 0 to 0.5
help-queue-after-items = They come no sooner than after so many other finished outputs
help-queue-after-days = They come no sooner than so many days after the first rating
help-queue-choose = Choose the order of one's own queue, where the lead lets raters: random, disagreement, uncertainty
help-queue-next = Say what the viewer (--as) is to rate now; it stays the same until it is done or left for later
help-queue-draws = List every draw with the probability it had

help-consistency = How far a rater agrees with themself on outputs that came a second time
help-consistency-whose = Whose, by name; another's only as the lead (default: the viewer's own)
