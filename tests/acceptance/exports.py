"""Loads every export with the tool it is meant for, and says how much came in.

    exports.py FOLDER RUBRICS

FOLDER holds what the test beside this file exported, named RUBRIC-FORMAT;
RUBRICS holds the rubrics' files. What the tools refuse is listed at the end.
"""

import csv
import json
import sys
import tempfile
import traceback
import types
import uuid
import warnings
from pathlib import Path

FOLDER, RUBRICS = Path(sys.argv[1]), Path(sys.argv[2])
SAFETY, POINTS, DRUGS = "answer-safety", "urgent-advice-points", "drug-suggestion"
ALL = (SAFETY, POINTS, DRUGS)


def said(tool, what):
    print(f"{tool}: {what}", flush=True)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rubric(name):
    return json.loads((RUBRICS / f"{name}.json").read_text(encoding="utf-8"))


def asked(name):
    return [c for c in rubric(name)["criteria"] if c.get("source", {}).get("from") != "derived"]


# --- datasets, and what TRL's trainers do with a row before they train on it


def tokenizer():
    """A tokenizer with a chat template: TRL's checks render every row through it."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    plain = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    made = PreTrainedTokenizerFast(tokenizer_object=plain, unk_token="?")
    made.chat_template = (
        "{% for m in messages %}<{{ m.role }}>{{ m.content }}</{{ m.role }}>{% endfor %}"
        "{% if add_generation_prompt %}<assistant>{% endif %}"
    )
    return made


def load(path):
    from datasets import load_dataset

    data = load_dataset("json", data_files=str(path), split="train")
    assert len(data) == len(lines(path)), path
    return data


def trl():
    from datasets import Value
    from trl.data_utils import apply_chat_template, is_conversational, unpair_preference_dataset

    renders = tokenizer()

    def rendered(row, columns, out):
        kept = {column: row[column] for column in columns}
        assert is_conversational(kept), kept
        got = apply_chat_template(kept, renders)
        assert set(got) == set(out), got
        for name in set(out) - {"label"}:
            assert got[name].strip(), (name, row)
        return got

    # The columns are those of TRL's documentation, "Dataset formats and types".
    for name in ALL:
        data = load(FOLDER / f"{name}-sft.jsonl")
        for row in data:
            rendered(row, ["messages"], ["text"])
            assert row["messages"][-1]["role"] == "assistant"
            json.loads(row["messages"][-1]["content"])
        said("datasets", f"{len(data)} rows of SFT by {name}")

    pairs = load(FOLDER / f"{SAFETY}-dpo.jsonl")
    for row in pairs:
        got = rendered(row, ["prompt", "chosen", "rejected"], ["prompt", "chosen", "rejected"])
        assert got["chosen"] != got["rejected"]
    # KTO's trainer takes pairs too, once they are taken apart.
    apart = unpair_preference_dataset(pairs.select_columns(["prompt", "chosen", "rejected"]))
    assert len(apart) == 2 * len(pairs)

    single = load(FOLDER / f"{SAFETY}-kto.jsonl")
    assert single.features["label"] == Value("bool"), single.features
    assert set(single["label"]) == {True, False}
    for row in single:
        rendered(row, ["prompt", "completion", "label"], ["prompt", "completion", "label"])
    said("trl", f"{len(pairs)} pairs for DPO, {len(single)} answers for KTO")


def folders():
    """The whole dataset, found through the header of its card alone."""
    from datasets import load_dataset
    from huggingface_hub import DatasetCard

    for name in ALL:
        folder = FOLDER / f"{name}-dataset"
        card = DatasetCard.load(folder / "README.md").data
        assert card.annotations_creators == ["expert-generated"], card
        assert [one["config_name"] for one in card.configs] == ["sft"], card.configs
        sft = load_dataset(str(folder))
        # The other table is read by itself, as the card says.
        ratings = load_dataset("csv", data_files=str(folder / "ratings.csv"), split="train")
        cases = {split: set(data["case"]) for split, data in sft.items()}
        assert not cases.get("train", set()) & cases.get("test", set()), "split by case"
        with (folder / "ratings.csv").open(encoding="utf-8-sig", newline="") as file:
            assert ratings.num_rows == sum(1 for _ in csv.DictReader(file))
        assert "case" in ratings.column_names, ratings.column_names
        said("datasets", f"{name}: {dict(sft.num_rows)}, {ratings.num_rows} rows of ratings")


# --- Label Studio


def label_studio():
    from label_studio_sdk.converter import Converter
    from label_studio_sdk.label_interface import LabelInterface

    for name in ALL:
        path = FOLDER / f"{name}-label-studio.json"
        config = path.with_suffix(".config.xml").read_text(encoding="utf-8")
        face = LabelInterface(config)
        face.validate()
        tasks = json.loads(path.read_text(encoding="utf-8"))
        count = 0
        for task in tasks:
            for shown in face.objects:
                assert task["data"].get(shown.value_name), (shown.value_name, task["data"])
            for annotation in task["annotations"]:
                errors = face._validate_object(annotation, return_errors=True)
                assert not errors, (task["data"]["output_key"], errors)
                count += 1
        with tempfile.TemporaryDirectory() as out:
            converter = Converter(config, out, download_resources=False)
            converter.convert_to_json_min(str(path), out, is_dir=False)
            small = json.loads((Path(out) / "result.json").read_text(encoding="utf-8"))
            assert len(small) == count, (len(small), count)
            for row in small:
                given = {tag for tag in face._controls if row.get(tag) not in (None, "", [])}
                assert given, row
            converter.convert_to_csv(str(path), out, is_dir=False, sep=",", header=True)
            with (Path(out) / "result.csv").open(encoding="utf-8", newline="") as file:
                assert sum(1 for _ in csv.DictReader(file)) == count
        said("label-studio-sdk", f"{name}: {len(tasks)} tasks, {count} annotations")


# --- Argilla


# The place of a server, which a field only remembers.
NOBODY = types.SimpleNamespace(
    api=types.SimpleNamespace(fields=None, questions=None, metadata=None, vectors=None)
)


def question(rg, criterion):
    """The question of Argilla's that a criterion becomes."""
    name, kind = criterion["id"], criterion["kind"]
    optional = {"name": name, "required": False, "client": NOBODY}
    match kind["type"]:
        case "scale":
            return rg.RatingQuestion(values=[l["value"] for l in kind["levels"]], **optional)
        case "flag" | "points":
            return rg.LabelQuestion(labels=["true", "false"], **optional)
        case "choice":
            return rg.LabelQuestion(labels=[o["id"] for o in kind["options"]], **optional)
        case "deductions":
            labels = [i["id"] for i in kind["items"]] + ["none"]
            return rg.MultiLabelQuestion(labels=labels, **optional)
        case _:
            return rg.TextQuestion(**optional)


