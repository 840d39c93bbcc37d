### One message per stable error code: what happened, where, what to do next.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: error-CODE, CODE being the stable error code. Another test checks that each code has its
### message, and that the message uses only what every place that raises the code fills in.
### `$message` is the program's own English sentence; `$detail` and `$reason` are its technical part.

## 予期しないこと

error-unexpected = 予期しない問題が起きました。{ $detail } もう一度試し、続くときは担当者にこの文を伝えてください。
error-cancelled = 中止しました。終わった分は残っています。
error-import-cancelled = 取り込みを中止しました。何も取り込まれていません。もう一度取り込むときは、最初からやり直してください。
error-json = 保存された内容を読めませんでした（{ $message }）。もう一度試し、続くときは担当者にこの文を伝えてください。
error-bad-id = 「{ $id }」は正しい識別子ではありません。一覧から選び直してください。
error-bad-page = 一覧の読み方が正しくありません。一覧を開き直してください（一度に読めるのは 1 から 500 行です）。

## プロジェクト

error-no-project = プロジェクトが開いていません。まず開くか、新しく作ってください。
error-not-signed-in = どなたが使うのか決まっていません。まず名前を選んでください。
error-lead-only = これはプロジェクトの責任者だけができます。責任者の名前で入り直してください。
error-not-allowed = この操作（{ $operation }）は、{ $role ->
        [lead] 責任者
        [adjudicator] 裁定者
        [rater] 評価者
       *[other] { $role }
    }にはできません。プロジェクトの責任者に頼んでください。
error-unknown-rater = 「{ $name }」という参加者はこのプロジェクトにいません。名前を確かめてください。
error-no-lead = このプロジェクトには責任者がいません。控えから戻すか、新しく作ってください。
error-empty-name = 名前が空です。名前を入れてください。
error-no-reason = 理由を短く書いてください。
error-already-done = この評価はもう終わっています。答えを変えると、もう一度開きます。
error-person-exists = { $name } さんは別の役割か職種ですでに参加しています。別の名前にしてください。
error-locked = { $path }：このプロジェクトは別のプログラムで開かれています。そちらを閉じてから、もう一度開いてください。
error-not-a-project = { $path }：Shinsa のプロジェクトではありません。project.json と project.db のある「.shinsa」フォルダを選んでください。
error-project-exists = { $path }：同じ名前のものがすでにあります。それを開くか、別の名前にしてください。
error-not-a-demo = { $path }：見本ではないものがあるので、上書きしません。別のフォルダを選んでください。
error-import-refused = { $path }：見本の { $row } 行目を取り込めませんでした（{ $problem }）。Shinsa を入れ直してください。
error-wrong-passphrase = { $path }：合言葉が違います。大文字・小文字と日本語入力を確かめて、もう一度入力してください。
error-empty-passphrase = 合言葉が空です。いくつかの言葉を組み合わせて決めてください。
error-passphrase-differs = 二度入力した合言葉が違います。何も作っていません。もう一度入力してください。
error-passphrase-missing = 合言葉を受け取れませんでした（{ $message }）。環境変数 SHINSA_PASSPHRASE か --passphrase-file で渡してください。
error-person-passphrase-needed = { $name }さんには合言葉があります。この名前で入るには入力してください（端末では SHINSA_PERSON_PASSPHRASE か --person-passphrase-file）。
error-person-passphrase-wrong = { $name }さんの合言葉ではありません。大文字・小文字と日本語入力を確かめて、もう一度入力してください。忘れたときは責任者に新しいものを頼んでください。
error-person-passphrase-wait = { $name }さんの合言葉が何度か違いました。{ $seconds }秒後にもう一度入力してください。
error-person-passphrase-new = { $name }さんは、まずご自身の合言葉を決めてください（端末では shinsa person passphrase）。
error-person-passphrase-short = 合言葉が短すぎます。{ $least }文字以上にしてください。いくつかの言葉を組み合わせると覚えやすくなります。
error-person-passphrase-same = これまでと同じ合言葉です。別のものにしてください。
error-new-passphrase-missing = 新しい合言葉を受け取れませんでした。環境変数 SHINSA_NEW_PASSPHRASE か --new-passphrase-file で渡してください。
error-own-passphrase = ご自身の合言葉です。取り消さずに、変更してください。
error-lead-without-passphrase = ご自身の合言葉がまだありません。先に決めてから、全員に必須としてください。
error-damaged-header = { $path }：プロジェクトの見出しが壊れています（{ $reason }）。控えから戻してください。
error-damaged-database = { $path }：データベースが壊れています（{ $detail }）。控えから戻してください。
error-damaged-value = 読めない値があります（{ $place }：{ $detail }）。控えから戻してください。
error-newer-format = { $path }：新しい版の Shinsa で作られています（書式 { $found }、この版は { $known } まで）。Shinsa を更新してください。何も変えていません。
error-newer-schema = { $path }：新しい版の Shinsa で作られています（構造 { $found }、この版は { $known } まで）。Shinsa を更新してください。何も変えていません。
error-database = データベースでうまくいきませんでした（{ $action }：{ $detail }）。空き容量を確かめて、もう一度試してください。
error-disk-full = ディスクがいっぱいです。空きを作ってから、もう一度試してください。それまでの評価は保存されています。
error-no-random = このパソコンから乱数を得られません（{ $detail }）。再起動してから試してください。
error-not-found = { $noun ->
        [case] 事例
        [output] 回答
        [rater] 参加者
        [prompt] モデルへの指示
        [rubric] 評価基準
        [draft] 書きかけの評価基準
        [pair] 比べる組
        [run] 学習・判定の記録
       *[other] { $noun }
    }「{ $id }」はこのプロジェクトにありません。名前を確かめるか、先に取り込んでください。
