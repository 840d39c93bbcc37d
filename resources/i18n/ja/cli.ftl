### What the command line prints.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: kebab-case, starting with the file's area (cli-…).

cli-error = エラー:
cli-warning = 注意:
cli-passphrase = 合言葉:
cli-passphrase-again = 合言葉（もう一度）:
cli-passphrase-new = 新しい合言葉:
cli-person-passphrase = { $name }さんご自身の合言葉:

cli-project = プロジェクト { $name }（{ $path }）
cli-project-counts = 事例 { $cases } · 回答 { $outputs } · 評価 { $ratings } · 正解 { $gold } · 判定 { $verdicts }
cli-rubric-added = 評価基準 { $rubric } を追加しました。

cli-import-problem = { $file } { $row } 行目、{ $column }: { $text }
cli-import-read = { $rows } 行を読みました（{ $encoding }）。新規 { $new }、登録済み { $repeated }。
cli-import-outputs = あわせて新しい回答 { $outputs } 件。
cli-import-done = 保存しました。
cli-import-nothing = 何も保存していません。

cli-agreement-raw = 一致率
cli-agreement-others = ほかの評価者
cli-agreement-pair = { $a }と{ $b }: κ { $kappa }、一致率 { $raw }
cli-agreement-hand = { $rater }: ほかの評価者との差 { $severity }、変化 { $drift }
cli-gold = 正解: 全員一致 { $unanimous }、多数決 { $majority }、裁定 { $adjudicated }。人の判断が必要: { $unresolved }
cli-adjudicate = 裁定待ち { $open }、一致（正解は未確定） { $agreed }、裁定済み { $decided }（* は多数決の正解あり）:
cli-adjudicate-settled = 全員が一致した { $count } 件を正解にしました。
cli-adjudicate-passage = { $question } の根拠：「{ $quote }」（{ $start }–{ $end }）
cli-adjudicate-withdrawn = { $output }: 正解を取り消しました（履歴には残ります）。
cli-adjudicate-decided = { $output }: 裁定しました。正解になりました。
cli-adjudicate-no-cause = { "  " }{ $criterion }: 分かれた理由（"causes"）が必要です。
cli-rating-locked = 完了
cli-rating-draft = 下書き
cli-unwritable = CP932 で表せない文字: { $cell }
cli-model = { $arch } · パラメータ { $parameters } · { $bytes } バイト · { $weights } · 文脈長 { $context }

cli-adapter-exported = アダプターを書き出しました：{ $path }（ランク { $rank }、数値 { $parameters } 個）
cli-adapter-merged = 統合したモデルを書き出しました：{ $path }
cli-adapter-moved = 「元のモデル＋アダプター」からの隔たり（一般的な文章 { $positions } か所の平均）：元のモデルのみ { $base }、統合直後 { $before }、書き出したファイル { $after }

cli-phase-load = モデルを読み込み中
cli-phase-plan = 計画中
cli-phase-train = 学習中
cli-phase-evaluate = 測定中
cli-phase-prefill = 読解中
cli-phase-judge = 判定中
cli-phase-export = 書き出しています
cli-phase-import-read = 読み込み中
cli-phase-import-check = 確認中
cli-phase-import-store = 取り込み中
cli-phase-assign-read = 回答を読んでいます
cli-phase-assign-draw = 計画を引いています
cli-phase-assign-store = 待ち行列を作っています
cli-phase-merge = 統合中
cli-held-out = 取り分け { $loss }
cli-left = 残り { $seconds } 秒

cli-preview = 例 { $id }：{ $tokens } トークン（上限 { $limit }）、うち学習するのは ⟦ と ⟧ の間の { $learned } トークン
cli-plan = { $steps } ステップで { $examples } 例を学習します。取り分けは { $evaluated } 例。全部で { $tokens } トークン、うち学習 { $targets }。およそ { $seconds } 秒。
cli-plan-weights = 重み
cli-plan-checkpoints = 各層の入力
cli-plan-layer = 一層分の計算と勾配
cli-plan-kept = 逆伝播のために残す層
cli-plan-logits = 出力の計算
cli-plan-lora = アダプタと最適化
cli-plan-copies = 最良のアダプタと途中の保存
cli-plan-probe = 忘却の測定
cli-plan-program = プログラム自体
cli-driver = GPUドライバーの計測では { $bytes } MiB 使用中（ほかのプログラムの分を含む）。
cli-plan-total = 最大 { $total } MiB。いちばん大きなまとまりでの実測は { $dry } MiB、使えるのは { $limit } MiB。
cli-over-long-left-out = 長すぎるので外しました：{ $id }（{ $tokens } トークン）
cli-over-long-cut = 長すぎるので切りました：{ $id }（{ $tokens } トークンのうち { $kept }）
cli-trained-course = ステップ { $kept } のアダプタを残しました{ $early ->
        [yes] （早めに止めました）
       *[no] {""}
    }。一般の文でのもとのモデルからのずれ { $kl } nat。最大 { $peak } MiB（計画 { $planned }）、見込みは { $expected } 秒でした。

