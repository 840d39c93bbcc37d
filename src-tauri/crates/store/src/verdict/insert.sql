INSERT INTO verdicts
    (id, run, output, sample, seed, answers, body, prompt_tokens, verdict_tokens, millis, mass,
     levels, operation)
VALUES (:id, :run, :output, :sample, :seed, :answers, :body, :prompt_tokens, :verdict_tokens,
    :millis, :mass, :levels, :operation)