error-name-taken = 「{ $name }」という名前は、もう使われています。別の名前にしてください。
error-nothing-to-undo = 取り消せる変更はありません。

## 評価基準と評価

error-unknown-rubric = 評価基準「{ $rubric }」がありません。名前を確かめるか、先に加えてください。
error-which-rubric = 評価基準がいくつもあります（{ $rubrics }）。どれかを指定してください。
error-rubric-invalid = 評価基準の「{ $place }」：{ $problem ->
        [json] JSONとして読めません（{ $message }）。その行を直してください
        [id] IDは英小文字で始め、英小文字・数字・ハイフンだけにしてください
        [id-taken] このIDはほかの評価基準が使っています。別のIDにしてください
        [version] 版は1以上にしてください
        [title] 名前がありません。日本語か英語で付けてください
        [nothing-asked] 評価者が答える項目がありません。一つ加えてください
        [criterion-repeated] 項目のIDが重なっています。一つずつ違うIDにしてください
        [criterion-id] 項目のIDは英小文字で始め、英小文字・数字・下線だけにしてください
        [label] 名前がありません。日本語か英語で付けてください
        [item-label] 名前のない段階・選択肢・減点の理由があります。日本語か英語で付けてください
        [list-derived] 一覧の中の質問は自動計算にできません。評価者が答えるものにしてください
        [scale-few] 段階は二つ以上必要です。段階を加えてください
        [scale-order] 段階の値は低いものから順に、重ならないように並べてください
        [number-bounds] 最小は最大より小さくしてください
        [number-step] 刻みは0より大きく、範囲より小さくしてください
        [points] 点は0以外にしてください
        [deductions-items] 減点の理由を一つ以上、IDが重ならないように入れてください
        [deductions-points] 減点は0より大きい数にしてください
        [item-id] 選択肢のIDは英小文字・数字・下線だけにしてください
        [choice-options] 選択肢は二つ以上、IDが重ならないように入れてください
        [list-in-list] 一覧の中に一覧は入れられません。別の種類にしてください
        [list-empty] 一覧の一つずつに尋ねることがありません。質問を加えてください
        [text-length] 最長は1から20000文字の間にしてください
        [example-answer] 例の答えが、この項目の答えにありません。選び直してください
        [base] もとの点の項目がありません。選び直してください
        [base-kind] もとの点には、段階か数値の項目を選んでください
        [base-points] もとの点に、正の点の項目がありません。一つ加えるか、ほかを選んでください
        [base-list] もとの点に、その一覧の質問を選んでください
        [deductions] 差し引く減点の項目がありません。選び直してください
        [condition] 条件の項目がありません。選び直してください
        [condition-value] 条件が決して成り立ちません。項目の答えから選び直してください
        [cap] 上限は数にしてください
        [clamp] 範囲の最小は最大以下にしてください
        [thresholds] 総合判定は高い点から順に並べてください
       *[other] { $message }
    }。
error-rubric-unchanged = 公開した版から何も変わっていません。変えてから公開してください。
error-cannot-carry = 項目「{ $criterion }」の答えは、新しい版に正しく引き継げません。その項目を外してください。
error-rubric-published = 評価基準 { $id } の第 { $version } 版はすでにあり、内容が違います。変えるときは第 { $next } 版にしてください。
error-rating-locked = この回答の評価はもう完了しています。直すときは、先に完了を取り消してください。
error-answer-refused = 「{ $criterion }」：{ $problem ->
        [missing] 答えがありません
        [unknown-criterion] この評価基準にない項目です
        [derived-criterion] 自動で計算される項目です
        [wrong-type] 答えの種類が違います
        [not-a-level] 段階にない値です
        [not-an-option] 選択肢にありません
        [not-a-deduction] 減点の項目にありません
        [repeated] 同じものが二度あります
        [out-of-range] 範囲の外です
        [off-step] この刻みの値ではありません
        [too-long] 長すぎます
        [wrong-item-count] 一覧の件数が合いません
       *[other] { $problem }
    }。評価基準を見て直してください。
