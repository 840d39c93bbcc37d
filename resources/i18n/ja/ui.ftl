### The desktop app's window. Loaded by the UI from this same file.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: kebab-case, starting with the file's area (ui-…).

ui-app-name = Shinsa 審査
ui-app-what = AIの回答を専門家が評価し、判定モデルを育てる。すべてこのパソコンの中で。
ui-language = 表示言語
ui-scheme-dark = 暗い画面にする
ui-scheme-light = 明るい画面にする
ui-rooms = 部屋
ui-close = 閉じる
ui-back = 戻る
ui-wait = 読み込んでいます
ui-busy = 動いています
ui-criterion = 評価項目
ui-seed = 乱数の種
ui-lead-only = この部屋は責任者のものです
ui-lead-only-hint = 学習・自動判定・報告書は、プロジェクトの責任者として名乗ったときに使えます。
ui-more-settings = 細かい設定を表示
ui-less-settings = 細かい設定を隠す

## 部屋

ui-room-cases = 事例
ui-room-rubrics = 評価基準
ui-room-rate = 評価する
ui-room-agreement = 一致度
ui-room-adjudicate = 裁定
ui-room-train = 学習
ui-room-judge = 自動判定
ui-room-report = 報告書
ui-room-export = 書き出し

## はじめ

ui-welcome-open = プロジェクトを開く
ui-welcome-open-note = 「.shinsa」で終わるフォルダを選びます。
ui-welcome-create = 新しく作る
ui-welcome-create-note = 暗号化された空のプロジェクトを作ります。
ui-welcome-demo = お試し用を作る
ui-welcome-demo-note = 架空の事例と評価が入った見本です。数秒でできます。
ui-welcome-recent = 最近使ったもの
ui-welcome-no-recent = まだありません。開いたプロジェクトがここに並びます。
ui-unlock = 「{ $name }」を開く
ui-unlock-do = 開く
ui-passphrase = 合言葉
ui-passphrase-note = 忘れると誰にも開けません。安全な場所に控えてください。
ui-passphrase-again = 合言葉（もう一度）
ui-passphrase-differs = 二つの合言葉が違います。
ui-passphrase-show = 入力した文字を見る
ui-demo-passphrase = 見本の合言葉は { $passphrase } です。
ui-project-name = プロジェクトの名前
ui-project-lead-note = このプロジェクトの責任者になります。
ui-project-folder = 置き場所
ui-project-folder-note = この中に「名前.shinsa」というフォルダができます。
ui-project-close = プロジェクトを閉じる
ui-choose-folder = フォルダを選ぶ
ui-choose-file = ファイルを選ぶ
ui-create-do = 作る
ui-sign-in = どなたが評価しますか
ui-sign-in-note = 評価はお名前ごとに記録されます。ほかの人の評価は、自分の評価を終えるまで見えません。
ui-sign-in-known = このプロジェクトの参加者
ui-sign-in-new = 初めての方
ui-sign-in-do = 始める
ui-sign-in-change = 名前を変える
ui-rater-name = お名前
ui-rater-profession = 職種（任意）
ui-rater-is = { $name } さん
ui-role-lead = 責任者
ui-role-adjudicator = 裁定者
ui-role-rater = 評価者

## 事例

ui-cases-note = 事例 { $cases } 件・回答 { $outputs } 件
ui-cases-empty = 事例がまだありません
ui-cases-empty-hint = インシデント報告のCSVや、事例のJSONLを取り込んでください。文字コードは自動で見分けます。
ui-cases-search = 番号や本文で探す
ui-cases-none-found = 当てはまる事例はありません。
ui-cases-found = { $count } 件
ui-cases-outputs = 回答 { $outputs }
ui-field-what = 内容
ui-field-factors = 背景・要因
ui-field-improvements = 改善策
ui-outputs = この事例への回答
ui-outputs-none = 回答はまだありません。
ui-output-sample = 回答 { $sample }
ui-output-rate = 評価する

## 取り込み

