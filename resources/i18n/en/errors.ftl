### One message per stable error code: what happened, where, what to do next.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: kebab-case, starting with the file's area (error-CODE, CODE being the stable error code).

## The unexpected

error-unexpected = Something unexpected happened: { $detail } Try again; if it stays, pass this sentence on to whoever looks after Shinsa.
error-cancelled = Stopped. What was finished is kept.

## Projects

error-no-project = No project is open. Open or create one first.
error-not-signed-in = Nobody is signed in. Choose who you are first.
error-lead-only = Only the project's lead can do this. Sign in as the lead.
error-not-allowed = { $operation }: not allowed in the role { $role }. Ask the project's lead.
error-locked = { $path }: this project is open in another program. Close it there and try again.
error-wrong-passphrase = { $path }: the passphrase is wrong. Check capitals and Japanese input, then try again.
error-empty-passphrase = The passphrase is empty. Choose one of several words.
error-empty-name = The name is empty. Give one.
error-not-a-project = { $path }: not a Shinsa project. Choose a .shinsa folder, with project.json and project.db in it.
error-project-exists = { $path }: this exists already. Open it, or choose another name.
error-damaged-header = { $path }: the project's header is damaged ({ $reason }). Restore it from a backup.
error-damaged-database = { $path }: the database is damaged ({ $detail }). Restore a backup.
error-damaged-value = A stored value can't be read ({ $place }: { $detail }). Restore a backup.
error-newer-format = { $path }: made by a newer Shinsa (format { $found }; this one knows { $known }). Update Shinsa. Nothing was changed.
error-newer-schema = { $path }: made by a newer Shinsa (schema { $found }; this one knows { $known }). Update Shinsa. Nothing was changed.
error-database = { $action }: the database refused ({ $detail }). Check the free space and try again.
error-disk-full = The disk is full. Free some space and try again. What was saved before is safe.
error-no-random = This computer gives no random numbers ({ $detail }). Restart it and try again.
error-unknown-rater = No rater is called { $name } in this project. Check the name.
error-no-lead = This project has no lead.
error-not-found = There is no { $noun } { $id } in this project. Check the name, or import it first.
error-name-taken = { $name } is taken. Choose another name.
error-not-a-demo = { $path }: holds something other than an earlier demo, which is not replaced. Choose another folder.

## Rating

error-unknown-rubric = There is no rubric { $rubric }. Add it first.
error-which-rubric = The project has several rubrics ({ $rubrics }). Say which one.
error-rubric-published = Version { $version } of the rubric { $id } exists already with other contents. Publish the change as version { $next }.
error-answer-refused = { $criterion }: the answer doesn't fit ({ $problem }). See the rubric and correct it.
error-rating-differs = { $rater }'s rating of { $output } is already here with other answers. Find out which is right.
error-unknown-case = There is no case { $case }. Import the cases first.
error-unknown-output = There is no output { $output }. Import the outputs first.
error-key-taken = The key { $key } is taken by other contents. Change it, or check the row.

## Models and long jobs

error-job-running = Another job is running. Wait for it, or cancel it first.
error-no-model = The built-in model is not there. Choose a model file, or install Shinsa again.
error-model-missing = { $path }: there is no model here. Check the place.
error-not-a-model = { $path }: no model. Choose a .gguf file, or a folder with config.json, *.safetensors and tokenizer.json.
error-model-broken = { $path }: the model is broken ({ $reason }). Get it again.
error-gguf-truncated = { $path }: cut short ({ $tensor } needs { $needed } bytes, the file has { $actual }). Get it again.
error-unknown-architecture = The architecture { $arch } isn't supported. Supported are: { $supported }
error-unknown-pre-type = The tokenizer's pre type { $pre } is unknown. It would split text wrongly, so it is refused.
error-template-missing = The model has no chat template. Choose an instruction-tuned model.
error-adapter-base = { $path }: trained on another base model (its base { $expected }, this model { $actual }). Open it with its own base.
error-adapter-broken = { $path }: the adapter can't be used ({ $reason }). Train or copy it again.
error-nothing-to-train = There is no gold outside the held-out cases. Rate outputs by two raters or more, then make gold.
error-nothing-to-judge = There is nothing to judge. Choose other outputs, or import some.
error-train-no-examples = There is nothing to train on. Adjudicate more ratings first.
error-train-does-not-fit = This needs { $needed } bytes of memory and { $limit } are allowed. { $advice }
error-train-setting = { $field } = { $value } can't be used: expected { $expected }.