error-unknown-case = 事例「{ $case }」がありません。先に事例を取り込んでください。
error-unknown-output = 回答「{ $output }」がありません。先に回答を取り込んでください。
error-key-taken = 番号「{ $key }」は別の内容で使われています。番号を変えるか、行を確かめてください。
error-rating-differs = { $rater } さんの「{ $output }」への評価は、すでに別の内容で入っています。上書きはしません。どちらが正しいか確かめてください。
error-length-mismatch = 評価の数が人ごとにそろわず、計算できません。評価を取り込み直してください。
error-bad-value = 評価に、計算できない数値があります。評価を確かめてください。

## モデルとアダプタ

error-no-model = 同梱のモデルがありません。モデルのファイルを選ぶか、Shinsa を入れ直してください。
error-model-missing = { $path }：モデルがありません。場所を確かめてください。
error-not-a-model = { $path }：モデルではありません。.gguf ファイルか、config.json・*.safetensors・tokenizer.json のあるフォルダを選んでください。
error-model-broken = { $path }：モデルが壊れています（{ $reason }）。もう一度入手してください。
error-gguf-truncated = { $path }：ファイルが途中で切れています（{ $tensor } に { $needed } バイト必要、ファイルは { $actual } バイト）。もう一度入手してください。
error-model-missing-key = { $path }：モデルの設定「{ $key }」がありません。もう一度入手するか、別のモデルを選んでください。
error-missing-tensor = { $path }：モデルの重み「{ $tensor }」がありません。もう一度入手してください。
error-tensor-shape = モデルの重み「{ $tensor }」の形が { $actual } で、設定の { $expected } と合いません。もう一度入手するか、別のモデルを選んでください。
error-tensor-type = モデルの重み「{ $tensor }」の形式 { $dtype } は扱えません。F32・F16・BF16・Q8_0・Q4_0・Q4_1・Q4_K・Q5_K・Q6_K のどれかのモデルを選んでください。
error-unknown-architecture = このモデルの種類（{ $arch }）はまだ扱えません。扱えるもの：{ $supported }
error-model-unsupported = このモデルの設定（{ $key } = { $value }）はまだ扱えません。別のモデルを選んでください。
error-unknown-pre-type = このモデルの文字の区切り方（{ $pre }）を知らないため、使えません。誤って区切るより断ります。別のモデルを選んでください。
error-tokenizer = このモデルの文字の区切り方を使えません（{ $reason }）。もう一度入手するか、別のモデルを選んでください。
error-template-missing = このモデルには対話のひな形がありません。指示に答えるよう調整されたモデルを選んでください。
error-template = このモデルの対話のひな形を使えません（{ $reason }）。別のモデルを選んでください。
error-unknown-adapter = アダプタ「{ $adapter }」がありません。名前を確かめるか、adapter_config.json のあるフォルダを選んでください。
error-adapter-base = { $path }：このアダプタは別のモデルのものです（元は { $expected }、選ばれたのは { $actual }）。元のモデルと組み合わせてください。
error-adapter-broken = { $path }：アダプタを使えません（{ $reason }）。もう一度学習するか、入手し直してください。
error-device = GPU（{ $device }）を使えません：{ $reason }。CPUを選ぶか、NVIDIAの新しいドライバーを入れて、もう一度始めてください。
error-lora-config = アダプタの設定を使えません（{ $reason }）。設定を直して、もう一度始めてください。
error-too-long = 文章が長すぎます（{ $tokens } トークン。このモデルは { $limit } まで）。文章を短くするか、長く読めるモデルを選んでください。
error-batch = モデルの計算を始められませんでした（{ $reason }）。もう一度試し、続くときは担当者にこの文を伝えてください。
error-token-range = モデルの語彙（{ $vocab } 語）にない番号 { $token } が出てきました。モデルを入手し直すか、別のモデルを選んでください。
error-unknown-sequence = 計算の途中で続き（{ $id }）を見失いました。もう一度試し、続くときは担当者にこの文を伝えてください。
error-io = { $path }：読めませんでした（{ $reason }）。ファイルがあるか、読む許可があるか確かめてください。
error-write = { $path }：書けませんでした（{ $reason }）。空き容量と、フォルダに書く許可を確かめてください。

