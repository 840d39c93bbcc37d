### One message per stable error code: what happened, where, what to do next.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: error-CODE, CODE being the stable error code. Another test checks that each code has its
### message, and that the message uses only what every place that raises the code fills in.
### `$message` is the program's own English sentence; `$detail` and `$reason` are its technical part.

## The unexpected

error-unexpected = Something unexpected happened: { $detail } Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-cancelled = Stopped. What was finished is kept.
error-import-cancelled = The import was stopped and nothing was imported. Start it again when you want it.
error-json = Something stored could not be read ({ $message }). Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-bad-id = “{ $id }” is no id. Choose it from the list again.
error-bad-page = The list was asked for in a wrong way. Open it again (1 to 500 rows are read at a time).

## Projects

error-no-project = No project is open. Open or create one first.
error-not-signed-in = Nobody is signed in. Choose who you are first.
error-lead-only = Only the project's lead can do this. Sign in as the lead.
error-not-allowed = { $operation }: not allowed in the role { $role }. Ask the project's lead.
error-unknown-rater = No person is called “{ $name }” in this project. Check the name.
error-no-lead = This project has no lead. Restore a backup, or create a new project.
error-empty-name = The name is empty. Give one.
error-no-reason = Say why, in a few words.
error-already-done = This rating is ended already. Change an answer to open it again.
error-person-exists = { $name } is in the project already, with another role or profession. Choose another name.
error-locked = { $path }: this project is open in another program. Close it there and try again.
error-not-a-project = { $path }: not a Shinsa project. Choose a .shinsa folder, with project.json and project.db in it.
error-project-exists = { $path }: this exists already. Open it, or choose another name.
error-not-a-demo = { $path }: holds something other than an earlier demo, which is not replaced. Choose another folder.
error-import-refused = { $path }: row { $row } of the demo could not be imported ({ $problem }). Install Shinsa again.
error-wrong-passphrase = { $path }: the passphrase is wrong. Check capitals and Japanese input, then try again.
error-empty-passphrase = The passphrase is empty. Choose one of several words.
error-passphrase-differs = The two entries of the passphrase differ. Nothing was made. Try again.
error-passphrase-missing = No passphrase was given ({ $message }). Set SHINSA_PASSPHRASE, or use --passphrase-file.
error-person-passphrase-needed = { $name } has a passphrase of their own. Enter it to sign in under this name (on the command line: SHINSA_PERSON_PASSPHRASE or --person-passphrase-file).
error-person-passphrase-wrong = This is not { $name }'s passphrase. Check capitals and Japanese input, then try again. Who has forgotten it asks the lead for a new one.
error-person-passphrase-wait = { $name }'s passphrase was wrong several times. Try again in { $seconds } s.
error-person-passphrase-new = { $name } has to choose a passphrase of their own before anything else (on the command line: shinsa person passphrase).
error-person-passphrase-short = The passphrase is too short. Take at least { $least } characters; several words are easy to remember.
error-person-passphrase-same = This is the passphrase of before. Choose another one.
error-new-passphrase-missing = No new passphrase was given. Set SHINSA_NEW_PASSPHRASE, or use --new-passphrase-file.
error-own-passphrase = This is your own passphrase. Change it instead of resetting it.
error-lead-without-passphrase = You have no passphrase of your own yet. Choose one first, then require it of everybody.
error-damaged-header = { $path }: the project's header is damaged ({ $reason }). Restore it from a backup.
error-damaged-database = { $path }: the database is damaged ({ $detail }). Restore a backup.
error-damaged-value = A stored value can't be read ({ $place }: { $detail }). Restore a backup.
error-newer-format = { $path }: made by a newer Shinsa (format { $found }; this one knows { $known }). Update Shinsa. Nothing was changed.
error-newer-schema = { $path }: made by a newer Shinsa (schema { $found }; this one knows { $known }). Update Shinsa. Nothing was changed.
error-database = The database refused ({ $action }: { $detail }). Check the free space and try again.
error-disk-full = The disk is full. Free some space and try again. What was saved before is safe.
error-no-random = This computer gives no random numbers ({ $detail }). Restart it and try again.
error-not-found = There is no { $noun } { $id } in this project. Check the name, or import it first.
error-name-taken = The name “{ $name }” is taken. Choose another one.
error-nothing-to-undo = There is nothing to take back.

