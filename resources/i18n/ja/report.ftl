### The report page. Filled by the report crate.
### Both languages hold the same ids with the same variables; a test in the i18n crate checks it.
### Ids: kebab-case, starting with the file's area (report-…).

## Page
report-page-title = { $project } · Shinsa レポート
report-eyebrow = Shinsa レポート
report-header-line = 評価基準「{ $rubric }」第{ $version }版 · 事例 { $cases } 件 · 回答 { $outputs } 件 · 評価者 { $raters } 名
report-synthetic = このページのデータは、Shinsa の動作をお見せするために作成した架空のものです。ここにある数値は、実際の患者・専門家・医療について何かを示すものではありません。
report-see-table = 同じ数値を、この図の近くの表に示しています。
report-undefined = 算出不可（{ $reason }）
report-range = { $level }%区間 { $low } ～ { $high }
report-at-most = 多くても { $high }（信頼度 { $level }%）
report-no-interval = 区間なし
report-not-applicable = –

## Why a figure is undefined: a sentence, and a word or two for tables
report-reason-no-variation = 全員が同じ値を付けたため、偶然を超える一致は測れません。単純一致率をご覧ください。
    .short = 値に差がない
report-reason-too-few-items = まだ数えられるものがありません。
    .short = 件数不足
report-reason-too-few-raters = 評価者が2名以上必要です。
    .short = 評価者不足
report-reason-too-few-cases = 区間を求めるには事例が2件以上必要です。
    .short = 事例不足
report-reason-empty-class = 「あり」「なし」の一方が一度も現れないため、F1を算出できません。
    .short = 一方の答えがない
report-reason-label-unknown = 尺度にない値が含まれています。
    .short = 尺度外の値
report-reason-length-mismatch = 比べる値の対象がそろっていません。
    .short = 対象の不一致
report-reason-bad-value = ここで使えない数値が含まれています。
    .short = 不正な数値
report-reason-uninformative = 判定モデルの成績が偶然と変わらないため、補正に使えません。
    .short = 判定に情報がない
report-reason-single-sample = 回答ごとの判定が1回だけなので、ぶれの大きさは分かりません。
    .short = 判定1回のみ
report-reason-unstable-interval = 再標本化で値が得られない回が多く、区間を求められません。
    .short = 区間が不安定
report-reason-degenerate-interval = どの再標本でも同じ値になったため、不確かさの大きさは分かりません。
    .short = 区間なし（再標本がすべて同値）
report-reason-not-measured = 測定していません。
    .short = 未測定

## At a glance
report-glance-title = 要点
report-glance-experts = 専門家の一致（α係数）
report-glance-qwk = 学習に使っていない回答で、専門家の正解ラベルとどれだけ一致したか（QWK）。1が完全な一致、0が偶然と同じです。
report-glance-harm = 有害な回答
report-glance-harm-none = { $n } 件のうち有害な回答はありませんでした。ただし「皆無」という意味ではありません。上の上限は信頼度 { $level }% で成り立ちます。
report-glance-harm-some = 専門家の正解ラベルでは、{ $n } 件のうち { $events } 件が有害です。上の上限は信頼度 { $level }% で成り立ちます。
report-glance-drawn = 回答は一様に選ばれていないため、これは選ばれた回答の中での割合です（「評価された回答の選ばれ方」を参照）。
report-alpha-high = 専門家の評価は、よりどころにできる程度によく一致しています。
report-alpha-tentative = 専門家の評価はおおむね一致しています。結論は暫定的なものとお考えください。
report-alpha-low = 専門家の一致が不十分です。話し合いなしに正解ラベルとして使うことは勧められません。
report-alpha-none = 専門家の一致は偶然の程度を超えていません。
report-alpha-undefined = 偶然を超える一致をここでは測れません。
report-change-better = 学習後の判定は専門家に近づきました。平均誤差の変化は { $difference } 段階 { $range }（{ $cases } 事例）で、偶然では説明しにくい差です（{ $p }）。
report-change-worse = 学習後の判定は専門家から遠ざかりました。平均誤差の変化は { $difference } 段階 { $range }（{ $cases } 事例）で、偶然では説明しにくい差です（{ $p }）。
report-change-unclear = 学習で判定が専門家に近づいたかどうかは、まだ分かりません。平均誤差の変化は { $difference } 段階 { $range }（{ $cases } 事例）で、偶然でも起こりうる差です（{ $p }）。