cli-demo-project = 1. プロジェクト { $path } を作りました（合言葉: { $passphrase }）
cli-demo-imported = 2. { $file } を取り込みました: { $n } 行（{ $encoding }）
cli-demo-agreement = 3. 専門家どうしの一致（安全性）: Krippendorff の α { $alpha }
cli-demo-gold = 3. 正解: 全員一致 { $unanimous }、多数決 { $majority }、人の判断待ち { $unresolved }
cli-demo-exported = 4. 専門家ラベル付きデータセットを { $path } に書き出しました
cli-computed-on = 計算した装置：{ $device }
cli-demo-trained = 5. { $examples } 例、{ $steps } ステップで学習しました（パラメータ { $trainable }、{ $seconds } 秒）。検証損失 { $first } → { $last }
cli-demo-judged = 6. 判定者「{ $name }」: 回答 { $outputs } 件に有効な判定 { $verdicts } 件（{ $seconds } 秒）
cli-demo-row-experts = 専門家どうしの一致（α）        
cli-demo-row-untrained = 学習前の判定者と正解（QWK）    
cli-demo-row-trained = 学習後の判定者と正解（QWK）    
cli-demo-row-harm = 害のおそれのある回答（正解）   
cli-demo-harm = { $rate }、上限 { $upper }（片側 95 %）、n { $n }
cli-demo-cost = 所要 { $seconds } 秒、全プロセス合計の最大メモリ { $peak } MiB。

cli-unknown-language = --lang { $lang }: ja か en を選んでください。

cli-host-none = 許可されたホストはありません。この端末からは何も送られません。
cli-host-allowed = 判定に許可されたホスト：{ $hosts }
cli-endpoint-plain = 注意：{ $url } はほかの端末への暗号化されない http です。同じネットワークの人が内容を読めます。サーバーが https に対応していれば、そちらを使ってください。
cli-endpoint-no-probabilities = 接続先が確率（logprobs）を断ったため、確率なしで尋ねました。判定は答えだけになります。
cli-host-requests = 送信の記録 { $lines } 行（{ $path }）：
cli-missing-verdict-not-json = 欠測（回答がJSONでない）：{ $count }
cli-missing-verdict-invalid = 欠測（回答が評価の形式に合わない）：{ $count }
cli-missing-verdict-cut = 欠測（回答が途中で切れた）：{ $count }
cli-missing-endpoint-answer = 欠測（接続先の応答が読めない）：{ $count }
cli-missing-endpoint-refused = 欠測（接続先が要求を断った）：{ $count }

cli-ensemble = { $judges } の判定を回答 { $outputs } 件でまとめました：{ $how }（一部の判定しかない回答 { $left } 件は除いています）。
cli-ensemble-alike = {"  "}全判定が一致した回答 { $share }、決まらなかった回答 { $undecided } 件
cli-recipe = まとめ方の記録 { $hash }

cli-verdicts = 「{ $name }」：回答 { $outputs } 件、求めた判定 { $asked } 回、欠けた判定 { $missing } 回（判定が1つもない回答 { $silent } 件）。正解があり測れる回答 { $measured } 件。
cli-bounds = { $seen }、欠けた判定により { $least } ～ { $most }（区間を含めると { $low } ～ { $high }）

cli-compare-counts = {"    "}近い { $wins }、遠い { $losses }、同じ { $ties }；p値 { $p }、Holm { $holm }（{ $test }）
cli-compare-missing = {"    "}判定の欠けた回答 { $missing } 件。それにより変化は { $least } ～ { $most } の間

cli-probe-order = 「{ $name }」：回答 { $outputs } 件を2回判定し、2回目は評価項目・段階・選択肢を逆順で示しました（判定が欠けた回答 { $missing } 件）。
cli-probe-verbosity = 「{ $name }」：回答 { $outputs } 件を2回判定し、2回目は中立な文 { $chars } 字を後に付けました（判定が欠けた回答 { $missing } 件）。
cli-probe-effect = {"  "}変更後と元の差 { $effect }、p値（Holm）{ $p }
cli-probe-flips = {"  "}答えが変わった回答の割合 { $share }