## 長い仕事

error-job-running = ほかの作業が動いています。終わるのを待つか、先に中止してください。
error-job-died = 仕事が途中で止まりました（{ $message }）。終わった分は残っています。もう一度試し、続くときは担当者にこの文を伝えてください。
error-no-gpu-worker = GPU は使いません：GPU 用のプログラム（shinsa-worker-cuda）が同じ場所に入っていません。CPUでも計算できます。GPUを使うには、そのプログラムを同じ場所に置いてください。
error-fast-on-gpu = 整数での計算（fast）はCPUだけで行います。fast を外すか、CPUを選んでください。
error-no-metal-writing = 判定と文章の作成には Apple の GPU を使いません。CPUを選んでください。
error-worker-missing = 学習と判定を受け持つプログラムが見つかりません（{ $message }）。Shinsa を入れ直してください。
error-worker-named-missing = 環境変数 SHINSA_WORKER の指すファイルがありません（{ $message }）。直すか、消してください。
error-worker-spawn = { $path }：学習と判定を受け持つプログラムを始められませんでした（{ $message }）。動かす許可を確かめるか、Shinsa を入れ直してください。
error-worker-died = 学習や判定が途中で止まりました（{ $message }）。終わった分は残っています。メモリが足りないことが多いので、ほかのプログラムを閉じるか、小さいモデルを選んで、もう一度始めてください。
error-worker-request = 学習と判定を受け持つプログラムに頼めませんでした（{ $message }）。版が違うかもしれません。Shinsa を入れ直してください。
error-worker-protocol = 学習と判定を受け持つプログラムの返事を読めません（{ $message }）。版が違うかもしれません。Shinsa を入れ直してください。
error-worker-unknown-job = 学習と判定を受け持つプログラムは「{ $job }」を知りません。版が違うかもしれません。Shinsa を入れ直してください。
error-worker-report = 結果をまとめられませんでした（{ $message }）。もう一度試し、続くときは担当者にこの文を伝えてください。
error-worker-answer = 頼んでいない回答の判定が返ってきました（{ $message }）。もう一度判定を始め、続くときは Shinsa を入れ直してください。

## 正解と学習

error-nothing-to-train = 学習に使える正解がありません。二人以上で評価し、正解を決めてください。
error-not-adjudicator = 評価が分かれたときに決めるのは、裁定者か責任者だけです。どちらかでサインインしてください。
error-too-few-ratings = { $output } を評価した人が二人に満たないため、まだ裁定するものがありません。
error-bad-decision = { $file } は裁定として読めません: { $reason }
error-bad-split = 取り分ける割合は 0 から 0.9 の間にしてください。
error-split-fixed = 取り分ける事例はもう変えられません。このプロジェクトの学習や判定が、それをもとにしています。変えたいときは、新しいプロジェクトを作ってください。
error-train-no-examples = 学習する例がありません。先に正解を増やしてください。
error-train-no-answer = 例「{ $id }」：終わりが答えになっていないので、学べません。答えを加えるか、この例を外してください。
error-train-nothing-to-learn = 例「{ $id }」：答えが空なので、学べません。答えを入れるか、この例を外してください。
error-train-too-long = { $count } 件の例が { $limit } トークンより長すぎます（長いもの：{ $ids }）。短くするか、上限を上げるか、外してください。
error-train-setting = 設定 { $field } を { $value } にはできません（使える値：{ $expected }）。直して、もう一度始めてください。
error-train-on-both-sides = 学習に使う「{ $trained }」と、取り分けてある「{ $evaluated }」の問いが同じです。これでは評価の損失が良く見えすぎます。どちらかを外すか、両方を取り分けてください。
error-train-does-not-fit = メモリが足りないので、始めませんでした。必要なのは { $needed } バイト、使えるのは { $limit } バイトです（内訳：{ $parts }）。{ $advice ->
        [stored] 重みを保存されたままの形で使うか、小さいモデルを選んでください。
        [rank] ランクを { $fits } にすれば収まります。
        [tokens] 一度に読む長さを { $fits } トークン以下にすれば収まります。
       *[other] 小さいモデルを選ぶか、ほかのプログラムを閉じてください。
    }