## Rubrics and ratings

error-unknown-rubric = There is no rubric “{ $rubric }”. Check the name, or add it first.
error-which-rubric = The project has several rubrics ({ $rubrics }). Say which one.
error-rubric-invalid = “{ $place }” of the rubric: { $problem ->
        [json] this is not valid JSON ({ $message }). Correct that line
        [id] the id must start with a letter and hold only lower-case letters, digits and hyphens
        [id-taken] another rubric has this id. Choose another one
        [version] the version must be 1 or more
        [title] there is no name. Give it one, in Japanese or English
        [nothing-asked] raters are asked nothing. Add a criterion
        [criterion-repeated] two criteria have the same id. Give each its own
        [criterion-id] the id must start with a letter and hold only lower-case letters, digits and underscores
        [label] it has no name. Give it one, in Japanese or English
        [item-label] a level, option or fault has no name. Give it one, in Japanese or English
        [list-derived] what is asked of a list's entries can't be computed. Let raters answer it
        [scale-few] a scale needs two levels or more. Add a level
        [scale-order] the values of the levels must rise, none twice. Put them in order
        [number-bounds] the smallest must be below the largest. Correct one of them
        [number-step] the step must be above 0 and no larger than the range
        [points] the points must not be 0
        [deductions-items] it needs a fault or more, each with its own id
        [deductions-points] the points of a fault must be above 0
        [item-id] ids hold only lower-case letters, digits and underscores
        [choice-options] it needs two options or more, each with its own id
        [list-in-list] a list can't be within a list. Choose another kind
        [list-empty] nothing is asked of the list's entries. Add a question
        [text-length] the longest text must be 1 to 20000 characters
        [example-answer] an example's answer is none of this criterion's. Choose it anew
        [base] the base names no criterion that raters answer. Choose it anew
        [base-kind] the base must be a scale or a number. Choose another criterion
        [base-points] the base needs a criterion with positive points. Add one, or choose another base
        [base-list] the base must name a question of that list. Choose it anew
        [deductions] the deductions to take off name no such criterion. Choose them anew
        [condition] a condition names no criterion that raters answer. Choose it anew
        [condition-value] a condition can never hold. Choose one of the criterion's answers
        [cap] a cap must be a number
        [clamp] the lower bound must not be above the upper one
        [thresholds] the labels must go from the highest score to the lowest. Put them in order
       *[other] { $message }
    }.
error-rubric-unchanged = Nothing has changed since the published version. Change something, then publish.
error-cannot-carry = The answers to “{ $criterion }” can't soundly go over to the new version. Leave that criterion out.
error-rubric-published = Version { $version } of the rubric { $id } exists already with other contents. Publish the change as version { $next }.
error-rating-locked = The rating of this output is done. To change it, take “done” back first.
error-answer-refused = “{ $criterion }”: { $problem ->
        [missing] there is no answer
        [unknown-criterion] the rubric has no such criterion
        [derived-criterion] this criterion is computed, not answered
        [wrong-type] the answer is of another kind
        [not-a-level] the value is none of the levels
        [not-an-option] the answer is none of the options
        [not-a-deduction] this is none of the deductions
        [repeated] something is named twice
        [out-of-range] the value is outside the range
        [off-step] the value is between two steps
        [too-long] the text is too long
        [wrong-item-count] the list has another number of items
       *[other] { $problem }
    }. See the rubric and correct it.
error-unknown-case = There is no case “{ $case }”. Import the cases first.
error-unknown-output = There is no output “{ $output }”. Import the outputs first.
error-key-taken = The key “{ $key }” is taken by other contents. Change it, or check the row.
error-rating-differs = { $rater }'s rating of “{ $output }” is already here with other answers. It is not overwritten. Find out which is right.
error-length-mismatch = The ratings have different lengths, so nothing can be computed. Import the ratings again.
error-bad-value = A rating holds a number that nothing can be computed with. Check the ratings.

## Models and adapters

