### 端末で使うコマンドの説明。
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### `help-COMMAND-ARGUMENT`, else `help-arg-ARGUMENT` for what several commands share.

help = AIの回答を専門家が評価し、判定モデルを育てる道具です。取り込み・評価・一致度・書き出し・学習・報告書まで、すべてこのパソコンの中で行います。
help-after = 終了コード：0 完了 · 1 断られた、または失敗（理由を表示） · 2 使い方の誤り · 3 入力に問題（一覧を表示し、何も変えません） · 130 Ctrl-C で中止
help-heading-usage = 使い方：
help-heading-commands = コマンド
help-heading-arguments = 引数
help-heading-options = オプション
help-default = （既定：{ $value }）
help-command = コマンド

## すべてのコマンドに共通

help-arg-help = 説明を表示
help-arg-version = 版を表示
help-arg-json = 結果を一つのJSONとして標準出力へ。進み具合は標準エラー出力へ
help-arg-lang = 表示言語：ja か en（既定：パソコンの設定）
help-arg-rater = 誰として見るか：参加者の名前（既定：責任者）
help-arg-passphrase-file = 一行目に合言葉を書いたファイル（なければ SHINSA_PASSPHRASE、それもなければ尋ねます）
help-arg-person-passphrase-file = 一行目に本人の合言葉を書いたファイル（なければ SHINSA_PERSON_PASSPHRASE、それもなければ、合言葉のある人には尋ねます）

## くり返し出てくるもの

help-arg-path = プロジェクトのフォルダ
help-arg-rubric = 評価基準：「ID」または「ID@版」（既定：一つだけならそれ）
help-arg-model = モデルのファイル（既定：同梱のもの）
help-arg-seed = 乱数の種
help-arg-fast = 重みが整数の部分は整数のまま計算する。速くて省メモリだが、正確モードとは別の判定者として記録される
help-arg-threads = スレッド数（既定：すべてのコア）
help-arg-samples = 回答一つあたりの判定の回数
help-arg-steps = ステップ数の上限（既定：データの分だけ）

## コマンドごと