## Data
report-data-title = もとになったデータ
report-data-table = 件数
report-cases = 事例
report-cases-in = うち{ $language }の事例
report-lang-ja = 日本語
report-lang-en = 英語
report-outputs = 回答
report-ratings = 評価
report-gold-unanimous = 正解ラベル（全員一致）
report-gold-adjudicated = 正解ラベル（多数決・協議）
report-undecided = 正解ラベルのない回答
report-exported = { $file } の行数
report-split = 判定モデルは { $training_cases } 事例の回答 { $training } 件で学習し、別の { $held_cases } 事例の回答 { $held } 件で専門家と比べました。両方に入る事例はありません。
report-raters = 評価者
report-rater = { $name }（{ $profession }）: { $n } 件
report-rater-plain = { $name }: { $n } 件
report-profession-nurse = 看護師
report-profession-pharmacist = 薬剤師
report-profession-physician = 医師
report-profession-risk-manager = 医療安全管理者

## 回答がどう選ばれたか（一様でなかったときだけ）
report-drawn-title = 評価された回答の選ばれ方
report-drawn-lead = 評価 { $all } 件のうち、{ $random } 件は無作為に選ばれた回答、{ $disagreement } 件はほかの評価者の評価が分かれるほど選ばれやすかった回答、{ $uncertainty } 件は判定モデルが迷うほど選ばれやすかった回答、{ $other } 件は抽出によらない回答（手で開いたもの、取り込んだもの）の評価です。このページの平均・割合・一致度は選ばれた回答についての値で、全回答の値ではありません。
report-drawn-how = 重みづけした割合では、どの評価も選ばれた確率の逆数で数えるので、選ばれやすかった回答だけでなく、抽出の対象だった全回答について述べます。待ち行列が途中で変わらずに続いた抽出だけを使い、区間は事例を単位に再抽出して求めます。正解ラベルはこの方法では重みづけできません。十分な人数に評価される確率が分からないためです。
report-drawn-table = 評価の割合：そのままの値と、抽出の確率で重みづけした値
report-drawn-share = 評価の内容
report-drawn-plain = そのまま
report-drawn-weighted = 重みづけ
report-drawn-n = 重みづけした評価
report-drawn-effective = 一様な抽出に換算した件数
report-drawn-label = 総合：「{ $label }」

## Experts
report-experts-title = 専門家どうしは一致しているか
report-experts-lead = 判定モデルに専門家との一致を求める前に、専門家どうしが一致していなければなりません。判定モデルを、物差しそのものの細かさ以上に正確に測ることはできません。
report-experts-primary = 「{ $criterion }」: { $verdict }
report-experts-plot = 評価者間の一致と区間
report-experts-caption = 点は推定値、横棒は事例単位の95%区間です。破線はα係数の慣例的な目安で、.667 以上で暫定的な結論、.8 以上で確かな結論とされます。
report-guide-tentative = .667
report-guide-reliable = .8
report-experts-table = 項目別の一致
report-criterion = 項目
report-units = 2名以上が評価
report-units-items = リストの { $n } 項目
report-alpha = クリッペンドルフのα
report-ac = グウェットのAC
report-raw = 単純一致率
report-icc-single = ICC(2,1)
report-pairs-title = 評価者の組ごとの一致
report-pairs-caption = 両名が評価した回答での重み付きκ係数です。
report-pairs-table = 評価者の組
report-pair = 組
report-kappa = κ係数

