INSERT INTO probe_verdicts
    (id, probe, output, arm, sample, seed, answers, body, prompt_tokens, verdict_tokens, millis,
     mass, levels, operation)
VALUES (:id, :probe, :output, :arm, :sample, :seed, :answers, :body, :prompt_tokens,
    :verdict_tokens, :millis, :mass, :levels, :operation)