help-demo = 架空のデータで最初から最後まで一度通す：事例から学習済みの判定と報告書まで
help-demo-out = プロジェクトとファイルを置くフォルダ。なければ作り、前の見本は置き換えます
help-demo-held-out = 取り分けた回答の数の上限（既定：すべて）
help-demo-data = 見本データのフォルダ（既定：組み込みのもの）
help-project = プロジェクトを作る、または中身を見る
help-project-new = 合言葉で守られたプロジェクトのフォルダ「名前.shinsa」を作る
help-project-new-path = 作るフォルダ
help-project-new-name = プロジェクトの名前（既定：フォルダの名前）
help-project-new-lead = 作る人（責任者）の名前
help-project-person = 役割を決めて人を加える
help-project-person-name = その人の名前
help-project-person-role = できること：rater（評価者）、adjudicator（裁定者）、lead（責任者）
help-project-person-profession = 職種（評価とともに残ります）
help-project-info = プロジェクトに何が入っているか
help-rubric = プロジェクトの評価基準と、用意されている評価基準
help-rubric-add = 用意された評価基準をIDで、またはJSONファイルから加える
help-rubric-add-rubric = 用意されたもののID（`rubric list` で見られます）、またはファイル
help-rubric-list = プロジェクトの評価基準。プロジェクトを書かなければ用意されたもの
help-rubric-show = 評価基準をJSONで表示
help-rubric-show-rubric = 「ID」または「ID@版」
help-rubric-schema = 評価基準ファイルのJSON Schemaを表示（自分で書くときに）
help-import = 事例・回答・評価をファイルから取り込む
help-import-kind = ファイルの中身：cases 事例（CSV・XLSX・JSONL。列に回答があってもよい）、outputs 回答（JSONL）、ratings 評価（JSONL・CSV・XLSX）
help-import-file = ファイル
help-import-dry-run = 問題をすべて並べるだけで、何も変えません
help-import-encoding = 文字コードの判定が違うとき：utf-8, cp932, utf-16le, utf-16be
help-import-map = 項目に使う列を「項目=見出し」で。何度でも（事例：key, title, what, factors, improvements, reference, lang, aspects。評価：output, rater, profession, at と評価項目のID）
help-import-outputs = 事例の表で回答が入っている列の見出し。何度でも（既定：見出しでわかるもの）
help-import-sheet = ブックのシート（既定：中身のある最初のシート）
help-import-rubric = 表の評価が従う評価基準：「ID」または「ID@版」（既定：一つだけならそれ）
help-import-whose = 評価者の列がない表で、誰の評価か
help-import-partial = ほかの行に問題があっても、よい行だけ取り込む
help-import-failed-rows = 問題のあった行をこのファイルに書く（直して取り込み直せます）
help-agreement = 評価者どうしがどれだけ一致しているか（事例ごとの区間つき）
help-gold = 終わった評価を多数決で正解にまとめる。決まらないものは一覧に
help-gold-cautious = 多数決で決まらないとき、人に任せずより慎重な答えを取る
help-adjudicate = 評価が分かれたところを裁定する（一覧・表示・決定・一致分の確定・取り消し）
help-adjudicate-output = 表示または決定する回答（番号）。なければ全件の一覧
help-adjudicate-decision = `answers` と、分かれた項目の `causes`（rubric-unclear, slip, disagreement, missing-context）を持つJSONファイル
help-adjudicate-withdraw = この回答の正解を取り消す
help-adjudicate-settle = 全員が一致したものをすべて正解にする
help-ratings = 一つの回答への評価（見てよい範囲で）
help-ratings-output = この回答だけ（番号）
help-export = 専門家の評価がついたデータセットを書き出す
help-export-format = 形式：dataset（SFT・縦長の表・説明書・メタデータのフォルダ）、sft、dpo、kto、healthbench、healthbench-meta、label-studio、argilla、csv（縦長の表）
help-export-out = 書き出し先：ファイル、dataset ではフォルダ
help-export-cp932 = CSVをCP932で書き、書けない文字を並べる
help-model = このパソコンの言語モデル
help-model-add = モデルを覚えさせる：GGUFファイル、または config.json と safetensors のフォルダ
help-model-add-model = ファイルまたはフォルダ
help-model-list = 同梱のモデルと、加えたモデル
help-model-inspect = モデルの見出しを読んで、何かを表示
help-model-inspect-model = ファイルまたはフォルダ
help-train = 正解からLoRAの判定モデルを学習する
help-train-name = プロジェクトでのアダプタの名前
help-train-rank = アダプタのランク
help-train-learning-rate = 学習率の最大値
help-train-epochs = データを何周するか
help-train-device = 計算する装置：auto（使えればGPU）、cpu、cuda（NVIDIA）、metal（Apple）
help-train-memory-limit = 計画上の最大メモリがこのバイト数を超えるなら始めない
help-train-plan-only = モデルを読み、計画を立て、いちばん大きなまとまりを一度だけ計算して、必要な時間とメモリを表示
help-train-preview = 最初のN例をトークンで表示し、学習する部分に印をつける（学習はしない）
help-train-max-tokens = 一例の長さの上限（トークン）
help-train-over-long = 長すぎる例の扱い：refuse（始めない）、truncate（切る）、drop（外す）。どれも名前を示す
help-train-all-turns = 会話の最後だけでなく、すべての返答を学習する
help-train-evaluate-every = 何ステップごとに、取り分けた例の損失と忘却を測るか
help-train-patience = 何回続けて良くならなければ止めるか（--evaluate-every が必要）
help-train-min-delta = 良くなったとみなす差（トークンあたりnat）
help-train-keep-last = 損失が最良のものではなく、最後のアダプタを残す
help-train-schedule = 学習率の変え方：linear（0まで直線）、cosine（十分の一まで）、constant（一定）
help-train-warmup = 学習率を上げていくステップ数。1未満なら全ステップに対する割合
help-train-alpha = アダプタの倍率 alpha / r の分子
help-train-dropout = アダプタの入力のドロップアウト（0以上1未満）
help-train-rslora = 倍率を alpha / sqrt(r) にする（rsLoRA）
help-train-b-ratio = アダプタのBを何倍の速さで学習するか（LoRA+）
help-train-neftune = 埋め込みに加えるノイズの強さ（NEFTune）。ふつうは5、0でなし
help-train-weight-decay = 重みの減衰
help-train-stored-weights = 重みを保存されたままの形で使う：遅いがメモリがずっと少ない
help-judge = モデルに回答を判定させる
help-judge-name = プロジェクトでのこの判定の名前
help-judge-adapter = アダプタ：学習の名前、またはPEFTのフォルダ
help-judge-which = 対象：held-out 取り分けた回答、unrated 正解のない回答、all すべて
help-arg-device = 計算する装置：auto（使えればGPU）、cpu、cuda（NVIDIA）。続きから行うときは、始めたときの装置を使います
help-judge-temperature = サンプリングの温度。0 は最もありそうなもの
help-report = 報告書を書く：HTML一枚と、同じ数値のJSON
help-report-out = report.html・figures.json・volatile.json を置くフォルダ（既定：プロジェクトの exports）