## Training
report-training-title = 学習
report-training-none = 判定モデルの学習は行っていません。
report-training-lead = 判定モデルは { $model }（パラメーター { $parameters } 個）に、学習したアダプター（{ $trainable } 個、{ $share }）を加えたものです。{ $examples } 件の例から学び、別の { $held } 件は損失の測定だけに使いました。
report-training-fell = 学習に使っていない例での損失は { $from } から { $to } に下がりました。
report-training-did-not-fall = 学習に使っていない例での損失は下がりませんでした（{ $from } → { $to }）。丸暗記になっているおそれがあります。
report-loss-title = 損失の推移
report-step = ステップ
report-loss = 損失
report-loss-training = 学習データ
report-loss-evaluation = 学習に使っていない例
report-loss-caption = 低いほど良い値です。損失は、専門家の答えがモデルにとってどれだけ意外かを表します。
report-loss-caption-smooth = 低いほど良い値です。損失は、専門家の答えがモデルにとってどれだけ意外かを表します。細い線は各ステップ、太い線は { $steps } ステップの平均です。
report-settings = 設定
report-setting-r = ランク r
report-setting-alpha = α（スケール）
report-setting-dropout = ドロップアウト
report-setting-learning-rate = 学習率
report-setting-epochs = エポック数
report-setting-schedule = スケジュール
report-setting-targets = 対象の射影
report-setting-seed = シード
report-tokens = 読んだトークン数
report-steps = 各ステップ
report-steps-all = すべてのステップを表で見る
report-lr = 学習率
report-norm = 勾配ノルム
report-targets = 学習トークン数

## Judges
report-judges-title = 判定モデルと専門家
report-judges-none = 判定は行っていません。
report-judges-lead = どの判定モデルも、学習に使っていない同じ回答を評価しています。正解ラベルは専門家が合意した評価です。
report-ceiling = 目安として、専門家2名どうしの一致は { $low } ～ { $high }（重み付きκ係数）です。判定モデルにこれ以上を求めるのは難しいでしょう。
report-judge-untrained = 学習前の判定
report-judge-trained = 学習後の判定
report-judge = 判定モデル
report-confusion-title = 専門家の評価ごとに見た判定
report-confusion-how = 行は専門家が付けた段階、列は判定モデルが付けた段階、数字は判定の回数です。枠で囲んだ対角線が一致を表し、色の濃さは行の中での割合を示します。
report-confusion-plot = 正解ラベル別の判定: { $judge }
report-confusion-tables = 同じ内容を表で見る
report-judge-says = 判定 →
report-experts-say = 専門家
report-tally = 回答 { $outputs } 件に対する判定 { $verdicts } 回。欠測 { $missing } 回。
report-change-title = 学習の前と後
report-change-caption = 点は同じ回答での推定値、横棒は事例単位の95%区間です。前後の比較には上の対応のある検定をご覧ください。横棒が重なっていても「変化なし」とは言えません。
report-judges-table = 正解ラベルとの比較
report-qwk = 重み付きκ係数（QWK）
report-exact = 同じ段階
report-within-one = 差が1段階以内
report-mae = 平均誤差（段階）
report-macro-f1 = マクロF1
report-missing = 欠測
report-steady-title = 判定はどれくらい安定しているか
report-steady-how = 乱数を変えて、同じ回答を繰り返し判定しました。安定した判定モデルは同じ答えを返します。
report-steady-table = 同じ回答への繰り返し判定
report-samples = 繰り返し数
report-unsteady = 判定が割れた回答
report-flip = 2回の判定が異なる確率
report-within-sd = 回答内のばらつき
report-between-sd = 回答間のばらつき
report-mass = 許される答えの元々の確率
report-harm-title = 有害性
report-harm-sentence = 専門家の正解ラベルでは、{ $n } 件のうち { $events } 件（{ $rate }）が有害です。回答どうしを独立とみなすと、真の割合は信頼度 { $level }% で多くても { $upper } です。
report-harm-table = 有害フラグの比較
report-flagged = 有害とした割合
report-sensitivity = 有害を見つけた割合
report-specificity = 無害を無害とした割合
report-balanced-f1 = 均衡F1
report-harm-how = 判定の半数以上が有害とした回答を「有害」と数えます。区間は正確法（クロッパー・ピアソン）です。有害な回答が少ないと区間は広くなりますが、それが正しい姿です。