def passages(rg, criteria):
    """The question for the passages of the output that answers rest on."""
    labels = [criterion["id"] for criterion in criteria]
    return rg.SpanQuestion(name="__evidence", field="output", labels=labels, allow_overlapping=True, required=False, client=NOBODY)


def argilla():
    """Through the very code that `records.log` runs before it sends: its mapper
    and its models. There is no server here to send to."""
    import argilla as rg
    from argilla.records._mapping import IngestedRecordMapper

    for name in ALL:
        rows = lines(FOLDER / f"{name}-argilla.jsonl")
        criteria = asked(name)
        settings = rg.Settings(
            fields=[rg.TextField(name=field, client=NOBODY) for field in ("case", "prompt", "output")],
            questions=[question(rg, criterion) for criterion in criteria] + [passages(rg, criteria)],
            metadata=[rg.TermsMetadataProperty(name=field, client=NOBODY) for field in ("lang", "rater")],
        )
        settings.validate()
        questions = {one.name: one for one in settings.questions}
        dataset = types.SimpleNamespace(settings=settings, schema=settings.schema, questions=questions)
        mapping = {
            column: column.removesuffix(".suggestion")
            for column in rows[0]
            if "." in column
        }
        with warnings.catch_warnings():
            # It warns of every mapped column by its own name, and takes them nonetheless.
            warnings.simplefilter("ignore")
            mapper = IngestedRecordMapper(dataset=dataset, user_id=uuid.uuid4(), mapping=mapping)
            records = [mapper(row) for row in rows]
        responses = suggestions = 0
        for record in records:
            record.api_model()
            for given in list(record.responses) + list(record.suggestions):
                check(questions[given.question_name], given.value, record.fields)
            for given in record.suggestions:
                several = isinstance(given.value, list)
                scores = len(given.score) if isinstance(given.score, list) else None
                assert scores == (len(given.value) if several else None), given
            responses += len(list(record.responses))
            suggestions += len(list(record.suggestions))
        # Whatever the file says has come in, and with it who says so.
        filled = lambda ending: sum(v is not None for r in rows for k, v in r.items() if k.endswith(ending))
        assert responses == filled(".response") > 0, (name, responses)
        assert suggestions == filled(".suggestion") > 0, (name, suggestions)
        marked = [r for record in records for r in record.responses if r.question_name == "__evidence"]
        assert marked, (name, "no passage came in")
        agents = sum(s.agent is not None for record in records for s in record.suggestions)
        assert agents == suggestions, (name, agents)
        assert len({record.id for record in records}) == len(records)
        said("argilla", f"{name}: {len(records)} records, {responses} responses, {suggestions} suggestions")