## 使い方の誤り

usage-unknown-argument = 「{ $argument }」という引数・オプションはありません。
usage-unknown-command = 「{ $argument }」というコマンドはありません。
usage-suggestion = もしかして：{ $suggestion }
usage-missing = 必要な引数がありません：{ $argument }
usage-bad-value = 「{ $value }」は { $argument } に使えません。
usage-valid-values = 使えるもの：{ $values }
usage-no-value = { $argument } には値が必要です。
usage-twice = { $argument } は一度しか使えません。
usage-other = コマンドの書き方が違います。
usage-more = 説明は --help で見られます。
help-adapter = アダプタを別の形式にする、足し合わせる、もとのモデルに統合する
help-adapter-export = アダプタを llama.cpp 用（名前が .gguf で終わるとき）か PEFT のフォルダに書き出す。複数なら重みをつけた和になる
help-adapter-export-adapters = PEFT のフォルダか .gguf ファイル。一部だけ使うなら =重み をつける
help-adapter-export-to = 書き出す先。まだない名前にする
help-adapter-export-model = アダプタを学習したもとのモデル（既定：内蔵モデル）
help-adapter-merge = アダプタをもとのモデルに統合する：もとと同じ型の .gguf か、transformers で開けるフォルダ
help-adapter-merge-model = もとのモデル：GGUF ファイルかフォルダ
help-adapter-merge-adapters = PEFT のフォルダか .gguf ファイル。一部だけ使うなら =重み をつける
help-adapter-merge-to = 書き出す先。まだない名前にする
help-adapter-merge-dtype = フォルダに書く重みの型
help-judge-endpoint = 代わりに判定するOpenAI互換の接続先（llama-server・vLLM・Ollama）。http://host:port の形。ホストは許可が必要（`shinsa host allow`）。鍵は SHINSA_ENDPOINT_KEY からのみ読む
help-judge-endpoint-model = 接続先でのモデルの名前
help-host = 判定のために回答を送ってよいホスト。はじめは一つもない
help-host-allow = ホストを許可する（責任者のみ）
help-host-allow-host = host:port、または接続先のアドレス（既定：127.0.0.1:8080、この端末の llama-server）
help-host-deny = ホストの許可を取り消す（責任者のみ）
help-host-deny-host = host:port、または接続先のアドレス
help-host-list = 許可されたホストと、送った要求のすべて（責任者のみ）

help-ensemble = 同じ回答について保存された複数の判定を、評価項目ごとにまとめる
help-ensemble-judges = まとめる判定の名前をコンマ区切りで。完了したものを2つ以上
help-ensemble-how = まとめ方：mean（各判定を等しく平均）、majority（1票ずつの多数決）、weights（重み付き）
help-ensemble-weights = --how weights のとき、判定と同じ順に重みをコンマ区切りで（省略すると、事例の半分の正解から推定）
help-ensemble-apart = 判定どうしがこの段階数以上離れたら人が確認する（初期値：1）