## Record
report-record-title = 記録
report-record-lead = 同じデータ・シード・ハッシュで再実行すると、数値は一桁まで同じになります。時間・メモリー・保存場所は環境によって変わるため、別に記録しています。
report-hashes = ハッシュとシード
report-hash-rubric = 評価基準
report-hash-data = データ
report-hash-weights = モデルの重み
report-hash-adapter = アダプター
report-hash-prompt = プロンプトの雛形
report-hash-passport-train = 学習のパスポート
report-hash-passport-untrained = 学習前の判定のパスポート
report-hash-passport-trained = 学習後の判定のパスポート
report-seed = シード（{ $name }）
report-times = 時間とメモリー
report-total-time = 全体
report-peak-memory = 最大メモリー（全プロセスの合計）
report-phase-project = プロジェクト
report-phase-import = 取り込み
report-phase-agreement = 一致と正解ラベル
report-phase-export = 書き出し
report-phase-train = 学習
report-phase-judge-untrained = 学習前の判定
report-phase-judge-trained = 学習後の判定
report-phase-report = レポート
report-fact-threads = スレッド数
report-fact-version = バージョン
report-fact-tokens-per-second = 毎秒のトークン数（学習）
report-fact-verdicts-per-minute = 毎分の判定数
report-seconds = { $s } 秒
report-minutes = { $m } 分 { $s } 秒
report-files = ファイル
report-file-project = プロジェクト
report-file-sft = 学習データ（messages 形式）
report-file-ratings = 評価の一覧表
report-file-card = データセットカード
report-file-adapter = アダプター
report-file-figures = 数値（JSON）
report-file-report = このページ

## How to read
report-reading-title = 数値の読み方
report-read-interval = 95%区間
    .text = 真の値がありそうな範囲です。事例を無作為に何度も引き直して求めています（ブートストラップ法）。同じ事例に属するものはまとめて扱います。事例が少ないと区間は広くなります。
report-read-alpha = クリッペンドルフのα
    .text = 偶然を超える一致の度合いです。評価者が何人でも、欠けがあっても使えます。1が完全な一致、0が偶然です。1段階の違いは4段階の違いより軽く数えます。
report-read-ac = グウェットのAC
    .text = これも偶然を超える一致ですが、まれな有害性のように、ほとんどの回答が同じ評価になるときも安定しています。αと大きく違うときは、評価の偏りを確かめてください。
report-read-raw = 単純一致率
    .text = 2名がまったく同じ評価を付けた割合です。分かりやすい反面、よくある評価に偏っていると、それだけで高く見えます。
report-read-kappa = κ係数
    .text = 2名の偶然を超える一致です。順序のある段階では、差の2乗で重みを付けます。
report-read-icc = ICC(2,1)
    .text = 評価のばらつきのうち、評価者ではなく回答の違いによる割合です。全員が評価した回答だけを使います。
report-read-gold = 正解ラベル
    .text = 全員一致、多数決、または協議によって専門家が決めた評価です。
report-read-qwk = 重み付きκ係数（QWK）
    .text = 尺度全体で見た、判定と正解ラベルの偶然を超える一致です。差の2乗で重みを付けます。いつも同じ答えを返す判定は、たまたま何度当たっても0になります。
report-read-exact = 同じ段階・差が1段階以内
    .text = 判定の割合です。偶然を考慮していないので、QWKと合わせてご覧ください。
report-read-mae = 平均誤差
    .text = 判定が正解ラベルから平均で何段階ずれるかです。0が完全な一致です。
report-read-macro-f1 = マクロF1
    .text = 各段階をどれだけ正しく見つけられるかの平均です。まれな段階も同じ重みで数えます。