error-no-model = The built-in model is not there. Choose a model file, or install Shinsa again.
error-model-missing = { $path }: there is no model here. Check the place.
error-not-a-model = { $path }: no model. Choose a .gguf file, or a folder with config.json, *.safetensors and tokenizer.json.
error-model-broken = { $path }: the model is broken ({ $reason }). Get it again.
error-gguf-truncated = { $path }: cut short ({ $tensor } needs { $needed } bytes, the file has { $actual }). Get it again.
error-model-missing-key = { $path }: the model lacks the setting “{ $key }”. Get it again, or choose another model.
error-missing-tensor = { $path }: the model lacks the weights “{ $tensor }”. Get it again.
error-tensor-shape = The weights “{ $tensor }” have the shape { $actual }, not { $expected } as the model says. Get the model again, or choose another one.
error-tensor-type = The weights “{ $tensor }” are stored as { $dtype }, which is not supported. Choose a model in F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K, Q5_K or Q6_K.
error-unknown-architecture = The architecture { $arch } is not supported. Choose a model of one of these: { $supported }
error-model-unsupported = This model's setting { $key } = { $value } is not supported. Choose another model.
error-unknown-pre-type = The tokenizer's pre type { $pre } is unknown. It would split text wrongly, so it is refused. Choose another model.
error-tokenizer = The model's tokenizer can't be used ({ $reason }). Get the model again, or choose another one.
error-template-missing = The model has no chat template. Choose an instruction-tuned model.
error-template = The model's chat template failed ({ $reason }). Choose another model.
error-unknown-adapter = There is no adapter “{ $adapter }”. Check the name, or choose a folder with adapter_config.json.
error-adapter-base = { $path }: trained on another base model (its base { $expected }, this model { $actual }). Open it with its own base.
error-adapter-broken = { $path }: the adapter can't be used ({ $reason }). Train or copy it again.
error-device = The GPU ({ $device }) can't be used: { $reason }. Choose the CPU, or install NVIDIA's current driver and start again.
error-lora-config = The adapter's settings can't be used ({ $reason }). Correct them and start again.
error-too-long = The text is too long ({ $tokens } tokens; this model reads { $limit }). Shorten it, or choose a model with a longer context.
error-batch = The model could not start computing ({ $reason }). Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-token-range = Token { $token } is not in the model's vocabulary of { $vocab }. Get the model again, or choose another one.
error-unknown-sequence = The computation lost its place ({ $id }). Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-io = { $path }: could not be read ({ $reason }). Check that the file exists and may be read.
error-write = { $path }: could not be written ({ $reason }). Check the free space, and that the folder may be written.

## Long jobs

error-job-running = Another job is running. Wait for it, or cancel it first.
error-job-died = The job broke off ({ $message }). What was finished is kept. Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-no-gpu-worker = No GPU is used: the part of Shinsa for GPUs (shinsa-worker-cuda) is not installed beside the program. The processor computes as well; to use a GPU, put that program there.
error-fast-on-gpu = Integers (fast) are computed on the processor only. Leave out the fast mode, or choose the processor.
error-no-metal-writing = Judging and generating don't use Apple's GPUs. Choose the processor.
error-worker-missing = The program that trains and judges was not found ({ $message }). Install Shinsa again.
error-worker-named-missing = The variable SHINSA_WORKER names a file that is not there ({ $message }). Correct it, or unset it.
error-worker-spawn = { $path }: the program that trains and judges could not be started ({ $message }). Check that it may be run, or install Shinsa again.
error-worker-died = Training or judging broke off ({ $message }). What was finished is kept. Often memory ran out: close other programs or choose a smaller model, and start again.
error-worker-request = The program that trains and judges did not understand its task ({ $message }). It may be of another version: install Shinsa again.
error-worker-protocol = The answer of the program that trains and judges can't be read ({ $message }). It may be of another version: install Shinsa again.
error-worker-unknown-job = The program that trains and judges knows no job “{ $job }”. It may be of another version: install Shinsa again.
error-worker-report = The result could not be put together ({ $message }). Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-worker-answer = A verdict came back that nobody asked for ({ $message }). Start judging again; if it stays, install Shinsa again.

## Gold and training