ui-import = 取り込む
ui-import-cases = 事例
ui-import-outputs = 回答
ui-import-ratings = 評価
ui-import-cases-note = CSV または JSONL。見出しから列を見分けます。
ui-import-outputs-note = JSONL。事例の番号と、モデルの回答の本文が必要です。
ui-import-ratings-note = JSONL、または一行に一つの評価を書いたCSV。回答の番号、評価者の名前、評価項目ごとの答えが必要です。
ui-import-rater = 評価者（列がないとき）
ui-import-encoding = 文字コード（判定：{ $encoding }）
ui-import-detect = 自動
ui-import-found = { $rows } 行のうち、新しいもの { $fresh } 件、取り込み済み { $repeated } 件、問題 { $problems } 件
ui-import-row = 行
ui-import-column = 列
ui-import-problem = 問題
ui-import-commit = 新しい { $fresh } 件を取り込む
ui-import-committed = { $fresh } 件を取り込みました。
ui-import-dry-note = まだ何も保存していません。

## 評価基準

ui-rubrics-note = 何を、どの段階で評価するか
ui-rubrics-empty = 評価基準がまだありません
ui-rubrics-empty-hint = 下の用意されたものから選んで加えてください。
ui-rubrics-shipped = 用意されている評価基準
ui-rubric-add = 加える
ui-rubric-version = 第 { $version } 版
ui-rubric-derived = 自動計算
ui-rubric-optional = 任意
ui-rubric-required-when = 場合により必須
ui-rubric-points = { $points } 点
ui-kind-scale = 段階
ui-kind-number = 数値
ui-kind-points = 加点・減点
ui-kind-deductions = 減点
ui-kind-choice = 選択
ui-kind-flag = はい・いいえ
ui-kind-list = 一覧
ui-kind-text = 文章

## 評価する

ui-rate-record = 評価の対象
ui-rate-form = 評価
ui-rate-case = 事例
ui-rate-prompt = モデルへの指示を見る
ui-rate-output = 評価する回答
ui-rate-reference = 参考回答を見る
ui-rate-required = 必須
ui-rate-none-apply = 当てはまるものはない
ui-rate-yes = はい
ui-rate-no = いいえ
ui-rate-met = 満たす
ui-rate-not-met = 満たさない
ui-rate-write-here = Enter を押すと書き始められます
ui-rate-characters = { $count } / { $longest } 文字
ui-rate-previous = 前の回答
ui-rate-next = 次の回答
ui-rate-progress = 完了 { $done } / { $total }
ui-rate-saved = 保存済み
ui-rate-saving = 保存しています…
ui-rate-not-saved = 保存できていません
ui-rate-score = 点数
ui-rate-guide = 手引き
ui-rate-keys = キー操作
ui-rate-done = 完了して次へ
ui-rate-missing = 未回答の項目が { $count } つあります
ui-rate-done-next = 完了しました。次の回答です。
ui-rate-all-done = すべて完了しました。お疲れさまでした。
ui-rate-undone = 直前の変更を取り消しました
ui-rate-skip = あとで
ui-rate-flag = 旗
ui-rate-is-skip = あとまわし
ui-rate-is-flag = 旗あり
ui-rate-why-skip = あとまわしにする理由
ui-rate-why-flag = 見てほしいところ
ui-rate-own-words = 自分の言葉で
ui-rate-skip-time = 時間をかけたい
ui-rate-skip-unclear = 判断が難しい
ui-rate-skip-ask = 人に聞きたい
ui-rate-flag-case = 事例がおかしい
ui-rate-flag-output = 回答が壊れている・途切れている
ui-rate-flag-rubric = 評価基準が合わない
ui-rate-skipped = あとまわしにしました。最後にもう一度出ます。
ui-rate-taken-up = もう一度取り上げました。
ui-rate-flagged = 旗を立てました。
ui-rate-unflagged = 旗を下ろしました。
ui-rate-filter = 表示
ui-rate-filter-all = すべて（{ $count }）
ui-rate-filter-todo = 未着手（{ $count }）
ui-rate-filter-draft = 途中（{ $count }）
ui-rate-filter-skipped = あとまわし（{ $count }）
ui-rate-filter-flagged = 旗あり（{ $count }）
ui-rate-filter-done = 完了（{ $count }）
ui-rate-nothing-to-undo = 取り消せる変更はありません
ui-rate-no-rubric = 評価基準がまだありません
ui-rate-no-rubric-hint = まず「評価基準」の部屋で、使うものを加えてください。
ui-rate-no-outputs = 評価する回答がまだありません
ui-rate-no-outputs-hint = 「事例」の部屋で、モデルの回答を取り込んでください。
ui-rate-plain = 原文のまま
ui-rate-image = 画像
ui-rate-left = 残り{ $count }件
ui-rate-left-minutes = 残り{ $count }件、今のペースで約{ $minutes }分
ui-rate-left-hours = 残り{ $count }件、今のペースで約{ $hours }時間
ui-rate-left-none = 残りはありません
ui-rate-rest = 50分続けて評価しています。少し休むと判断が鈍りません（すべて保存済みです）。
ui-rate-rest-later = あとで
ui-state-todo = 未評価
ui-state-draft = 途中
ui-state-done = 完了
ui-declined-cannot-judge = 判断できない
ui-declined-not-applicable = 該当しない
ui-declined-outside-specialty = 専門外
ui-problem-missing = この項目に答えてください。
ui-problem-too-long = 長すぎます。短くしてください。
ui-problem-out-of-range = 範囲の外です。
ui-problem-off-step = この刻みの値ではありません。
ui-problem-other = 答えがこの項目に合いません。
ui-key-choose = 選択肢を選ぶ
ui-key-question = 項目を移る
ui-key-item = 回答を移る
ui-key-write = 文章や数値を書き始める
ui-key-leave = 文章から出る
ui-key-done = 完了して次へ
ui-key-undo = 直前の変更を取り消す
ui-key-skip = 理由をつけてあとまわし／もう一度取り上げる
ui-key-flag = 見てほしい旗を立てる／下ろす
ui-key-guide = 手引き
ui-key-keys = この一覧
ui-keys-note = 文字を入力している間と、変換中は、これらのキーは働きません（Ctrl+Enter と Esc を除く）。

