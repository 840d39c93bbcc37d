### One message per stable error code: what happened, where, what to do next.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: kebab-case, starting with the file's area (error-CODE, CODE being the stable error code).

## 予期しないこと

error-unexpected = 予期しない問題が起きました。{ $detail } もう一度試し、続くときは担当者にこの文を伝えてください。
error-cancelled = 中止しました。終わった分は残っています。

## プロジェクト

error-no-project = プロジェクトが開いていません。まず開くか、新しく作ってください。
error-not-signed-in = どなたが使うのか決まっていません。まず名前を選んでください。
error-lead-only = これはプロジェクトの責任者だけができます。責任者の名前で入り直してください。
error-not-allowed = { $operation }：この役割（{ $role }）ではできません。プロジェクトの責任者に頼んでください。
error-locked = { $path }：このプロジェクトは別のプログラムで開かれています。そちらを閉じてから、もう一度開いてください。
error-wrong-passphrase = { $path }：合言葉が違います。大文字・小文字と日本語入力を確かめて、もう一度入力してください。
error-empty-passphrase = 合言葉が空です。いくつかの言葉を組み合わせて決めてください。
error-empty-name = 名前が空です。名前を入れてください。
error-not-a-project = { $path }：Shinsa のプロジェクトではありません。project.json と project.db のある「.shinsa」フォルダを選んでください。
error-project-exists = { $path }：同じ名前のものがすでにあります。それを開くか、別の名前にしてください。
error-damaged-header = { $path }：プロジェクトの見出しが壊れています（{ $reason }）。控えから戻してください。
error-damaged-database = { $path }：データベースが壊れています（{ $detail }）。控えから戻してください。
error-damaged-value = 読めない値があります（{ $place }：{ $detail }）。控えから戻してください。
error-newer-format = { $path }：新しい版の Shinsa で作られています（書式 { $found }、この版は { $known } まで）。Shinsa を更新してください。何も変えていません。
error-newer-schema = { $path }：新しい版の Shinsa で作られています（構造 { $found }、この版は { $known } まで）。Shinsa を更新してください。何も変えていません。
error-database = { $action }：データベースでうまくいきませんでした（{ $detail }）。空き容量を確かめて、もう一度試してください。
error-disk-full = ディスクがいっぱいです。空きを作ってから、もう一度試してください。それまでの評価は保存されています。
error-no-random = このパソコンから乱数を得られません（{ $detail }）。再起動してから試してください。
error-unknown-rater = 「{ $name }」という参加者はこのプロジェクトにいません。名前を確かめてください。
error-no-lead = このプロジェクトには責任者がいません。
error-not-found = { $noun } { $id } はこのプロジェクトにありません。名前を確かめるか、先に取り込んでください。
error-name-taken = 「{ $name }」はもう使われています。別の名前にしてください。
error-not-a-demo = { $path }：見本ではないものがあるので、上書きしません。別のフォルダを選んでください。

## 評価

error-unknown-rubric = 評価基準「{ $rubric }」がありません。「評価基準」で加えてください。
error-which-rubric = 評価基準がいくつもあります（{ $rubrics }）。どれかを指定してください。
error-rubric-published = 評価基準 { $id } の第 { $version } 版はすでにあり、内容が違います。変えるときは第 { $next } 版にしてください。
error-answer-refused = { $criterion }：答えがこの項目に合いません（{ $problem }）。評価基準を見て直してください。
error-rating-differs = { $rater } さんの { $output } への評価は、すでに別の内容で入っています。どちらが正しいか確かめてください。
error-unknown-case = 事例「{ $case }」がありません。先に事例を取り込んでください。
error-unknown-output = 回答「{ $output }」がありません。先に回答を取り込んでください。
error-key-taken = 番号「{ $key }」は別の内容で使われています。番号を変えるか、行を確かめてください。

## モデルと長い仕事

error-job-running = ほかの学習か判定が動いています。終わるのを待つか、先に中止してください。
error-no-model = 同梱のモデルがありません。モデルのファイルを選ぶか、入れ直してください。
error-model-missing = { $path }：モデルがありません。場所を確かめてください。
error-not-a-model = { $path }：モデルではありません。.gguf ファイルか、config.json と重みのあるフォルダを選んでください。
error-model-broken = { $path }：モデルが壊れています（{ $reason }）。もう一度入手してください。
error-gguf-truncated = { $path }：ファイルが途中で切れています（{ $tensor } に { $needed } バイト必要、ファイルは { $actual } バイト）。もう一度入手してください。
error-unknown-architecture = このモデルの形（{ $arch }）はまだ扱えません。扱えるもの：{ $supported }
error-unknown-pre-type = このモデルの文字の区切り方（{ $pre }）を知らないため、使えません。誤って区切るより断ります。
error-template-missing = このモデルには対話のひな形がありません。指示に答えるよう調整されたモデルを選んでください。
error-adapter-base = { $path }：このアダプタは別のモデルのものです（元は { $expected }、選ばれたのは { $actual }）。元のモデルと組み合わせてください。
error-adapter-broken = { $path }：アダプタを使えません（{ $reason }）。もう一度学習するか、入手し直してください。
error-nothing-to-train = 学習に使える正解がありません。二人以上で評価し、正解を決めてください。
error-nothing-to-judge = 判定する回答がありません。対象を変えるか、回答を取り込んでください。
error-train-no-examples = 学習する例がありません。先に正解を増やしてください。
error-train-does-not-fit = メモリが足りません（必要 { $needed } バイト、使えるのは { $limit } バイト）。{ $advice }
error-train-setting = 設定 { $field } = { $value } は使えません（{ $expected }）。