cli-generated = 「{ $name }」: 事例 { $cases } 件に回答 { $texts } 件（{ $seconds } 秒）。うち { $cut } 件はトークン数の上限で切れています。
cli-restructured = 「{ $name }」: 事例 { $cases } 件の読み取り { $texts } 件（{ $seconds } 秒）。うち { $cut } 件は文が途中で終わっています。使う前に必ず目を通してください。
cli-incident-actions =   行動: { $list }
cli-incident-events =   出来事: { $list }
cli-incident-causes =   要因: { $list }
cli-incident-countermeasures =   対策: { $list }
cli-prompt-built-in = { $name }  組み込み  { $hash }
cli-prompt-version = { $name }  版 { $version }（{ $by }）  { $hash }
cli-prompt-chosen = 判定・学習・検査・データセットで、指定がなければ { $name } を使います。
cli-prompt-kept = { $name }：版 { $version } を残しました。実行のときに版を指定して使います。
cli-phase-write = 作成
cli-phase-hash = モデルの確認
cli-write-skipped = 除きました: { $case }。{ $reason }
cli-verdict = { $output }: 合計 { $mean }（判定 { $samples } 回の平均）、正解 { $gold }

cli-rubric-sound = { $rubric }：誤りはありません。
cli-carry-counts = 前の版の評価 { $ratings } 件（うち完了 { $ended } 件）。新しい版で始めているもの { $begun } 件。
cli-carried = { $carried } 件を引き継ぎました（うち完了のまま { $ended } 件）。始めてあるためそのまま { $begun } 件、引き継ぐ答えなし { $empty } 件。
cli-carry-back = { $count } 件の引き継ぎを取り消しました。
cli-phase-carry = 引き継いでいます
cli-carry-fit = { $reason ->
        [same] 引き継げます
        [words] 文言が変わりました（同じ問いと言えるときだけ --criterion で指定してください）
        [new] 引き継げません：新しい項目です
        [gone] 引き継げません：新しい版にありません
        [derived] 引き継げません：評価者が答える項目ではありません
        [kind] 引き継げません：答えの種類が変わりました
        [levels] 引き継げません：段階が変わりました
        [range] 引き継げません：範囲か刻みが変わりました
        [options] 引き継げません：選択肢が変わりました
        [items] 引き継げません：一覧の中身が変わりました
        [shorter] 引き継げません：書ける長さが短くなりました
       *[other] { $reason }
    }

cli-preferences = { $pairs } 組のうち { $said } 件：A が良い { $a }、B が良い { $b }、同じくらい { $ties }、判断できない { $cannot }
cli-preference = { $choice ->
        [a] A が良い
        [b] B が良い
        [tie] 同じくらい
       *[other] 判断できない
    }

## 参加者と割り当て

cli-lead-open = 責任者の{ $name }さんに合言葉がありません。プロジェクトを開いた人は誰でもこの名前で入れます。合言葉を決めてください：shinsa person passphrase
cli-person-chosen = { $name }さんは、これから新しい合言葉で入ります。
cli-person-reset = { $name }さん：{ $passphrase } – 本人に渡してください。次に入るとき一度だけ使え、新しい合言葉を決めてもらいます。どこにも保存されません。
cli-person-required = これから全員に合言葉が必要です。まだない人は、次に入るときに決めます。
cli-person-not-required = 合言葉は必須ではなくなりました。すでに決めた人は、これまでどおり必要です。
cli-assign-parts = 回答 { $outputs } 件 · これからの評価：校正 { $calibration } · 基本 { $base } · 重なり { $overlap } · 抜き取り { $audit }
cli-assign-rater = { $name }さん：これから { $todo } 件、始めた・終えた { $begun } 件、{ $hours } 時間
cli-assign-measured = 合計 { $hours } 時間。一件 { $seconds } 秒として（{ $people } 人の、測れた { $timed } 件の中央値）。
cli-assign-given = 合計 { $hours } 時間。一件 { $seconds } 秒とのご指定による（測れた評価は { $people } 人の { $timed } 件）。
cli-assign-guess = 合計 { $hours } 時間。一件 { $seconds } 秒との仮の値による（測れた評価が三件に足りません：{ $people } 人の { $timed } 件）。
cli-assign-unplanned = 計画のあとに来た回答が { $outputs } 件あり、誰の担当にもなっていません。計画を立て直してください。
cli-assign-none = 計画はありません。全員がすべてを評価できます。
cli-assign-dry-run = 何も変えていません。--seed { $seed } で同じ計画になります。
cli-assign-done = この計画で担当を決めました（種 { $seed }）。始めたものはそのままです。
cli-assign-undone = 計画を取り消しました。始めたものはそのままです。
cli-queue-next = いま評価する回答：事例 { $case }（{ $id }）
cli-queue-all-done = すべて終わっています。
cli-queue-order = 順序：{ $way ->
        [disagreement] ほかの評価者の評価が分かれるものほど出やすい
        [uncertainty] 判定モデルが迷うものほど出やすい
       *[other] 無作為
    }
cli-queue-run = 判定モデルの迷いは、判定「{ $run }」から読みます。
cli-queue-free = 評価者は自分の順序を選べます。
cli-queue-fixed = 評価者は順序を選べません。
cli-queue-again = { $share } % を、ほかの { $items } 件と { $days } 日のあとで、もう一度出します。
cli-consistency = { $rater }：もう一度評価した回答 { $repeats } 件