error-train-diverged = { $steps } ステップのすべてで計算が発散しました（最初は { $tensor }）。学習率を下げて、もう一度始めてください。
error-train-other-checkpoint = { $path }：途中の記録は別の学習のものです。取り除くか、続きからではなく初めから始めてください。
error-train-broken-checkpoint = { $path }：途中の記録が壊れています（{ $reason }）。取り除いて、初めから始めてください。
error-train-threads = 計算の並列処理を始められませんでした（{ $reason }）。並列の数を減らして、もう一度始めてください。
error-train-broke = 学習の計算が途中で止まりました（{ $during }）。もう一度試し、続くときは担当者にこの文を伝えてください。
error-train-passport = 学習の記録（パスポート）を書けませんでした（{ $reason }）。もう一度試し、続くときは担当者にこの文を伝えてください。

## 自動判定

error-nothing-to-judge = 判定する回答がありません。対象を変えるか、回答を取り込んでください。
error-bad-samples = 判定の回数は、回答ごとに 1 から 100 の間にしてください。
error-unknown-run = 「{ $run }」という判定はありません。名前を確かめてください。
error-judge-spec = 判定を始められません（{ $reason }）。設定を直して、もう一度始めてください。
error-judge-schema = この評価基準の「{ $place }」は、モデルに確実に答えさせることができません（{ $reason }）。評価基準を直してください。
error-judge-load = 判定に使うモデルを読み込めませんでした（{ $reason }）。もう一度試し、続くときは報告してください。
error-judge-max-tokens = 「{ $item }」の判定には最大 { $needed } トークン必要ですが、{ $given } までになっています。上限を { $needed } 以上にしてください。
error-judge-too-long = 「{ $item }」は判定と合わせて { $tokens } トークンあり、このモデルの { $limit } を超えます。事例か回答を短くするか、長く読めるモデルを選んでください。
error-judge-grammar = 判定の形を作れませんでした（{ $reason }）。もう一度試し、続くときは担当者にこの文を伝えてください。
error-prompt-unknown-template = 指示のひな形「{ $name }」（{ $lang }）がありません。あるもの：{ $known }
error-prompt-template = 指示のひな形「{ $name }」を使えません（{ $reason }）。ひな形を直してください。
error-verdict-missing = 評価項目「{ $criterion }」に答えのない評価があります。答えを入れるか、その評価を外してください。
error-verdict-declined = 評価項目「{ $criterion }」に「判断できない」などと答えた評価があり、判定の手本にできません。その評価を外してください。
error-verdict-wrong-kind = 評価項目「{ $criterion }」の答えの種類が違います。評価基準と照らして、評価を直してください。

## 書き出しと報告書

error-nothing-for-format = この形式に書き出せる回答がありません（{ $format ->
    [dpo] DPO：同じ問いへの回答が二つ以上あり、比べて選ばれたか、正解の点数に差があることが必要です
    [kto] KTO：段階の基準を持つ評価基準での正解が必要です
    [healthbench] HealthBench：加点・減点の項目を持つ評価基準が必要です
    [healthbench-meta] HealthBench：加点・減点の項目を持つ評価基準が必要です
   *[other] { $format }
}）。別の形式か評価基準を選ぶか、先に正解を決めてください。
error-folder-not-ours = { $path } にはほかのファイルがあり、置き換わってしまいます。新しいフォルダか空のフォルダを選んでください。
error-nothing-to-export = この評価基準で完了した評価がまだありません。評価を完了してから書き出してください。
error-export-cancelled = { $path }：{ $rows } 行で中止しました。何も書いていません。
error-export-source-failed = { $path }：{ $row } 行目を読み出せませんでした（{ $detail }）。何も書いていません。もう一度試してください。
error-export-no-json = { $path }：{ $row } 行目を JSON にできません（{ $detail }）。何も書いていません。その行の内容を確かめてください。
error-export-unwritable = { $path }：CP932 で書けない文字が { $count } 個あります（最初は { $row } 行目「{ $column }」列の { $character }）。UTF-8 を選ぶか、置き換えを許してください。
error-report-json = { $path }：報告書の数値を JSON にできませんでした（{ $message }）。もう一度試し、続くときは担当者にこの文を伝えてください。

## ファイル

error-file-not-found = { $path }：見つかりません。場所を確かめてください。
error-file-unreadable = { $path }：読めませんでした（{ $reason }）。場所と許可を確かめてください。
error-file-denied = { $path }：読み書きの許可がありません。置き場所を変えるか、許可をもらってください。
error-file-exists = { $path }：すでにあります。別の名前にしてください。
error-file-locked = { $path }：ほかのプログラムが使っています。閉じてから試してください。
error-file-not-utf8 = { $path }：UTF-8 の文章ではありません（読めないのは { $offset } バイト目から）。UTF-8 で保存し直してください。
error-file-io = ファイルの読み書きでうまくいきませんでした（{ $message }）。ディスクとの接続を確かめて、もう一度試してください。
error-bad-path = { $path }：ファイルの場所として使えません。フォルダとファイル名を指定してください。
error-not-a-file = 選ばれたものはこのパソコンのファイルではありません（{ $message }）。別のものを選んでください。
error-name-not-unicode = { $path }：ファイル名を読めません。名前を変えて、もう一度選んでください。