help-verdicts = 判定の成績を正解と比べて示す（欠けた判定による幅も両側で示す）
help-verdicts-name = 判定の名前

help-judge-allow-self = この名前のモデルが自分の書いた回答を判定することを許す（繰り返し可）。記録とレポートに明記される
help-judge-same-as = 比較のため、この完了した判定と全く同じ回答を判定する（--which の代わり）
help-judge-beside = 同じモデルの別の判定者も、同じバッチで、それぞれ別の判定として行う。アダプターを書かなければモデルそのもの（繰り返し可）

help-compare = 同じ回答の判定どうしを正解に対して対応のある比較をする（元のモデル、アダプター、次のアダプター）
help-compare-runs = 比べる判定の名前をコンマ区切りで、元のモデルから順に

help-probe = 判定の偏りを調べる：同じ回答を2回判定し、一方は評価基準を逆順で示す（order）か、回答の後に中立な文を付ける（verbosity）。結果は他の数値に一切入らない
help-probe-kind = 変えるもの：order（順序）か verbosity（長さ）
help-probe-name = この調査のプロジェクト内での名前
help-probe-adapter = アダプター：学習の名前か、PEFT のフォルダー
help-probe-which = 対象の回答：held-out（取り置きの事例で正解あり）、unrated（正解なし）、all（すべて）
help-probe-limit = 取り込み順に、最大でこの件数の回答
help-probe-samples = 回答ごとの判定の回数（毎回）
help-probe-temperature = サンプリング温度。0 は最もありそうな答えを選ぶので、変更の影響だけが残る
help-probe-filler = --kind verbosity のときの中立な文の字数
help-probe-allow-self = この名前のモデルが自分の書いた回答を判定することを許す（繰り返し可）

help-judge-from-probabilities = 何度も引かずに、1回の判定で各段階の確率から数値を読む。速いが、標本を引く判定者とは別の判定者として記録される
help-generate = 事例に対する回答をモデルに書かせる
help-generate-samples = 事例ごとの回答の数
help-generate-name = 実行の名前。途中で終わったものは、同じ名前と設定で続きから始まる
help-restructure = インシデント報告を行動・出来事・要因・対策に分ける
help-restructure-samples = 事例ごとの読み取りの数
help-restructure-name = 実行の名前。途中で終わったものは、同じ名前と設定で続きから始まる
help-arg-prompt = 自作のプロンプト（Jinja。part が "system" と "user" の2回読まれる）。省けば組み込みのものを使う
help-arg-prompt-version = その言語の事例に使う、プロジェクト自身のプロンプトの版。ja=2 のように書く。くり返し可
help-prompt = モデルへのプロンプトと、プロジェクト自身の版（責任者のみ）
help-prompt-list = すべてのプロンプト：組み込みのものと、プロジェクトの版
help-prompt-show = 一つの版の文章
help-prompt-show-version = プロジェクトの版。0 は組み込み
help-prompt-try = ファイルの文章でモデルに渡る内容を、最初の事例で見る。何も残さない
help-prompt-use = 判定・学習・検査・データセットで、指定がないときに使うプロンプトを選ぶ
help-arg-judge-prompt = judge-full.ja など。judge-short.en@2 はプロジェクトの版
help-prompt-save = ファイルをプロジェクトの次の版として残す
help-arg-prompt-name = answer、incident、judge-short、judge-full のどれか
help-arg-prompt-lang = 言語：ja または en
help-judge-reasons = ルーブリックの記述欄を判定モデルに書かせるか：none 書かせない、last 点数の後、first 点数の前。それぞれ別の判定モデルとして扱う
help-judge-judge-prompt = プロンプト。judge-full.ja など。judge-short.en@2 はプロジェクトの版（既定：プロジェクトの標準）
help-arg-top-p = 確率の高い順に、合計がこの値に達するまでのトークンだけを残す。1 ですべて残す
help-arg-top-k = 確率の高い順にこの数だけ残す。0 ですべて残す
help-arg-min-p = 最も高い確率のこの倍率以上のトークンだけを残す。0 ですべて残す
help-arg-repetition-penalty = 一度書いたトークンを出にくくする。1 で変えない
help-arg-max-tokens = 1つの文章の最大トークン数
help-arg-limit = 取り込んだ順に、多くともこの数の事例
help-arg-temperature = 標本の温度。0 は最も確率の高いものを選ぶ
help-arg-adapter = アダプター（学習の名前か PEFT のフォルダー）