## 一致度

ui-agreement-note = 評価者どうしがどれだけ一致しているか
ui-agreement-empty = まだ計算できません
ui-agreement-empty-hint = 二人以上が同じ回答を評価し終えると、項目ごとの一致度が出ます。
ui-agreement-alpha = クリッペンドルフのα
ui-agreement-raw = 単純一致率
ui-agreement-n = 回答数
ui-agreement-kappa = コーエンのκ
ui-agreement-kappa-weighted = 重み付きκ（2乗）
ui-agreement-ac = グウェットのAC
ui-agreement-icc = 級内相関 ICC(2,1)
ui-agreement-icc-n = { $n }件で
ui-agreement-interval = 小さい数字は、事例を再標本化して求めた95%区間です。κは評価者の組ごとの平均です。ICCは、全員が評価した回答だけで求めています。
ui-agreement-of = くわしく見る項目
ui-agreement-others = ほかの評価者
ui-agreement-me = { $name }（あなた）
ui-agreement-pairs = 評価者の組
ui-agreement-pairs-note = 二人がともに評価した回答でのκ（数値の項目ではICC）です。下は同じ答えの割合と回答数。色が濃いほど一致しています。
ui-agreement-pair = { $a }と{ $b }
ui-agreement-pair-below = 同じ { $raw }%、{ $n }件
ui-agreement-hands = 評価者ごとの付け方
ui-agreement-hands-note = 同じ回答でのほかの評価者との差の平均です。単位はその項目のもの（段階・点。「はい・いいえ」では割合）。変化は、その人の評価順の後半と前半を比べたものです。
ui-hand-rater = 評価者
ui-hand-n = 共通の回答
ui-hand-severity = 差
ui-hand-drift = 変化
ui-hand-more = ほかの人より高め
ui-hand-less = ほかの人より低め
ui-hand-even = はっきりした差なし
ui-hand-halves = { $first } → { $second }
ui-drift-up = 前半より高め
ui-drift-down = 前半より低め
ui-drift-none = はっきりした変化なし
ui-team = 全員の進み具合
ui-team-todo = 未評価
ui-team-draft = 途中
ui-team-done = 完了
ui-team-skipped = あとまわし
ui-team-flagged = 旗あり
ui-reading-nothing = 二人以上が評価し終えた回答が、まだありません。
ui-reading-constant = 全員がいつも同じ答えだったため、偶然を超える一致は測れません。単純一致率とACをご覧ください。
ui-reading-paradox = ほとんどの答えが同じなので、一致していてもκとαが低く出ます（有病割合のパラドックス）。ここではACを見て、答えが分かれた少数の回答を確かめてください。
ui-reading-firm = 確かな一致です（αが0.8以上、区間も0.667より上）。このラベルは信頼できます。
ui-reading-promising = 一致は高いものの、区間が広めです。二人で評価した回答が増えれば確かになります。
ui-reading-tentative = まずまずの一致です（αが0.667以上）。暫定的な結論には足ります。分かれた回答を話し合ってください。
ui-reading-weak = 一致が弱めです（αが0.667未満）。評価を進める前に、この項目と段階の意味を話し合ってください。
ui-reading-chance = 偶然と変わりません。評価者がこの項目を別々に解釈しています。まず意味をそろえてください。
ui-undefined = 計算できません（{ $reason }）
ui-undefined-no-variation = 算出不可：全員が同じ値
ui-undefined-too-few-items = 共通の回答が足りません
ui-undefined-too-few-raters = 評価者が二人必要です
ui-undefined-too-few-cases = 事例が2件必要です
ui-undefined-empty-class = 一方の答えがありません
ui-undefined-label-unknown = 尺度にない値があります
ui-undefined-length-mismatch = 比べる回答がそろっていません
ui-undefined-bad-value = 使えない数値です
ui-undefined-uninformative = 判定が偶然と変わりません
ui-undefined-single-sample = 判定が1回だけです
ui-undefined-unstable-interval = 区間なし：値が出ない再標本が多い
ui-undefined-degenerate-interval = 区間なし：どの再標本も同じ値
ui-undefined-not-measured = 測っていません