## 取り込みの前に

error-unknown-encoding = 文字コード { $encoding } は扱えません。utf-8・cp932・utf-16le・utf-16be のどれかを指定してください。
error-unknown-field = 「{ $field }」という項目はありません。次のどれかにしてください：{ $known }
error-bad-mapping = 列の指定「{ $mapping }」を読めません。「項目=見出し」の形で書いてください。

## 取り込みで見つかること（行と列は、文の前に出ます）

error-empty-file = ファイルに行がありません。別のファイルを選んでください。
error-file-too-large = ファイルが大きすぎます（{ $limit } バイトまで）。分けてください。
error-too-many-rows = 行が多すぎます（{ $limit } 行まで）。ファイルを分けてください。
error-too-many-problems = 問題が { $limit } 件を超えたので、残りは省きました。ここまでを直して、もう一度読んでください。
error-more-warnings = 同じ注意（{ $code ->
        [heading-repeated] 同じ見出し
        [keys-made] 番号がない
        [control-character] 制御文字
        [replacement-character] 文字化け
        [gaiji-character] 外字
        [quote-inside] 引用符の後の文字
        [too-few-cells] セルが足りない
        [field-unknown] 知らない項目
        [row-unrated] まだ評価されていない
        [language-unknown] 言語
       *[other] { $code }
    }）が、ほかに { $count } 件あります。
error-too-many-columns = 列が多すぎます（{ $columns } 列あり、{ $limit } 列まで）。いらない列を除いてください。
error-encoding-unclear = 文字コードを決められません（おそらく { $guess }）。選び直してください。
error-encoding-not-read = ISO-2022-JP（JIS）は読めません。UTF-8 で保存し直してください。
error-column-missing = 「{ $field ->
        [key] 番号（key）
        [what] 内容（what）
        [output] 回答（output）
        [rater] 評価者（rater）
       *[other] { $field }
    }」にあたる列がありません。見出しを直すか、どの列かを指定してください。
error-mapping-unknown-heading = 「{ $field }」に指定した見出し「{ $heading }」がファイルにありません。指定を確かめてください。
error-heading-repeated = 同じ見出しが二度あるので、こちらは「{ $renamed }」として読みました。どちらの列が正しいか確かめてください。
error-keys-made = 番号の列がないので、内容から番号を作りました。
error-bad-bytes = { $encoding } として読めないバイト { $byte } があります（{ $offset } バイト目）。文字コードを選び直すか、元のファイルを確かめてください。
error-nul-character = 文字ではない NUL が入っています。取り除いてください。
error-control-character = 制御文字 { $character } が入っています。いらなければ取り除いてください。
error-replacement-character = 文字化けした文字（�）があります。元のファイルを確かめてください。
error-gaiji-character = 外字 { $character } があります。別のパソコンでは違って見えるので、ふつうの文字に替えてください。
error-lone-surrogate = 壊れた文字（片割れのサロゲート）があります。元のファイルを確かめてください。
error-quote-unclosed = 引用符（"）が閉じていません。閉じてください。
error-quote-stray = 引用符（"）の後に文字が続き、行がつながっています。引用符を確かめてください。
error-quote-inside = 引用符（"）の後に文字があります。そのまま読みました。
error-too-few-cells = セルが { $cells } 個しかありません（見出しは { $headings } 個）。残りは空として読みました。
error-too-many-cells = セルが { $cells } 個あり、見出し（{ $headings } 個）より多いです。区切りと引用符を確かめてください。
error-cell-too-long = 長すぎます（{ $bytes } バイト。上限は { $limit }）。短くしてください。
error-json-not-lines = 一行に一つの JSON ではありません。JSONL で保存し直してください。
error-json-syntax = JSON として読めません（{ $at } 文字目：{ $detail }）。そこを直してください。
error-json-cut-short = 行が途中で終わっています。ファイルが切れていないか確かめてください。
error-json-not-object = 行がオブジェクト（{"{"}…{"}"}）ではなく、{ $found ->
        [string] 文字列
        [number] 数値
        [boolean] true か false
        [array] 配列
        [object] オブジェクト
       *[other] { $found }
    }です。一行に一つのオブジェクトを書いてください。