error-nothing-to-train = There is no gold to learn from outside the held-out cases. Rate outputs by two raters or more, then make gold.
error-not-adjudicator = Only an adjudicator or the lead decides where raters differ. Sign in as one of them.
error-too-few-ratings = Fewer than two people have rated { $output }: there is nothing to decide yet.
error-bad-decision = { $file } is no decision: { $reason }
error-bad-split = The held-out share must lie between 0 and 0.9. Choose another one.
error-split-fixed = The held-out cases can't be changed any more: runs of this project rest on them. To change them, create a new project.
error-train-no-examples = There is nothing to train on. Adjudicate more ratings first.
error-train-no-answer = Example “{ $id }”: it does not end with an answer, so there is nothing to learn. Add the answer, or leave the example out.
error-train-nothing-to-learn = Example “{ $id }”: its answer is empty, so there is nothing to learn. Fill it in, or leave the example out.
error-train-too-long = { $count } examples are longer than { $limit } tokens (the longest: { $ids }). Shorten them, raise the limit, or leave them out.
error-train-setting = The setting { $field } can't be { $value } (expected: { $expected }). Correct it and start again.
error-train-on-both-sides = “{ $trained }” is learned and asks the same as “{ $evaluated }”, which is held out: the held-out loss would flatter. Leave one of them out, or hold both out.
error-train-does-not-fit = This does not fit, so it was not started: { $needed } bytes of memory are needed, { $limit } may be used ({ $parts }). { $advice ->
        [stored] Keep the weights as stored, or choose a smaller model.
        [rank] A rank of { $fits } would fit; or adapt fewer modules.
        [tokens] Packs and examples of at most { $fits } tokens would fit.
       *[other] Choose a smaller model, or close other programs.
    }
error-train-diverged = All { $steps } steps gave numbers without meaning (first in { $tensor }). Lower the learning rate and start again.
error-train-other-checkpoint = { $path }: this checkpoint belongs to another run. Remove it, or start without resuming.
error-train-broken-checkpoint = { $path }: the checkpoint is damaged ({ $reason }). Remove it and start again.
error-train-threads = The computing threads could not be started ({ $reason }). Ask for fewer threads and start again.
error-train-broke = The computation broke off ({ $during }). Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-train-passport = The passport of the run could not be written ({ $reason }). Try again; if it stays, pass this sentence on to whoever looks after Shinsa.

## Judging

error-nothing-to-judge = There is nothing to judge. Choose other outputs, or import some.
error-bad-samples = The verdicts for each output must be between 1 and 100. Choose another number.
error-unknown-run = No judging run is called “{ $run }”. Check the name.
error-judge-spec = Judging can't go on ({ $reason }). Correct the settings and start again.
error-judge-schema = A model can't be made sure to answer “{ $place }” of this rubric ({ $reason }). Correct the rubric.
error-judge-load = The judging job could not load its model ({ $reason }). Try again; if it happens again, please report it.
error-judge-max-tokens = A verdict on “{ $item }” may take { $needed } tokens, and { $given } are allowed. Raise the limit to { $needed } or more.
error-judge-too-long = “{ $item }” takes { $tokens } tokens with its verdict, and this model has room for { $limit }. Shorten the case or the output, or choose a model with a longer context.
error-judge-grammar = The verdict's form could not be kept ({ $reason }). Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-prompt-unknown-template = There is no prompt template “{ $name }” in { $lang }. Choose one of these: { $known }
error-prompt-template = The prompt template “{ $name }” failed ({ $reason }). Correct the template.
error-verdict-missing = A rating has no answer to the criterion “{ $criterion }”. Complete it, or leave that rating out.
error-verdict-declined = A rating declined the criterion “{ $criterion }”, which a judge can't do. Leave that rating out.
error-verdict-wrong-kind = The answer to the criterion “{ $criterion }” is of another kind. Check the rating against the rubric.

## Exports and reports