## 長い仕事

ui-phase-start = 準備しています
ui-phase-load = モデルを読み込んでいます
ui-phase-plan = 計画を立てています
ui-phase-train = 学習しています
ui-phase-evaluate = 確かめています
ui-phase-prefill = 共通部分を読ませています
ui-phase-judge = 判定しています
ui-phase-save = 保存しています
ui-phase-export = 書き出しています
ui-job-done = 進み
ui-job-rate = 速さ
ui-job-left = 残り時間
ui-train-device = 計算した装置
ui-job-memory = メモリ
ui-job-cancel = 中止する
ui-job-stopping = 中止しています…
ui-job-cancelled = 中止しました。終わった分は残っています。

## 学習

ui-model = モデル
ui-model-add = ファイルから加える
ui-model-folder = フォルダから加える
ui-model-shipped = 同梱
ui-model-shipped-note = 同梱のモデルは小さく、英語寄りです。動きを確かめるためのもので、実際の判定には Qwen3 や llm-jp など、より大きなモデルを加えてください。
ui-adapter-name = アダプタの名前
ui-adapters = 学習済みのアダプタ
ui-train-note = 確定した評価（正解）から、判定モデルを学習します
ui-train-epochs = 繰り返し
ui-train-rate = 学習率
ui-train-dropout = ドロップアウト
ui-train-examples = 学習に使う例
ui-train-held-out = 取り分ける例
ui-train-trainable = 学習する重み
ui-train-loss = 損失
ui-train-evaluated-loss = 取り分けた例の損失
ui-train-last-loss = 最後の損失
ui-train-plan = 先に計画を見る
ui-train-planned = { $steps } ステップ、およそ { $time }
ui-train-preview = 学習する部分を見る
ui-train-preview-note = モデルが読むとおりの例です。色のついた部分だけを学習します。
ui-train-preview-counts = { $tokens } トークン（上限 { $limit }）、学習 { $learned }
ui-train-kept-step = 残したステップ
ui-train-kept-early = { $step }（早めに止めました）
ui-train-driver = GPUドライバーの計測（全プログラム）
ui-train-kl = もとのモデルからのずれ（KL）
ui-train-of-planned = { $measured }（計画 { $planned }）
ui-train-left-out = 長すぎるので外しました：{ $id }（{ $tokens } トークン）
ui-train-cut = 長すぎるので切りました：{ $id }（{ $tokens } トークンのうち { $kept }）
ui-plan-peak = 計画上の最大
ui-plan-measured = 最大のまとまりでの実測
ui-plan-free = 使えるメモリ
ui-plan-weights = 重み
ui-plan-checkpoints = 各層の入力
ui-plan-layer = 一層分の計算と勾配
ui-plan-kept = 逆伝播のために残す層
ui-plan-logits = 出力の計算
ui-plan-lora = アダプタと最適化
ui-plan-copies = 最良のアダプタと途中の保存
ui-plan-probe = 忘却の測定
ui-plan-program = プログラム自体
ui-train-set-adapter = アダプタと学習の回数
ui-train-set-course = 学習の進め方
ui-train-set-data = 長い例
ui-train-schedule = 学習率の変え方
ui-train-schedule-cosine = なめらかに十分の一まで
ui-train-schedule-linear = 直線で0まで
ui-train-schedule-constant = 一定
ui-train-warmup = 立ち上がり（全体に対する割合）
ui-train-evaluate-every = 何ステップごとに測るか（0：前後だけ）
ui-train-patience = 何回良くならなければ止めるか（0：止めない）
ui-train-b-ratio = LoRA+の比（1：なし）
ui-train-neftune = NEFTuneのノイズ（0：なし）
ui-train-decay = 重みの減衰
ui-train-max-tokens = 一例の長さの上限（トークン）
ui-train-over-long = それより長い例は
ui-train-over-long-refuse = あれば学習を始めない
ui-train-over-long-truncate = 切る
ui-train-over-long-drop = 外す
ui-train-keep-best = 最後ではなく、取り分けた例の損失が最良のアダプタを残す
ui-train-stored = 重みを保存されたままの形で使う（遅いがメモリがずっと少ない）
ui-train-rslora = 倍率を alpha / √r にする（rsLoRA）
ui-train-all-turns = 会話の最後だけでなく、すべての返答を学習する
ui-train-step = ステップ
ui-train-start = 学習を始める
ui-train-finished = 「{ $name }」の学習が終わりました（{ $steps } ステップ、{ $time }）
ui-gold-make = 多数決で正解を決める
ui-gold-made = 全員一致 { $unanimous } 件、多数決 { $majority } 件、裁定済み { $adjudicated } 件。決まらなかったもの { $unresolved } 件。
ui-gold-have = 正解 { $count } 件