error-field-missing = 項目「{ $field }」がありません。加えてください。
error-field-empty = 「{ $field ->
        [key] 番号（key）
        [what] 内容（what）
        [output] 回答（output）
        [rater] 評価者（rater）
       *[other] { $field }
    }」が空です。書き入れてください。
error-field-type = 項目「{ $field }」の種類が違います（正しい種類：{ $expected ->
        [string] 文字列
        [number] 数値
        [boolean] true か false
        [array] 配列
        [object] オブジェクト
       *[other] { $expected }
    }）。直してください。
error-field-format = 項目「{ $field }」の値「{ $found }」を読めません。次のように書いてください：{ $expected }
error-field-unknown = 「{ $field }」という項目はありません。書き間違いでないか確かめてください。
error-field-repeated = 項目「{ $field }」が二度あります。一つにしてください。
error-row-unrated = まだ評価されていない行です。取り込みません。
error-workbook-locked = パスワードのかかったブックです。Excelで開いてパスワードを外し、保存し直してから取り込んでください。
error-workbook-old = 古い形式（.xls）のブックです。Excelで開いて .xlsx で保存し直してください。
error-workbook-broken = .xlsx のブックとして読めません（{ $detail }）。Excelで開いて保存し直すか、シートをCSVで書き出してください。
error-sheet-unknown = 「{ $sheet }」というシートはありません。あるのは：{ $sheets }
error-sheet-empty = シート「{ $sheet }」は空です。別のシートを選んでください。
error-sheet-assumed = 中身のあるシートがいくつかあり（{ $sheets }）、「{ $sheet }」を読みました。違う場合は選び直してください。
error-heading-merged = 見出しのセル { $range } が結合されています。Excelで結合を解き、列ごとに見出しを付けてください。
error-cells-merged = { $range } は結合されています。値があるのは先頭のセルだけで、ほかは空とみなします。どの行にも必要なら結合を解いてください。
error-cell-error = 数式のエラー { $found } が表示されているセルです。Excelで直すか、値を入力してください。
error-formula-unsolved = 計算されたことのない数式のセルです。Excelで開いて保存し直してください。
error-duplicate-key = 番号「{ $key }」は { $first_row } 行目にもあります。どちらかを直してください。
error-language-unknown = 言語「{ $found }」は扱えません。ja か en にしてください。
error-endpoint-url = 「{ $url }」は接続先として使えません（{ $reason }）。http://host:port か https://host の形で書いてください。
error-endpoint-not-allowed = 何も送っていません：{ $host } はこのプロジェクトで許可されていません。事例を送ってよい場合は、責任者が許可してください：shinsa host allow PROJECT { $host }
error-endpoint-redirect = { $host } は { $status } を返し、{ $to } を指しました。転送には従いません。そのホストを許可したうえで、そのアドレスを直接指定してください。
error-endpoint-key = { $host } が鍵を断りました（{ $status }）。環境変数 SHINSA_ENDPOINT_KEY に有効な鍵を入れて、もう一度始めてください。
error-endpoint-not-found = { $host } にモデル「{ $model }」がないか、OpenAI互換の接続先ではありません（{ $reason }）。アドレスとモデルの名前を確かめてください。
error-endpoint-unfinished = { $host } が { $count } 件の要求に答えませんでした（{ $reason }）。ここまでの判定は保存されています。サーバーを確かめ、同じ名前でもう一度始めてください。
error-endpoint-client = 接続の準備ができませんでした（{ $reason }）。もう一度試し、続く場合はこの文をShinsaの担当者に伝えてください。
error-endpoint-certificate = { $host } の証明書を信頼できないため（{ $reason }）、事例は送っていません。この端末が知る証明書をサーバーに入れてもらうか、その認証局をこの端末の信頼する認証局に加えてください。
error-endpoint-refused = 接続先がこの要求を断りました（{ $reason }）。事例か回答を短くするか、より長い文脈のモデルを選んでください。

error-run-repeated = 「{ $run }」が2回指定されています。判定は1回ずつ指定してください。
error-run-ended = 「{ $run }」は終わりまで実行されています。破棄できるのは、途中で終わった実行だけです。
error-run-unfinished = 「{ $run }」はまだ終わっていません。同じ名前と設定で続きを実行してください。
error-run-other-rubric = 「{ $run }」は { $rubric } とは別の評価基準による判定です。同じ評価基準の判定を選んでください。
error-ensemble-too-few = まとめるには判定が2つ以上必要です。2つ以上指定してください。
error-ensemble-weights = この重みは使えません。重み付きでまとめるときだけ、判定ごとに0以上の数を1つずつ（すべて0は不可）指定し、段階の差は0より大きくしてください。
error-ensemble-nothing = これらの判定に共通する回答がありません。先に同じ回答を判定してください。
error-ensemble-no-gold = 重みの推定には、正解とすべての判定がそろった事例が2件以上必要ですが、{ $cases } 件です。先に正解を作るか、重みを指定してください。