error-nothing-for-format = No rated output fits the format { $format ->
    [dpo] DPO: it needs two answers to one prompt that people prefer one of, or that gold tells apart
    [kto] KTO: it needs gold by a rubric with thresholds
    [healthbench] HealthBench: it needs a rubric with points
    [healthbench-meta] HealthBench: it needs a rubric with points
   *[other] { $format }
}. Choose another format or rubric, or make gold first.
error-folder-not-ours = { $path } holds other files, which would be replaced. Choose a new folder or an empty one.
error-nothing-to-export = There are no finished ratings by this rubric yet. Finish some, then export.
error-export-cancelled = { $path }: stopped after { $rows } rows. Nothing was written.
error-export-source-failed = { $path }: row { $row } could not be read ({ $detail }). Nothing was written. Try again.
error-export-no-json = { $path }: row { $row } has no JSON form ({ $detail }). Nothing was written. Check that row.
error-export-unwritable = { $path }: { $count } characters have no form in CP932, the first ({ $character }) in row { $row }, column { $column }. Choose UTF-8, or allow them to be replaced.
error-report-json = { $path }: the figures of the report could not be written as JSON ({ $message }). Try again; if it stays, pass this sentence on to whoever looks after Shinsa.

## Files

error-file-not-found = { $path }: not found. Check the place.
error-file-unreadable = { $path }: could not be read ({ $reason }). Check the place and its rights.
error-file-denied = { $path }: no permission to read or change this. Choose another place, or ask for the permission.
error-file-exists = { $path }: exists already. Choose another name.
error-file-locked = { $path }: in use by another program. Close it there and try again.
error-file-not-utf8 = { $path }: not UTF-8 (first wrong byte at offset { $offset }). Save it as UTF-8.
error-file-io = A file could not be read or written ({ $message }). Check that the disk is there, and try again.
error-bad-path = { $path }: this is no place for a file. Give a folder and a file name.
error-not-a-file = What was chosen is no file on this computer ({ $message }). Choose another one.
error-name-not-unicode = { $path }: the file's name can't be read. Rename it and choose it again.

## Before an import

error-unknown-encoding = The encoding { $encoding } is not known. Use utf-8, cp932, utf-16le or utf-16be.
error-unknown-field = There is no field “{ $field }”. Use one of these: { $known }
error-bad-mapping = The mapping “{ $mapping }” can't be read. Write it as FIELD=HEADING.

## What an import finds (row and column stand before the sentence)

error-empty-file = The file has no rows. Choose another file.
error-file-too-large = The file is too large (at most { $limit } bytes). Split it.
error-too-many-rows = Too many rows (at most { $limit }). Split the file.
error-too-many-problems = More than { $limit } problems; the rest are not listed. Correct these and read the file again.
error-more-warnings = { $count } more notes of the same kind ({ $code ->
        [heading-repeated] a repeated heading
        [keys-made] no key
        [control-character] a control character
        [replacement-character] damaged text
        [gaiji-character] a private-use character
        [quote-inside] text after a quote
        [too-few-cells] too few cells
        [field-unknown] an unknown field
        [row-unrated] not rated yet
        [language-unknown] the language
       *[other] { $code }
    }) are not listed.
error-too-many-columns = Too many columns ({ $columns }; at most { $limit }). Remove those you don't need.
error-encoding-unclear = The encoding is unclear (perhaps { $guess }). Choose one.
error-encoding-not-read = ISO-2022-JP (JIS) is not read. Save the file as UTF-8.
error-column-missing = There is no column for “{ $field ->
        [key] key
        [what] what happened (what)
        [output] output
        [rater] rater
       *[other] { $field }
    }”. Correct the headings, or say which column it is.