ui-adjudicate-only = 裁定するのは裁定者か責任者です
ui-adjudicate-only-hint = ほかの人の評価に影響されないよう、ご自分の評価だけが見えています。裁定を担当する場合は責任者にご相談ください。
ui-adjudicate-empty = まだ裁定するものはありません
ui-adjudicate-empty-hint = 二人以上が評価を終えた回答がここに並びます。評価が分かれたものが先です。
ui-adjudicate-given = 評価者の答え
ui-adjudicate-why = なぜ分かれましたか（c）
ui-cause-rubric-unclear = 基準があいまい
ui-cause-slip = うっかり
ui-cause-disagreement = 見解の相違
ui-cause-missing-context = 情報が足りない
ui-adjudicate-progress = 裁定待ち { $open } 件 · 裁定済み { $decided } 件
ui-adjudicate-settle = 全員一致を正解にする（{ $count } 件）
ui-adjudicate-undo = 取り消す
ui-adjudicate-decide = 決めて次へ
ui-adjudicate-settled = { $count } 件を正解にしました。
ui-adjudicate-withdrawn = 取り消しました。この回答に正解はありません。
ui-adjudicate-nothing-to-undo = ここには取り消すものがありません。
ui-adjudicate-decided = 決めました。次の回答です。
ui-adjudicate-all-decided = 決めました。評価の分かれた回答はもうありません。

ui-people = 参加者
ui-person-name = 名前
ui-person-role = 役割
ui-person-profession = 職種
ui-person-add = 追加
ui-mine = 自分の評価と正解
ui-mine-count = 正解のある、評価し終えた { $all } 件のうち { $same } 件が正解と同じでした。
ui-mine-own = 自分
ui-mine-gold = 正解
ui-mine-open = 見直す

## 自動判定