error-self-judging = この中の回答 { $outputs } 件（{ $example } など）は、判定するモデル自身「{ $model }」が書いたものです。モデルは自分の回答をひいきします。別のモデルで判定するか、名前を指定して許可してください（画面では下のボタン、コマンドでは --allow-self "{ $model }"）。

error-compare-too-few = 比べるには判定が2つ以上必要です。元のモデルから順に指定してください。
error-compare-items-differ = 「{ $a }」と「{ $b }」は同じ回答を判定していません（前者だけ { $only_a } 件、後者だけ { $only_b } 件、たとえば { $example }）。後者にも同じ回答を判定させてください：judge --same-as "{ $a }"
error-compare-inputs-differ = 「{ $a }」と「{ $b }」は判定するモデル以外にも違い（{ $what }）があり、差の原因を区別できません。同じ設定で判定し直してください。
error-compare-no-gold = この中に、判定を測れる正解のある回答がありません。正解のある取り置きの回答を判定させるか、先に正解を作ってください。

error-bad-filler = 中立な文の長さは 1 ～ { $most } 字にしてください。
error-unknown-probe = 「{ $name }」という完了した調査はありません。名前を確かめるか、先に実行してください。

error-nothing-to-write = 事例がありません。先に取り込んでください。
error-probabilities-once = 確率から読むときは、この端末のモデルで、回答ごとに判定は1回です。回数を1にし、接続先を指定しないでください。
error-beside-here = 並べて判定できるのは、この端末の同じモデルを使う判定者だけです。接続先の判定は別に実行してください。
error-prompt-file = プロンプトのファイル { $path } を UTF-8 の文章として読めません（{ $reason }）。名前を確かめ、UTF-8 で保存し直してください。
error-prompt-too-long = プロンプトは { $most } 文字までです。短くしてください。
error-prompt-without-case = このプロンプトの user の部分に事例が出てきません。モデルは何について聞かれているか分かりません。{ $words } を入れてください。
error-prompt-without-output = このプロンプトの user の部分に回答が出てきません。判定モデルは何を採点するか分かりません。{ $words } を入れてください。
error-unknown-prompt-version = プロンプト { $name } に版 { $version } はありません。「shinsa prompt list」か、作成の画面のプロンプトで版を確かめてください。
error-judge-no-reasons = このルーブリックには文章で答える項目がないので、理由は書かせられません。「点数だけ」を選んでください。

## 割り当ての計画

error-assignment-refused = 計画を立てられません：{ $problem ->
        [raters] 参加する人がいないか、同じ人が二度入っています。評価者を加えるか、一度だけ指定してください
        [outputs] 評価するものがありません。先に回答を取り込んでください
        [per-output] 一件を評価する人数は、一人以上、参加する人数以下です。直してください
        [overlap-share] 重なりの割合は0から1です。直してください
        [overlap-raters] 重なりの人数は、一件を評価する人数より多く、参加する人数以下です。直してください
        [calibration] 校正の件数が回答の全部より多くなっています。減らしてください
        [audit-share] 抜き取りの割合は0から1です。直してください
        [audit] 全員がすべてを評価するので、抜き取りをする人が残りません。一件の人数を減らすか、抜き取りをやめてください
        [seconds] 一件の秒数は、0より大きく一日以内です。直してください
       *[other] { $problem }。直してもう一度お試しください
    }。何も変えていません。
error-comes-later = この回答は、いまは開けません。次の回答へ進んでください。
error-no-judging = 判定モデルの迷いがわかる判定がありません。先に判定モデルに評価させてから、その判定の名前を選んでください。
error-bad-queue-setting = { $setting } は { $low } から { $high } までです。直してもう一度試してください。
error-not-assigned = この回答は割り当て計画ではほかの人の担当なので、評価できません。自分の待ち行列を続けるか、責任者に頼んで計画を作り直すか取り消してもらってください。
error-order-not-yours = 順序は責任者が決めています。選べるようにするには、責任者に頼んでください。
error-unknown-question = { $question } は、この評価基準の項目ではありません。先に右側で項目を選んでください。
error-no-passage = そこには印をつける文字がありません。先に回答の文字を選択してください。
error-passage-moved = 選択した部分を回答の原文に正確に対応づけられません。「原文のまま」に切りかえて、もう一度選択してください。
error-too-many-passages = 一つの答えにつけられる根拠は { $most } か所までです。先に一つ外してください。