error-mapping-unknown-heading = The file has no heading “{ $heading }”, which was given for “{ $field }”. Check what was given.
error-heading-repeated = Two columns have the same heading; this one was read as “{ $renamed }”. Check which is meant.
error-keys-made = There is no key column, so keys were made from the contents.
error-bad-bytes = The byte { $byte } at { $offset } is no { $encoding } text. Choose another encoding, or check the original.
error-nul-character = Holds the NUL character, which no text has. Remove it.
error-control-character = Holds the control character { $character }. Remove it if it isn't needed.
error-replacement-character = Holds �: the text was damaged before it came here. Check the original.
error-gaiji-character = Holds the private-use character { $character }, which looks different elsewhere. Replace it with an ordinary one.
error-lone-surrogate = Holds half a surrogate pair: a broken character. Check the original.
error-quote-unclosed = A quote (") is opened and never closed. Close it.
error-quote-stray = Text follows a closing quote ("), so rows have run together. Check the quotes.
error-quote-inside = Text follows a closing quote ("). It was read as it stands.
error-too-few-cells = Only { $cells } cells for { $headings } headings. The rest were read as empty.
error-too-many-cells = { $cells } cells for only { $headings } headings. Check the separators and quotes.
error-cell-too-long = Too long ({ $bytes } bytes; the limit is { $limit }). Shorten it.
error-json-not-lines = Not one JSON object a line. Save the file as JSONL.
error-json-syntax = Not JSON (at character { $at }: { $detail }). Correct it there.
error-json-cut-short = The line ends in the middle. Check whether the file was cut short.
error-json-not-object = The line is not an object ({"{"}…{"}"}) but { $found ->
        [string] a text
        [number] a number
        [boolean] true or false
        [array] an array
        [object] an object
       *[other] { $found }
    }. Write one object a line.
error-field-missing = The field “{ $field }” is missing. Add it.
error-field-empty = “{ $field ->
        [key] key
        [what] what happened (what)
        [output] output
        [rater] rater
       *[other] { $field }
    }” is empty. Fill it in.
error-field-type = The field “{ $field }” is of another kind (expected: { $expected ->
        [string] a text
        [number] a number
        [boolean] true or false
        [array] an array
        [object] an object
       *[other] { $expected }
    }). Correct it.
error-field-format = The value “{ $found }” of “{ $field }” can't be read. Expected: { $expected }
error-field-unknown = There is no field “{ $field }”. Check whether it is a slip.
error-field-repeated = The field “{ $field }” occurs twice. Keep one.
error-row-unrated = This row is not rated yet. It is left out.
error-workbook-locked = The workbook has a password. Open it in Excel, take the password off, save it, and import it again.
error-workbook-old = This is a workbook of the old kind (.xls). Open it in Excel and save it as .xlsx.
error-workbook-broken = This is no sound .xlsx workbook ({ $detail }). Open it in Excel and save it anew, or export the sheet as CSV.
error-sheet-unknown = The workbook has no sheet called “{ $sheet }”. It has: { $sheets }
error-sheet-empty = The sheet “{ $sheet }” is empty. Choose another one.
error-sheet-assumed = Several sheets hold something ({ $sheets }); “{ $sheet }” was read. Choose another one if that is wrong.
error-heading-merged = The headings in { $range } are merged. Take the merging off in Excel and give each column a heading of its own.
error-cells-merged = { $range } is merged: only its first cell has the value, the others count as empty. Take the merging off if every row should have it.
error-cell-error = The cell shows the error { $found } of a formula. Correct it in Excel, or type the value.
error-formula-unsolved = The cell holds a formula that was never worked out. Open the file in Excel and save it.
error-duplicate-key = The key “{ $key }” is also in row { $first_row }. Change one of them.
error-language-unknown = The language “{ $found }” is not known. Use ja or en.
error-endpoint-url = { $url } is no endpoint ({ $reason }). Write it as http://host:port or https://host.
error-endpoint-not-allowed = Nothing was sent: { $host } is not allowed in this project. If the cases may leave for it, the lead allows it: shinsa host allow PROJECT { $host }
error-endpoint-redirect = { $host } answered { $status } and points to { $to }. Redirects are not followed: give that address itself, once its host is allowed.
error-endpoint-key = { $host } refused the key ({ $status }). Set the variable SHINSA_ENDPOINT_KEY to a valid one and start again.
error-endpoint-not-found = { $host } knows no model “{ $model }”, or is no OpenAI-compatible endpoint ({ $reason }). Check the address and the model's name.
error-endpoint-unfinished = { $host } gave no answer to { $count } requests ({ $reason }). The verdicts so far are kept: check the server and start the run again under the same name.
error-endpoint-client = The connection could not be prepared ({ $reason }). Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-endpoint-certificate = { $host } has a certificate that can't be trusted ({ $reason }), so no case was sent. Let whoever runs the server give it a certificate that this machine knows, or add its authority to this system's trusted ones.
error-endpoint-refused = The endpoint refused this request ({ $reason }). Shorten the case or the output, or choose a model with a longer context.

error-run-repeated = “{ $run }” is named twice. Name every judging once.
error-run-ended = “{ $run }” ended well. Only a run that ended early can be discarded; leave this one as it is.
error-run-unfinished = “{ $run }” has not ended. Go on with it under the same name and settings first.
error-run-other-rubric = “{ $run }” judged by another rubric than { $rubric }. Choose judgings of one rubric.
error-ensemble-too-few = Several judges are needed to combine them. Name two judgings or more.
error-ensemble-weights = These weights don't fit. Give one number per judge, none below zero and not all zero, and only when combining by weights; the distance must be above zero.
error-ensemble-nothing = These judges have no output in common. Let them judge the same outputs first.
error-ensemble-no-gold = To estimate weights, two cases or more need gold and a verdict of every judge; there are { $cases }. Make gold first, or give the weights yourself.

error-self-judging = { $outputs } of these outputs ({ $example } among them) were written by the judge's own model, “{ $model }”. Models favour their own answers: choose another judge, or allow it by name (in the window below, or --allow-self "{ $model }").

error-compare-too-few = A comparison needs two judgings or more. Name them, base first.
error-compare-items-differ = “{ $a }” and “{ $b }” were not given the same outputs ({ $only_a } only the first, { $only_b } only the second, such as { $example }). Let the second judge the same ones: judge --same-as "{ $a }".
error-compare-inputs-differ = “{ $a }” and “{ $b }” differ in more than the judge ({ $what }), so a difference could be due to that. Judge again with the same settings.
error-compare-no-gold = None of these outputs has gold that may measure the judges. Let them judge held-out outputs with gold, or make gold first.

error-bad-filler = The neutral text must have 1 to { $most } characters. Choose a length in between.
error-unknown-probe = No finished probe is called “{ $name }”. Check the name, or run it first.

error-nothing-to-write = The project has no cases. Import some first.
error-probabilities-once = From probabilities there is one verdict on an output, by a model on this machine. Ask for one sample, without an endpoint.
error-beside-here = Judges beside each other share a model on this machine. Let the endpoint judge in a run of its own.
error-prompt-file = The prompt file { $path } can't be read as UTF-8 text ({ $reason }). Check its name, and save it as UTF-8.
error-prompt-too-long = A prompt has at most { $most } characters. Shorten it.
error-prompt-without-case = The user part of this prompt doesn't show the case, so the model would not see what it is asked about. Put { $words } into it.
error-prompt-without-output = The user part of this prompt doesn't show the answer, so the judge would not see what it rates. Put { $words } into it.
error-unknown-prompt-version = The project has no version { $version } of the prompt { $name }. Look at the versions with “shinsa prompt list”, or in the prompts of the writing room.
error-judge-no-reasons = This rubric asks for nothing in words, so a judge has no reasons to write. Choose scores alone.

## Plans of who is to rate what

error-assignment-refused = The plan can't be made: { $problem ->
        [raters] nobody takes part, or somebody twice. Add raters, or name each once
        [outputs] there is nothing to rate. Import outputs first
        [per-output] at least one person rates any output, and no more than take part. Correct that number
        [overlap-share] the share with overlap lies between 0 and 1. Correct it
        [overlap-raters] the overlap needs more people than any output, and no more than take part. Correct that number
        [calibration] the calibration set is larger than all outputs together. Take fewer
        [audit-share] the share of the audit lies between 0 and 1. Correct it
        [audit] everybody rates everything already, so that nobody is left for an audit. Take fewer people per output, or no audit
        [seconds] the seconds of a rating lie above 0 and within a day. Correct them
       *[other] { $problem }. Correct it and try again
    }. Nothing was changed.
error-comes-later = This output can't be opened just now. Go on with the next one.
error-no-judging = Nothing tells how sure a judge is. Let a judge rate the outputs, then name that judging here.
error-bad-queue-setting = { $setting } must be { $low } to { $high }. Correct it and try again.
error-not-assigned = The plan gives this output to others, so it is not yours to rate. Go on with your own queue, or ask the lead, who can make a new plan or take it back.
error-order-not-yours = The project's lead has decided the order. Ask the lead to let raters choose.
error-unknown-question = { $question } is no question of this rubric. Choose a question on the right first.
error-no-passage = There is nothing to mark there. Select some of the answer's text first.
error-passage-moved = That selection can't be matched exactly with the answer's text. Switch to “as written” and select it again.
error-too-many-passages = An answer can rest on { $most } passages at most. Remove one first.