## ファイル

error-file-not-found = { $path }：見つかりません。場所を確かめてください。
error-file-denied = { $path }：許可がありません（{ $action }）。置き場所を変えるか、許可をもらってください。
error-file-exists = { $path }：すでにあります。別の名前にしてください。
error-file-locked = { $path }：ほかのプログラムが使っています。閉じてから試してください。
error-file-not-utf8 = { $path }：{ $offset } バイト目が UTF-8 ではありません。UTF-8 で保存し直してください。
error-file-io = { $path }：{ $action } ができませんでした（{ $detail }）。
error-not-a-file = 選ばれたものはこのパソコンのファイルではありません。別のものを選んでください。
error-name-not-unicode = { $path }：ファイル名を読めません。名前を変えてください。
error-unknown-encoding = 文字コード { $encoding } は扱えません。utf-8 か cp932 を指定してください。

## 取り込みで見つかること

error-empty-file = ファイルに行がありません。
error-file-too-large = ファイルが大きすぎます（{ $limit } バイトまで）。分けてください。
error-too-many-rows = 行が多すぎます（{ $limit } 行まで）。分けてください。
error-too-many-problems = 問題が { $limit } 件を超えたので、残りは省きました。
error-too-many-columns = 列が多すぎます（{ $columns } 列、{ $limit } 列まで）。
error-encoding-unclear = 文字コードを決められません（おそらく { $guess }）。選び直してください。
error-encoding-not-read = ISO-2022-JP（JIS）は読めません。UTF-8 で保存し直してください。
error-column-missing = 「{ $field }」にあたる列がありません。見出し：{ $headings }
error-mapping-unknown-heading = 「{ $field }」に指定した見出し「{ $heading }」がありません。
error-heading-repeated = 見出し「{ $heading }」が二度あるので、二つ目を「{ $renamed }」としました。
error-keys-made = 番号の列がないので、内容から番号を作りました。
error-more-warnings = 同じ注意がほかに { $count } 件あります（{ $code }）。
error-export-source-failed = { $path }：{ $row } 行目を読み出せませんでした（{ $detail }）。何も書いていません。
error-export-no-json = { $path }：{ $row } 行目を JSON にできません（{ $detail }）。何も書いていません。
error-export-unwritable = { $path }：CP932 で書けない文字が { $count } 個あります（最初は { $row } 行目「{ $column }」列の { $character }）。UTF-8 を選ぶか、置き換えを許してください。
error-bad-bytes = { $encoding } として読めないバイト { $byte } があります（{ $offset } バイト目）。文字コードを選び直してください。
error-nul-character = 文字ではない NUL が入っています。取り除いてください。
error-control-character = 制御文字 { $character } が入っています。取り除いてください。
error-replacement-character = 文字化けした文字（�）があります。元のファイルを確かめてください。
error-gaiji-character = 外字 { $character } があります。別のパソコンでは違って見えます。
error-lone-surrogate = 壊れた文字（片割れのサロゲート）があります。
error-quote-unclosed = 引用符が閉じていません。
error-quote-stray = 引用符の後に文字が続き、行がつながっています。
error-quote-inside = 引用符の後に文字があります。そのまま読みました。
error-too-few-cells = セルが { $cells } 個しかありません（見出しは { $headings } 個）。
error-too-many-cells = セルが { $cells } 個あり、見出し（{ $headings } 個）より多いです。
error-cell-too-long = 長すぎます（{ $bytes } バイト、{ $limit } バイトまで）。
error-json-not-lines = 一行に一つの JSON ではありません。JSONL で保存し直してください。
error-json-syntax = JSON として読めません（{ $at } 文字目：{ $detail }）。
error-json-cut-short = 行が途中で終わっています。ファイルが切れていないか確かめてください。
error-json-not-object = オブジェクトではなく { $found } です。
error-field-missing = 「{ $field }」がありません。
error-field-empty = 「{ $field }」が空です。
error-field-type = 「{ $field }」は { $expected } のはずが { $found } です。
error-field-format = 「{ $field }」を読めません（{ $found }）。{ $expected } にしてください。
error-field-unknown = 「{ $field }」という項目はありません。書き間違いではありませんか。
error-field-repeated = 「{ $field }」が二度あります。
error-row-unrated = まだ評価されていない行です。
error-duplicate-key = 番号「{ $key }」は { $first_row } 行目にもあります。
error-language-unknown = 言語「{ $found }」は扱えません。ja か en にしてください。