ui-judge-note = モデルに評価させ、専門家の正解と並べます
ui-judge-adapter = アダプタ
ui-judge-no-adapter = なし（学習前）
ui-judge-which = 対象
ui-judge-which-held-out = 取り分けた回答（正解あり）
ui-judge-which-unrated = まだ評価のない回答
ui-judge-which-all = すべての回答
ui-judge-samples = 判定の回数
ui-judge-start = 判定を始める
ui-judge-finished = { $verdicts } 回の判定が終わりました（{ $time }）。
ui-judge-runs = これまでの判定
ui-judge-run = 判定
ui-judge-verdicts = 件数
ui-judge-beside-gold = 正解と並べて見る
ui-judge-gold = 正解
ui-judge-mean = 判定の平均
ui-judge-each = 各回の判定
ui-judge-untrained = 学習前
ui-judge-output = 回答
ui-judge-excerpt = 回答の冒頭
ui-judge-far = 離れている

## 報告書

ui-report-note = このプロジェクトの図と数値
ui-report-renew = 作り直す
ui-report-empty = 報告書はまだありません
ui-report-empty-hint = 評価がそろったら「報告書を作る」を押してください。
ui-report-make = 報告書を作る

## 書き出し

ui-export-note = 専門家の評価がついたデータを、ほかの道具で使える形にします
ui-export-format = 形式
ui-export-format-dataset = データセット一式
ui-export-format-dataset-note = 学習用と確認用のJSONL、評価の表、説明書、Croissantメタデータを一つのフォルダに。
ui-export-format-csv = 評価の表（CSV）
ui-export-format-csv-note = 評価者・回答・項目ごとに一行。Excelで開けます。
ui-export-format-sft = SFT（会話）
ui-export-format-sft-note = 判定モデルの学習用。正解の判定で終わる会話。
ui-export-format-dpo = DPO（組）
ui-export-format-dpo-note = 同じ問いへの二つの回答を、よいほうとそうでないほうに。
ui-export-format-kto = KTO（よしあし）
ui-export-format-kto-note = 回答ごとに、見習うべきかどうか。
ui-export-format-healthbench = HealthBench
ui-export-format-healthbench-note = 加点・減点の基準がついた問い。
ui-export-format-healthbench-meta = HealthBench（評価者）
ui-export-format-healthbench-meta-note = 基準一つずつへの、評価者ごとの判断。
ui-export-format-label-studio = Label Studio
ui-export-format-label-studio-note = 取り込める課題と、画面の設定。
ui-export-format-argilla = Argilla
ui-export-format-argilla-note = 評価と正解を平らに並べた記録。
ui-export-file = 書き出すファイル
ui-export-folder = 書き出すフォルダ
ui-export-elsewhere = 別の場所を選ぶ
ui-export-cp932 = CP932（Shift_JIS）で書く
ui-export-cp932-note = 古いExcelや院内システム向け。書けない文字は「〓」に置き換え、一覧に出します。
ui-export-codes = 評価者の名前は r1、r2 のような記号に変わります。
ui-export-start = 書き出す
ui-export-done = 書き出しました
ui-export-lines = { $count } 行
ui-export-unwritable = CP932 で書けない文字が { $count } 個ありました

## 予期しないこと

ui-error-unknown = うまくいきませんでした（{ $code }）。{ $detail }