report-read-paired = 対応のある検定
    .text = 同じ回答の前と後を比べます。pは、学習に効果がないとしたときに、これほどの変化が起こる確率です。0.05未満なら偶然とは考えにくいとされますが、一つのp値は証明ではありません。
report-read-flip = 2回の判定が異なる確率
    .text = 同じ回答への2回の判定が異なる確率です。判定が1回だけのときは分かりません。
report-read-mass = 許される答えの元々の確率
    .text = 形式に合う答えに、モデル自身がどれだけの確率を与えていたかです。低いときは、別のことを言おうとしたモデルに形式を強いたことになります。
report-read-harm = 有害性とその上限
    .text = 少数の回答に有害なものがなくても、分かることはわずかです。15件中0件でも18%まではありえます。そのため、割合の横に必ず正確な上限を示します。
report-read-undefined = 算出不可
    .text = 計算できない数値には、0や推測ではなく、その理由を示します。

## Missing verdicts
report-bounds-title = 欠けた判定
report-bounds-how = 欠けた判定は数えるだけで、補いません。すべてが最も外れていた場合と最も合っていた場合の値を併せて示します（Manski の最悪の場合の範囲）。括弧内は事例の再標本化による区間を含めた範囲です。
report-bounds-none = 欠けた判定はありません。
report-bounds-table = 欠けた判定を両端に置いたときの値
report-bounds-missing = 求めた数のうち欠けた数
report-bounds-range = { $least } ～ { $most }
    ({ $low } ～ { $high })
report-bounds-harm = 有害の判定

report-own = { $judge }は自分のモデルが書いた回答 { $count } 件（{ $allowed }）も判定しています。責任者が名前を指定して許可したものです。モデルは自分の回答をひいきするため、そのつもりでお読みください。

## Judges beside each other
report-pairs-judges-title = 同じ回答をそれぞれの判定にかけた結果
report-pairs-judges-how = 正解に対する対応のある差です。誤差と一致はまず事例内で平均し、区間は事例の再標本化によります。段階と個数は事例ごとの差の符号反転で、はい・いいえの項目は1事例1回答なら McNemar の正確検定、そうでなければ符号反転で検定しています。p値は組ごとに評価項目について Holm の方法で補正しました。
report-pairs-judges-refused = { $before }と{ $after }は、同じ回答を同じ設定で判定していないため、比べていません。
report-pairs-judges-better = { $criterion }：{ $after }は{ $before }より専門家に近く、差は偶然では説明できません。
report-pairs-judges-worse = { $criterion }：{ $after }は{ $before }より専門家から遠く、差は偶然では説明できません。
report-pairs-judges-open = { $criterion }：{ $after }と{ $before }のどちらが専門家に近いかは決められません。
report-pairs-judges-nothing = { $criterion }：正解と、{ $before }・{ $after }両方の判定がそろった回答がありません。
report-pairs-judges-table = { $before } → { $after }
report-pairs-judges-error = 正解との差の変化
report-pairs-judges-agreement = 正解と同じ割合の変化
report-pairs-judges-tally = 近い／遠い／同じ
report-pairs-judges-p = p値（Holm）
report-test-sign-flip-exact = 符号反転（正確）
report-test-sign-flip-sampled = 符号反転
report-test-mcnemar-exact = McNemar（正確）

## Probes
report-probes-title = 判定を左右するもの
report-probes-lead = 同じ回答を2回判定し、2回目は結果に影響しないはずの変更を加えました。平均は事例ごと、p値は事例ごとの差の符号反転により、評価項目について Holm の方法で補正しています。これらの判定は、このページの他の数値には一切入っていません。
report-probe-order = { $name }：回答 { $outputs } 件。2回目は評価項目・段階・選択肢を逆順で示しました。判定が欠けた回答 { $missing } 件。
report-probe-verbosity = { $name }：回答 { $outputs } 件。2回目は中立な文 { $chars } 字を後に付けました。判定が欠けた回答 { $missing } 件。
report-probe-plain = 元のまま
report-probe-changed = 変更後
report-probe-effect = 影響
report-probe-flips = 答えが変わった割合