help-rubric-check = 評価基準のファイルの誤りをすべて挙げます。何も変えません
help-rubric-check-file = ファイル
help-rubric-carry = 評価を、ある版からあとの版へ項目ごとに引き継ぎます。前の版の評価は残ります

help-rubric-carry-from = 引き継ぎ元の版：`id@version`
help-rubric-carry-to = 引き継ぎ先の版（指定しなければ最新）
help-rubric-carry-criteria = 引き継ぐ項目。くり返し指定できます（指定しなければ、文言まで同じ項目）
help-rubric-carry-back = 新しい版に引き継いだ評価のうち、評価者がまだ触れていないものを取り消します
help-rubric-carry-dry-run = 何が引き継げて何が引き継げないかだけを示し、何も変えません

help-preferences = 二つの回答のどちらが良いか：件数と一件ずつ

help-person = 参加者それぞれの合言葉
help-person-passphrase = --as の人の合言葉を決める、または変える
help-person-passphrase-new-passphrase-file = 一行目に新しい合言葉を書いたファイル（なければ SHINSA_NEW_PASSPHRASE、それもなければ尋ねます）
help-person-reset = 参加者の合言葉を取り消し、本人に渡す仮の合言葉を表示する
help-person-reset-name = 参加者の名前
help-person-require = 全員に合言葉を必須とする、またはやめる
help-person-require-off = 必須をやめる

help-assign = 誰が何を評価するか：重なり・校正・抜き取りのある計画
help-assign-plan = 計画を立て、全員の担当を決める（始めたものはそのまま）
help-assign-plan-raters = 一件を評価する人数
help-assign-plan-overlap = もっと多くの人が評価する割合（0から1）
help-assign-plan-overlap-raters = その割合の一件を評価する人数
help-assign-plan-calibration = 全員が最初に評価する件数
help-assign-plan-audit = もう一人が独立に評価する割合（0から1）
help-assign-plan-people = 参加する人の名前。くり返せます（既定：評価者全員）
help-assign-plan-seed = くじの種（既定：新しく決めて残します）
help-assign-plan-seconds = 一件にかかる秒数（既定：測った値、なければ仮の値）
help-assign-plan-dry-run = 計画の結果だけを示し、何も変えない
help-assign-show = 今の計画と残り
help-assign-undo = 計画を取り消す（その前の計画に戻る。なければ計画なし）
help-queue = 次にだれにどの回答を出すか（順序・もう一度出す割合・抽選の記録）。オプションがなければ今の設定を示します
help-queue-order = 次の回答の決め方（全員）：random（無作為）、disagreement（ほかの評価者の評価が分かれるものほど出やすい）、uncertainty（判定モデルが迷うものほど出やすい）
help-queue-run = 判定モデルの迷いを読む判定の名前
help-queue-raters-choose = 評価者が自分の順序を選べるか：true か false
help-queue-again = 評価者自身の一貫性のために、印をつけずにもう一度出す回答の割合：0〜0.5
help-queue-after-items = ほかの回答をこの件数終えるまでは、もう一度出しません
help-queue-after-days = 最初の評価からこの日数がたつまでは、もう一度出しません
help-queue-choose = 自分の順序を選びます（責任者が許した場合）：random、disagreement、uncertainty
help-queue-next = 見る人（--as）がいま評価する回答。終えるか、あとまわしにするまで変わりません
help-queue-draws = 抽選の記録を、そのときの確率とともに一覧にします

help-consistency = もう一度出た回答で、評価者自身の評価がどれだけ一致するか
help-consistency-whose = だれの一貫性か（名前）。ほかの人のものは責任者だけ（指定しなければ自分）