def check(question, value, fields):
    """What Argilla's server asks of a value of each type of question, as its
    validators of response values say; the client leaves it to the server."""
    match question.type:
        case "rating":
            assert value in question.values, (question.name, value)
        case "label_selection":
            assert value in question.labels, (question.name, value)
        case "multi_label_selection":
            assert isinstance(value, list) and value, (question.name, value)
            assert set(value) <= set(question.labels), (question.name, value)
        case "text":
            assert isinstance(value, str), (question.name, value)
        case "span":
            assert isinstance(value, list) and value, (question.name, value)
            for span in value:
                assert set(span) == {"start", "end", "label"} and span["label"] in question.labels, span
                assert 0 <= span["start"] < span["end"] <= len(fields[question.field]), span
        case other:
            raise AssertionError(f"nobody checks a {other}")


# --- the long table


def table(path, encoding):
    with path.open(encoding=encoding, errors="strict", newline="") as file:
        reader = csv.reader(file, strict=True)
        head = next(reader)
        return head, list(reader)


def long_csv():
    for name in ALL:
        path = FOLDER / f"{name}-long.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "no byte-order mark"
        head, rows = table(path, "utf-8-sig")
        other_head, others = table(FOLDER / f"{name}-long-cp932.csv", "cp932")
        assert head == other_head and len(rows) == len(others)
        assert rows and all(len(row) == len(head) for row in rows + others)
        differ = [(a, b) for row, other in zip(rows, others) for a, b in zip(row, other) if a != b]
        if name == SAFETY:
            # The one cell that CP932 can't hold, and the rest of it unharmed.
            assert len(differ) == 1, differ
            utf8, cp932 = differ[0]
            assert utf8 == "'=HYPERLINK(\"x\")、\n𠮷野家・髙橋①の😀", utf8
            assert cp932.startswith("'=HYPERLINK") and "髙橋①" in cp932, cp932
        else:
            assert not differ, differ
        for row in rows + others:
            for cell in row:
                number = cell.lstrip("-").replace(".", "", 1).isdigit()
                assert number or not cell.startswith(tuple("=+-@\t\r＝＋－＠")), cell
        # A list's criteria stand as LIST.CRITERION, a row per item.
        given = {row[head.index("criterion")].split(".")[0] for row in rows}
        assert given == {criterion["id"] for criterion in asked(name)}, given
        said("csv", f"{name}: {len(rows)} rows, the same in CP932")


# --- HealthBench: no tool, its documented fields


def healthbench():
    rows = lines(FOLDER / f"{POINTS}-healthbench.jsonl")
    for row in rows:
        assert isinstance(row["prompt_id"], str) and isinstance(row["example_tags"], list)
        assert all(set(turn) == {"role", "content"} for turn in row["prompt"])
        assert row["rubrics"]
        for one in row["rubrics"]:
            assert isinstance(one["criterion"], str) and isinstance(one["tags"], list)
            assert isinstance(one["points"], (int, float)) and one["points"]
        assert sum(one["points"] for one in row["rubrics"] if one["points"] > 0) > 0
    meta = lines(FOLDER / f"{POINTS}-healthbench-meta.jsonl")
    for row in meta:
        assert isinstance(row["completion"], str) and isinstance(row["rubric"], str)
        assert isinstance(row["category"], str) and row["prompt"]
        assert all(isinstance(label, bool) for label in row["binary_labels"])
        assert len(row["binary_labels"]) == len(row["anonymized_physician_ids"]) > 0
        assert len(row["evidence"]) == len(row["binary_labels"])
        for span in (span for spans in row["evidence"] for span in spans):
            # Places count characters, as Python does.
            assert row["completion"][span["start"] : span["end"]] == span["quote"], span
    assert any(spans for row in meta for spans in row["evidence"]), "no passage came along"
    said("healthbench", f"{len(rows)} prompts, {len(meta)} points")


# --- Croissant


def croissant():
    import mlcroissant

    for name in ALL:
        folder = FOLDER / f"{name}-dataset"
        dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
        issues = dataset.metadata.issues
        assert not issues.errors, issues.report()
        assert not issues.warnings, issues.report()
        counts = {}
        for records in dataset.metadata.record_sets:
            counts[records.name] = sum(1 for _ in dataset.records(records.id))
        with (folder / "ratings.csv").open(encoding="utf-8-sig", newline="") as file:
            assert counts["ratings"] == sum(1 for _ in csv.DictReader(file)), counts
        for split in ("train", "test"):
            path = folder / f"sft-{split}.jsonl"
            assert counts.get(f"sft-{split}", 0) == len(lines(path)), counts
        said("mlcroissant", f"{name}: {counts}")


refused = []
for load_all in (long_csv, healthbench, trl, folders, label_studio, argilla, croissant):
    try:
        load_all()
    except Exception:
        refused.append(f"{load_all.__name__}: {traceback.format_exc()}")
sys.exit("\n".join(refused) or 0)