## Judges combined
ui-ensemble = 判定をまとめる
ui-ensemble-note = 同じ回答についての複数の判定を、評価項目ごとにまとめます。合計・総合判定・有害は、まとめた答えから評価基準の規則で計算します。
ui-ensemble-judges = 判定（2つ以上）
ui-ensemble-how = まとめ方
ui-ensemble-how-mean = 平均（各判定を等しく）
ui-ensemble-how-majority = 多数決（1票ずつ）
ui-ensemble-how-weights = 重み付き平均
ui-ensemble-given = 重み（空欄なら正解から推定）
ui-ensemble-given-hint = 選んだ順に、判定ごとに1つの数をコンマ区切りで
ui-ensemble-apart = 人が確認する差（段階）
ui-ensemble-start = まとめる
ui-ensemble-from-equal = どの判定も同じ重みです。
ui-ensemble-from-given = 重みは指定されたものです。
ui-ensemble-from-gold = 重みは正解との一致から推定しました。段階と数値は誤差の二乗、投票する項目は正答の対数オッズによります。
ui-ensemble-calibrated = 推定には事例 { $cases } 件の回答 { $outputs } 件を使い、成績は他の事例の回答 { $measured } 件で測っています。
ui-ensemble-failed = 「{ $criterion }」は重みを推定できず、決めていません：{ $reason }。
ui-ensemble-criterion = 評価項目
ui-ensemble-mean = まとめた平均
ui-ensemble-alike = 判定の一致
ui-ensemble-exact = 正解と同じ
ui-ensemble-error = 正解との差
ui-ensemble-together = まとめた結果
ui-ensemble-weight = 重み { $weight }
ui-ensemble-no-measure = この中に正解のある回答がなく、成績はまだ測れません。
ui-ensemble-left-out = 一部の判定しかない回答 { $count } 件は除いています。
ui-ensemble-flagged = { $flagged ->
    [0] どの回答でも判定は近い結果です。
   *[other] 人の確認が必要な回答 { $flagged } 件：
}
ui-ensemble-each = 各判定の合計
ui-ensemble-total = まとめた合計
ui-ensemble-why = 理由
ui-ensemble-harm = 有害の割合
ui-ensemble-recipe = まとめ方の記録
ui-look-levels-apart = 判定の段階が離れている
ui-look-answers-differ = 判定が食い違う
ui-look-undecided = 決まらない
ui-look-harm-differs = 有害かどうかが食い違う
ui-look-label-differs = 総合判定が食い違う
ui-look-judge-missing = 判定が欠けている

## One judging beside gold
ui-quality = この判定の成績
ui-quality-counts = 回答 { $outputs } 件に判定 { $asked } 回を求めました。正解があり測れる回答は { $measured } 件です。
ui-quality-missing = 判定 { $asked } 回のうち { $missing } 回が欠けています（判定が1つもない回答 { $silent } 件）。欠けた判定は数えるだけで、補いません。すべてが最小または最大だった場合の値も併せて示します。
ui-quality-mean = 判定の平均
ui-quality-exact = 正解と同じ
ui-quality-within-one = 1段階以内
ui-quality-error = 正解との差
ui-quality-bounds = 欠けた判定により { $least } ～ { $most }

ui-own-outputs = 「{ $name }」は自分のモデルが書いた回答 { $count } 件も判定しています（責任者が名前を指定して許可）。成績はそのつもりでお読みください。
ui-judge-allow-self = 今回は「{ $model }」に自分の回答の判定を許可する

## Judges beside each other
ui-compare = 判定を比べる
ui-compare-note = 同じ回答をすべての判定にかけて比べます（例：元のモデル、アダプター、次のアダプター）。数値は対応のある比較で、事例ごとに数えます。p値は組ごとに評価項目について Holm の方法で補正しています。
ui-compare-runs = 判定（元のモデルから順に）
ui-compare-start = 比べる
ui-compare-items = どの判定も同じ回答 { $outputs } 件を判定し、そのうち { $measured } 件に測るための正解があります。
ui-compare-differ-base = 注意：アダプターだけでなく、元のモデルも異なります。
ui-compare-differ-decoding = 注意：アダプターだけでなく、生成の設定も異なります。
ui-compare-differ-engine = 注意：アダプターだけでなく、計算の仕組みまたは版も異なります。
ui-compare-differ-samples = 注意：回答ごとの判定の回数が異なります。
ui-compare-reading-better = { $criterion }：「{ $after }」は「{ $before }」より専門家に近く、差は偶然では説明できません。
ui-compare-reading-worse = { $criterion }：「{ $after }」は「{ $before }」より専門家から遠く、差は偶然では説明できません。
ui-compare-reading-open = { $criterion }：「{ $after }」と「{ $before }」のどちらが専門家に近いかは決められません。差は偶然でも説明できます。
ui-compare-reading-nothing = { $criterion }：正解と、「{ $before }」「{ $after }」両方の判定がそろった回答がありません。
ui-compare-error = 正解との差の変化（0未満なら改善）
ui-compare-agreement = 正解と同じ割合の変化（0より上なら改善）
ui-compare-tally = 近い／遠い／同じ
ui-compare-p = p値（Holm）
ui-compare-missing = 欠け（変化の幅）
ui-test-sign-flip-exact = 事例単位の符号反転検定（正確）
ui-test-sign-flip-sampled = 事例単位の符号反転検定
ui-test-mcnemar-exact = McNemar の正確検定