## Files

error-file-not-found = { $path }: not found. Check the place.
error-file-denied = { $path }: not allowed to { $action }. Choose another place, or ask for the permission.
error-file-exists = { $path }: exists already. Choose another name.
error-file-locked = { $path }: in use by another program. Close it there and try again.
error-file-not-utf8 = { $path }: not UTF-8 at byte { $offset }. Save it as UTF-8.
error-file-io = { $path }: could not { $action } ({ $detail }).
error-not-a-file = What was chosen is no file on this computer. Choose another one.
error-name-not-unicode = { $path }: the file's name can't be read. Rename it and try again.
error-unknown-encoding = The encoding { $encoding } isn't known. Use utf-8 or cp932.

## What an import finds

error-empty-file = The file has no row.
error-file-too-large = The file is too large (at most { $limit } bytes). Split it.
error-too-many-rows = Too many rows (at most { $limit }). Split the file.
error-too-many-problems = More than { $limit } problems; the rest isn't listed.
error-too-many-columns = Too many columns ({ $columns }; at most { $limit }).
error-encoding-unclear = The encoding is unclear (perhaps { $guess }). Choose one.
error-encoding-not-read = ISO-2022-JP (JIS) isn't read. Save the file as UTF-8.
error-column-missing = No column for { $field }. The headings are: { $headings }
error-mapping-unknown-heading = The file has no heading { $heading }, given for { $field }.
error-heading-repeated = The heading { $heading } occurs twice; the second was read as { $renamed }.
error-keys-made = There was no key column: keys were made from the contents.
error-more-warnings = { $count } more of the same ({ $code }) are not listed.
error-export-source-failed = { $path }: row { $row } could not be read ({ $detail }). Nothing was written.
error-export-no-json = { $path }: row { $row } has no JSON form ({ $detail }). Nothing was written.
error-export-unwritable = { $path }: { $count } characters have no form in CP932, the first ({ $character }) in row { $row }, column { $column }. Choose UTF-8, or allow them to be replaced.
error-bad-bytes = The byte { $byte } at { $offset } is no { $encoding } text. Choose another encoding.
error-nul-character = Holds the NUL character, which no text has. Remove it.
error-control-character = Holds the control character { $character }. Remove it.
error-replacement-character = Holds �: the text was damaged before it came here. Check the original.
error-gaiji-character = Holds the private-use character { $character }, which looks different elsewhere.
error-lone-surrogate = Holds half a surrogate pair. Check the original.
error-quote-unclosed = A quote is opened and never closed.
error-quote-stray = Text follows a closing quote: rows have run together.
error-quote-inside = Text follows a closing quote; it was read as it stands.
error-too-few-cells = Only { $cells } cells for { $headings } headings.
error-too-many-cells = { $cells } cells for only { $headings } headings.
error-cell-too-long = Too long ({ $bytes } bytes; at most { $limit }).
error-json-not-lines = Not one JSON object a line. Save the file as JSONL.
error-json-syntax = Not JSON (at character { $at }: { $detail }).
error-json-cut-short = The line ends in the middle: the file was cut short.
error-json-not-object = Found { $found } instead of an object.
error-field-missing = { $field } is missing.
error-field-empty = { $field } is empty.
error-field-type = { $field } should be { $expected }, found { $found }.
error-field-format = { $field } can't be read ({ $found }). Expected { $expected }.
error-field-unknown = There is no field { $field }. Is it a slip?
error-field-repeated = { $field } occurs twice.
error-row-unrated = This row isn't rated yet.
error-duplicate-key = The key { $key } is also in row { $first_row }.
error-language-unknown = The language { $found } isn't known. Use ja or en.
