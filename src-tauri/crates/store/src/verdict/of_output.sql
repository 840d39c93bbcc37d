SELECT t.seq, t.id, t.run, t.output, t.sample, t.seed, t.answers, t.body, t.prompt_tokens,
    t.verdict_tokens, t.millis, t.mass, t.levels
FROM verdicts AS t
WHERE t.output = :output
